"""What exported books look like, as JSON Schema (draft 2020-12), made from the entries in the code."""

from typing import Any

import msgspec

from store.chain import KINDS, Posting
from store.entries import Evidence
from store.export import FORMAT, VERSION
from store.people import Group, Member

_PLACE = "#/$defs/{name}"
_HASH = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_PIN = {
    "description": "Salted scrypt of the digits (N = 16384, r = 8, p = 1), and wrong tries.",
    "type": "object",
    "properties": {
        "salt": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        "key": _HASH,
        "wrong": {"type": "integer", "minimum": 0},
        "locks": {"type": "integer", "minimum": 0},
        "locked_until": {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
    },
    "required": ["salt", "key", "wrong", "locks", "locked_until"],
    "additionalProperties": False,
}


def schema() -> dict[str, Any]:
    """The schema of a whole file. It tells the form; chain, laws and totals are tried by `store.export`."""
    _, parts = msgspec.json.schema_components((*KINDS.values(), Evidence, Group, Member), ref_template=_PLACE)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A self-help group's books, exported by Bol Sakhi. Money is in paise.",
        "type": "object",
        "properties": {
            "format": {"const": FORMAT},
            "version": {"const": VERSION},
            "group": {"$ref": "#/$defs/Group"},
            "members": {"type": "array", "items": {"$ref": "#/$defs/Member"}},
            "vouchers": {"type": "array", "items": {"$ref": "#/$defs/Voucher"}},
            "totals": {
                "description": "Account to the sum of what its entries moved.",
                "type": "object",
                "additionalProperties": {"type": "integer"},
            },
        },
        "required": ["format", "version", "group", "members", "vouchers", "totals"],
        "additionalProperties": False,
        "$defs": parts | {"Member": _member(parts["Member"]), "Pin": _PIN, "Voucher": _voucher()},
    }


def _member(told: dict[str, Any]) -> dict[str, Any]:
    """A member as she is kept: consent in words, and her PIN in place of whether she has one."""
    fields = {name: field for name, field in told["properties"].items() if name != "has_pin"}
    fields["consent"] = {"enum": ["yes", "no", None]}
    fields["pin"] = {"anyOf": [{"$ref": "#/$defs/Pin"}, {"type": "null"}]}
    return told | {"properties": fields, "required": list(fields), "additionalProperties": False}


def _voucher() -> dict[str, Any]:
    fields: dict[str, Any] = {
        "hash": _HASH | {"description": "SHA-256 of the other fields as ASCII JSON, keys sorted."},
        "at": {"type": "string", "format": "date-time"},
        "data": {"description": "The entry; its form hangs on the kind.", "type": "object"},
        "evidence": {"anyOf": [{"$ref": "#/$defs/Evidence"}, {"type": "null"}]},
        "kind": {"enum": list(KINDS)},
        "number": {"type": "integer", "minimum": 1},
        "once": {"description": "The key under which a repetition is known.", "type": "string"},
        "postings": {
            "description": "Account and paise, sum 0.",
            "type": "array",
            "items": {
                "type": "array",
                "prefixItems": [{"type": "string"}, {"type": "integer"}],
                "minItems": len(Posting.__struct_fields__),
                "items": False,
            },
        },
        "prev": _HASH | {"description": "The hash of the voucher before; 64 zeros in the first."},
    }
    forms = [
        {
            "if": {"properties": {"kind": {"const": kind}}},
            "then": {"properties": {"data": {"$ref": _PLACE.format(name=entry.__name__)}}},
        }
        for kind, entry in KINDS.items()
    ]
    required = list(fields)
    return {
        "type": "object",
        "properties": fields,
        "required": required,
        "additionalProperties": False,
        "allOf": forms,
    }
