"""What the synthetic voices say for training: the product's own answers, more often than other words."""

import random
from collections.abc import Callable, Sequence

from flows import words
from flows.hindi import amount_phrases, number_vocabulary, say_number
from models.training.lexicon import DEVANAGARI, WORDS, words_of

MOST = 100_000_00
"""The largest amount said, in paise."""
NAMES = "names.txt"


def sentences(count: int, rng: random.Random) -> list[str]:
    """`count` phrases in Devanagari, each of words that the rules can spell."""
    numbers = [say_number(n) for n in range(100)]
    spoken = [word for word in number_vocabulary() if word[0] in DEVANAGARI]
    amounts = [text for text in amount_phrases(MOST) if _spellable(text)]
    answers = [text for text in words.everything() if _spellable(text)]
    questions = ("yes_no", "yes_no", "presence", "command", "day", "reason", "amount")
    files = {path.name: list(filter(_spellable, words_of(path))) for path in sorted(WORDS.glob("*.txt"))}
    others = [word for found in files.values() for word in found]
    kinds: Sequence[tuple[int, Callable[[], str]]] = (
        (13, lambda: rng.choice(numbers[:11])),
        (16, lambda: rng.choice(numbers)),
        (5, lambda: rng.choice(spoken)),
        (20, lambda: rng.choice(amounts)),
        (18, lambda: rng.choice([p for p in words.phrases(rng.choice(questions)) if _spellable(p)])),
        (5, lambda: rng.choice(answers)),
        (6, lambda: " ".join(rng.choices(numbers[:11], k=rng.randint(2, 5)))),
        (6, lambda: rng.choice(files[NAMES])),
        (12, lambda: " ".join(rng.choices(others, k=rng.randint(1, 4)))),
    )
    weights = [weight for weight, _ in kinds]
    return [rng.choices(kinds, weights)[0][1]() for _ in range(count)]


def _spellable(text: str) -> bool:
    return all(letter in DEVANAGARI or letter == " " for letter in text)
