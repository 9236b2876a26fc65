"""Phones in the context of the one before them: a model whose phones have none is split into such units."""

from pathlib import Path

import numpy as np
import pytest
from kaldi_kit import array, number

from models.training.contexts import in_context
from models.training.kaldi import read_weights
from models.training.lexicon import read_lexicon
from models.training.phones import PhoneTable
from models.training.split import split

MODEL = Path(__file__).resolve().parent.parent / "models" / "hi-small"
PHONES = ("SIL", "SPN", "d", "n", "o")
WIDTH = 4


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A model of five phones without context, laid out as Kaldi lays it out."""
    folder = tmp_path / "plain"
    (folder / "graph" / "phones").mkdir(parents=True)
    (folder / "am").mkdir()
    names = [*PHONES[:2], *(f"{phone}_{place}" for phone in PHONES[2:] for place in "BEIS")]
    table = "".join(f"{name} {at}\n" for at, name in enumerate(["<eps>", *names]))
    (folder / "graph" / "phones.txt").write_text(table)
    count = len(names)
    ids = number(count) + np.arange(1, count + 1, dtype="<i4").tobytes()
    entries = number(count + 1) + np.zeros(count + 1, "<i4").tobytes() + number(1) + b"one state"
    tuples = b"".join(number(value) for at in range(1, count + 1) for value in (at, 0, 0, 1))
    rows = np.arange(2 * len(PHONES) * WIDTH, dtype=float).reshape(-1, WIDTH)
    (folder / "am" / "final.mdl").write_bytes(
        b"\0B<TransitionModel> <Topology> " + ids + entries
        + b"</Topology> <Tuples> " + number(count) + tuples
        + b"</Tuples> <LogProbs> " + array(np.zeros(2 * count + 1)) + b"</LogProbs> </TransitionModel> "
        + b"<ComponentName> output.affine <LinearParams> " + array(rows)
        + b"<BiasParams> " + array(np.arange(2.0 * len(PHONES))) + b"<Rest> the end"
    )  # fmt: skip
    return folder


def test_a_vowel_knows_the_consonant_before_it() -> None:
    assert in_context(("d", "o")) == ("d", "o/tooth")
    assert in_context(("n", "au")) == ("n", "au/n")
    assert in_context(("aa", "Th")) == ("aa", "Th/v")
    assert in_context(("s", "T", "r")) == ("s", "T/c", "r/c")
    assert in_context(("aa",)) == ("aa",)


def test_each_unit_begins_as_its_phone_and_all_else_is_kept(plain: Path, tmp_path: Path) -> None:
    split(plain, tmp_path / "split")
    old, new = ((folder / "am" / "final.mdl").read_bytes() for folder in (plain, tmp_path / "split"))
    weights = read_weights(tmp_path / "split" / "am" / "final.mdl")
    table = PhoneTable.read(tmp_path / "split")
    units = list(dict.fromkeys(name.partition("_")[0] for name in table.ids))
    assert units[:4] == ["SIL", "SPN", "d", "d/c"]
    assert set(units[2:]) == {
        "d",
        "d/c",
        "d/n",
        "d/v",
        "n",
        "n/c",
        "n/n",
        "n/v",
        "o",
        "o/tooth",
        "o/n",
        "o/v",
    }
    phones = [PHONES.index(unit.partition("/")[0]) for unit in units]
    outputs = [output for phone in phones for output in (2 * phone, 2 * phone + 1)]
    assert weights["output.affine", "BiasParams"].tolist() == outputs
    rows = weights["output.affine", "LinearParams"]
    step = 2 * WIDTH * len(PHONES) / 65535  # Matrices are kept in 16 bits.
    assert rows[:, 0].tolist() == pytest.approx([WIDTH * output for output in outputs], abs=step)
    assert old.endswith(b"<Rest> the end") and new.endswith(b"<Rest> the end")
    assert b"one state</Topology>" in new
    assert len(table.ids) == 2 + 4 * (len(units) - 2)
    bounds = (tmp_path / "split" / "graph" / "phones" / "word_boundary.int").read_text().splitlines()
    assert bounds[:4] == ["1 nonword", "2 singleton", "3 begin", "4 end"]


def test_units_are_not_split_again(plain: Path, tmp_path: Path) -> None:
    split(plain, tmp_path / "split")
    with pytest.raises(ValueError, match="in context already"):
        split(tmp_path / "split", tmp_path / "again")


def test_a_file_that_is_no_model_is_refused(plain: Path, tmp_path: Path) -> None:
    (plain / "am" / "final.mdl").write_bytes(
        b"<ComponentName> output.affine <LinearParams> "
        + array(np.zeros((10, 4)))
        + b"<BiasParams> "
        + array(np.zeros(10))
    )
    with pytest.raises(ValueError, match="no topology"):
        split(plain, tmp_path / "split")


def test_the_model_has_a_unit_for_every_phone_of_every_word() -> None:
    table = PhoneTable.read(MODEL)
    for ways in read_lexicon().values():
        for phones in ways:
            table.numbers(phones)
