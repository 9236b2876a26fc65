"""`sakhi group move-in`: the sheet is read whole, every bad cell named, and written whole or not at all."""

from datetime import date, datetime
from pathlib import Path

import pytest
from account_kit import Run, commands, group_of_three, look, refused, written
from openpyxl import Workbook

from ivr.books import opened
from ivr.cutoff import COLUMNS, read_cutoff
from ivr.sections import Settings
from store.entries import LoanTerms, OpeningBalance, OpeningBorrowing, OpeningLoan
from store.people import Member

SAMPLE = Path(__file__).resolve().parent.parent / "docs" / "cutoff.csv"
HEADING = ",".join(COLUMNS) + "\n"
GOOD = (
    "cash,,,700,,,,,,\n"
    "bank,,,4000,,,,,,\n"
    "saving,1,राधा,2000,,,,,,\n"
    "saving,2,,1500,,,,,,\n"
    "voluntary,2,सीता,300,,,,,,\n"
    "loan,3,मीना,1800,2,reducing,5,10-12-2026,,बीज\n"
    "borrowing,,,2500,साल का बारह प्रतिशत,flat,10,05-12-2026,SB-7,संघ\n"
    "interest,,,250,,,,,,\n"
    "expenses,,,50,,,,,,\n"
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return group_of_three(tmp_path)


@pytest.fixture
def run(tmp_path: Path, settings: Settings) -> Run:
    return commands(tmp_path, "group", "move-in", "ujala")


def sheet(folder: Path, rows: str, heading: str = HEADING) -> str:
    path = folder / "sheet.csv"
    path.write_text(heading + rows, encoding="utf-8")
    return str(path)


def test_the_sheet_is_read_back_and_written_whole_on_a_typed_yes(
    run: Run, settings: Settings, tmp_path: Path
) -> None:
    result = run(sheet(tmp_path, GOOD))
    written(result, "राधा", "2,000.00", "owed to संघ, SB-7: 2,500.00 rupees (दो हज़ार पाँच सौ रुपये)")
    written(result, "surplus, or loss if negative: 200.00 rupees (दो सौ रुपये)", "Written as voucher 1")
    assert look(settings, lambda ledger: [voucher.entry for voucher in ledger.vouchers]) == [
        OpeningBalance(
            700_00,
            4_000_00,
            (("m1", 2_000_00), ("m2", 1_500_00)),
            (("m2", 300_00),),
            (OpeningLoan("m3", "m3-1", LoanTerms(1_800_00, 200, "reducing", 5, date(2026, 12, 10)), "बीज"),),
            (OpeningBorrowing("SB-7", "संघ", LoanTerms(2_500_00, 1200, "flat", 10, date(2026, 12, 5), 12)),),
            200_00,
        )
    ]
    written(run(sheet(tmp_path, GOOD)), "the cut-off sheet was written on", "as voucher 1")
    refused(
        run(sheet(tmp_path, GOOD.replace("700", "800").replace("250,", "350,"))), "written already, and other"
    )


def test_without_a_typed_yes_nothing_is_written(run: Run, settings: Settings, tmp_path: Path) -> None:
    refused(run(sheet(tmp_path, GOOD), typed="no\n"), "nothing was written")
    assert look(settings, lambda ledger: ledger.vouchers) == ()


def test_a_sheet_that_was_undone_is_written_anew(run: Run, settings: Settings, tmp_path: Path) -> None:
    run(sheet(tmp_path, GOOD))
    undo = commands(tmp_path, "account", "undo", "ujala")
    written(undo("1", "--why", "गलत गिना"))
    anew = (
        GOOD.replace("SB-7", "SB-8")
        .replace("cash,,,700", "cash,,,750")
        .replace("interest,,,250", "interest,,,300")
    )
    written(run(sheet(tmp_path, anew)), "Written as voucher 3")
    assert look(settings, lambda ledger: (ledger.cash, ledger.loans("m3")[0].loan_id)) == (750_00, "m3-2")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("cash,,,700", "cash,,,700.01"), "0.01 rupees more than savings, borrowings and surplus"),
        (
            ("interest,,,250", "interest,,,1250.50"),
            "1,000.50 rupees less than savings, borrowings and surplus",
        ),
    ],
)
def test_a_sheet_that_does_not_balance_is_told_by_how_much(
    run: Run, settings: Settings, tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    refused(run(sheet(tmp_path, GOOD.replace(*change))), "the sheet does not balance", said)
    assert look(settings, lambda ledger: ledger.vouchers) == ()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("gold,,,5,,,,,,", "column what: 'gold' is none of cash, bank, saving"),
        ("cash,,,5,,,,,,", "column what: cash is there already; write its sum on one line"),
        ("saving,1,,5,,,,,,", "column what: her saving is there already"),
        ("saving,9,,5,,,,,,", "column member: no member has the number '9'; import the members first"),
        ("voluntary,,,5,,,,,,", "column member: no member has the number ''"),
        ("voluntary,1,सीता,5,,,,,,", "column name: member 1 is राधा, not सीता; which is right?"),
        ("voluntary,1,,viel,,,,,,", "column amount: 'viel' is no amount; write rupees"),
        ("voluntary,1,,-5,,,,,,", "column amount: '-5' is not from 0 to"),
        ("voluntary,1,,5.001,,,,,,", "column amount: '5.001' has parts of a paisa"),
        ("loan,1,,0,2,flat,5,10-12-2026,,", "column amount: nothing is owed; leave the line out"),
        ("loan,1,,5,much,flat,5,10-12-2026,,", "column rate: 'much' is not understood"),
        ("loan,1,,5,2,round,5,10-12-2026,,", "column method: 'round' is neither flat nor reducing"),
        ("loan,1,,5,2,flat,0,10-12-2026,,", "column instalments: '0' is no number of instalments"),
        (
            "loan,1,,5,2,flat,5,2026-12-10,,",
            "column next_due: '2026-12-10' is no day; write it as 05-12-2026",
        ),
        ("borrowing,,,5,2,flat,5,10-12-2026,,संघ", "column number: and note: a borrowing has"),
        ("borrowing,,,5,2,flat,5,10-12-2026,SB-7,संघ", "column number: SB-7 is there already"),
        ("cash,,,5,,,,,,,more", "has more cells than headings"),
    ],
)
def test_a_bad_cell_is_named_by_line_and_column_and_nothing_is_written(
    run: Run, settings: Settings, tmp_path: Path, row: str, said: str
) -> None:
    result = run(sheet(tmp_path, GOOD + row + "\n"))
    refused(result, "nothing was written from", f"line 11, {said}")
    assert look(settings, lambda ledger: ledger.vouchers) == ()


