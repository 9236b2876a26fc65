"""`sakhi loan`: given with terms as groups say them, shown, and written only on a typed yes."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.__main__ import main
from ivr.books import begin, opened
from ivr.sections import Settings
from ivr.settings import load
from store.entries import LoanGiven, LoanTerms, MeetingOpened, OpeningBalance, Reversal
from store.loans import due_day
from store.people import Group

Run = Callable[..., Result]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "config.yaml").write_text("data: data\n", encoding="utf-8")
    made = load(tmp_path / "config.yaml")
    begin(made, Group("ujala", "उजाला समूह", 100_00, 1, 50_000_00))
    with opened(made, "ujala") as ledger:
        ledger.add_member(1, "राधा")
        ledger.add_member(2, "सीता")
        ledger.post(OpeningBalance(10_000_00, 0), once="opening")
    return made


@pytest.fixture
def run(tmp_path: Path, settings: Settings) -> Run:
    def invoke(*command: str, typed: str = "yes\n") -> Result:
        words = ["--config", str(tmp_path / "config.yaml"), "loan", *command]
        return CliRunner().invoke(main, words, input=typed)

    return invoke


def given(settings: Settings) -> list[LoanGiven]:
    with opened(settings, "ujala") as ledger:
        return [voucher.entry for voucher in ledger.vouchers if isinstance(voucher.entry, LoanGiven)]


def today(settings: Settings) -> date:
    with opened(settings, "ujala") as ledger:
        return ledger.today


def test_a_loan_is_read_back_with_its_schedule_and_written_on_a_typed_yes(
    run: Run, settings: Settings
) -> None:
    shown = run("give", "ujala", "2", "3000", "--rate", "सैकड़ा दो रुपये", "--months", "3", "--purpose", "बकरी")
    assert shown.exit_code == 0, shown.output
    for told in ("सीता", "बकरी", "3,000.00 rupees (तीन हज़ार रुपये)", "2 % a month, on what is outstanding"):
        assert told in shown.stdout
    assert "सौ रुपये पर महीने के दो रुपये" in shown.stdout
    assert all(sum_ in shown.stdout for sum_ in ("1,060.00", "1,040.00", "1,020.00", "3,120.00"))
    terms = LoanTerms(3_000_00, 200, "reducing", 3, due_day(today(settings), 1))
    assert given(settings) == [LoanGiven(None, "m2", "m2-1", terms, "बकरी")]
    with opened(settings, "ujala") as ledger:
        assert ledger.cash == 7_000_00
        assert ledger.vouchers[-1].evidence is not None


@pytest.mark.parametrize("typed", ["no\n", "\n", "y\n", "नहीं\n", ""])
def test_nothing_is_lent_without_the_word_yes(run: Run, settings: Settings, typed: str) -> None:
    done = run("give", "ujala", "2", "3000", "--rate", "2", "--months", "3", typed=typed)
    assert done.exit_code != 0
    assert given(settings) == []


def test_terms_are_given_as_the_group_agreed_on_them(run: Run, settings: Settings) -> None:
    first = due_day(today(settings), 2)
    options = (
        "--flat",
        "--moratorium",
        "2",
        "--deferred",
        "--round-to",
        "10",
        "--first-due",
        f"{first:%d-%m-%Y}",
    )
    run("give", "ujala", "1", "1000", "--rate", "साल का दस प्रतिशत", "--months", "4", *options)
    run("give", "ujala", "2", "1000", "--rate", "1.5", "--months", "6", "--one-piece")
    one, other = given(settings)
    assert one.terms == LoanTerms(1_000_00, 10_00, "flat", 4, first, 12, 2, True, 10_00)
    assert (other.terms.rate_bp, other.terms.instalments, other.terms.moratorium) == (150, 1, 5)


def test_a_loan_given_while_the_meeting_is_open_belongs_to_it(run: Run, settings: Settings) -> None:
    with opened(settings, "ujala") as ledger:
        ledger.post(MeetingOpened("M"), once="m")
    run("give", "ujala", "1", "1000", "--rate", "2", "--months", "4")
    assert [each.meeting_id for each in given(settings)] == ["M"]


@pytest.mark.parametrize(
    ("rate", "told"),
    [
        ("दो परसेंट", "can mean 'सौ रुपये पर महीने के दो रुपये' or 'सौ रुपये पर साल के दो रुपये'"),
        ("दो रुपये", "is not understood"),
        ("two", "is not understood"),
    ],
)
def test_a_rate_that_is_not_clear_is_never_guessed(
    run: Run, settings: Settings, rate: str, told: str
) -> None:
    done = run("give", "ujala", "2", "3000", "--rate", rate, "--months", "3")
    assert (done.exit_code, given(settings)) == (2, [])
    assert told in done.stderr


def test_what_the_books_refuse_is_told_before_anybody_says_yes(run: Run, settings: Settings) -> None:
    done = run("give", "ujala", "2", "10001", "--rate", "2", "--months", "3")
    assert (done.exit_code, done.stdout, given(settings)) == (2, "", [])
    assert "the cash box: 10,000.00 rupees are there, not 10,001.00" in done.stderr


def test_the_same_loan_twice_in_a_day_is_meant_only_when_said_so(run: Run, settings: Settings) -> None:
    same = ("give", "ujala", "2", "1000", "--rate", "2", "--months", "3")
    run(*same)
    again = run(*same)
    assert again.exit_code == 2
    assert "today already (m2-1)" in again.stderr
    run(*same, "--again")
    assert [each.loan_id for each in given(settings)] == ["m2-1", "m2-2"]


def test_the_name_of_a_loan_undone_is_not_used_again(run: Run, settings: Settings) -> None:
    run("give", "ujala", "2", "1000", "--rate", "2", "--months", "3")
    with opened(settings, "ujala") as ledger:
        ledger.post(Reversal(ledger.vouchers[-1].number, "गलत"), once="undo")
    run("give", "ujala", "2", "1000", "--rate", "2", "--months", "3")
    assert [each.loan_id for each in given(settings)] == ["m2-1", "m2-2"]


def test_running_loans_and_the_schedule_of_one_are_shown(run: Run, settings: Settings) -> None:
    assert "No loan is running" in run("show", "ujala").stdout
    run("give", "ujala", "2", "3000", "--rate", "2", "--months", "3", "--round-to", "5")
    assert "m2-1" in run("show", "ujala").stdout
    assert "m2-1" in run("show", "ujala", "2").stdout
    assert "No loan is running" in run("show", "ujala", "1").stdout
    schedule = run("schedule", "ujala", "m2-1").stdout
    assert "rounded up to 5 rupees" in schedule
    assert "3,000.00 outstanding, 0.00 due" in schedule
    missing = run("schedule", "ujala", "m2-9")
    assert (missing.exit_code, missing.stderr) == (
        2,
        "sakhi: there is no loan m2-9; `sakhi loan show ujala` shows them\n",
    )
