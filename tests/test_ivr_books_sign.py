"""`sakhi books signatories` and `sign`: a second pair of eyes, who proves herself by her PIN."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.__main__ import main
from ivr.books import begin, opened
from ivr.desk import worker_pin
from ivr.sections import Settings
from ivr.settings import load
from store.entries import Countersigned, Evidence, MeetingOpened, Saving, SignatoriesNamed
from store.people import Group

Run = Callable[..., Result]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """राधा checks; two savings wait for her."""
    (tmp_path / "config.yaml").write_text("data: data\n", encoding="utf-8")
    made = load(tmp_path / "config.yaml")
    begin(made, Group("ujala", "उजाला समूह", 100_00, 1, 50_000_00))
    with opened(made, "ujala") as ledger:
        for number, name in enumerate(("राधा", "सीता", "गीता"), start=1):
            ledger.add_member(number, name)
        ledger.set_pin("m1", "1234")
        ledger.post(SignatoriesNamed(None, ("m1",)), once="named")
        ledger.post(MeetingOpened("M"), once="m")
        for member in ("m2", "m3"):
            ledger.post(
                Saving("M", member, 100_00), once=member, evidence=Evidence("kiosk", "हाँ", 1.0, member)
            )
    return made


@pytest.fixture
def run(tmp_path: Path, settings: Settings) -> Run:
    def invoke(*command: str, typed: str = "") -> Result:
        words = ["--config", str(tmp_path / "config.yaml"), "books", *command]
        return CliRunner().invoke(main, words, input=typed)

    return invoke


def said(settings: Settings) -> list[Countersigned]:
    with opened(settings, "ujala") as ledger:
        return [voucher.entry for voucher in ledger.vouchers if isinstance(voucher.entry, Countersigned)]


def test_she_keys_her_pin_and_confirms_all(run: Run, settings: Settings) -> None:
    done = run("sign", "ujala", "1", typed="1234\nyes\n")
    assert done.exit_code == 0, done.output
    assert "सीता" in done.stdout and "100.00" in done.stdout and "1234" not in done.stdout
    assert said(settings) == [Countersigned((3, 4), "m1", True)]
    assert "Nothing is left to sign" in run("sign", "ujala", "1", typed="1234\n").stdout


def test_she_disputes_one_and_confirms_the_others(run: Run, settings: Settings) -> None:
    run("sign", "ujala", "1", typed="1234\n4\nपचास ही दिए\nyes\n")
    assert said(settings) == [
        Countersigned((4,), "m1", False, "पचास ही दिए"),
        Countersigned((3,), "m1", True),
    ]
    shown = run("signatories", "ujala").stdout
    assert "Second signatories of उजाला समूह: राधा." in shown
    assert "voucher 4 is called wrong by राधा" in shown and "पचास ही दिए" in shown


def test_a_dispute_stays_when_she_does_not_say_that_the_others_are_right(
    run: Run, settings: Settings
) -> None:
    assert run("sign", "ujala", "1", typed="1234\n4\n\nno\n").exit_code == 2
    assert said(settings) == [Countersigned((4,), "m1", False)]


def test_what_she_disputed_she_may_find_right_later(run: Run, settings: Settings) -> None:
    run("sign", "ujala", "1", typed="1234\n3 4\n\n")
    again = run("sign", "ujala", "1", typed="1234\n4\n\nyes\n")
    assert "disputed" in again.stdout
    assert said(settings)[-2:] == [Countersigned((4,), "m1", False), Countersigned((3,), "m1", True)]
    assert "voucher 3" not in run("signatories", "ujala").stdout


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("9999\nyes\n", "that was not the PIN"),
        ("1234\n7\n", "neither yes nor numbers of the list"),
        ("1234\n\n", "neither yes nor numbers of the list"),
    ],
)
def test_nothing_is_signed_on_a_wrong_pin_or_an_unclear_answer(
    run: Run, settings: Settings, typed: str, told: str
) -> None:
    done = run("sign", "ujala", "1", typed=typed)
    assert (done.exit_code, said(settings)) == (2, [])
    assert told in done.stderr


def test_three_wrong_pins_lock_it(run: Run) -> None:
    for _ in range(3):
        run("sign", "ujala", "1", typed="9999\n")
    assert "locked" in run("sign", "ujala", "1", typed="1234\nyes\n").stderr


def test_only_whom_the_group_named_signs(run: Run, settings: Settings) -> None:
    assert "सीता is no signatory" in run("sign", "ujala", "2").stderr
    assert "the worker is no signatory" in run("sign", "ujala").stderr
    assert run("signatories", "ujala", "2", "--worker", typed="no\n").exit_code == 2
    named = run("signatories", "ujala", "2", "--worker", typed="yes\n")
    assert "Second signatories of उजाला समूह: सीता, the worker." in named.stdout
    worker_pin(settings).set("2468")
    assert "Signed 2, disputed 0" in run("sign", "ujala", typed="2468\nyes\n").stdout
    assert run("signatories", "ujala", "--none", typed="yes\n").stdout.endswith("समूह: nobody.\n")
