"""What restoring a backup would lose: what is in the books of now and not in those of then."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import msgspec

from ivr.backup.restore import Plan
from ivr.sections import Settings
from store.chain import BrokenChain, Record, Voucher, read_chain
from store.copies import copy_books
from store.durable import files_of
from store.errors import BooksError
from store.snapshot import Docs


@dataclass(frozen=True, slots=True)
class Loss:
    """What one group would lose."""

    group: str
    """Its id."""
    entries: tuple[Voucher, ...] = ()
    """Entries that are not in the backup."""
    gained: int = 0
    """Entries of the backup that are not in the books of now."""
    names: dict[str, str] | None = None
    """Member id → name, in the books of now; None when these cannot be read."""
    members: tuple[str, ...] = ()
    """Names of members who are not in the backup."""
    changed: tuple[str, ...] = ()
    """Names of members of whom something else is kept now: a PIN, a telephone."""
    why: str = ""
    """Why the books of now cannot be read."""


def losses(settings: Settings, plan: Plan, folder: Path) -> Iterator[Loss]:
    """Group by group, for those that have books now. `folder` holds what would be put in place."""
    for group in plan.groups:
        now, then = settings.books / f"{group}.json", folder / "books" / f"{group}.json"
        if not files_of(now):
            continue
        try:
            yield _loss(group, copy_books(now).tables, copy_books(then).tables if then.exists() else {})
        except (BooksError, BrokenChain) as error:
            yield Loss(group, why=str(error))


def _loss(group: str, now: dict[str, Docs], then: dict[str, Docs]) -> Loss:
    here, there = _vouchers(now), _vouchers(then)
    same = (one.hash == other.hash for one, other in zip(here, there, strict=False))
    common = sum(takewhile(bool, same))
    members, kept = _members(now), _members(then)
    names = {member: str(record["name"]) for member, record in members.items()}
    missing = tuple(name for member, name in names.items() if member not in kept)
    changed = tuple(names[member] for member in members if member in kept and members[member] != kept[member])
    return Loss(group, here[common:], len(there) - common, names, missing, changed)


def _vouchers(tables: dict[str, Docs]) -> tuple[Voucher, ...]:
    return read_chain(tables.get("vouchers", {}).values())


def _members(tables: dict[str, Docs]) -> dict[str, Record]:
    records = map(msgspec.json.decode, tables.get("members", {}).values())
    return {record["id"]: record for record in records}
