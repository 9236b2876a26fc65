"""Numbers, money and digits in the Hindi we speak: canonical words only, each known to the recognizer."""

from __future__ import annotations

from flows.hindi.compose import LIMIT
from flows.hindi.words import SMALL

_UNITS = ((100_000, "लाख"), (1_000, "हज़ार"), (100, "सौ"))
_NOTES = (500, 100, 50, 20, 10)
_COINS = (5, 2, 1)
_FIVE_HUNDREDS_FROM = 500
_MOST_COUNTED = 10_000
_MOST_KINDS = 3
_ALIKE = frozenset(
    {32, 33, 35, 36, 37, 43, 45, 47, 53, 55, 59, 63, 64, 65, 67, 69, 73, 76, 79, 85, 86, 87, 88, 89, 97, 98}
)
"""Numbers of two digits that are mistaken for one another, by people as by recognizers."""


def say_number(number: int) -> str:
    """``number`` in words: 1500 is "एक हज़ार पाँच सौ". ValueError outside 0 to 99,99,999."""
    if not 0 <= number <= LIMIT:
        raise ValueError(f"{number} is outside 0 to {LIMIT}, the numbers we can say")
    if number == 0:
        return SMALL[0][0]
    words: list[str] = []
    for unit, name in _UNITS:
        count, number = divmod(number, unit)
        if count:
            words += [SMALL[count][0], name]
    if number:
        words.append(SMALL[number][0])
    return " ".join(words)


def say_rupees(paise: int) -> str:
    """``paise`` as money: "दो सौ पचास रुपये", "एक रुपया", "दो रुपये पचास पैसे". ValueError when negative."""
    rupees, rest = divmod(paise, 100)
    said = [f"{say_number(rupees)} {'रुपया' if rupees == 1 else 'रुपये'}"] if rupees or not rest else []
    if rest:
        said.append(f"{say_number(rest)} {'पैसा' if rest == 1 else 'पैसे'}")
    return " ".join(said)


def say_notes(paise: int) -> str:
    """``paise`` as it is counted out: 250 rupees is "सौ के दो नोट और एक पचास का".

    Hundreds up to 499 rupees, five hundreds from there on; no 200 notes: "दो सौ का" sounds like an amount.
    Empty where counting would not help her: paise, more than 10,000 rupees, or over three kinds of money.
    """
    said = kinds_of_money(paise)
    return " और ".join(filter(None, (", ".join(said[:-1]), *said[-1:])))


def kinds_of_money(paise: int) -> tuple[str, ...]:
    """The same as parts, a kind of note or coin each: "सौ के दो नोट", "एक पचास का"."""
    rupees, rest = divmod(paise, 100)
    kinds = _counted(rupees)
    if rest or not 0 < rupees <= _MOST_COUNTED or len(kinds) > _MOST_KINDS:
        return ()
    return tuple(
        _kind(worth, count, named=at == 0 or (worth in _COINS and kinds[at - 1][0] in _NOTES))
        for at, (worth, count) in enumerate(kinds)
    )


def say_figures(paise: int) -> str:
    """The figures of an amount whose last two are easily mistaken: 233 rupees is "दो तीन तीन"; else empty."""
    rupees, rest = divmod(paise, 100)
    return say_digits(str(rupees)) if not rest and rupees % 100 in _ALIKE else ""


def say_digits(digits: str) -> str:
    """A PIN or phone number digit by digit: "0123" is "शून्य एक दो तीन". ValueError if not all digits."""
    return " ".join(SMALL[int(digit)][0] for digit in digits)


def _counted(rupees: int) -> list[tuple[int, int]]:
    kinds = []
    for worth in (*_NOTES, *_COINS):
        if worth == _FIVE_HUNDREDS_FROM > rupees:
            continue
        count, rupees = divmod(rupees, worth)
        if count:
            kinds.append((worth, count))
    return kinds


def _kind(worth: int, count: int, named: bool) -> str:
    """``count`` of one note or coin; ``named``: say नोट or सिक्का, as the first of each sort does."""
    worth_said, count_said = _short(worth), say_number(count)
    if named:
        coin = "सिक्का" if count == 1 else "सिक्के"
        return f"{worth_said} {'का' if count == 1 else 'के'} {count_said} {'नोट' if worth in _NOTES else coin}"
    if count == 1 and worth > 1:
        return f"एक {worth_said} का"
    return f"{worth_said} {'का' if count == 1 else 'के'} {count_said}"


def _short(worth: int) -> str:
    return SMALL[worth][0] if worth < 100 else say_number(worth).removeprefix("एक ")
