"""The list of parts (SBOM), as CycloneDX JSON: every crate of the binary and of its browser's part with licence and
digest, what was needed to build them, and the libraries of Debian that it is linked to."""

import hashlib
import json
import os
import re
import subprocess
import time
import uuid

import libraries

LINE = re.compile(r"(\d+) (\S+) v(\S+)( \(proc-macro\))?( \(/.*\))?( \(\*\))?")
SELF = "inquest"


def make(build, out):
    """Writes the list; answers its path."""
    path = out / f"inquest-{build.version}.cdx.json"
    path.write_text(json.dumps(document(build), indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    return path


def document(build):
    # Linked, and needed to build: macros, build scripts and what those need.
    linked, graph = halves(build, "normal,no-proc-macro")
    every, _ = halves(build, "normal,build")
    known = {**described(build), **debian(build)}
    system = sorted(reference for reference in known if reference.startswith("pkg:deb/"))
    components = []
    for reference in sorted(every | linked | set(system)):
        scope = "required" if reference in linked or reference in system else "excluded"
        components.append({**known[reference], "bom-ref": reference, "purl": reference, "scope": scope})
    graph.setdefault(SELF, set()).update(system)
    dependencies = [
        {"ref": reference, "dependsOn": sorted(graph.get(reference, ()))} for reference in sorted({SELF} | linked | set(system))
    ]
    name = f"{build.version} {build.commit} {build.features} {build.architecture}"
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}",
        "version": 1,
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(build.epoch)),
            "lifecycles": [{"phase": "build"}],
            "component": {
                "type": "application",
                "bom-ref": SELF,
                "name": SELF,
                "version": build.version,
                "description": "Postmortems for incidents caused by AI agents",
                "purl": f"pkg:generic/inquest@{build.version}",
                "licenses": [{"expression": "Apache-2.0"}],
                "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(build.binary.read_bytes()).hexdigest()}],
                "properties": [
                    {"name": "inquest:commit", "value": build.commit},
                    {"name": "inquest:features", "value": ", ".join(build.features) or "none"},
                    {"name": "inquest:architecture", "value": build.architecture},
                ],
            },
        },
        "components": components,
        "dependencies": dependencies,
    }


def cargo(build, *arguments):
    program = os.environ.get("CARGO", "cargo")
    return subprocess.run(
        [program, *arguments, "--locked"], cwd=build.root, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def halves(build, edges):
    """The crates of the server and of the browser's part inside of it, and what each of them uses."""
    host = re.search(r"host: (\S+)", subprocess.run(["rustc", "-vV"], check=True, capture_output=True, text=True).stdout)
    features = ["--features", ",".join(build.features)] if build.features else []
    crates, graph = tree(build, "server", host[1], edges, features)
    more, uses = tree(build, "hydrate", "wasm32-unknown-unknown", edges, [])
    for reference, used in uses.items():
        graph.setdefault(reference, set()).update(used)
    return crates | more, graph


def tree(build, package, target, edges, features):
    """The crates below one of ours, and what each uses. Our own are all the binary itself."""
    printed = cargo(
        build, "tree", "-p", package, "--target", target, "-e", edges, "--prefix", "depth", "-f", " {p}", *features
    )
    above, crates, graph = [], set(), {}
    for line in filter(None, printed.splitlines()):
        read = LINE.fullmatch(line)
        if not read:
            raise SystemExit(f"package: cargo tree prints what nobody expected: {line}")
        depth, name, version, folder = int(read[1]), read[2], read[3], read[5]
        reference = SELF if folder else purl(name, version)
        del above[depth:]
        if above and above[-1] != reference:
            graph.setdefault(above[-1], set()).add(reference)
        above.append(reference)
        if reference != SELF:
            crates.add(reference)
    return crates, graph


def purl(name, version):
    return f"pkg:cargo/{name}@{version.replace('+', '%2B')}"


def described(build):
    """Name, version, licence and digest of every crate in the lock file."""
    lock = (build.root / "Cargo.lock").read_text()
    digests = {
        (name, version): digest
        for name, version, digest in re.findall(
            r'name = "(.+)"\nversion = "(.+)"\nsource = ".+"\nchecksum = "(.+)"', lock
        )
    }
    found = {}
    for crate in json.loads(cargo(build, "metadata", "--format-version", "1"))["packages"]:
        name, version = crate["name"], crate["version"]
        part = {"type": "library", "name": name, "version": version}
        if crate["license"]:
            # Before SPDX expressions, crates told a choice by a slash.
            part["licenses"] = [{"expression": re.sub(r"\s*/\s*", " OR ", crate["license"])}]
        if (name, version) in digests:
            part["hashes"] = [{"alg": "SHA-256", "content": digests[name, version]}]
        if crate.get("repository"):
            part["externalReferences"] = [{"type": "vcs", "url": crate["repository"]}]
        found[purl(name, version)] = part
    return found


def debian(build):
    """The packages of Debian whose files the image holds beside the binary, and the .deb depends on."""
    found = {}
    for package in [*build.libraries.packages, "ca-certificates"]:
        version = libraries.installed(package)
        reference = f"pkg:deb/debian/{package}@{version.replace('+', '%2B').replace(':', '%3A')}"
        found[reference] = {"type": "library", "name": package, "version": version}
    return found
