"""Calls of all kinds, and what goes wrong in them: the log at its most talkative tells nothing of anybody."""

import logging
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from campaign_kit import GITA, RADHA, SITA, Home, home
from spoken_kit import ToneVoice, say

from ivr.channel import said
from ivr.line.call import Call
from ivr.line.talks import Talks
from ivr.line.wire import BYTES, SILENCE, PhoneWire
from speech.audio import Audio
from speech.echo import EchoRecognizer
from store.entries import Checked

STRANGER, PIN, WRONG = "9123456789", "4071", "8888"
WORDS = ("राधा", "सीता", "गीता", "हाँ", "नहीं", "मदद", "शिकायत", "उजाला")
HER_TURN = 20
"""Frames of silence on the line after which she speaks: 0.4 s, more than there is between two lines."""


class Caller:
    """Answers each question on the line with her next reply, keys or sound, and hangs up at the next one."""

    def __init__(self, *replies: str | Audio) -> None:
        self._replies = list(replies)

    def talk(self, wire: PhoneWire, thread: threading.Thread) -> None:
        """Be on the line until the conversation is over. Time goes as fast as the conversation does."""
        quiet, spoken = 0, False
        to_say: list[tuple[bytes, str]] = []
        while thread.is_alive():
            while wire.waiting and thread.is_alive():
                time.sleep(0)
            out = wire.tick(*(to_say.pop(0) if to_say else (SILENCE, "")))
            quiet = quiet + 1 if out == SILENCE and not to_say else 0
            spoken = spoken or out != SILENCE
            if spoken and quiet == HER_TURN:
                if not self._replies:
                    break
                to_say, spoken = frames(self._replies.pop(0)), False
        wire.gone()
        thread.join()


def frames(reply: str | Audio) -> list[tuple[bytes, str]]:
    if isinstance(reply, str):
        return [(SILENCE, key) for key in reply]
    sound = np.asarray(reply.resampled(8000).samples, "<i2").tobytes()
    return [(sound[at : at + BYTES].ljust(BYTES, b"\0"), "") for at in range(0, len(sound), BYTES)]


@pytest.fixture
def there(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Home]:
    caplog.set_level(logging.DEBUG)
    made = home(tmp_path)
    with made.books() as ledger:
        for member_id in ("m1", "m2"):
            ledger.set_pin(member_id, PIN)
    yield made


def called(there: Home, caller: str, *replies: str | Audio, task: bool = False) -> str:
    """A call from (or, as a `task`, to) a number; the traceback of its trouble, if there was any."""
    talks = Talks(there.settings, EchoRecognizer(), ToneVoice(0.1), there.shelf, there.campaign)
    wire, number, trouble = PhoneWire(), uuid4(), list[str]()
    call = Call("PJSIP/trunk-1", caller, task=there.add(phone=caller) if task else None)

    def answer() -> None:
        try:
            talks.answer(call, number, wire)
        except Exception as error:
            trouble.append("".join(traceback.format_exception(error)))
        wire.hangup()

    thread = threading.Thread(target=answer)
    thread.start()
    Caller(*replies).talk(wire, thread)
    talks.tidy()
    return "".join(trouble)


def test_the_log_tells_nothing_of_anybody(there: Home, caplog: pytest.LogCaptureFixture) -> None:
    yes = say("हाँ")
    trouble = called(there, RADHA, "1", "2", f"{PIN}#", "1", yes, "7")
    with there.books() as ledger:
        (checked,) = (v for v in ledger.vouchers if isinstance(v.entry, Checked))
    assert checked.evidence and checked.evidence.heard == said("हाँ").text and checked.evidence.clips
    trouble += called(there, RADHA, "1", "2", *[f"{WRONG}#"] * 3, "7")
    trouble += called(there, SITA, yes, say("हिसाब"), say("एक दो तीन चार"), say("मदद"), "7")
    trouble += called(there, RADHA, "1", "5", say("मेरी शिकायत सुनिए बहन"), "7")
    trouble += called(there, STRANGER, "2", say("मेरी शिकायत सुनिए बहन"), "1")
    trouble += called(there, "", say("राधा"), "2", f"{PIN}#")
    trouble += called(there, RADHA, "1", f"{PIN}#", yes, task=True)
    assert not trouble
    books = there.settings.books / "ujala.json"
    books.write_bytes(books.read_bytes()[:-20] + b"x" * 20)
    trouble = called(there, RADHA, "1")
    written = caplog.text + trouble
    assert "hung up" in written
    clips = [path.stem for path in there.settings.clips.rglob("*.flac")]
    numbers = ["".join(filter(str.isdigit, number)) for number in (RADHA, SITA, GITA, STRANGER)]
    secrets = [*WORDS, PIN, WRONG, RADHA, SITA, *numbers, *clips]
    assert clips and [secret for secret in secrets if secret in written] == []


def test_who_calls_while_her_group_meets_at_the_kiosk_is_called_back(there: Home) -> None:
    there.shelf.groups_of(RADHA)
    with there.books():
        assert not called(there, RADHA)
    assert [(task.purpose, task.state) for task in there.queue.tasks()] == [("call_back", "waiting")]


def test_how_many_names_have_no_natural_sound_is_told_and_not_which(
    there: Home, caplog: pytest.LogCaptureFixture
) -> None:
    talks = Talks(there.settings, EchoRecognizer(), ToneVoice(0.1), there.shelf, there.campaign)
    with there.books() as ledger:
        ledger.add_member(4, "झिंगुर")
    with there.shelf.taken("ujala"):  # somebody calls meanwhile
        talks.tidy()
    assert "with 1 of the names" in caplog.text
    assert "झिंगुर" not in caplog.text
