"""The words of the registers, in both languages: `headings.yaml`."""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal, get_args

import yaml

Language = Literal["hi", "en", "both"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading or another word of the forms."""

    hindi: str
    """As the members know it."""
    english: str
    """As the bank and the federation know it."""

    def lines(self, language: Language) -> tuple[str, ...]:
        """The words in one language, or in both, one above the other."""
        return {"hi": (self.hindi,), "en": (self.english,), "both": (self.hindi, self.english)}[language]

    def told(self, language: Language) -> str:
        """The same in one line."""
        return " / ".join(self.lines(language))


@cache
def _sections() -> dict[str, dict[str, Heading]]:
    path = resources.files("ivr") / "registers" / "headings.yaml"
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {
        part: {str(key): Heading(hindi, english) for key, (hindi, english) in named.items()}
        for part, named in written.items()
    }


def words(section: str, key: str) -> Heading:
    """A heading that is there, such as ("titles", "savings"). Raises KeyError."""
    return _sections()[section][key]


def value(column: str, cell: str) -> tuple[Heading, str] | None:
    """The words for a cell of a column, and what follows them: "expense:tea" may be "खर्च" and "tea".

    None where the cell speaks for itself.
    """
    named = _sections().get(column, {})
    if cell in named:
        return named[cell], ""
    kind, _, rest = cell.partition(":")
    return (named[kind], rest) if rest and kind in named else None
