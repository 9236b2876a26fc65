"""What the synthetic voices say for training: the product's own answers, more often than other words."""

import random
from collections.abc import Callable, Sequence

from flows import words
from flows.hindi import amount_phrases, number_vocabulary, say_number
from models.training.lexicon import DEVANAGARI, WORDS, words_of

MOST = 100_000_00
"""The largest amount said, in paise."""
NAMES = ("names.txt", "names_women.txt", "names_men.txt", "surnames.txt")
ASKED = ("yes_no", "yes_no", "yes_no", "presence", "presence", "command", "day", "reason", "amount")
"""Questions whose answers are said; those asked most stand more than once."""
AFTER_A_NAME = ("", "", "", " देवी", " बाई", " कुमारी", " जी", " हाज़िर")
AFTER_A_NUMBER = ("", "", " रुपये", " सौ", " हज़ार", " सौ रुपये")
AFTER_AN_AMOUNT = ("", " रुपये", " रुपये", " रुपया", " रुपये जमा")
ALONE = ("yes_no", "presence", "command")
"""Questions to which one word is a whole answer."""
HARD = ("जी", "जी", "जी", "जी", "ठीक", "ठीक", "ना", "हूँ", "कल")
"""Answers of one word that were missed most often."""
HALVES = ("डेढ़", "ढाई", "सवा")
HALVES_OF_A_NUMBER = ("साढ़े", "पौने", "सवा")


def sentences(count: int, rng: random.Random) -> list[str]:
    """`count` phrases in Devanagari, each of words that the rules can spell."""
    numbers = [say_number(n) for n in range(100)]
    spoken = [word for word in number_vocabulary() if word[0] in DEVANAGARI]
    amounts = [text for text in amount_phrases(MOST) if _spellable(text)]
    answers = {kind: _answers(kind) for kind in ASKED}
    every = [text for text in words.everything() if _spellable(text)]
    files = {path.name: list(filter(_spellable, words_of(path))) for path in sorted(WORDS.glob("*.txt"))}
    names = [word for name in NAMES for word in files[name]]
    known = {word for text in (*every, *spoken) for word in text.split()}
    others = [
        word for name, found in files.items() if name not in NAMES for word in found if word not in known
    ]
    kinds: Sequence[tuple[int, Callable[[], str]]] = (
        (11, lambda: rng.choice(numbers[:11])),
        (16, lambda: rng.choice(numbers) + rng.choice(AFTER_A_NUMBER)),
        (4, lambda: rng.choice(spoken)),
        (10, lambda: rng.choice(amounts)),
        (13, lambda: say_number(_any_size(rng)) + rng.choice(AFTER_AN_AMOUNT)),
        (5, lambda: _with_a_half(numbers, rng)),
        (34, lambda: rng.choice(answers[rng.choice(ASKED)])),
        (3, lambda: rng.choice(every)),
        (4, lambda: " ".join(rng.choices(numbers[:11], k=rng.randint(2, 5)))),
        (7, lambda: rng.choice(names) + rng.choice(AFTER_A_NAME)),
        (13, lambda: " ".join(rng.choices(others, k=rng.choice((1, 1, 1, 2, 3, 4))))),
    )
    weights = [weight for weight, _ in kinds]
    return [rng.choices(kinds, weights)[0][1]() for _ in range(count)]


def short_answers(count: int, rng: random.Random) -> list[str]:
    """`count` answers of one word; sentences have too few of those that are hardest to hear."""
    texts = [text for kind in ALONE for text in _answers(kind) if " " not in text]
    return rng.choices((*texts, *HARD), k=count)


def _answers(kind: str) -> list[str]:
    return [text for text in words.phrases(kind) if _spellable(text)]


def _any_size(rng: random.Random) -> int:
    """A number below a lakh: round ones, and those of two to five digits, all as often."""
    sizes = (range(1, 100), range(100, 1000), range(1000, 10_000), range(10_000, 100_000))
    return rng.choice(rng.choice((*sizes, range(100, 10_000, 100), range(1000, 100_000, 1000))))


def _with_a_half(numbers: Sequence[str], rng: random.Random) -> str:
    """डेढ़ सौ, साढ़े तीन हज़ार."""
    half = (
        rng.choice(HALVES)
        if rng.random() < 0.6
        else f"{rng.choice(HALVES_OF_A_NUMBER)} {rng.choice(numbers[2:10])}"
    )
    return f"{half} {rng.choice(('सौ', 'सौ', 'हज़ार', 'लाख'))}{rng.choice(('', ' रुपये'))}"


def _spellable(text: str) -> bool:
    return all(letter in DEVANAGARI or letter == " " for letter in text)
