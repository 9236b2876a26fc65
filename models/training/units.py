"""The units the network knows, phones in the context of the one before, and how a text is said in them."""

from dataclasses import dataclass
from pathlib import Path

from flows.hindi import normalize
from models.training.contexts import in_context
from models.training.lexicon import Lexicon, read_lexicon
from models.training.phones import GARBAGE, PhoneTable
from models.training.variants import variants
from speech.spelling import phones_of

Ways = list[list[int]]
"""The ways to say one word, each a row of units."""


@dataclass(frozen=True, slots=True)
class Units:
    """Numbers of the units: unit n has the pdfs 2n (its first 30 ms) and 2n + 1 (the rest)."""

    ids: dict[str, int]
    """Number by unit; silence is 0."""
    lexicon: Lexicon
    """Known words; others are spelled by rule."""

    @classmethod
    def of(cls, model: Path) -> "Units":
        """The units of the model in folder `model`, in its phones' order. Raises OSError, ValueError."""
        table = sorted(PhoneTable.read(model).ids.items(), key=lambda pair: pair[1])
        names = dict.fromkeys(name.partition("_")[0] for name, _ in table)
        return cls({name: number for number, name in enumerate(names)}, read_lexicon())

    @property
    def garbage(self) -> int:
        """What stands for a word outside the phrases."""
        return self.ids[GARBAGE]

    def ways(self, text: str) -> list[Ways]:
        """How each word of `text` may be said. Raises ValueError for letters that are not Devanagari."""
        return [[self._units(way) for way in self._said(word)] for word in text.split()]

    def _units(self, way: tuple[str, ...]) -> list[int]:
        return [self.ids[unit] for unit in in_context(way)]

    def _said(self, word: str) -> list[tuple[str, ...]]:
        return self.lexicon.get(word) or self.lexicon.get(normalize(word)) or variants(phones_of(word))
