#!/usr/bin/env python3
"""Makes the packages of a binary: a .deb, an image (OCI archive) and the list of its parts (CycloneDX).

It needs Python 3.9, and of Debian `dpkg-deb`, `readelf` (binutils) and `ca-certificates`; no daemon and nothing of PyPI.
The same binary, commit and libraries give the same bytes.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))

import deb  # noqa: E402
import image  # noqa: E402
import parts  # noqa: E402
from libraries import Libraries  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Build:
    """What is packed: the binary, what it says of itself, and when its sources were."""

    def __init__(self, binary, version, level):
        said = subprocess.run([binary, "--version"], check=True, capture_output=True, text=True).stdout.strip()
        read = re.fullmatch(r"inquest (\S+) \(commit (.+), features: (.+)\)", said)
        if not read:
            sys.exit(f"package: {binary} is no Inquest: it says “{said}”")
        self.binary = pathlib.Path(binary)
        self.version = version or read[1]
        self.commit = read[2]
        self.features = [] if read[3] == "none" else read[3].split(", ")
        self.root = ROOT
        self.epoch = epoch()
        self.level = level
        self.architecture = subprocess.run(
            ["dpkg", "--print-architecture"], check=True, capture_output=True, text=True
        ).stdout.strip()
        self.libraries = Libraries(self.binary)


def epoch():
    """The time that every file in the packages has: that of the commit, unless SOURCE_DATE_EPOCH says another."""
    if os.environ.get("SOURCE_DATE_EPOCH"):
        return int(os.environ["SOURCE_DATE_EPOCH"])
    git = subprocess.run(["git", "-C", ROOT, "log", "-1", "--format=%ct"], capture_output=True, text=True)
    return int(git.stdout) if git.returncode == 0 and git.stdout.strip() else int((ROOT / "Cargo.lock").stat().st_mtime)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--binary", required=True, help="the binary to pack")
    arguments.add_argument("--out", required=True, type=pathlib.Path, help="the folder to write to")
    arguments.add_argument("--version", help="another version than the binary says")
    arguments.add_argument("--level", type=int, default=9, choices=range(10), help="how hard to compress; 0: not at all")
    arguments.add_argument("--only", choices=["deb", "image", "parts"], help="one of the three")
    given = arguments.parse_args()
    for program, package in [("dpkg-deb", "dpkg"), ("readelf", "binutils"), ("ldd", "libc-bin")]:
        if not shutil.which(program):
            sys.exit(f"package: {program} is not here; it is in the package {package} of Debian and Ubuntu")
    build = Build(given.binary, given.version, given.level)
    given.out.mkdir(parents=True, exist_ok=True)
    for name, make in [("deb", deb.make), ("image", image.make), ("parts", parts.make)]:
        if given.only in (None, name):
            print(make(build, given.out))


try:
    main()
except subprocess.CalledProcessError as failure:
    # What went wrong was printed by the program, unless its output was read here.
    sys.exit(f"package: {' '.join(map(str, failure.cmd))} ended with {failure.returncode}\n{failure.stderr or ''}".strip())
