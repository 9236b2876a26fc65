"""Books as open JSON: out and in again byte for byte, and nothing that is not whole is taken in."""

import errno
import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from msgspec import structs
from store_kit import TWINS, Clock, begin, open_vault, terms
from test_store_properties import WISHES, Wish, entry_for

from store import durable
from store.chain import seal
from store.entries import Evidence, LoanGiven, MeetingClosed, MeetingOpened, Reversal, Saving
from store.errors import BadExport, DiskTrouble, RefusedEntry
from store.export import exported, read_export
from store.export_schema import schema
from store.ledger import Ledger
from store.memory import MemoryVault
from store.tinydb import TinyVault
from store.vault import Vault

SHIPPED = Path(__file__).resolve().parent.parent / "docs" / "books.schema.json"
CLOCK = Clock()


def write(vault: Vault) -> Ledger:
    """A group of three with a PIN, a loan, a correction and an entry that was said."""
    ledger = begin(vault, CLOCK)
    ledger.set_pin("m1", "4071")
    ledger.set_consent("m2", True)
    ledger.post(MeetingOpened("M", 5_000_00), once="m")
    said = Evidence("phone", "सौ रुपये / हाँ", 0.93, "m1", ("", "0" * 32))
    ledger.post(Saving("M", "m1", 100_00), once="s1", evidence=said)
    ledger.post(Saving("M", "m2", 50_50), once="s2")
    ledger.post(Reversal(4, "गलत"), once="r")
    ledger.post(LoanGiven("M", "m3", "L1", terms(), "बकरी"), once="l")
    ledger.post(MeetingClosed("M", ledger.cash), once="c")
    return ledger


@pytest.fixture(params=TWINS)
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Vault]:
    (tmp_path / "from").mkdir()
    with open_vault(request.param, tmp_path / "from") as opened:
        write(opened)
        yield opened


@pytest.fixture(params=TWINS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Vault]:
    (tmp_path / "to").mkdir()
    with open_vault(request.param, tmp_path / "to") as opened:
        yield opened


def content() -> bytes:
    vault = MemoryVault()
    write(vault)
    return exported(vault.load(), pins=True)


@pytest.mark.parametrize("pins", [True, False])
def test_out_and_in_and_out_again_is_the_same_to_the_byte(vault: Vault, empty: Vault, pins: bool) -> None:
    first = exported(vault.load(), pins=pins)
    with empty.exclusive():
        empty.fill(read_export(first, CLOCK))
    assert exported(empty.load(), pins=pins) == first
    assert Ledger(empty, CLOCK).vouchers == Ledger(vault, CLOCK).vouchers


def test_books_that_were_taken_in_go_on(vault: Vault, empty: Vault) -> None:
    with empty.exclusive():
        empty.fill(read_export(exported(vault.load(), pins=True), CLOCK))
    ledger = Ledger(empty, CLOCK)
    assert ledger.check_pin("m1", "4071").name == "RIGHT"
    assert ledger.post(Saving("M", "m1", 100_00), once="s1").repeated
    ledger.add_member(4, "नई")
    assert ledger.post(MeetingOpened("N"), once="n").number == 8
    assert [member.number for member in Ledger(empty, CLOCK).members()] == [1, 2, 3, 4]


def test_books_taken_in_are_on_the_disk_and_open_again(tmp_path: Path) -> None:
    first = content()
    with TinyVault(tmp_path / "ujala.json") as vault:
        vault.fill(read_export(first, CLOCK))
        Ledger(vault, CLOCK).add_member(4, "नई")
    with TinyVault(tmp_path / "ujala.json") as vault:
        Ledger(vault, CLOCK).erase_member("m4")
        assert exported(vault.load(), pins=True) == first


def test_pins_leave_only_when_asked_for_and_telephones_do(vault: Vault) -> None:
    without = exported(vault.load(), pins=False)
    assert b'"salt"' not in without and b"98765 43210" in without
    assert b'"salt"' in exported(vault.load(), pins=True)


@settings(max_examples=40)
@given(WISHES)
def test_whatever_was_posted_goes_out_and_in_the_same_and_fits_the_schema(wishes: list[Wish]) -> None:
    clock, vault = Clock(), MemoryVault()
    ledger = begin(vault, clock)
    for step, wish in enumerate(wishes):
        clock.forward(timedelta(days=wish.days))
        with suppress(RefusedEntry):
            ledger.post(entry_for(wish, ledger, step), once=str(step))
    first, again = exported(vault.load(), pins=True), MemoryVault()
    again.fill(read_export(first, clock))
    assert exported(again.load(), pins=True) == first
    Draft202012Validator(schema()).validate(json.loads(first))


def test_the_shipped_schema_is_what_the_code_says() -> None:
    Draft202012Validator.check_schema(schema())
    made = json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
    assert SHIPPED.read_text(encoding="utf-8") == made, "sakhi books schema > docs/books.schema.json"


