"""`sakhi registers`: from the books on the disk to the terminal, CSV, XLSX and paper, in both languages."""

import csv
import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import count
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader
from store_kit import Clock, begin, terms

from ivr.__main__ import main
from ivr.registers.words import words
from store.entries import (
    Attended,
    BankDeposit,
    Entry,
    Fine,
    LoanGiven,
    MeetingClosed,
    MeetingOpened,
    Missed,
    OpeningLoan,
    Repayment,
    Reversal,
    Saving,
    WorkerAsked,
)
from store.ledger import Ledger
from store.registers import OF_A_MEMBER, REGISTERS
from store.tinydb import TinyVault

HELD: tuple[Entry, ...] = (
    OpeningLoan("m2", "L1", terms(first_due=date(2026, 10, 10)), "बीज"),
    MeetingOpened("M"),
    Attended("M", "m1"),
    Missed("M", "m2", "ill"),
    Missed("M", "m3", "शहर"),
    Saving("M", "m1", 12_345_50),
    Saving("M", "m3", 50_00),
    Reversal(8, "wrong"),
    LoanGiven("M", "m1", "L2", terms(method="flat"), "=1+1"),
    Repayment("M", "m2", "L1", 220_00),
    Fine("M", "m3", 5_00, "late"),
    BankDeposit(100_00, "77", "M"),
    MeetingClosed("M"),
    WorkerAsked(None, "m3", "asks for a call"),
)

Run = Callable[..., Result]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The group after a meeting in which everything happened."""
    folder = tmp_path / "data" / "books"
    folder.mkdir(parents=True)
    with TinyVault(folder / "ujala.json") as vault:
        ledger = begin(vault, Clock())
        for number, entry in zip(count(), HELD, strict=False):
            ledger.post(entry, once=str(number))
        yield ledger


@pytest.fixture
def run(ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`sakhi registers ...` in a folder of its own, with those books closed."""
    ledger._vault.close()  # type: ignore[attr-defined]
    (tmp_path / "config.yaml").write_text("")
    monkeypatch.chdir(tmp_path)

    def sakhi(*words: str, width: int = 300) -> Result:
        return CliRunner().invoke(main, ["registers", *words], env={"COLUMNS": str(width)})

    return sakhi


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_all_registers_are_shown_in_both_languages(run: Run) -> None:
    result = run("ujala")
    assert result.exit_code == 0, result.output
    for shown in (
        "उपस्थिति-सह-बचत रजिस्टर / Attendance and savings register",
        "कार्यवाही रजिस्टर / Proceedings",
        "बचत खाता बही / Savings ledger",
        "ऋण खाता बही / Loan ledger",
        "रोकड़ बही / Cash book",
        "12,345.50",
        "बीमार / Ill",
        "शहर",
        "घटते मूल पर / Reducing",
        "सुधार / Correction",
        "फ़ोन चाहती हैं / Asks for a call",
    ):
        assert shown in result.stdout


def test_only_the_registers_asked_for_are_shown(run: Run) -> None:
    shown = run("--register", "savings", "--register", "attendance").stdout
    assert "Savings ledger" in shown
    assert "Attendance and savings register" in shown
    assert "Cash book" not in shown
    assert "Loan ledger" not in shown


def test_on_a_narrow_terminal_no_cell_is_cut(run: Run) -> None:
    result = run("--register", "loanlist", width=72)
    assert "…" not in result.stdout
    assert "अगली किस्त की तारीख / Next instalment on" in result.stdout
    assert "820.00" in result.stdout


def test_csv_is_a_file_a_register_with_plain_rupees(run: Run, tmp_path: Path) -> None:
    result = run("--to", "csv", "--out", "out/bank")
    assert result.exit_code == 0
    written = [Path(line) for line in result.stdout.splitlines()]
    assert [path.name for path in written] == [f"ujala-{name}.csv" for name in REGISTERS]
    savings = rows(tmp_path / "out/bank/ujala-savings.csv")
    assert savings[0][:5] == [
        "क्रमांक / No.",
        "नाम / Name",
        "तारीख / Date",
        "वाउचर / Voucher",
        "विवरण / Particulars",
    ]
    assert savings[1] == [
        "1",
        "राधा",
        "10-11-2026",
        "7",
        "बचत / Saving",
        "12345.50",
        "",
        "",
        "12345.50",
        "0.00",
    ]
    loans = rows(tmp_path / "out/bank/ujala-loanlist.csv")
    assert loans[2][3] == "'=1+1"


def test_the_cash_book_ends_with_what_the_books_hold(run: Run, tmp_path: Path) -> None:
    run("--register", "cashbook", "--to", "csv")
    book = rows(tmp_path / "ujala-cashbook.csv")
    assert (book[0][-1], book[-1][-1]) == ("नकद शेष / Cash balance", "16470.50")


