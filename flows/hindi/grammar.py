"""What the recognizer listens for when an amount is asked."""

from __future__ import annotations

from flows.hindi.say import say_number
from flows.hindi.words import OTHER, SHIFTS, SMALL, UNITS, WHOLE_FRACTIONS

_MONEY_WORDS = {*UNITS, *WHOLE_FRACTIONS, *SHIFTS, "रुपये", "पैसे", "और", "या"}
# Said so differently from the canonical word that the recognizer must listen for them as well.
_SAID_APART = {"छह": "छः", "शून्य": "ज़ीरो"}


def number_vocabulary() -> tuple[str, ...]:
    """Every word ``parse_rupees`` understands, canonical and variants, in NFC; fillers are not among them."""
    rows = (*SMALL, *(row for row in OTHER if row[0] in _MONEY_WORDS))
    return tuple(dict.fromkeys(word for row in rows for word in row))


def amount_phrases(most: int) -> tuple[str, ...]:
    """Example phrases (under 1600) whose word pairs are those of amounts up to ``most`` paise.

    The recognizer builds its word-pair model from them, so that ambiguous ways of speaking (दो-चार सौ) can be
    heard as said, and asked back, rather than be bent into the nearest clear amount. The round amounts, which
    are said most, are there whole: that makes their word pairs likelier than the rest.
    """
    rupees = most // 100
    phrases = [*_counts(rupees), *_hundreds(rupees), *_round(rupees), *_digits()]
    for unit, word in ((1_000, "हज़ार"), (100_000, "लाख")):
        if rupees >= unit:
            phrases += _above(unit, word, rupees)
    return tuple(dict.fromkeys([*phrases, *_said_apart(phrases)]))


def _round(rupees: int) -> list[str]:
    amounts = (*range(5, 100, 5), *range(100, 1_000, 10), *range(125, 1_000, 50), *range(1_000, 10_001, 50))
    words = [say_number(amount) for amount in amounts if amount <= rupees]
    return [phrase for word in words for phrase in (word, f"{word} रुपये")]


def _said_apart(phrases: list[str]) -> list[str]:
    apart = []
    for words in map(str.split, phrases):
        spelt_out = words[-1] == SMALL[0][0]
        if not _SAID_APART.keys().isdisjoint(words) and (words[0] == SMALL[1][0] or not spelt_out):
            apart.append(" ".join(_SAID_APART.get(word, word) for word in words))
    return apart


def _counts(rupees: int) -> list[str]:
    small = [SMALL[n][0] for n in range(1, min(99, rupees) + 1)]
    paise = [f"दस रुपये {paise} पैसे" for paise in ("पचास", "पच्चीस", "पचहत्तर")]
    # Above a hundred, the pair "<n> रुपये" comes with the hundreds.
    money = [f"{word} रुपये" for word in small] if rupees < 100 else []
    return [*small, *money, *paise, "पचास पैसे", "एक रुपया", "डेढ़ रुपया"]


def _hundreds(rupees: int) -> list[str]:
    if rupees < 100:
        return []
    tails = [f"एक सौ {SMALL[n][0]} रुपये" for n in range(1, 100)]
    counts = [f"{SMALL[n][0]} सौ" for n in range(1, min(99, rupees // 100) + 1) if n < 10 or n % 10]
    return [*tails, *counts, *_fractions("सौ", rupees // 100), "सौ", "सौ रुपये", "सौ और पचास", "सौ पचास"]


def _above(unit: int, word: str, rupees: int) -> list[str]:
    counts = [f"{SMALL[n][0]} {word}" for n in range(1, min(99, rupees // unit) + 1)]
    tails = [f"एक {word} {SMALL[n][0]}" for n in range(1, 100)]
    return [*counts, *tails, *_fractions(word, rupees // unit), word, f"{word} रुपये", f"एक {word} डेढ़ सौ"]


def _fractions(unit: str, most: int) -> list[str]:
    plain = [f"{word} {unit}" for word in (*WHOLE_FRACTIONS, "सवा", "पौने")]
    # "साढ़े बारह" is said of thousands and more; the small counts come with the hundreds.
    counts = range(2, min(most, 9) + 1) if unit == "सौ" else range(10, min(most, 19) + 1)
    counted = [f"{shift} {SMALL[n][0]} {unit}" for shift in SHIFTS for n in counts]
    return [*plain, *counted]


def _digits() -> list[str]:
    names = [SMALL[n][0] for n in range(1, 10)]
    return [f"{first} {second} शून्य" for first in names for second in names] + ["एक शून्य शून्य"]