def test_the_schema_knows_the_form_of_every_entry() -> None:
    file = json.loads(content())
    Draft202012Validator(schema()).validate(file)
    for voucher in file["vouchers"]:
        voucher["data"]["amount"] = "viel"
    wrong = list(Draft202012Validator(schema()).iter_errors(file))
    savings = [voucher for voucher in file["vouchers"] if voucher["kind"] == "saving"]
    assert len(wrong) == len(savings) == 2


def changed(change: Callable[[dict[str, Any]], None]) -> bytes:
    """The export, changed by somebody, still one record a line."""
    file = json.loads(content())
    change(file)
    lines = [f'"{name}": {json.dumps(value)}' for name, value in file.items() if not isinstance(value, list)]
    for name in ("members", "vouchers"):
        rows = ",\n".join(map(json.dumps, file[name]))
        lines.append(f'"{name}": [\n{rows}\n]')
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def set_in(*path: Any, to: Any) -> Callable[[dict[str, Any]], None]:
    def change(file: dict[str, Any]) -> None:
        place: Any = file
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return change


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (set_in("vouchers", 2, "data", "amount", to=1), "line 14: entry 3 was changed after it was written"),
        (set_in("vouchers", 2, "number", to=9), "line 14: entry 3 is missing"),
        (set_in("vouchers", 2, "kind", to="theft"), "line 14: entry 3 is of an unknown kind"),
        (set_in("vouchers", 2, "more", to=1), "line 14: entry 3 cannot be read"),
        (lambda file: file["vouchers"].pop(2), "line 14: entry 3 is missing"),
        (set_in("totals", "cash", to=7), "the total of cash is told as 7 paise, its entries say 4"),
        (lambda file: file["totals"].pop("cash"), "the total of cash is told as None paise"),
        (set_in("members", 1, "id", to="m1"), "two members have the same id"),
        (set_in("members", 1, "number", to=1), "two members have the same number"),
        (set_in("members", 1, "number", to="2"), r"the member 2 \(सीता\): Expected `int`"),
        (set_in("members", 1, "nick", to="2"), r"the member 2 \(सीता\)"),
        (set_in("members", 0, "pin", "wrong", to="x"), r"the member 1 \(राधा\): Expected `int`"),
        (set_in("group", "saving", to=1.5), "the group: Expected `int`"),
        (set_in("group", "motto", to="x"), "the group has more or fewer fields than id, name"),
        (set_in("version", to=2), "its version is 2, this program reads 1"),
        (set_in("format", to="x"), "it is no export of books"),
        (set_in("notes", to="x"), "unknown field `notes`"),
        (set_in("members", to={}), r"Expected `array`, got `object` - at `\$.members`"),
    ],
)
def test_a_file_that_is_not_whole_is_refused_with_the_place(
    change: Callable[[dict[str, Any]], None], why: str
) -> None:
    with pytest.raises(BadExport, match=why):
        read_export(changed(change), CLOCK)


def test_an_entry_that_breaks_a_law_is_refused_though_its_chain_is_whole() -> None:
    vault = MemoryVault()
    ledger = write(vault)
    last = ledger.vouchers[-1]
    crooked = structs.replace(last, number=8, once="x", entry=Saving("M", "m1", 5), prev=last.hash)
    vault.append(seal(crooked))
    with pytest.raises(BadExport, match=r"^line 18: entry 8: meeting M is not open"):
        read_export(exported(vault.load(), pins=True), CLOCK)


def test_a_file_cut_anywhere_is_refused() -> None:
    whole = content()
    for length in range(0, len(whole) - 2, 37):
        with pytest.raises(BadExport):
            read_export(whole[:length], CLOCK)
    with pytest.raises(BadExport, match="line 13: "):
        read_export(whole[: whole.index(b'"once": "s1"')], CLOCK)


def test_a_vault_that_holds_a_group_is_not_filled(vault: Vault) -> None:
    before = vault.load()
    with pytest.raises(RefusedEntry, match="have a group already"), vault.exclusive():
        vault.fill(read_export(content(), CLOCK))
    assert vault.load() == before


def test_on_a_disk_that_fills_up_nothing_is_left_and_the_next_try_is_whole(tmp_path: Path) -> None:
    contents, path = read_export(content(), CLOCK), tmp_path / "ujala.json"
    for step in range(40):
        with TinyVault(path) as vault, pytest.MonkeyPatch.context() as full:
            _refuse_after(full, step)
            try:
                vault.fill(contents)
            except DiskTrouble:
                full.undo()
                assert [left.name for left in tmp_path.iterdir()] == ["ujala.json.lock"]
                continue
        break
    assert step > 3
    with TinyVault(path) as vault:
        assert vault.load() == contents


def _refuse_after(full: pytest.MonkeyPatch, calls: int) -> None:
    """The disk takes so many writes and flushes, and then no more."""
    left = calls
    for name in ("write", "fsync"):
        real = getattr(os, name)

        def try_it(*words: Any, real: Any = real) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return real(*words)

        full.setattr(durable.os, name, try_it)
