"""The words of the registers: each heading, and each value that can stand under it, in both languages."""

import re
from pathlib import Path
from typing import get_args

import pytest
import yaml
from registers_kit import ledger

import ivr
from ivr.line.campaign import FOR_THE_WORKER
from ivr.registers import LANGUAGES, sheet_of
from ivr.registers.words import value, words
from store.chain import KINDS
from store.entries import ExpenseHead, IncomeHead
from store.ledger import Ledger
from store.registers import REGISTERS, Books

__all__ = ["ledger"]


@pytest.mark.parametrize("name", REGISTERS)
def test_every_column_and_kind_of_entry_has_its_words(ledger: Ledger, name: str) -> None:
    table = REGISTERS[name](Books(ledger))
    sheet = sheet_of(table)
    assert table.pages
    titles = [str(title) for title in (*sheet.heads, *sheet.columns)]
    assert len(set(titles)) == len(titles)
    keys = [column.key for column in table.columns]
    for column in {"kind", "method", "about", "account", "receipt", "payment"} & set(keys):
        cells = [row[keys.index(column)] for leaf in sheet.leaves for row in leaf.rows]
        assert all(" / " in str(cell) for cell in cells if cell is not None), cells


def test_every_kind_of_entry_that_moves_money_and_every_head_has_its_words() -> None:
    told = {"meeting_opened", "attended", "absence_told", "no_saving", "no_repayment", "checked"}
    told |= {"ahead_chosen", "signatories_named", "countersigned", "fines_agreed"}
    told |= {"message_left", "worker_answered", "next_meeting_set", "meeting_closed"}
    assert {kind for kind in KINDS if value("kind", kind) is None} == told
    heads = [f"income:{head}" for head in get_args(IncomeHead) if head != "grant"]
    heads += [f"expense:{head}" for head in (*get_args(ExpenseHead), "interest_on_borrowing")]
    assert [head for head in heads if (value("account", head) or ("", "rest"))[1]] == []
    assert [
        head for head in get_args(IncomeHead) + get_args(ExpenseHead) if value("detail", head) is None
    ] == []


def test_every_word_of_the_forms_stands_in_both_languages() -> None:
    for name in REGISTERS:
        assert all(words("titles", name).told(language) for language in LANGUAGES)


def test_whatever_the_worker_is_asked_has_words_and_no_word_is_unused() -> None:
    house = Path(ivr.__file__).parent.parent
    texts = [
        path.read_text(encoding="utf-8") for room in ("flows", "ivr") for path in (house / room).rglob("*.py")
    ]
    promised = {word for text in texts for word in re.findall(r'promised?\(talk, ledger, "([^"]+)"', text)}
    written = {word for text in texts for word in re.findall(r'"([^"\n]+)"', text)}
    named = set(
        yaml.safe_load((house / "ivr" / "registers" / "headings.yaml").read_text(encoding="utf-8"))["about"]
    )
    assert (promised | FOR_THE_WORKER) - named == set()
    assert named - written == {"entry", "signatory"}
