"""What is said to the model, and the question it is said to. Run as a module, it lists all of it."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flows import words
from flows.expect import Choice, Count, Day, Expect, Got, Meaning, OneMember, Rupees, YesNo
from flows.hindi import Meant, normalize, parse_number, say_number, say_rupees
from flows.turn import Heard, Turn
from ivr.channel import said
from store.people import Member

VOICES = ("hi+f4", "hi+linda", "hi+Andrea", "hi+m6", "hi+robert", "hi+caleb")
"""espeak-ng voices that the model was not trained on."""
TODAY = date(2026, 1, 5)
"""The day on which days to come are said."""
MOST = 99_999_00
"""The most an amount may be, in paise."""
DRAWN = 150
"""How many amounts are drawn from 1 to 99,999 rupees, besides those that groups say most."""
OUTSIDE = Path(__file__).parent / "data" / "outside.txt"
"""What is no answer to any question, one a line."""

_AMOUNTS = (10, 20, 25, 30, 40, 50, 60, 75, 80, 85, 90, 100, 110, 150, 200, 240, 250, 300, 320, 375, 450)
_LARGE = (500, 550, 600, 740, 860, 1000, 1100, 1250, 2000, 2500, 3200, 5000)
_AS_SAID = (
    "डेढ़ सौ",
    "ढाई सौ",
    "सवा सौ",
    "साढ़े तीन सौ",
    "पौने दो सौ",
    "डेढ़ हज़ार",
    "ढाई हज़ार रुपये",
    "सौ रुपया",
    "पचास",
)
_MEMBERS = (
    *("सुनीता", "गीता", "राधा", "मीना", "कमला", "फूलमती", "सावित्री", "रामकली", "शांति", "फ़ातिमा"),
    *("लक्ष्मी", "उर्मिला", "बिंदु", "चमेली", "पार्वती"),
)


@dataclass(frozen=True, slots=True)
class Saying:
    """One thing said to one question."""

    kind: str
    """The class it is counted in."""
    text: str
    """What is said."""
    turn: Turn
    """The question, as a talk asks it."""
    inside: bool = True
    """Whether what is said is an answer to the question."""

    @property
    def phrases(self) -> tuple[str, ...]:
        """What the recognizer listens for."""
        return self.turn.phrases

    def verdict(self, heard: Heard) -> str:
        """What a talk makes of it: "right", "wrong", or "again" when it is asked once more."""
        understood = _understood(self.turn, heard)
        if self.inside and understood is not None and understood == _understood(self.turn, said(self.text)):
            return "right"
        if isinstance(understood, str | Got):
            return "wrong"
        return "again" if self.inside else "right"


def _understood(turn: Turn, heard: Heard) -> Meaning[Any] | str:
    """What an answer means, in doubt or not, or the command it is; None when it is asked again."""
    assert turn.expect is not None
    return turn.expect.parse(heard) or heard.command


def sayings() -> Iterator[Saying]:
    """Every saying of the measurement with synthetic voices."""
    yield from _of("yes/no", YesNo(), words.phrases("yes_no"))
    yield from _of("digits", Count(0, 10), [say_number(n) for n in range(11)])
    yield from _of("1 to 99", Count(0, 99), [say_number(n) for n in range(11, 100)])
    yield from _of("amounts", Rupees(MOST), _amounts())
    yield from _of("attendance", Choice("presence"), words.phrases("presence"))
    yield from _of("commands", YesNo(), words.phrases("command"))
    yield from _of("days", Day(TODAY), words.phrases("day"))
    members = [Member(str(n), n, name, name, (), False, False) for n, name in enumerate(_MEMBERS, 1)]
    yield from _of("names", OneMember(members), _MEMBERS)
    for question, expect in _ASKED.items():
        yield from _of(f"outside, {question}", expect, outside(), inside=False)


def silences() -> Iterator[Saying]:
    """The questions to which nobody says anything."""
    for question, expect in _ASKED.items():
        yield from _of(f"nobody, {question}", expect, [""], inside=False)


def _amounts() -> list[str]:
    """Those that groups say, and as many from one rupee to 99,999: small ones as often as large ones."""
    rng = random.Random(5)
    drawn = [round(10 ** rng.uniform(0, 5)) for _ in range(DRAWN // 2)]
    drawn += [rng.randrange(1, 100_000) for _ in range(DRAWN - len(drawn))]
    spoken = [say_rupees(min(99_999, rupees) * 100) for rupees in (*_AMOUNTS, *_LARGE, *drawn)]
    return list(dict.fromkeys([*spoken, *_AS_SAID]))


def outside() -> list[str]:
    """What is no answer to any question: words first, then sentences."""
    lines = (line.strip() for line in OUTSIDE.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def recorded(texts: Iterable[str]) -> Iterator[Saying]:
    """The sayings of recordings: numbers said to the question how many, other words to one of them all."""
    words_asked = OneOfWords(texts)
    for text in texts:
        number = parse_number(text)
        if isinstance(number, Meant):
            kind = "digits" if number.value <= 10 else "1 to 99" if number.value < 100 else "numbers"
            yield from _of(kind, Count(0, max(10, number.value)), [text])
        else:
            yield from _of("words", words_asked, [text])


class OneOfWords(Expect[str]):
    """The words of recordings, each for itself."""

    kind = "words"
    unknown = 0.0
    sure = 0.0

    def __init__(self, texts: Iterable[str]) -> None:
        self._words = tuple(dict.fromkeys(map(normalize, texts)))

    def phrases(self) -> tuple[str, ...]:
        return self._words

    def words(self, text: str) -> Meaning[str]:
        return Got(normalize(text)) if text else None

    def keyed(self, keys: str) -> Meaning[str]:
        return None


_ASKED: dict[str, Expect[Any]] = {
    "yes/no": YesNo(),
    "amounts": Rupees(MOST),
    "attendance": Choice("presence"),
    "digits": Count(0, 10),
}
"""Questions to which something else is said."""


def _of(kind: str, expect: Expect[Any], texts: Iterable[str], inside: bool = True) -> Iterator[Saying]:
    turn = Turn((), expect)
    for text in texts:
        yield Saying(kind, text, turn, inside)


if __name__ == "__main__":
    for one in sayings():
        print(one.kind, one.turn.expect and one.turn.expect.kind, one.text, sep="\t")
