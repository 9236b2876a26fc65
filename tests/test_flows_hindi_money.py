"""Every village-money phrase of the table means what the table says, in any spelling."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from pathlib import Path

import pytest

from flows.hindi import Meant, Unsure, parse_rupees

TABLE = Path(__file__).parent / "data" / "money_phrases.tsv"


def _rows() -> list[tuple[str, str]]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [
        (said, value) for said, value in (line.split("\t") for line in lines if line[:1] not in ("#", ""))
    ]


def _paise(rupees: str) -> int:
    return int(Decimal(rupees) * 100)


def _expected(cell: str) -> Meant | Unsure | None:
    if cell == "-":
        return None
    if cell.startswith("?"):
        return Unsure(tuple(_paise(rupees) for rupees in cell[1:].split(",")))
    return Meant(_paise(cell))


def _without_diacritics(text: str) -> str:
    return text.replace("\u093c", "").replace("\u0901", "\u0902")


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(_rows()) >= 220


@pytest.mark.parametrize(("said", "cell"), _rows())
def test_phrase_means_what_the_table_says(said: str, cell: str) -> None:
    assert parse_rupees(said) == _expected(cell)


@pytest.mark.parametrize(("said", "cell"), _rows())
def test_phrase_means_the_same_in_every_unicode_form_and_without_nukta(said: str, cell: str) -> None:
    forms = {unicodedata.normalize(form, said) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    precomposed = said.replace("\u091c\u093c", "\u095b").replace("\u0922\u093c", "\u095d")
    for form in (*forms, precomposed, _without_diacritics(said), f"  {said} "):
        assert parse_rupees(form) == _expected(cell)
