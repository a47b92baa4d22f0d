"""The Debian package. `dpkg-deb` packs it; what it does when it is installed is in `debian/`."""

import gzip
import os
import pathlib
import shutil
import subprocess
import tempfile

HERE = pathlib.Path(__file__).parent / "debian"

# Where each file goes, and its mode.
FILES = [
    ("inquest.service", "usr/lib/systemd/system/inquest.service", 0o644),
    # It holds passwords.
    ("inquest.env", "etc/inquest.env", 0o600),
    ("copyright", "usr/share/doc/inquest/copyright", 0o644),
    ("postinst", "DEBIAN/postinst", 0o755),
    ("prerm", "DEBIAN/prerm", 0o755),
    ("postrm", "DEBIAN/postrm", 0o755),
    ("conffiles", "DEBIAN/conffiles", 0o644),
]


def make(build, out):
    """Writes the package; answers its path."""
    # A version before another one is told by a tilde.
    version = build.version.replace("-", "~")
    path = out / f"inquest_{version}_{build.architecture}.deb"
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        put(root, "usr/bin/inquest", build.binary.read_bytes(), 0o755)
        for name, place, mode in FILES:
            put(root, place, (HERE / name).read_bytes(), mode)
        changes = (build.root / "CHANGELOG.md").read_bytes()
        put(root, "usr/share/doc/inquest/CHANGELOG.md.gz", gzip.compress(changes, mtime=0), 0o644)
        put(root, "DEBIAN/control", control(build, version, root).encode(), 0o644)
        for entry in [root, *root.rglob("*")]:
            if entry.is_dir():
                entry.chmod(0o755)
            os.utime(entry, (build.epoch, build.epoch))
        packing = ["-Zxz", "-z6"] if build.level else ["-Zgzip", "-z0"]
        subprocess.run(
            ["dpkg-deb", *packing, "--root-owner-group", "--build", root, path],
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "SOURCE_DATE_EPOCH": str(build.epoch)},
        )
    return path


def put(root, place, content, mode):
    path = root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(mode)


def control(build, version, root):
    """The description, with what the binary depends on and the size of it all."""
    size = sum(entry.stat().st_size for entry in root.rglob("*") if entry.is_file() and "DEBIAN" not in entry.parts)
    depends = ", ".join([*build.libraries.depends(), "adduser", "init-system-helpers (>= 1.54)"])
    text = (HERE / "control").read_text()
    for name, value in [
        ("VERSION", version),
        ("ARCHITECTURE", build.architecture),
        ("SIZE", str(-(-size // 1024))),
        ("DEPENDS", depends),
    ]:
        text = text.replace(f"@{name}@", value)
    return text
