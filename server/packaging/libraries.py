"""The libraries that a binary is linked to, and the Debian packages that they are from."""

import pathlib
import re
import subprocess
import sys


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


class Libraries:
    """The shared libraries of a binary, as this machine has them."""

    def __init__(self, binary):
        self.binary = binary
        lines = run("ldd", binary).splitlines()
        # Those without a path are from the kernel.
        self.paths = sorted(found[1] for line in lines if (found := re.search(r"(?:=> |^\s*)(/\S+) \(0x", line)))
        missing = [line.strip() for line in lines if "not found" in line]
        if missing:
            sys.exit(f"package: libraries are not here: {', '.join(missing)}")
        self.packages = sorted({owner(path) for path in self.paths})

    def depends(self):
        """What a package of the binary depends on."""
        # The newest version of glibc that one of its symbols asks for.
        asked = re.findall(r"Name: GLIBC_(\d+(?:\.\d+)+)\s", run("readelf", "--version-info", "--wide", self.binary))
        newest = max(asked, key=lambda version: [int(part) for part in version.split(".")], default=None)
        least = {"libc6": newest, "libgcc-s1": "4.2"}
        return [f"{name} (>= {least[name]})" if least.get(name) else name for name in self.packages]


def owner(path):
    """The Debian package that a file is from. Where / and /usr were merged, it may be known by the other name."""
    real = str(pathlib.Path(path).resolve())
    for known in (path, real, real.removeprefix("/usr")):
        found = subprocess.run(["dpkg-query", "--search", known], capture_output=True, text=True)
        if found.returncode == 0:
            return found.stdout.split(":")[0]
    sys.exit(f"package: {path} is of no Debian package: build on Debian or Ubuntu")


def installed(package):
    """The version of a package on this machine."""
    return run("dpkg-query", "--show", "--showformat=${Version}\n", package).splitlines()[0]
