"""Registers on the terminal, as CSV and as XLSX: words as asked for, exact rupees, no formula run."""

import csv
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from ivr.registers import (
    Language,
    Leaf,
    Letterhead,
    Sheet,
    Title,
    grouped,
    rupees,
    sheet_of,
    show,
    write_all,
    write_csv,
    write_xlsx,
)
from store.registers import Column, Page, Table

SHEET = Sheet(
    kind="savings",
    title=Title(("बचत रजिस्टर", "Savings register")),
    columns=(
        Title(("क्रमांक", "No.")),
        Title(("नाम", "Name")),
        Title(("तारीख", "Date")),
        Title(("रुपये", "Rupees"), "09-07-2026"),
        Title(("उपस्थित", "Present")),
    ),
    leaves=(
        Leaf(
            (
                (1, "सुनीता", date(2026, 7, 9), rupees(12_345_650), "हाँ"),
                (2, "=HYPERLINK(1)", None, rupees(-5), "नहीं"),
            )
        ),
    ),
)
HEAD = Letterhead("ujala", "उजाला", date(2026, 4, 1), date(2027, 3, 31), date(2027, 4, 2), "both")


@pytest.mark.parametrize(
    ("paise", "shown"),
    [
        (0, "0.00"),
        (5, "0.05"),
        (-5, "-0.05"),
        (99_999, "999.99"),
        (1_00_000, "1,000.00"),
        (12_345_650, "1,23,456.50"),
        (-1_00_00_000_00, "-1,00,00,000.00"),
    ],
)
def test_rupees_are_grouped_as_in_india(paise: int, shown: str) -> None:
    assert grouped(rupees(paise)) == shown


@given(st.integers(-(10**14), 10**14))
def test_no_paisa_is_lost_on_the_way_to_the_page(paise: int) -> None:
    assert Decimal(grouped(rupees(paise)).replace(",", "")) * 100 == paise


def test_terminal_shows_both_languages() -> None:
    console = Console(file=io.StringIO(), width=120)
    show([SHEET], console)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    for text in ("बचत रजिस्टर / Savings register", "Name", "नाम", "1,23,456.50", "09-07-2026", "हाँ", "नहीं"):
        assert text in shown


def test_csv_opens_in_excel_as_utf8(tmp_path: Path) -> None:
    write_csv(SHEET, tmp_path / "s.csv")
    assert (tmp_path / "s.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (tmp_path / "s.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["क्रमांक / No.", "नाम / Name", "तारीख / Date", "09-07-2026 रुपये / Rupees", "उपस्थित / Present"],
        ["1", "सुनीता", "09-07-2026", "123456.50", "हाँ"],
        ["2", "'=HYPERLINK(1)", "", "-0.05", "नहीं"],
    ]


def test_xlsx_holds_numbers_days_and_no_formula(tmp_path: Path) -> None:
    write_xlsx([SHEET, replace(SHEET, title=Title(("ऋण",)))], tmp_path / "s.xlsx")
    book = openpyxl.load_workbook(tmp_path / "s.xlsx")
    page = book.worksheets[0]
    assert len(book.worksheets) == 2
    assert page.title == "बचत रजिस्टर"
    assert page["A1"].value == "क्रमांक / No."
    assert page["D2"].value == pytest.approx(123456.50, abs=0.001)
    assert page["D2"].number_format.startswith("[>=10000000]##\\,##\\,##\\,##0.00")
    assert page["C2"].value.date() == date(2026, 7, 9)
    assert page["B3"].data_type == "s"
    book.close()


def test_files_are_named_for_group_and_register(tmp_path: Path) -> None:
    other = replace(SHEET, kind="loan", title=Title(("ऋण",)))
    names = [
        [path.name for path in write_all(sheets, form, tmp_path, HEAD)]
        for sheets, form in (
            ([SHEET, other], "csv"),
            ([SHEET, other], "xlsx"),
            ([other], "xlsx"),
            ([other], "pdf"),
        )
    ]
    assert names == [
        ["ujala-savings.csv", "ujala-loan.csv"],
        ["ujala-registers.xlsx"],
        ["ujala-loan.xlsx"],
        ["ujala-loan.pdf"],
    ]
    assert len(list(tmp_path.iterdir())) == 5


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    write_csv(SHEET, path)
    before = path.read_bytes()
    unwritable = replace(SHEET, leaves=(Leaf(((1, "\ud800", None, rupees(1), "हाँ"),)),))
    with pytest.raises(UnicodeEncodeError):
        write_csv(unwritable, path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " ="])
def test_a_name_is_never_run_by_a_spreadsheet(tmp_path: Path, start: str) -> None:
    sheet = replace(SHEET, leaves=(Leaf(((1, f"{start}1+1", None, rupees(-100), "हाँ"),)),))
    write_csv(sheet, tmp_path / "s.csv")
    with (tmp_path / "s.csv").open(encoding="utf-8-sig", newline="") as file:
        (_, row) = csv.reader(file)
    assert row[1] == f"'{start}1+1"
    assert row[3] == "-1.00"
    write_xlsx([sheet], tmp_path / "s.xlsx")
    book = openpyxl.load_workbook(tmp_path / "s.xlsx")
    assert book.worksheets[0]["B2"].data_type == "s"
    book.close()


def test_in_a_file_each_line_says_what_its_page_is_about(tmp_path: Path) -> None:
    pages = (Page((("saving", 5_00),), ("m1",), total=(None, 5_00)), Page((), ("m2",)))
    cols = (Column("kind"), Column("saved", paise=True))
    sheet = sheet_of(Table("savings", cols, pages, (Column("name"),)))
    write_csv(sheet, tmp_path / "s.csv")
    with (tmp_path / "s.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["नाम / Name", "विवरण / Particulars", "बचत / Saved"],
            ["m1", "बचत / Saving", "5.00"],
            ["m1", "कुल / Total", "5.00"],
            ["m2", "", ""],
        ]


@pytest.mark.parametrize(
    ("language", "title", "kind"),
    [
        ("hi", ("रोकड़ बही",), "बचत"),
        ("en", ("Cash book",), "Saving"),
        ("both", ("रोकड़ बही", "Cash book"), "बचत / Saving"),
    ],
)
def test_words_stand_in_the_language_asked_for(language: Language, title: tuple[str, ...], kind: str) -> None:
    table = Table("cashbook", (Column("kind"), Column("name")), (Page((("saving", "राधा"),)),))
    sheet = sheet_of(table, language)
    assert sheet.title.lines == title
    assert sheet.leaves[0].rows == ((kind, "राधा"),)


def test_a_head_without_words_of_its_own_keeps_its_name() -> None:
    rows = (("expense:tea",), ("expense:travel",), ("borrowed:B7",), ("new",))
    sheet = sheet_of(Table("ledger", (Column("account"),), (Page(rows),)), "en")
    assert [row[0] for row in sheet.leaves[0].rows] == ["Expense: tea", "Travel", "Borrowed: B7", "new"]


def test_the_total_stands_in_the_first_free_column_of_words() -> None:
    cols = (Column("number"), Column("name"), Column("saved", paise=True))
    page = Page(((1, "राधा", 5_00),), total=(None, None, 5_00))
    total = sheet_of(Table("savings", cols, (page,)), "hi").leaves[0].total
    assert total == (None, "कुल", rupees(5_00))