def test_xlsx_is_one_workbook_a_sheet_a_register(run: Run, tmp_path: Path) -> None:
    assert run("--to", "xlsx", "--out", "out").stdout == "out/ujala-registers.xlsx\n"
    book = openpyxl.load_workbook(tmp_path / "out/ujala-registers.xlsx")
    assert book.sheetnames == [words("titles", name).hindi for name in REGISTERS]
    assert book["बचत खाता बही"]["F2"].value == 12345.5
    assert book["ऋणों की सूची"]["D3"].data_type == "s"


def test_a_members_registers_and_nobody_elses(run: Run) -> None:
    shown = run("--member", "2", "--language", "en").stdout
    assert "Member passbook" in shown
    assert "सीता" in shown
    assert "राधा" not in shown
    assert "Cash book" not in shown
    assert sum(words("titles", name).english in shown for name in OF_A_MEMBER) == len(OF_A_MEMBER)


@pytest.mark.parametrize("day", ["last", "10-11-2026", "2026-11-10"])
def test_one_meetings_proceedings(run: Run, day: str) -> None:
    shown = run("--meeting", day, "--language", "hi").stdout
    assert "कार्यवाही रजिस्टर" in shown
    assert "अनुपस्थित" in shown
    assert "Proceedings" not in shown


def test_a_period_ends_on_the_day_asked_for(run: Run) -> None:
    shown = run("--register", "receipts", "--until", "09-11-2026", "--language", "en").stdout
    assert re.search(r"Opening cash +│ +0\.00 │ Closing cash +│ +0\.00", shown)


def test_a_year_is_april_to_march_but_not_beyond_today(run: Run) -> None:
    shown = run("--register", "receipts", "--year", "2026-27", "--language", "en").stdout
    assert re.search(r"Opening cash +│ +5,000\.00", shown)


def test_one_register_as_xlsx_is_named_for_it(run: Run) -> None:
    assert run("--to", "xlsx", "--register", "loan").stdout == "ujala-loan.xlsx\n"


def test_a_group_without_a_meeting_has_empty_registers(run: Run, tmp_path: Path) -> None:
    with TinyVault(tmp_path / "data/books/asha.json") as vault:
        begin(vault, Clock(), cash=0)
    assert run("asha", "--to", "csv").exit_code == 0
    assert len(rows(tmp_path / "ujala-borrowings.csv")) == 1
    assert "बाहरी ऋण खाता बही / Borrowings: —" in run("asha").stdout
    assert run("asha", "--to", "pdf").exit_code == 0
    pages = PdfReader(tmp_path / "ujala-registers.pdf").pages
    assert len(pages) >= len(REGISTERS)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("asha",), "there is no group 'asha'"),
        (("--register", "fines"), "'fines' is not one of"),
        (("--to", "odt"), "'odt' is not one of"),
        (("--out", "out"), "--to csv, --to xlsx or --to pdf"),
        (("--language", "ta"), "'ta' is not one of"),
        (("--member", "9"), "no member has the number 9"),
        (("--member", "1", "--register", "cashbook"), "cashbook is not kept one by one; --member goes with"),
        (("--member", "1", "--meeting", "last"), "--member and --meeting do not go together"),
        (("--meeting", "09-11-2026"), "there was no meeting on 09-11-2026"),
        (("--meeting", "soon"), "'soon' is no day; write it as 10-11-2026"),
        (("--meeting", "last", "--register", "dcb"), "dcb is not kept one by one; --meeting goes with"),
        (("--from", "31-02-2026"), "'31-02-2026' is no day"),
        (("--from", "01-01-2999"), "01-01-2999 lies after today"),
        (("--until", "01-01-2999"), "leave out --until"),
        (
            ("--from", "02-11-2026", "--until", "01-11-2026"),
            "ends (01-11-2026) before it begins (02-11-2026)",
        ),
        (("--year", "2026-28"), "'2026-28' is no financial year; write it as 2026-27"),
        (("--year", "2026"), "'2026' is no financial year"),
        (("--year", "2998-99"), "01-04-2998 lies after today"),
        (("--year", "2026-27", "--until", "01-11-2026"), "--year is a period already"),
        (("--to", "csv", "--out", "config.yaml"), "config.yaml: File exists"),
    ],
)
def test_what_cannot_be_shown_is_told(run: Run, words: tuple[str, ...], said: str) -> None:
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_among_several_groups_one_must_be_named(run: Run, tmp_path: Path) -> None:
    with TinyVault(tmp_path / "data/books/asha.json") as vault:
        begin(vault, Clock())
    result = run()
    assert result.exit_code == 2
    assert "name the one you mean: asha, ujala" in result.stderr


def test_damaged_books_make_no_register(run: Run, tmp_path: Path) -> None:
    books = tmp_path / "data/books/ujala.json"
    books.write_bytes(books.read_bytes()[:-7])
    result = run("--to", "csv", "--out", "out")
    assert result.exit_code == 2
    assert "it was cut short or changed" in result.stderr
    assert "sakhi books repair ujala" in result.stderr
    assert not (tmp_path / "out").exists()
