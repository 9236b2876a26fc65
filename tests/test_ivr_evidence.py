"""Confirmations kept as sound with their entries: what is kept, when, and what a kill or a full disk does."""

import signal
import subprocess
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from ear_kit import alike
from flows_kit import NOW, in_session, private
from spoken_kit import PROMPT, SETTINGS, SimulatedWire, ToneVoice, say

from flows.confirmation import confirmation
from flows.consent import keep_answers
from flows.expect import Digits, Expect, Rupees, YesNo
from flows.savings import saving_of
from flows.talk import Talk
from flows.turn import Heard, Line, Turn
from ivr.channel import converse
from ivr.clips import Clips, FolderClips, MemoryClips
from ivr.spoken import SpokenChannel
from speech.audio import Audio
from speech.echo import EchoRecognizer
from store.chain import Voucher
from store.entries import Checked, Saving
from store.ledger import Ledger
from store.tinydb import TinyVault

QUESTION = Line("toy.question")


def channel(wire: SimulatedWire, clips: Clips) -> SpokenChannel:
    return SpokenChannel(wire, ToneVoice(), EchoRecognizer().session(), SETTINGS, clips=clips)


def answered(
    *events: tuple[float, Audio | str],
    expect: Expect[Any] | None = None,
    barge_in: bool = False,
    keep: bool = True,
) -> tuple[Heard, Audio | None]:
    """What was heard, and what was kept of it."""
    clips = MemoryClips()
    turn = Turn((QUESTION,), expect or YesNo(), QUESTION, barge_in=barge_in, keep=keep)
    heard = channel(SimulatedWire(*events), clips).exchange(turn)
    return heard, clips.sound(heard.recording) if heard.recording else None


def sounds_like(sound: Audio, said: Audio) -> bool:
    return alike(said.resampled(sound.rate).samples, sound.samples) > 0.99


def test_the_sound_of_an_answer_is_kept() -> None:
    heard, sound = answered((PROMPT + 1, say("हाँ")))
    assert heard.text == "हाँ" and sound is not None
    assert sounds_like(sound, say("हाँ"))


def test_nothing_is_kept_that_was_not_asked_for() -> None:
    heard, sound = answered((PROMPT + 1, say("हाँ")), keep=False)
    assert heard.text == "हाँ" and sound is None


def test_what_is_said_during_the_question_is_not_kept() -> None:
    aside = say("यह कोई न सुने")
    _, sound = answered((0.5, aside), (PROMPT + 1, say("हाँ")))
    assert sound is not None and sound.seconds < 2.5
    assert not sounds_like(sound, aside)


def test_an_answer_over_the_question_is_taken_and_not_kept() -> None:
    heard, sound = answered((1.0, say("दो सौ रुपये")), expect=Rupees(1_000_00), barge_in=True)
    assert heard.text == "दो सौ रुपये" and sound is None


@pytest.mark.parametrize("event", ["1", say("अच्छा"), Audio.silence(1, 8000)], ids=["key", "other", "none"])
def test_keys_and_what_is_no_answer_are_not_kept(event: str | Audio) -> None:
    assert answered((PROMPT + 1, event))[1] is None


def test_a_pin_is_not_kept_whatever_a_turn_says() -> None:
    pin = (PROMPT + 1, say("एक दो तीन चार"))
    heard, sound = answered(pin, expect=Digits(4, 4, secret=True))
    assert heard.text == "एक दो तीन चार" and sound is None


def test_the_answer_to_the_next_question_is_not_in_the_clip_of_this_one() -> None:
    clips = MemoryClips()
    one = channel(SimulatedWire((PROMPT + 1, say("नहीं")), (2 * PROMPT + 2.5, say("हाँ"))), clips)
    turn = Turn((QUESTION,), YesNo(), QUESTION, barge_in=False, keep=True)
    first, second = one.exchange(turn), one.exchange(turn)
    kept = [clips.sound(heard.recording or "") for heard in (first, second)]
    assert [heard.text for heard in (first, second)] == ["नहीं", "हाँ"]
    assert kept[0] and kept[1] and sounds_like(kept[1], say("हाँ"))
    assert not sounds_like(kept[1], say("नहीं"))


async def save(talk: Talk, ledger: Ledger) -> None:
    keep_answers(talk, ledger.members())
    await saving_of(talk, ledger, "2026-11-10", ledger.member("m1"))


