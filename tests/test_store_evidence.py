"""Recordings in the evidence: chained with their entry, older books as they were, and a person erased."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from ledger_kit import vault
from store_kit import Clock, begin

from store.chain import BrokenChain, read_chain, record_of
from store.durable import files_of
from store.entries import Attended, Checked, Evidence, MeetingOpened, Saving
from store.errors import NoSuchMember, RefusedEntry
from store.ledger import Ledger
from store.registers import REGISTERS, Books
from store.tinydb import TinyVault
from store.vault import Vault

__all__ = ["vault"]

OLD = Path(__file__).parent / "data" / "books_without_recordings.json"
"""Books as they were written before there were recordings, with a consent of true or false."""
CLIPS = ("a" * 32, "")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return Path(shutil.copy(OLD, tmp_path / "ujala.json"))


def test_recordings_stay_with_their_entry(vault: Vault) -> None:
    ledger = begin(vault, Clock())
    ledger.post(MeetingOpened("M"), once="m")
    evidence = Evidence("phone", "सौ / 1", 0.9, "m1", CLIPS)
    ledger.post(Saving("M", "m1", 100_00), once="s", evidence=evidence)
    assert Ledger(vault, Clock()).vouchers[-1].evidence == evidence
    assert ledger.pretend().vouchers == ledger.vouchers


def test_a_recording_put_in_place_of_another_is_noticed(vault: Vault) -> None:
    ledger = begin(vault, Clock())
    ledger.post(MeetingOpened("M"), once="m", evidence=Evidence("phone", "हाँ", 0.9, "m1", CLIPS))
    records = [record_of(voucher) for voucher in ledger.vouchers]
    records[-1]["evidence"]["clips"] = ["b" * 32, ""]
    with pytest.raises(BrokenChain, match="was changed"):
        read_chain(json.dumps(record).encode() for record in records)


def test_without_a_recording_an_entry_is_written_as_before(old: Path) -> None:
    written = json.loads(old.read_text(encoding="utf-8"))["vouchers"]
    with TinyVault(old) as vault:
        vouchers = Ledger(vault, Clock()).vouchers
    assert [record_of(voucher) for voucher in vouchers] == list(written.values())


def test_older_books_are_sound_and_go_on(old: Path) -> None:
    with TinyVault(old) as vault:
        ledger = Ledger(vault, Clock())
        assert ledger.pretend().vouchers == ledger.vouchers
        evidence = Evidence("phone", "हाँ", 0.9, "m1", ("a" * 32,))
        ledger.post(Checked(5, "m1", True), once="new", evidence=evidence)
    with TinyVault(old) as vault:
        assert Ledger(vault, Clock()).vouchers[-1].evidence == evidence


def test_in_older_books_a_no_may_have_been_no_answer(old: Path) -> None:
    with TinyVault(old) as vault:
        ledger = Ledger(vault, Clock())
        assert [member.consent for member in ledger.members()] == [True, None, None]
        ledger.set_consent("m2", False)
        ledger.update_member(replace(ledger.member("m1"), teaches=True))
    with TinyVault(old) as vault:
        members = Ledger(vault, Clock()).members()
        assert [member.consent for member in members] == [True, False, None]
        assert [member.teaches for member in members] == [True, False, False]


def test_an_erased_member_is_no_longer_known_but_her_entries_are(vault: Vault) -> None:
    ledger = begin(vault, Clock())
    ledger.post(MeetingOpened("M"), once="m")
    receipt = ledger.post(Saving("M", "m1", 100_00), once="s")
    ledger.post(Checked(receipt.number, "m1", True), once="c", evidence=Evidence("phone", "हाँ", 1.0, "m1"))
    with pytest.raises(RefusedEntry, match="savings or a loan"):
        ledger.erase_member("m1")
    ledger.erase_member("m2")
    again = Ledger(vault, Clock())
    assert [member.id for member in again.members()] == ["m1", "m3"]
    with pytest.raises(NoSuchMember):
        again.erase_member("m2")


def test_what_the_erased_did_stays_under_an_id_that_nobody_gets(vault: Vault) -> None:
    ledger = begin(vault, Clock())
    ledger.post(MeetingOpened("M"), once="m")
    ledger.post(Attended("M", "m3"), once="here")
    ledger.erase_member("m3")
    (page,) = REGISTERS["attendance"](Books(ledger)).pages
    assert page.rows[-1][:2] == (None, "m3")
    assert ledger.add_member(3, "नई").id == "m3-2"


def test_of_the_erased_no_copy_of_the_file_tells(tmp_path: Path) -> None:
    path = tmp_path / "ujala.json"
    with TinyVault(path) as vault:
        ledger = begin(vault, Clock())
        ledger.add_member(4, "मीना", phones=["9876500000"])
        ledger.set_pin("m4", "4321")
        ledger.erase_member("m4")
    for kept in files_of(path):
        for hers in ("मीना", json.dumps("मीना")[1:-1], "9876500000"):
            assert hers not in kept.read_text(encoding="utf-8"), kept
    with TinyVault(path) as vault:
        assert len(Ledger(vault, Clock()).members()) == 3
