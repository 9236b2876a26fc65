"""A hang-up in each turn of a call, on a line with a fake Asterisk: the talk ends and the books are whole."""

import threading
from pathlib import Path
from queue import SimpleQueue

import pytest
from flows_kit import BOOKS, NOW, calling
from line_kit import PATIENCE, Door, FakeAsterisk, door
from spoken_kit import SETTINGS, Notes, ToneVoice

from flows.phone import phone
from flows.talk import Talk
from flows.turn import HungUp, Turn
from ivr.channel import converse
from ivr.line.frames import Frame, Kind
from ivr.line.wire import PhoneWire
from ivr.spoken import SpokenChannel
from speech.echo import EchoRecognizer
from store.entries import Entry
from store.ledger import Ledger
from store.people import Newcomer
from store.tinydb import TinyVault

BALANCE = ["1", "1", "1234#", "2", "7"]
CONFIRMATION = ["1", "2", "1234#", "1", "2", "1", "1", "7"]
ENDED = 25
"""Silent frames after which a prompt has ended: more than between two of its lines."""


class Asked(Notes):
    """Tells when a question has been put."""

    def __init__(self) -> None:
        super().__init__()
        self.turns: SimpleQueue[Turn] = SimpleQueue()

    def asked(self, turn: Turn, texts: tuple[str, ...]) -> None:
        if turn.expect:
            self.turns.put(turn)


def begun(path: Path) -> None:
    """The books of राधा and सीता, who share a telephone, on the disk."""
    there = BOOKS["shared-phone"]()
    with TinyVault(path) as vault:
        ledger = Ledger.found(vault, there.group, lambda: NOW)
        for member in there.members():
            pin = "1234" if member.has_pin else None
            ledger.add_members([Newcomer(member.number, member.name, phones=member.phones, pin=pin)])
        for voucher in there.vouchers:
            ledger.post(voucher.entry, once=voucher.once)


def held(path: Path, keys: list[str], cut: int, open_door: Door) -> tuple[Entry, ...]:
    """What the books hold after a call that is cut off when its question number `cut` was put."""
    asterisk = open_door.dial(open_door.announce("call"))
    _, _, wire = open_door.answered.get(timeout=PATIENCE)
    asked = Asked()
    ended: list[bool] = []
    talk = threading.Thread(target=lambda: ended.append(_talk(path, wire, asked)))
    talk.start()
    for pressed in keys[:cut]:
        asked.turns.get(timeout=PATIENCE)
        _until_silence(asterisk)
        asterisk.send(*(Frame(Kind.KEY, key.encode()) for key in pressed))
    if cut < len(keys):
        asked.turns.get(timeout=PATIENCE)
        asterisk.hang_up()
    talk.join(PATIENCE)
    assert ended == [cut == len(keys)]
    with TinyVault(path) as vault:
        return tuple(voucher.entry for voucher in Ledger(vault, lambda: NOW).vouchers)


def _talk(path: Path, wire: PhoneWire, asked: Asked) -> bool:
    """Whether it came to its end."""
    with TinyVault(path) as vault:
        ledger, talk = Ledger(vault, lambda: NOW), Talk("call", "phone")
        channel = SpokenChannel(wire, ToneVoice(0.1), EchoRecognizer().session(), SETTINGS, observer=asked)
        try:
            converse(phone(talk, ledger, calling(ledger, "12345")), channel, talk)
        except HungUp:
            return False
        return True


def _until_silence(asterisk: FakeAsterisk) -> None:
    """Until a prompt has been heard to its end."""
    loud, quiet = False, 0
    while not loud or quiet < ENDED:
        frame = asterisk.receive()
        assert frame is not None
        silent = not any(frame.payload)
        loud, quiet = loud or not silent, quiet + 1 if silent else 0


@pytest.mark.parametrize("keys", [BALANCE, CONFIRMATION], ids=["balance", "confirmation"])
def test_a_hangup_in_any_turn_keeps_what_was_confirmed_and_nothing_else(
    keys: list[str], tmp_path: Path
) -> None:
    found = []
    with door() as open_door:
        for cut in range(len(keys) + 1):
            path = tmp_path / f"{cut}.json"
            begun(path)
            found.append(held(path, keys, cut, open_door))
    assert all(entries == found[-1][: len(entries)] for entries in found)
    assert list(map(len, found)) == sorted(map(len, found))
    assert len(found[-1]) - len(found[0]) == (5 if keys is CONFIRMATION else 0)
