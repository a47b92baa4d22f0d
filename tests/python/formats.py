"""Holds exports in the formats of others against their schemas: formats.py FORMAT FILE…

Prints a line for each error, and ends with 1 if there is one.
"""

import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator

# The words of the incident extension suite of STIX: it has no schema in a registry.
CORE = "extension-definition--ef765651-680c-498d-9894-99799f2fa126"
TIMES = ["day", "hour", "minute", "month", "second", "year"]
WORDS = {
    "determination": ["blocked", "confirmed", "failed-attempt", "false-positive", "suspected"],
    "investigation_status": ["closed", "new", "open"],
    "recoverability": ["extended", "not-applicable", "not-recoverable", "regular", "supplemented"],
    "loss_type": ["confirmed-loss", "contained", "exploited-loss", "none", "suspected-loss"],
    "alteration": ["potential-destruction", "potential-modification", "partial-destruction", "partial-modification",
                   "full-destruction", "full-modification", "none"],
    "outcome": ["cancelled", "failed", "ongoing", "pending", "successful", "unknown"],
    "start_time_fidelity": TIMES,
}
STATUS = ["ongoing", "occurred", "not-occurred", "pending", "undetermined"]
REQUIRED = {
    "event": ["status"], "task": ["outcome"], "impact": ["impact_category"],
    CORE: ["determination", "extension_type", "investigation_status"],
    "confidentiality-ext": ["loss_type"], "integrity-ext": ["alteration"], "availability-ext": ["availability_impact"],
}


def ocsf(document):
    from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=document["metadata"]["version"]))
    name = schema.lookup_class_name_from_uid(class_uid=document["class_uid"])
    held = schema.get_class_schema(class_name=name, profiles=document["metadata"]["profiles"])
    return [f"{list(error.absolute_path)}: {error.message}" for error in Draft202012Validator(held).iter_errors(document)]


def veris(document):
    held = json.loads((Path(__file__).parent / "veris-1.4.json").read_text())
    Draft202012Validator.check_schema(held)
    return [f"{list(error.absolute_path)}: {error.message}" for error in Draft202012Validator(held).iter_errors(document)]


def stix(document):
    import stix2
    from stix2validator import ValidationOptions, validate_string

    said = validate_string(json.dumps(document), ValidationOptions(version="2.1"))
    errors = [str(error) for result in (said.object_results if hasattr(said, "object_results") else [said])
              for error in (result.errors or [])]
    stix2.parse(document, allow_custom=True, version="2.1")
    for thing in document["objects"]:
        errors += words(thing, thing["type"])
    return errors


def words(value, name):
    """What of the extensions is no word of theirs, or is missing."""
    errors = []
    if isinstance(value, list):
        return [error for item in value for error in words(item, name)]
    if not isinstance(value, dict):
        return errors
    errors += [f"{name}: {field} is missing" for field in REQUIRED.get(name, []) if field not in value]
    for field, inner in value.items():
        if field in WORDS and inner not in WORDS[field]:
            errors.append(f"{name}: {field}: {inner} is none of their words")
        errors += words(inner, field)
    if name == "event" and value.get("status") not in STATUS and "type" in value:
        errors.append(f"event: {value.get('status')} is no status")
    return errors


def main():
    held = {"ocsf": ocsf, "veris": veris, "stix": stix}[sys.argv[1]]
    errors = 0
    for file in sys.argv[2:]:
        for error in held(json.loads(Path(file).read_text())):
            errors += 1
            print(f"{Path(file).name}: {error[:400]}")
    sys.exit(1 if errors else 0)


main()