async def check(talk: Talk, ledger: Ledger) -> None:
    keep_answers(talk, ledger.members())
    await confirmation(talk, ledger, ledger.member("m1"))


def talked(flow: Coroutine[Any, Any, None], talk: Talk, clips: Clips, *events: tuple[float, Audio]) -> None:
    converse(flow, channel(SimulatedWire(*events), clips), talk)


def agreed() -> Ledger:
    ledger = in_session(private())
    ledger.set_consent("m1", True)
    return ledger


def test_amount_and_yes_are_kept_with_the_entry(tmp_path: Path) -> None:
    ledger, clips, talk = agreed(), FolderClips(tmp_path / "clips"), Talk("t", "kiosk", keeps_for=90)
    saying = ((PROMPT + 1, say("दो सौ रुपये")), (2 * PROMPT + 3.5, say("हाँ")))
    talked(save(talk, ledger), talk, clips, *saying)
    voucher = ledger.vouchers[-1]
    assert isinstance(voucher.entry, Saving) and voucher.evidence is not None
    kept = [clips.sound(name) for name in voucher.evidence.clips]
    assert len(kept) == 2 and kept[0] is not None and kept[1] is not None
    assert sounds_like(kept[0], say("दो सौ रुपये")) and sounds_like(kept[1], say("हाँ"))


ROOM = 6_000
"""Bytes that a file may have on the full disk: more than those of the books, fewer than a clip."""
HAPPENING = """
import logging, os, resource, signal, sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from test_ivr_evidence import *

class Killed(FolderClips):
    def keep(self, sound):
        name = super().keep(sound)
        if {when!r} == "after the clip":
            os.kill(os.getpid(), signal.SIGKILL)
        return name

def post_and_die(*arguments, **options):
    receipt = post(*arguments, **options)
    if {when!r} == "after the entry":
        os.kill(os.getpid(), signal.SIGKILL)
    return receipt

logging.basicConfig(level=logging.WARNING)
home = Path({home!r})
if {when!r} == "full disk":
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, resource.RLIM_INFINITY))
with TinyVault(home / "ujala.json") as vault:
    ledger = Ledger(vault, lambda: NOW)
    post, ledger.post = ledger.post, post_and_die
    talk = Talk("t", "phone", keeps_for=90)
    talked(check(talk, ledger), talk, Killed(home / "clips"), (PROMPT + 1, say("हाँ")))
"""


def confirmed(folder: Path, when: str) -> tuple["subprocess.CompletedProcess[str]", list[Voucher]]:
    """A yes to an entry by a process to which something happens; what it posted."""
    with TinyVault(folder / "ujala.json") as vault:
        ledger = in_session(private(vault=vault))
        ledger.set_consent("m1", True)
        before = len(ledger.vouchers)
    script = HAPPENING.format(tests=str(Path(__file__).parent), home=str(folder), when=when)
    done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True)
    with TinyVault(folder / "ujala.json") as vault:
        return done, list(Ledger(vault, lambda: NOW).vouchers[before:])


@pytest.mark.parametrize("when", ["after the clip", "after the entry"])
def test_killed_between_clip_and_entry_no_entry_names_a_clip_that_is_not_there(
    tmp_path: Path, when: str
) -> None:
    done, posted = confirmed(tmp_path, when)
    assert done.returncode == -signal.SIGKILL, done.stderr
    named = [name for v in posted if v.evidence for name in v.evidence.clips]
    assert len(posted) == len(named) == (when == "after the entry")
    assert all(FolderClips(tmp_path / "clips").sound(name) is not None for name in named)
    assert len(list((tmp_path / "clips").iterdir())) == 1


def test_an_entry_does_not_fail_over_a_clip_for_which_the_disk_has_no_room(tmp_path: Path) -> None:
    """A limit on the size of files, between that of the books and that of the clip, is such a disk."""
    done, posted = confirmed(tmp_path, "full disk")
    assert done.returncode == 0, done.stderr
    assert [voucher.entry for voucher in posted] == [Checked(2, "m1", True)]
    assert posted[0].evidence is not None and posted[0].evidence.clips == ()
    assert "a recording could not be kept" in done.stderr
    assert list((tmp_path / "clips").iterdir()) == []
