"""The made-up people: what each of them means, how she behaves, and with which voice she speaks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from random import Random

from store.ledger import Ledger
from store.loans import LoanStanding
from store.people import Member


class Habit(Enum):
    """How a member behaves when she is asked."""

    PLAIN = "plain"
    HESITATES = "hesitates"
    CORRECTS = "says a wrong amount first"
    SILENT = "is silent at first"
    ASKS_AGAIN = "asks again"
    OFF_THE_POINT = "talks of something else"
    KEYS = "uses the keys"
    EAGER = "says yes too soon"
    UNDOES = "takes back what was written"
    INTERRUPTS = "interrupts"


@dataclass(frozen=True, slots=True)
class Sound:
    """How she sounds."""

    voice: str
    """An espeak-ng voice."""
    rate: int
    """Speed, in words per minute."""
    pitch: int
    """Pitch, 0 to 99."""
    level: float
    """How much louder (or less loud) than the middle she is on the line, in dB."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one member means in this meeting, whatever will be heard of it."""

    member: Member
    """Who she is."""
    present: bool
    """Whether she is here."""
    reason: str | None
    """Why she is away; None when she is here or nobody knows."""
    saving: int
    """Paise she saves; 0 for none."""
    repayments: Mapping[str, int]
    """Loan id → paise she repays; 0 for none."""
    full: int
    """Paise of a whole instalment of hers; 0 without a loan."""
    habit: Habit
    """How she behaves."""
    sound: Sound
    """How she sounds."""


@dataclass(frozen=True, slots=True)
class Plans:
    """What the group worker means."""

    cash: int
    """Paise in the box before the meeting."""
    next_words: str
    """The day of the next meeting as she says it."""
    next_on: date
    """The day she means."""
    sound: Sound
    """How she sounds."""


_VOICES = (
    *("f4", "linda", "Andrea", "Annie", "anika", "belinda", "steph", "f1", "f3", "Alicia", "f5", "steph2"),
    *("f2", "steph3", "aunty"),
)
_REASONS = ("ill", "work", "travel", "family", None)
_SAVINGS = (50, 75, 100, 100, 120, 150, 200, 250, 250, 300, 350, 500)
_DAYS = ("सोमवार", "गुरुवार", "इतवार", "पंद्रह तारीख", "बीस तारीख", "दस दिन बाद", "एक हफ़्ते बाद")
_DAYS_ON = {"दस दिन बाद": 10, "एक हफ़्ते बाद": 7}
_WEEKDAYS = {"सोमवार": 0, "गुरुवार": 3, "इतवार": 6}
_AWAY_OF = 6


def cast(ledger: Ledger, rng: Random) -> tuple[Part, ...]:
    """A part for each member: of twelve two are away, and of those here each habit has one."""
    members = list(ledger.members())
    away = set(rng.sample([member.id for member in members], len(members) // _AWAY_OF))
    habits = _habits(len(members) - len(away), rng)
    reasons = rng.sample(_REASONS, len(_REASONS))
    voices = rng.sample(_VOICES, len(_VOICES))
    parts = []
    for place, member in enumerate(members):
        sound = _sound(voices[place % len(voices)], rng)
        if member.id in away:
            reason = reasons[place % len(reasons)]
            parts.append(Part(member, False, reason, 0, {}, 0, Habit.PLAIN, sound))
        else:
            parts.append(_here(ledger, member, habits.pop(), sound, rng))
    return tuple(parts)


def plans(ledger: Ledger, rng: Random) -> Plans:
    """What the worker means."""
    words = rng.choice(_DAYS)
    return Plans(ledger.cash, words, _day(words, ledger.today), _sound("hi+shelby", rng))


def _habits(count: int, rng: Random) -> list[Habit]:
    every = [habit for _ in range(count // len(Habit) + 1) for habit in rng.sample(list(Habit), len(Habit))]
    return every[:count]


def _here(ledger: Ledger, member: Member, habit: Habit, sound: Sound, rng: Random) -> Part:
    asked = [loan for loan in ledger.loans(member.id) if _instalment(loan)]
    saves = habit in (Habit.UNDOES, Habit.CORRECTS) or rng.random() < 0.9
    saving = rng.choice(_SAVINGS) * 100 if saves else 0
    full = _instalment(asked[0]) if asked else 0
    repayments = {loan.loan_id: _repays(_instalment(loan), rng) for loan in asked}
    return Part(member, True, None, saving, repayments, full, habit, sound)


def _instalment(loan: LoanStanding) -> int:
    """What is asked for today, in paise: all that fell due, or the next instalment."""
    return loan.due.total or (loan.next_due.total if loan.next_due else 0)


def _repays(instalment: int, rng: Random) -> int:
    share = rng.choice((1.0, 1.0, 0.5, 0.0))
    return instalment if share == 1.0 else round(instalment * share / 10_00) * 10_00


def _sound(voice: str, rng: Random) -> Sound:
    name = voice if voice.startswith("hi+") else f"hi+{voice}"
    return Sound(name, rng.randrange(120, 161, 5), rng.randrange(40, 66, 5), rng.uniform(-3.0, 3.0))


def _day(words: str, today: date) -> date:
    """The day that `words` mean, reckoned here, apart from the parser that is to be tried."""
    if words in _DAYS_ON:
        return today + timedelta(_DAYS_ON[words])
    if words in _WEEKDAYS:
        return today + timedelta((_WEEKDAYS[words] - today.weekday() - 1) % 7 + 1)
    day = 15 if words.startswith("पंद्रह") else 20
    return today.replace(day=day)
