"""Yes or no, and one of a few."""

from __future__ import annotations

from flows import words
from flows.expect.base import SURE_OF_MONEY, Expect, Got, Meaning
from flows.turn import SURE, Heard, known

WRONG = "*7"


class YesNo(Expect[bool]):
    """Yes or no. A no is taken out of broken speech too, a yes is not: yes can move money."""

    kind = "yes_no"

    def phrases(self) -> tuple[str, ...]:
        """Every yes and every no."""
        return words.phrases("yes_no")

    def words(self, text: str) -> Meaning[bool]:
        """A yes in words that are all yes; a no also with unknown words around it."""
        if words.meaning("yes_no", text) == "yes":
            return Got(True)
        return Got(False) if words.meaning("yes_no", known(text)) == "no" else None

    def keyed(self, keys: str) -> Meaning[bool]:
        """1 is yes, 2 is no."""
        return {"1": Got(True), "2": Got(False)}.get(keys)

    def least_confidence(self, text: str) -> float:
        """More for a yes than for other words; it is never the reason to take a yes, only one not to."""
        return SURE_OF_MONEY if self.words(text) == Got(True) else SURE

    def parse(self, heard: Heard) -> Meaning[bool]:
        """As every answer; "this is wrong" by key is a no.

        In noise ना and नहीं are sometimes heard as हाँ, and हाँ as नहीं: there the answer takes a key.
        """
        if heard.keys == WRONG:
            return Got(False)
        return None if heard.in_noise else super().parse(heard)


class Choice(Expect[str]):
    """One of a few meanings of a question of ``flows/words``; the keys count them from 1."""

    kind = "choice"

    def __init__(self, question: str) -> None:
        self._question = question
        self._meanings = words.meanings(question)

    def phrases(self) -> tuple[str, ...]:
        """Every phrase of every meaning."""
        return words.phrases(self._question)

    def words(self, text: str) -> Meaning[str]:
        """The one meaning of the words; unknown words around them don't matter, no money hangs on it."""
        found = words.meaning(self._question, known(text))
        return Got(found) if found else None

    def parse(self, heard: Heard) -> Meaning[str]:
        """As every answer, but in noise by key alone: nothing is read back."""
        return None if heard.in_noise else super().parse(heard)

    def keyed(self, keys: str) -> Meaning[str]:
        """The meaning at that place."""
        at = int(keys) - 1
        return Got(self._meanings[at]) if 0 <= at < len(self._meanings) else None
