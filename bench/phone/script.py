"""A conversation that was held before in memory, and is held again over the line: it must be the same.

The twin of the call tells what Sakhi says after each answer and what is posted: a script is only answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from flows.identity import Caller
from flows.phone import phone
from flows.talk import Talk
from flows.turn import HungUp, Turn
from ivr.channel import HANGUP, Reply, ScriptedCaller, converse, keys
from ivr.sections import Settings
from store.chain import Voucher
from store.ledger import Ledger

Posted = list[tuple[Any, ...]]
"""What was posted, without the numbers and times that differ between two books."""


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
