"""The image, as an archive of the OCI layout which `podman load`, `docker load` and `skopeo` take. No daemon makes it.

It is made from nothing: the binary, the libraries that it is linked to, the certificates of Mozilla's list, an account.
"""

import gzip
import hashlib
import io
import json
import pathlib
import sys
import tarfile
import time

USER = 65532
CERTIFICATES = pathlib.Path("/usr/share/ca-certificates/mozilla")
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"

# Beside what the binary brings. The folders below the first are where others mount something.
FOLDERS = {"proc": 0o555, "sys": 0o555, "dev": 0o755, "run": 0o755, "tmp": 0o1777}
ACCOUNTS = {
    "etc/passwd": f"root:x:0:0:root:/:/nonexistent\ninquest:x:{USER}:{USER}:Inquest:/data:/nonexistent\n",
    "etc/group": f"root:x:0:\ninquest:x:{USER}:\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
}


def make(build, out):
    """Writes the archive; answers its path."""
    tar = rootfs(build)
    layer = gzip.compress(tar, compresslevel=build.level, mtime=0)
    blobs = {}

    def blob(kind, content, **more):
        digest = hashlib.sha256(content).hexdigest()
        blobs[digest] = content
        return {"mediaType": kind, "digest": f"sha256:{digest}", "size": len(content), **more}

    described = annotations(build)
    layers = [blob(LAYER, layer)]
    config = blob(CONFIG, to_json(config_of(build, described, hashlib.sha256(tar).hexdigest())))
    manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers, "annotations": described}
    platform = {"architecture": build.architecture, "os": "linux"}
    named = {
        "org.opencontainers.image.ref.name": build.version,
        "io.containerd.image.name": f"docker.io/library/inquest:{build.version}",
    }
    entry = blob(MANIFEST, to_json(manifest), annotations=named, platform=platform)
    path_of = lambda part: "blobs/sha256/" + part["digest"].removeprefix("sha256:")  # noqa: E731
    files = {
        "oci-layout": to_json({"imageLayoutVersion": "1.0.0"}),
        "index.json": to_json({"schemaVersion": 2, "manifests": [entry]}),
        # What Docker before version 25 reads.
        "manifest.json": to_json(
            [{"Config": path_of(config), "RepoTags": [f"inquest:{build.version}"], "Layers": [path_of(layers[0])]}]
        ),
        **{f"blobs/sha256/{digest}": content for digest, content in blobs.items()},
    }
    path = out / f"inquest-{build.version}-linux-{build.architecture}.oci.tar"
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in sorted(files.items()):
            archive.addfile(entry_of(build, name, 0o644, len(content)), io.BytesIO(content))
    return path


def to_json(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def created(build):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(build.epoch))


def annotations(build):
    return {
        "org.opencontainers.image.title": "Inquest",
        "org.opencontainers.image.description": "Postmortems for incidents caused by AI agents",
        "org.opencontainers.image.licenses": "Apache-2.0",
        "org.opencontainers.image.version": build.version,
        "org.opencontainers.image.revision": build.commit,
        "org.opencontainers.image.created": created(build),
    }


def config_of(build, labels, layer):
    """How the image runs. The health check is a field that Docker and Podman read, and others pass over."""
    second = 1_000_000_000
    return {
        "created": created(build),
        "architecture": build.architecture,
        "os": "linux",
        "config": {
            "User": f"{USER}:{USER}",
            "Entrypoint": ["/usr/bin/inquest"],
            "Cmd": ["serve"],
            # Temporary files go where the data is: the root may be read-only.
            "Env": [
                "PATH=/usr/bin",
                "INQUEST_LISTEN=0.0.0.0:3000",
                "INQUEST_DATA_DIR=/data",
                "TMPDIR=/data",
            ],
            "WorkingDir": "/data",
            "Volumes": {"/data": {}},
            "ExposedPorts": {"3000/tcp": {}},
            "StopSignal": "SIGTERM",
            "Labels": labels,
            "Healthcheck": {
                "Test": ["CMD", "/usr/bin/inquest", "health"],
                "Interval": 30 * second,
                "Timeout": 15 * second,
                "StartPeriod": 60 * second,
                "Retries": 3,
            },
        },
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer}"]},
        "history": [{"created": created(build), "created_by": "make package"}],
    }


def rootfs(build):
    """The one layer, as a tar."""
    files = {"usr/bin/inquest": (0o755, build.binary.read_bytes())}
    for path in build.libraries.paths:
        files[path.lstrip("/")] = (0o755, pathlib.Path(path).read_bytes())
    # The list as Mozilla has it, not as this machine does: somebody may have added a proxy of theirs here.
    certificates = sorted(CERTIFICATES.glob("*.crt"))
    if not certificates:
        sys.exit("package: the certificates are not here; they are in the package ca-certificates of Debian and Ubuntu")
    bundle = b"".join(path.read_bytes().rstrip(b"\n") + b"\n" for path in certificates)
    files["etc/ssl/certs/ca-certificates.crt"] = (0o644, bundle)
    for name, text in ACCOUNTS.items():
        files[name] = (0o644, text.encode())
    for package in [*build.libraries.packages, "ca-certificates"]:
        licence = pathlib.Path("/usr/share/doc", package, "copyright")
        # Some packages share the folder of another one.
        if licence.exists():
            files[f"usr/share/doc/{package}/copyright"] = (0o644, licence.read_bytes())
    files["usr/share/doc/inquest/LICENSE"] = (0o644, (build.root / "LICENSE").read_bytes())
    folders = {name: (mode, 0) for name, mode in FOLDERS.items()} | {"data": (0o700, USER)}
    for name in files:
        for parent in list(pathlib.PurePosixPath(name).parents)[:-1]:
            folders.setdefault(str(parent), (0o755, 0))
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, (mode, user) in sorted(folders.items()):
            entry = entry_of(build, name, mode, 0, user)
            entry.type = tarfile.DIRTYPE
            tar.addfile(entry)
        for name, (mode, content) in sorted(files.items()):
            tar.addfile(entry_of(build, name, mode, len(content)), io.BytesIO(content))
    return buffer.getvalue()


def entry_of(build, name, mode, size, user=0):
    entry = tarfile.TarInfo(name)
    entry.mode, entry.size, entry.mtime, entry.uid, entry.gid = mode, size, build.epoch, user, user
    return entry
