"""`sakhi registers`: from the books on the disk to the terminal, CSV and XLSX, in Hindi and English."""

import csv
import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import count
from pathlib import Path

import openpyxl
import pytest
import yaml
from click.testing import CliRunner, Result
from store_kit import Clock, begin, terms

import ivr
from ivr.__main__ import main
from ivr.line.campaign import FOR_THE_WORKER
from ivr.registers import sheet_of
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
from store.registers import REGISTERS
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


@pytest.mark.parametrize("name", REGISTERS)
def test_every_column_and_kind_of_entry_has_its_words(ledger: Ledger, name: str) -> None:
    table = REGISTERS[name](ledger)
    sheet = sheet_of(table)
    assert table.rows
    assert len({str(heading) for heading in sheet.headings}) == len(table.columns)
    for column in ("kind", "method", "about"):
        if column in table.columns:
            at = table.columns.index(column)
            assert all(" / " in str(row[at]) for row in sheet.rows), sheet.rows


def test_all_registers_are_shown_in_both_languages(run: Run) -> None:
    result = run("ujala")
    assert result.exit_code == 0, result.output
    for shown in (
        "उपस्थिति रजिस्टर / Attendance register",
        "बचत रजिस्टर / Savings register",
        "ऋण रजिस्टर / Loan register",
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
    assert "Savings register" in shown
    assert "Attendance register" in shown
    assert "Cash book" not in shown
    assert "Loan register" not in shown


def test_on_a_narrow_terminal_no_cell_is_cut(run: Run) -> None:
    result = run("--register", "loan", width=72)
    assert "…" not in result.stdout
    assert "अगली किस्त की तारीख / Next instalment on" in result.stdout
    assert "820.00" in result.stdout


def test_csv_is_a_file_a_register_with_plain_rupees(run: Run, tmp_path: Path) -> None:
    result = run("--to", "csv", "--out", "out/bank")
    assert result.exit_code == 0
    written = [Path(line) for line in result.stdout.splitlines()]
    assert [path.name for path in written] == [f"ujala-{name}.csv" for name in REGISTERS]
    savings = rows(tmp_path / "out/bank/ujala-savings.csv")
    assert savings[0] == [
        "तारीख / Date",
        "क्रमांक / No.",
        "नाम / Name",
        "बचत / Saved",
        "कुल बचत / Total savings",
    ]
    assert savings[1:] == [["10-11-2026", "1", "राधा", "12345.50", "12345.50"]]
    loans = rows(tmp_path / "out/bank/ujala-loan.csv")
    assert loans[2][3] == "'=1+1"


def test_the_cash_book_ends_with_what_the_books_hold(run: Run, tmp_path: Path) -> None:
    run("--register", "cashbook", "--to", "csv")
    book = rows(tmp_path / "ujala-cashbook.csv")
    last = dict(zip(book[0], book[-1], strict=True))
    assert last["नकद शेष / Cash balance"] == "16470.50"
    assert last["बैंक शेष / Bank balance"] == "100.00"


def test_xlsx_is_one_workbook_a_sheet_a_register(run: Run, tmp_path: Path) -> None:
    assert run("--to", "xlsx", "--out", "out").stdout == "out/ujala-registers.xlsx\n"
    book = openpyxl.load_workbook(tmp_path / "out/ujala-registers.xlsx")
    titles = ["उपस्थिति रजिस्टर", "बचत रजिस्टर", "ऋण रजिस्टर", "रोकड़ बही", "दीदी के लिए काम"]
    assert book.sheetnames == titles
    assert book["बचत रजिस्टर"]["D2"].value == 12345.5
    assert book["ऋण रजिस्टर"]["D3"].data_type == "s"


def test_one_register_as_xlsx_is_named_for_it(run: Run) -> None:
    assert run("--to", "xlsx", "--register", "loan").stdout == "ujala-loan.xlsx\n"


def test_a_group_without_a_meeting_has_empty_registers(run: Run, tmp_path: Path) -> None:
    with TinyVault(tmp_path / "data/books/asha.json") as vault:
        begin(vault, Clock(), cash=0)
    assert run("asha", "--to", "csv").exit_code == 0
    assert len(rows(tmp_path / "ujala-attendance.csv")) == 1
    assert "उपस्थिति रजिस्टर / Attendance register: —" in run("asha").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("asha",), "there is no group 'asha'"),
        (("--register", "fines"), "'fines' is not one of"),
        (("--to", "pdf"), "'pdf' is not one of"),
        (("--out", "out"), "--to csv or --to xlsx"),
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


def test_whatever_the_worker_is_asked_has_words_and_no_word_is_unused() -> None:
    house = Path(ivr.__file__).parent.parent
    texts = [
        path.read_text(encoding="utf-8") for room in ("flows", "ivr") for path in (house / room).rglob("*.py")
    ]
    promised = {word for text in texts for word in re.findall(r'promised?\(talk, ledger, "([^"]+)"', text)}
    written = {word for text in texts for word in re.findall(r'"([^"\n]+)"', text)}
    named = set(yaml.safe_load((house / "ivr" / "headings.yaml").read_text(encoding="utf-8"))["about"])
    assert (promised | FOR_THE_WORKER) - named == set()
    assert named - written == {"entry"}