def test_every_bad_cell_is_told_at_once(run: Run, tmp_path: Path) -> None:
    rows = "loan,8,,x,y,z,w,v,,\nbank,,,x,,,,,,\n"
    stderr = run(sheet(tmp_path, rows)).stderr
    told = [line for line in stderr.splitlines() if line.startswith("line ")]
    assert [line.split(":")[0] for line in told] == [
        *(
            f"line 2, column {name}"
            for name in ("amount", "member", "rate", "method", "instalments", "next_due")
        ),
        "line 3, column amount",
    ]


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        (HEADING.replace("amount,", ""), "line 1: the column 'amount' is missing"),
        (HEADING.replace("note", "remark"), "line 1: there is no column 'remark'"),
    ],
)
def test_wrong_headings_are_named(run: Run, tmp_path: Path, heading: str, said: str) -> None:
    refused(run(sheet(tmp_path, GOOD, heading)), said)


def test_a_workbook_is_read_as_it_was_typed(run: Run, settings: Settings, tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(list(COLUMNS))
    page.append(["cash", None, None, 700.5])
    page.append(["saving", 1, "राधा", 500])
    page.append(["loan", 2, None, 199.75, 2, "reducing", 5, datetime(2026, 12, 10), None, "बीज"])  # noqa: DTZ001
    page.append([None] * 10)
    page.append(["interest", None, None, 400.25])
    book.save(tmp_path / "sheet.xlsx")
    written(run(str(tmp_path / "sheet.xlsx")), "Written as voucher 1")
    assert look(settings, lambda ledger: (ledger.cash, ledger.loans("m2")[0].outstanding)) == (700_50, 199_75)


def test_a_file_that_is_no_workbook_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sheet.xlsx").write_text(HEADING + GOOD, encoding="utf-8")
    refused(run(str(tmp_path / "sheet.xlsx")), "is no workbook that can be read; save it anew as XLSX or CSV")
    refused(run(str(tmp_path / "none.csv")), "none.csv: No such file")


def test_the_sample_that_ships_is_good_and_balances(tmp_path: Path) -> None:
    names = ("Sunita Devi", "Geeta Bai", "Radha Kumari", "Meena Devi", "Kamla Bai")
    members = [Member(f"m{number}", number, name, name) for number, name in enumerate(names, start=1)]
    balance = read_cutoff(SAMPLE, members)
    held = balance.cash + balance.bank + sum(loan.terms.principal for loan in balance.loans)
    owed = sum(paise for _, paise in (*balance.savings, *balance.voluntary))
    owed += sum(each.terms.principal for each in balance.borrowings)
    assert held == owed + (balance.surplus or 0)


def test_who_has_an_opening_balance_reverses_it_first(run: Run, settings: Settings, tmp_path: Path) -> None:
    with opened(settings, "ujala") as ledger:
        ledger.post(OpeningBalance(1_00, 0), once="opening")
    refused(run(sheet(tmp_path, GOOD)), "the opening balance is written already; reverse it to write another")
