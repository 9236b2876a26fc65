"""`python -m models.training.split IN_MODEL OUT_MODEL`: a unit for each phone in each context.

The new model hears as the old one does, until it is trained: each unit begins as its phone did.
"""

import shutil
import sys
from pathlib import Path

import numpy as np

from models.training.contexts import BEFORE, unit_of
from models.training.kaldi import read_weights, with_units
from models.training.phones import GARBAGE, PLACES, SILENCE
from models.training.remaking import remake

OUTPUT = (("output.affine", "LinearParams"), ("output.affine", "BiasParams"))


def all_units(phones: list[str]) -> list[str]:
    """The units of `phones`, silence and garbage first and alone."""
    alone = [phone for phone in phones if phone in (SILENCE, GARBAGE)]
    spoken = [phone for phone in phones if phone not in alone]
    units = [unit for phone in spoken for unit in (phone, *(unit_of(phone, before) for before in spoken))]
    return [*alone, *dict.fromkeys(units)]


def split(source: Path, target: Path) -> None:
    """Write into `target` the model in `source` with a unit for each phone in each context.

    Its graph must be made anew with `models.training.vocabulary`. Raises OSError, and ValueError for a model
    whose phones are in context already.
    """
    lines = (source / "graph" / "phones.txt").read_text(encoding="utf-8").splitlines()[1:]
    phones = list(dict.fromkeys(line.partition("_")[0].partition(" ")[0] for line in lines))
    if any(BEFORE in phone for phone in phones):
        raise ValueError(f"{source}: its phones are in context already")
    shutil.copytree(source, target, dirs_exist_ok=True)
    units = all_units(phones)
    places = [(unit, place) for unit in units for place in ([""] if unit in phones[:2] else PLACES)]
    table = ["<eps> 0", *(f"{unit}{_tag(place)} {n}" for n, (unit, place) in enumerate(places, 1))]
    (target / "graph" / "phones.txt").write_text("\n".join(table) + "\n", encoding="utf-8")
    kinds = {SILENCE: "nonword", GARBAGE: PLACES["S"]}
    bounds = [f"{n} {PLACES[place] if place else kinds[unit]}" for n, (unit, place) in enumerate(places, 1)]
    (target / "graph" / "phones" / "word_boundary.int").write_text("\n".join(bounds) + "\n")
    of_phone = {phone: number for number, phone in enumerate(phones)}
    old = np.array([of_phone[unit.partition(BEFORE)[0]] for unit in units])
    rows = np.stack([2 * old, 2 * old + 1], 1).ravel()
    of_unit = {unit: number for number, unit in enumerate(units)}
    model = Path("am", "final.mdl")
    outputs = {key: read_weights(source / model)[key][rows] for key in OUTPUT}
    with_units([of_unit[unit] for unit, _ in places], outputs, source / model, target / model)


def _tag(place: str) -> str:
    return f"_{place}" if place else ""


if __name__ == "__main__":
    raise SystemExit(remake("models.training.split", split, sys.argv[1:]))
