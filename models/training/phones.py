"""The phones of an acoustic model, as its folder lists them.

`graph/phones.txt` is an OpenFst symbol table; `graph/phones/word_boundary.int` names each phone's place in
a word (Kaldi: nonword, begin, end, internal, singleton). A phone has one state with a forward
transition and a loop, so phone n has the transition-ids 2n (forward) and 2n − 1 (loop), which is what Kaldi
numbers when there is one HMM state a phone and no context (Kaldi, "HMM topology and transition modeling").
"""

from dataclasses import dataclass
from pathlib import Path

from models.training.contexts import in_context

SILENCE, GARBAGE = "SIL", "SPN"
PLACES = {"B": "begin", "E": "end", "I": "internal", "S": "singleton"}
"""Places in a word, as they end the name of a phone and as Kaldi calls them."""


@dataclass(frozen=True, slots=True)
class PhoneTable:
    """Numbers of the phones."""

    ids: dict[str, int]
    """Number by name, from 1; a speech phone is listed four times, as B, E, I and S."""

    @classmethod
    def read(cls, model: Path) -> "PhoneTable":
        """The table of the model in folder `model`. Raises OSError or ValueError."""
        lines = (model / "graph" / "phones.txt").read_text(encoding="utf-8").splitlines()
        pairs = [line.split() for line in lines]
        table = cls({name: int(number) for name, number in pairs if number != "0"})
        if sorted(table.ids.values()) != list(range(1, len(table.ids) + 1)):
            raise ValueError(f"{model}/graph/phones.txt: the phones are not numbered from 1 without gaps")
        return table

    @property
    def transitions(self) -> int:
        """How many transition-ids there are; symbols beyond are free for other uses."""
        return 2 * len(self.ids)

    def numbers(self, phones: tuple[str, ...]) -> list[int]:
        """The units of one word, each with its place in the word. Raises ValueError for an unknown phone."""
        places = "S" if len(phones) == 1 else "B" + "I" * (len(phones) - 2) + "E"
        names = [f"{phone}_{place}" for phone, place in zip(in_context(phones), places, strict=True)]
        strangers = [name for name in names if name not in self.ids]
        if strangers:
            raise ValueError(f"the model has no phone {', '.join(strangers)} (in {' '.join(phones)})")
        return [self.ids[name] for name in names]


def forward(phone: int) -> int:
    """Transition-id of entering `phone`."""
    return 2 * phone


def loop(phone: int) -> int:
    """Transition-id of staying in `phone`."""
    return 2 * phone - 1
