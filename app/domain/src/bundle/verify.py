#!/usr/bin/env python3
"""A second verifier of Inquest bundles, written from FORMAT.md alone. Needs Python 3.10 and `cryptography`.

    python3 verify.py FILE      exit 0: whole; 1: a check failed; 2: no bundle, or of a form it does not know

It checks the zip, the digests, the signature, the chain of changes, what the changes leave, and the severity. The
verdict is held against the signature only: `inquest verify FILE` computes it anew.
"""
import hashlib, json, re, struct, sys, zlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORM = "inquest-bundle/1"
NAME = re.compile(r"case\.json|manifest\.json|signature\.json|evidence/[0-9a-f]{64}|revisions/[0-9]{1,9}/[a-z][a-z.]{0,39}")
DOCUMENT_BYTES_MAX = 128 << 20
CHANGE = ["actor", "after", "at", "before", "id", "kind", "noun", "version"]
CASE = ["changes", "facts", "form", "head", "incident", "readings", "severity", "verdict", "version"]
MANIFEST = ["as_of", "evidence", "files", "form", "head", "incident", "key", "signer", "version"]


class Broken(Exception):
    """A check that failed, in a sentence."""


class Unreadable(Exception):
    """The file is no bundle of a form that is known here."""


class Number(str):
    """A number with a fraction, as it is written: it is never computed with."""


def canonical(value):
    if isinstance(value, dict):
        return "{" + ",".join(f"{canonical(name)}:{canonical(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return str(value) if isinstance(value, Number) else json.dumps(value, ensure_ascii=False)


def local_header(name, size, crc):
    head = struct.pack("<IHHHHHIIIHH", 0x04034B50, 45, 0, 0, 0, 0x21, crc, 0xFFFFFFFF, 0xFFFFFFFF, len(name), 20)
    return head + name.encode() + struct.pack("<HHQQ", 1, 16, size, size)


def contents(files):
    listed, at = b"", 0
    for name, size, crc, _ in files:
        listed += struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 45, 45, 0, 0, 0, 0x21, crc, 0xFFFFFFFF, 0xFFFFFFFF,
                              len(name), 28, 0, 0, 0, 0, 0xFFFFFFFF) + name.encode()
        listed += struct.pack("<HHQQQ", 1, 24, size, size, at)
        at += 50 + len(name) + size
    end = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, len(files), len(files), len(listed), at)
    end += struct.pack("<IIQI", 0x07064B50, 0, at + len(listed), 1)
    return listed + end + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)


def exactly(file, length, what):
    data = file.read(length)
    if len(data) < length:
        raise Broken(f"The file ends in the middle of {what}.")
    return data


def unpack(file):
    """Reads the zip; answers the documents by name, and every file as (name, size, crc, sha256)."""
    documents, files = {}, []
    while True:
        start = exactly(file, 4, "the list of contents")
        if start != b"PK\x03\x04":
            break
        head = start + exactly(file, 26, "what stands before a file")
        crc, length = struct.unpack_from("<I", head, 14)[0], struct.unpack_from("<H", head, 26)[0]
        if not 0 < length <= 100:
            raise Broken("What stands before a file was altered: no file has a name of that length.")
        rest = exactly(file, length + 20, "what stands before a file")
        name, size = rest[:length].decode("latin-1"), struct.unpack_from("<Q", rest, length + 4)[0]
        if not NAME.fullmatch(name):
            raise Broken(f"The bundle has a file {name!r}, which no bundle has.")
        if local_header(name, size, crc) != head + rest:
            raise Broken(f"What stands before {name} in the zip was altered.")
        if files and files[-1][0] >= name:
            raise Broken(f"{name} is there twice, or not in the order of the names.")
        kept = not name.startswith("evidence/")
        if kept and size > DOCUMENT_BYTES_MAX:
            raise Broken(f"{name} is larger than any bundle's.")
        found, digest, left, parts = 0, hashlib.sha256(), size, []
        while left:
            chunk = exactly(file, min(left, 1 << 16), name)
            found, left = zlib.crc32(chunk, found), left - len(chunk)
            digest.update(chunk)
            parts += [chunk] if kept else []
        if found != crc:
            raise Broken(f"{name} does not match its check sum in the zip: its bytes were altered.")
        files.append((name, size, crc, digest.hexdigest()))
        if kept:
            documents[name] = b"".join(parts)
    if start + file.read() != contents(files):
        raise Broken("The list of contents at the end of the zip is not the one that follows from the files.")
    return documents, files


def read(documents, name, fields):
    if name not in documents:
        raise Broken(f"The bundle has no {name}.")
    try:
        value = json.loads(documents[name], parse_float=Number)
    except ValueError as error:
        raise Broken(f"{name} is not JSON: {error}.")
    form = value.get("form", FORM) if isinstance(value, dict) else None
    if form != FORM and re.fullmatch(r"inquest-bundle/[0-9]+", str(form)):
        raise Unreadable(f"The bundle has the form {form}; this reads {FORM}.")
    if form != FORM or sorted(value) != fields or (canonical(value) + "\n").encode() != documents[name]:
        raise Broken(f"{name} is not as the schema says, or not canonical JSON.")
    return value


