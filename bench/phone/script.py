"""A conversation that was held before in memory, and is held again over the line: it must be the same.

The twin of the call tells what Sakhi says after each answer and what is posted: a script is only answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from bench.phone import alaw
from flows.identity import Caller
from flows.phone import phone
from flows.talk import Talk
from flows.turn import HungUp, Line, Turn
from ivr.channel import HANGUP, Reply, ScriptedCaller, converse, keys
from ivr.sections import Settings
from ivr.voice import Voice
from speech.audio import Samples
from store.chain import Voucher
from store.ledger import Ledger

Posted = list[tuple[Any, ...]]
"""What was posted, without the numbers and times that differ between two books."""
AS_SENT = 0.98
"""Correlation of what is heard with what was said from which on they are the same."""
STEP = alaw.RATE // 50


@dataclass(frozen=True, slots=True)
class Expected:
    """What the twin of a call went through."""

    turns: tuple[Turn, ...]
    """What is said and asked, one more than there are answers unless the last answer is a hang-up."""
    posted: Posted
    """What was posted."""


def is_keys(answer: str) -> bool:
    """Whether an answer is pressed and not said."""
    return bool(answer) and set(answer) <= set("0123456789*#")


def rehearsed(
    settings: Settings, ledger: Ledger, number: str, answers: Sequence[str], hang_up: bool = False
) -> Expected:
    """Hold the conversation in memory. `hang_up`: instead of an answer after the last one."""
    twin = ledger.pretend()
    talk = Talk("twin", "phone", keeps_for=settings.evidence.keeps_for)
    replies: list[Reply] = [keys(each.rstrip("#")) if is_keys(each) else each for each in answers]
    caller = ScriptedCaller(*replies, *([HANGUP] if hang_up else []))
    try:
        converse(phone(talk, twin, Caller(number, settings.pin.spoken)), caller, talk)
    except HungUp:
        assert hang_up
    before = len(ledger.vouchers)
    return Expected(tuple(each.turn for each in caller.transcript), posted(twin.vouchers[before:]))


def posted(vouchers: Sequence[Voucher]) -> Posted:
    """What vouchers say."""
    return [
        (voucher.kind, *(getattr(voucher.entry, field.name) for field in fields(voucher.entry)))
        for voucher in vouchers
    ]


def sounds(voice: Voice, line: Line) -> Samples:
    """How a line sounds on the telephone before it is coded."""
    return voice.speak(line).audio.resampled(alaw.RATE).samples


def heard(said: Samples, codes: bytes) -> float:
    """How like what was said the likest piece of what was heard is: their correlation, at most 1."""
    at = codes.find(alaw.encoded(said))
    received = alaw.decoded(codes).astype(np.float64)
    if at < 0:
        at = _likest(said.astype(np.float64), received)
    piece = received[at : at + len(said)]
    if len(piece) < len(said) or not piece.any():
        return 0.0
    return float(np.corrcoef(said, piece)[0, 1])


def _likest(said: Any, received: Any) -> int:
    if len(received) < len(said):
        return len(received)
    size = 1 << (len(said) + len(received) - 1).bit_length()
    spectra = np.fft.rfft(received, size) * np.conj(np.fft.rfft(said, size))
    return int(np.argmax(np.fft.irfft(spectra, size)[: len(received) - len(said) + 1]))
