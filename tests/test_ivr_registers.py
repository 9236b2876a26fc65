"""Registers on the terminal, as CSV and as XLSX: both languages, exact rupees, nothing run as a formula."""

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from ivr.registers import Heading, Sheet, grouped, on_terminal, rupees, write_all, write_csv, write_xlsx

SHEET = Sheet(
    kind="savings",
    title=Heading("बचत रजिस्टर", "Savings register"),
    headings=(
        Heading("क्रमांक", "No."),
        Heading("नाम", "Name"),
        Heading("तारीख", "Date"),
        Heading("रुपये", "Rupees"),
        Heading("उपस्थित", "Present"),
    ),
    rows=(
        (1, "सुनीता", date(2026, 7, 9), rupees(12_345_650), True),
        (2, "=HYPERLINK(1)", None, rupees(-5), False),
    ),
)


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
    console.print(on_terminal(SHEET))
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    for text in ("बचत रजिस्टर / Savings register", "Name", "नाम", "1,23,456.50", "09-07-2026", "हाँ", "नहीं"):
        assert text in shown


def test_csv_opens_in_excel_as_utf8(tmp_path: Path) -> None:
    write_csv(SHEET, tmp_path / "s.csv")
    assert (tmp_path / "s.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (tmp_path / "s.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["क्रमांक / No.", "नाम / Name", "तारीख / Date", "रुपये / Rupees", "उपस्थित / Present"],
        ["1", "सुनीता", "09-07-2026", "123456.50", "हाँ"],
        ["2", "'=HYPERLINK(1)", "", "-0.05", "नहीं"],
    ]


def test_xlsx_holds_numbers_days_and_no_formula(tmp_path: Path) -> None:
    write_xlsx([SHEET, SHEET], tmp_path / "s.xlsx")
    book = openpyxl.load_workbook(tmp_path / "s.xlsx")
    page = book.worksheets[0]
    assert len(book.worksheets) == 2
    assert page.title == "बचत रजिस्टर"
    assert page["A1"].value == "क्रमांक / No."
    assert page["D2"].value == pytest.approx(123456.50, abs=0.001)
    assert page["D2"].number_format == "#,##0.00"
    assert page["C2"].value.date() == date(2026, 7, 9)
    assert page["B3"].data_type == "s"
    book.close()


def test_files_are_named_for_group_and_register(tmp_path: Path) -> None:
    other = Sheet("loan", SHEET.title, SHEET.headings, SHEET.rows)
    assert [path.name for path in write_all([SHEET, other], "csv", tmp_path, "ujala")] == [
        "ujala-savings.csv",
        "ujala-loan.csv",
    ]
    assert [path.name for path in write_all([SHEET, other], "xlsx", tmp_path, "ujala")] == [
        "ujala-registers.xlsx"
    ]
    assert [path.name for path in write_all([other], "xlsx", tmp_path, "ujala")] == ["ujala-loan.xlsx"]
    assert len(list(tmp_path.iterdir())) == 4


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    write_csv(SHEET, path)
    before = path.read_bytes()
    unwritable = Sheet("savings", SHEET.title, SHEET.headings, ((1, "\ud800", None, rupees(1), True),))
    with pytest.raises(UnicodeEncodeError):
        write_csv(unwritable, path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