def check_signature(documents, manifest):
    signature, signer = read(documents, "signature.json", ["key", "signature"]), manifest["signer"]
    try:
        public = bytes.fromhex(signer["public_key"])
        if not signer["id"] == signature["key"] == hashlib.sha256(public).hexdigest()[:16]:
            raise ValueError
        Ed25519PublicKey.from_public_bytes(public).verify(bytes.fromhex(signature["signature"]), documents["manifest.json"])
    except (InvalidSignature, ValueError):
        raise Broken("The signature is not that of manifest.json.")


def check_files(manifest, files):
    found = {name: (digest, size) for name, size, _, digest in files}
    listed = {file["name"]: (file["sha256"], file["bytes"]) for file in manifest["files"]}
    evidence = {"evidence/" + item["sha256"]: (item["sha256"], item["bytes"]) for item in manifest["evidence"]}
    for name, told in found.items():
        if name not in ("manifest.json", "signature.json") and (listed | evidence).get(name) != told:
            raise Broken(f"{name} is not what was signed, or it was put there.")
    held = {"evidence/" + item["sha256"] for item in manifest["evidence"] if item["held"]}
    due = set(listed) | (held if held & set(found) else set())
    for name in sorted(due - set(found)):
        raise Broken(f"{name} is gone from the bundle.")


def check_chain(case, manifest):
    """Walks the changes; answers the records that they leave."""
    head, records = "", {}
    for version, linked in enumerate(case["changes"], 1):
        change = linked["change"]
        if sorted(linked) != ["change", "hash"] or sorted(change) != CHANGE:
            raise Broken(f"Change {version} is not as the schema says.")
        if change["version"] != version:
            raise Broken(f"Change {version} is missing from the history.")
        head = hashlib.sha256((head + canonical(change)).encode()).hexdigest()
        if head != linked["hash"]:
            raise Broken(f"Change {version} does not match its hash: it or the one before was altered.")
        records[change["noun"], change["id"]] = change["after"]
    told = (case["incident"], case["version"], case["head"])
    if told != (manifest["incident"], manifest["version"], manifest["head"]) or told[1:] != (len(case["changes"]), head):
        raise Broken("The history does not end where the case and the manifest say.")
    return {place: record for place, record in records.items() if record is not None}


def check_revisions(documents, records):
    known = set()
    for revision in records.get(("postmortem", "postmortem"), {}).get("revisions", []):
        folder = f"revisions/{revision['number']}/"
        due = [("manifest.json", revision.get("manifest"))] if revision.get("manifest") else []
        if due and folder + "manifest.json" in documents:
            listed = json.loads(documents[folder + "manifest.json"])["files"]
            due += [(f"{file['profile']}.{file['format']}", file["sha256"]) for file in listed]
        for name, digest in due:
            if hashlib.sha256(documents.get(folder + name, b"")).hexdigest() != digest:
                raise Broken(f"{folder}{name} is not the text that was published, or it is gone.")
            known |= {folder + name, folder + "signature.json"}
    for name in documents:
        if name.startswith("revisions/") and name not in known:
            raise Broken(f"{name} was never published.")


def rate(rating):
    """Severity by the rubric asr-1."""
    known, worst = rating["dimensions"], rating.get("worst_credible", {})
    value = {name: next((level for level in (known.get(name), worst.get(name), 3) if level is not None), 3) for name in (
        "exposure", "integrity", "availability", "people", "authority", "propagation", "duration", "recoverability")}
    impact = max(value[name] for name in ("exposure", "integrity", "availability", "people"))
    weight = 35 * value["authority"] + 25 * value["propagation"] + 25 * value["duration"] + 15 * value["recoverability"]
    sev = 4 - impact
    if weight >= 300 and impact >= 1 and not (sev == 1 and value["people"] < 3):
        sev = max(0, sev - 1)
    if value["people"] == 4:
        sev = 0
    if impact >= 2 and (rating.get("ongoing") or value["authority"] == 4):
        sev = min(sev, 1)
    return max(sev, 3) if rating.get("class") == "hazard" else sev


def verify(file):
    documents, files = unpack(file)
    manifest = read(documents, "manifest.json", MANIFEST)
    check_signature(documents, manifest)
    check_files(manifest, files)
    case = read(documents, "case.json", CASE)
    check_revisions(documents, check_chain(case, manifest))
    rating = case["facts"].get("severity")
    if (rate(rating) if rating else None) != (case["severity"] or {}).get("sev"):
        raise Broken("The severity is not the one that the facts give.")
    print(f"{manifest['key']} as of {manifest['as_of']}: {manifest['version']} changes, "
          f"verdict {case['verdict']['verdict']}, signed with {manifest['signer']['id']}: all whole.")


if __name__ == "__main__":
    try:
        with open(sys.argv[1], "rb") as bundle:
            verify(bundle)
    except Broken as error:
        print(error)
        sys.exit(1)
    except (OSError, IndexError, Unreadable) as error:
        print(f"cannot read it: {error}", file=sys.stderr)
        sys.exit(2)
