"""Damage to the file: always noticed, never opened as sound or as empty, never overwritten."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from store_kit import Clock, sound_books
from tinydb import TinyDB

from store.chain import BrokenChain, Posting, read_chain, record_of, seal
from store.durable import good_path
from store.entries import Saving
from store.errors import DamagedBooks
from store.ledger import Ledger
from store.repair import repair
from store.snapshot import Snapshot, pieces_of
from store.tinydb import TinyVault

CLOCK = Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Sound books: a group of three and an open meeting."""
    return sound_books(tmp_path, CLOCK)


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with TinyVault(path) as vault:
        yield Ledger(vault, CLOCK)


def test_stock_tinydb_reads_the_file(path: Path) -> None:
    with TinyDB(path) as stock:
        assert stock.tables() == {"checksum", "journal", "group", "members", "vouchers"}
        assert stock.table("group").all()[0]["name"] == "उजाला समूह"
        assert [voucher["kind"] for voucher in stock.table("vouchers")] == [
            "opening_balance",
            "meeting_opened",
        ]


def test_an_edit_by_stock_tinydb_is_refused(path: Path) -> None:
    with TinyDB(path) as stock:
        stock.table("members").update({"name": "कोई और"})
    with pytest.raises(DamagedBooks):
        TinyVault(path)


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "cut in the head": lambda content: content[:40],
    "cut in half": lambda content: content[: len(content) // 2],
    "last byte lost": lambda content: content[:-1],
    "zeroes": lambda content: bytes(len(content)),
    "a byte more": lambda content: content + b"\n",
    "doubled": lambda content: content * 2,
    "not ours": lambda content: b"{}",
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_snapshot_is_refused_and_repaired_without_a_loss(path: Path, kind: str) -> None:
    damaged = DAMAGE[kind](path.read_bytes())
    path.write_bytes(damaged)
    with pytest.raises(DamagedBooks) as caught:
        TinyVault(path)
    assert caught.value.path == path
    assert path.read_bytes() == damaged
    repaired = repair(path)
    assert repaired is not None
    assert (repaired.kept, repaired.lost, repaired.gone) == (2, (), ())
    assert repaired.aside[0].read_bytes() == damaged
    with TinyVault(path) as vault:
        kinds = [voucher.kind for voucher in Ledger(vault, CLOCK).vouchers]
    assert kinds == ["opening_balance", "meeting_opened"]


def test_any_flipped_bit_is_noticed(path: Path) -> None:
    sound = path.read_bytes()
    for place in range(0, len(sound), 7):
        path.write_bytes(sound[:place] + bytes([sound[place] ^ (1 << place % 8)]) + sound[place + 1 :])
        with pytest.raises(DamagedBooks):
            TinyVault(path)


def test_a_lost_file_is_not_taken_for_new_books(path: Path) -> None:
    path.unlink()
    with pytest.raises(DamagedBooks, match="missing"):
        TinyVault(path)
    repaired = repair(path)
    assert repaired is not None
    assert (repaired.kept, repaired.lost, repaired.gone) == (2, (), ())
    with TinyVault(path) as vault:
        assert len(Ledger(vault, CLOCK).vouchers) == 2


def test_damage_while_the_books_are_open_is_refused_not_overwritten(ledger: Ledger, path: Path) -> None:
    path.write_bytes(b"")
    with pytest.raises(DamagedBooks):
        ledger.post(Saving("M", "m1", 100), once="s")
    assert ledger.saved_by("m1") == 0
    assert path.read_bytes() == b""


def forge(path: Path, change: Callable[[list[dict[str, Any]]], None]) -> None:
    """Change the vouchers as someone would who knows how the checksum is made."""
    tables = json.loads(path.read_bytes())
    del tables["checksum"]
    records = list(tables["vouchers"].values())
    change(records)
    tables["vouchers"] = {str(number): record for number, record in enumerate(records, start=1)}
    docs = {
        name: {key: json.dumps(row).encode() for key, row in rows.items()} for name, rows in tables.items()
    }
    path.write_bytes(b"".join(pieces_of(Snapshot(docs))))


FORGERIES: dict[str, tuple[Callable[[list[dict[str, Any]]], None], str]] = {
    "amount": (lambda records: records[0]["data"].update(cash=1), "voucher 1 was changed"),
    "lost": (lambda records: records.pop(0), "voucher 1 is missing"),
    "kind": (lambda records: records[1].update(kind="gift"), "voucher 2 is of an unknown kind"),
    "field": (lambda records: records[1].pop("at"), "voucher 2 cannot be read"),
    "link": (lambda records: records[1].update(prev="0" * 64), "voucher 2 was changed"),
}


@pytest.mark.parametrize("kind", FORGERIES)
def test_a_changed_voucher_breaks_the_chain_even_under_a_right_checksum(path: Path, kind: str) -> None:
    change, why = FORGERIES[kind]
    forge(path, change)
    with pytest.raises(DamagedBooks, match=why):
        TinyVault(path)


def test_a_voucher_that_does_not_balance_is_refused(ledger: Ledger) -> None:
    crooked = seal(structs.replace(ledger.vouchers[0], postings=(Posting("cash", 1),)))
    with pytest.raises(BrokenChain, match="balance"):
        read_chain([json.dumps(record_of(crooked)).encode()])


def test_what_cannot_be_recovered_is_told_and_left_as_it_is(path: Path) -> None:
    path.write_bytes(b"")
    good_path(path).write_bytes(b"")
    with pytest.raises(DamagedBooks, match="restore a backup"):
        TinyVault(path)
    before = {item.name for item in path.parent.iterdir()}
    with pytest.raises(DamagedBooks, match="nothing of them can be recovered"):
        repair(path)
    assert {item.name for item in path.parent.iterdir()} == before


def test_sound_books_are_not_touched_by_a_repair(path: Path) -> None:
    before = {item.name: item.read_bytes() for item in path.parent.iterdir()}
    assert repair(path) is None
    assert {item.name: item.read_bytes() for item in path.parent.iterdir()} == before


def test_every_damaged_file_is_kept(path: Path) -> None:
    for expected in ("ujala.json.damaged-1", "ujala.json.damaged-2"):
        path.write_bytes(b"")
        repaired = repair(path)
        assert repaired is not None
        assert repaired.aside[0].name == expected
    assert {"ujala.json.damaged-1", "ujala.json.damaged-2"} <= {item.name for item in path.parent.iterdir()}
