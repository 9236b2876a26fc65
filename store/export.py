"""A group's books as open JSON, one record a line: to be kept, read by other programs, or taken in elsewhere.

docs/books.md shows the form and docs/books.schema.json describes it. What is read back is tried as if every
entry were posted anew; a file that is not whole is refused with the line and the entry.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

import msgspec

from store.chain import BrokenChain, Record, Voucher, read_chain, record_of, seal
from store.errors import BadExport, NoGroupYet
from store.laws import breaches
from store.ledger import Ledger
from store.memory import MemoryVault
from store.people import Group, Member, person_of, person_record
from store.pins import Pin
from store.vault import Contents

FORMAT = "bol-sakhi-books"
VERSION = 1
"""Of the form. Higher ones are refused."""

_ENTRY = re.compile(r"entry (\d+)")


class _Head(msgspec.Struct):
    format: str
    version: int


class _File(msgspec.Struct, forbid_unknown_fields=True):
    """All of the file."""

    format: str
    version: int
    group: Record
    members: list[Record]
    vouchers: list[msgspec.Raw]
    totals: dict[str, int]


def exported(contents: Contents, *, pins: bool) -> bytes:
    """The books as JSON in UTF-8; the members' salted PINs only when `pins` says so.

    Raises NoGroupYet, and BadExport for an entry that only a newer version can write down whole.
    """
    for voucher in contents.vouchers:
        if seal(voucher) != voucher:
            raise BadExport(f"entry {voucher.number} was written by a newer version; export with that")
    group = Group(**contents.group) if contents.group is not None else None
    if group is None:
        raise NoGroupYet
    members = [person_record(person_of(record)) for record in contents.members]
    return _told(
        {
            "format": FORMAT,
            "version": VERSION,
            "group": asdict(group),
            "members": [
                record if pins else record | {"pin": None}
                for record in sorted(members, key=lambda record: record["number"])
            ],
            "vouchers": list(map(record_of, contents.vouchers)),
            "totals": totals(contents.vouchers),
        }
    )


def _told(fields: Record) -> bytes:
    return "".join(("{\n", ",\n".join(map(_field, fields.items())), "\n}\n")).encode()


def _field(field: tuple[str, Any]) -> str:
    name, value = field
    if not isinstance(value, list) or not value:
        return f'  "{name}": {_json(value)}'
    rows = ",\n".join(f"    {_json(row)}" for row in value)
    return f'  "{name}": [\n{rows}\n  ]'


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def totals(vouchers: Iterable[Voucher]) -> dict[str, int]:
    """What the entries moved into each account, paise, by the account's name."""
    moved: dict[str, int] = defaultdict(int)
    for voucher in vouchers:
        for leg in voucher.postings:
            moved[leg.account] += leg.amount
    return dict(sorted(moved.items()))


def read_export(content: bytes, now: Callable[[], datetime]) -> Contents:
    """The inverse of `exported`, with everything tried: form, chain, laws, totals. Raises BadExport."""
    file = _parsed(content)
    try:
        group = _checked_group(file.group)
        members = tuple(map(_checked_member, file.members))
        vouchers = read_chain(map(bytes, file.vouchers))
    except BrokenChain as error:
        why = str(error).replace("voucher", "entry", 1)
        raise BadExport(f"{_line(file, error.number, content)}{why}") from error
    contents = Contents(group, members, vouchers)
    problems = tuple(_problems(file, contents, now))
    if problems:
        raise BadExport("; ".join(f"{_place(file, each, content)}{each}" for each in problems))
    return contents


def _parsed(content: bytes) -> _File:
    try:
        head = msgspec.json.decode(content, type=_Head)
        if head.format != FORMAT:
            raise BadExport(f"it is no export of books: its format is {head.format!r}, not {FORMAT!r}")
        if head.version != VERSION:
            raise BadExport(f"its version is {head.version}, this program reads {VERSION}; use a newer one")
        return msgspec.json.decode(content, type=_File)
    except msgspec.DecodeError as error:
        raise BadExport(f"{_at_byte(content, str(error))}{error}") from error


def _at_byte(content: bytes, why: str) -> str:
    """The line of a fault that is told by its byte."""
    found = re.search(r"\(byte (\d+)\)", why)
    place = len(content) if "truncated" in why else int(found[1]) if found else None
    return "" if place is None else _line_at(content, place)


def _line_at(content: bytes, place: int) -> str:
    number = content.count(b"\n", 0, place) + 1
    return f"line {number}: "


def _checked_group(record: Record) -> Record:
    try:
        group = msgspec.convert(record, Group)
    except msgspec.ValidationError as error:
        raise BadExport(f"the group: {error}") from error
    if asdict(group) != record:
        raise BadExport(f"the group has more or fewer fields than {', '.join(asdict(group))}")
    return record


def _checked_member(record: Record) -> Record:
    """A member's record, seen to be one of ours: nothing in it is of another type, more or fewer."""
    who = f"the member {record.get('number')} ({record.get('name')})"
    try:
        person = person_of(record)
        msgspec.convert(asdict(person.member), Member)
        if person.pin is not None:
            msgspec.convert(asdict(person.pin), Pin)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadExport(f"{who}: {error}") from error
    if person_record(person) != record:
        raise BadExport(f"{who} has more or fewer fields than {', '.join(person_record(person))}")
    return record


def _problems(file: _File, contents: Contents, now: Callable[[], datetime]) -> Iterator[str]:
    for what in ("id", "number"):
        values = [record[what] for record in contents.members]
        if len(set(values)) < len(values):
            yield f"two members have the same {what}"
    vault = MemoryVault()
    vault.fill(contents)
    yield from breaches(Ledger(vault, now))
    moved = totals(contents.vouchers)
    for account in sorted(moved.keys() | file.totals.keys()):
        said, found = file.totals.get(account), moved.get(account)
        if said != found:
            yield f"the total of {account} is told as {said} paise, its entries say {found}"


def _place(file: _File, problem: str, content: bytes) -> str:
    found = _ENTRY.match(problem)
    return _line(file, int(found[1]), content) if found else ""


def _line(file: _File, number: int, content: bytes) -> str:
    """The line on which an entry stands."""
    if not 0 < number <= len(file.vouchers):
        return ""
    place = 0
    for raw in file.vouchers[:number]:
        place = content.index(bytes(raw), place) + 1
    return _line_at(content, place)
