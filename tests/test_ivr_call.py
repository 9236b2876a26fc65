"""`sakhi call`: who is to be called, and what came of it."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from campaign_kit import RADHA, SITA, Home, home
from click.testing import CliRunner
from click.testing import Result as Done
from store_kit import GROUP

from ivr.__main__ import main
from ivr.books import begin, opened
from store.calls import Result

Run = Callable[..., Done]


@pytest.fixture
def one(tmp_path: Path) -> Home:
    (tmp_path / "config.yaml").write_text("data: data\n")
    return home(tmp_path / "data")


@pytest.fixture
def sakhi(tmp_path: Path, one: Home) -> Run:
    return lambda *words: CliRunner().invoke(
        main, ["--config", str(tmp_path / "config.yaml"), "call", *words], env={"COLUMNS": "200"}
    )


def test_calls_are_planned_once(sakhi: Run, one: Home) -> None:
    for count in ("1 (members 1)", "0"):
        done = sakhi("confirm")
        assert done.exit_code == 0, done.output
        assert f"ujala: calls planned: {count}\n" in done.output
        assert "members without a telephone: 1" in done.output
    assert [(task.purpose, task.about) for task in one.queue.tasks()] == [("confirm", ("2",))]


def test_a_dry_run_plans_nothing(sakhi: Run, one: Home) -> None:
    assert (
        "calls that would be planned: 1 (members 2)"
        in sakhi("absent", "--dry-run", "--group", "ujala").output
    )
    assert one.states() == {}


def test_who_has_no_pin_is_named_in_number(sakhi: Run, one: Home) -> None:
    with one.books() as ledger:
        ledger.update_group(replace(ledger.group, open_balances=False))
    done = sakhi("confirm")
    assert "calls planned: 0" in done.output
    assert "as they have no PIN: 3" in done.output


def test_an_unknown_group_and_books_in_use_are_told_of(sakhi: Run, one: Home) -> None:
    done = sakhi("remind", "--group", "asha")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "there is no group 'asha'" in done.stderr
    begin(one.settings, replace(GROUP, id="asha"))
    with opened(one.settings, "asha"):
        done = sakhi("absent")
    assert done.exit_code == 2
    assert "ujala: calls planned: 1" in done.stdout
    assert "asha.json" in done.stderr and "try it again later" in done.stderr


def test_a_number_is_called_back_once(sakhi: Run, one: Home) -> None:
    assert sakhi("back", RADHA).output == ""
    assert "already" in sakhi("back", f"+91 {RADHA}").output
    assert [task.purpose for task in one.queue.tasks()] == ["call_back"]


@pytest.mark.parametrize("written", ["", "12", "Radha", "98765-4321o", "12345; rm"])
@pytest.mark.parametrize("what", ["back", "stop", "allow"])
def test_what_is_no_number_is_refused(sakhi: Run, what: str, written: str) -> None:
    done = sakhi(what, written)
    assert done.exit_code == 2
    assert "is no telephone number" in done.stderr


def test_calls_to_a_number_are_stopped_and_allowed_again(sakhi: Run, one: Home) -> None:
    assert "called no more" in sakhi("stop", RADHA).output
    assert "calls planned: 0" in sakhi("confirm").output
    assert list(one.states().values()) == [("done", "opted out")]
    assert "may be called again" in sakhi("allow", RADHA).output
    assert "Nobody had stopped" in sakhi("allow", RADHA).output


def test_what_came_of_the_calls_is_told_without_a_name_or_a_telephone(sakhi: Run, one: Home) -> None:
    assert "No call was asked for" in sakhi("status").output
    one.add()
    one.add("absent", "M", member="m2", phone=SITA)
    one.add("remind", "meeting", member="m3", phone="1234567")
    results: list[Result] = ["disputed", "busy"]
    for result in results:
        task = one.campaign.next([])
        assert task is not None
        one.campaign.came_of(task, result)
    one.queue.claim(9, 9)
    told = sakhi("status")
    assert told.exit_code == 0
    for words in ("1 disputed", "waiting (busy)", "dialling"):
        assert words in told.output
    assert not [word for word in ("राधा", "सीता", RADHA, SITA, "98765") if word in told.output]
    with opened(one.settings):
        assert "m1" in sakhi("status").output


def test_the_bar_grows_until_nothing_is_left(sakhi: Run, one: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.commands.call.BETWEEN_LOOKS", 0.02)
    looking = threading.Event()

    def work() -> None:
        while not one.queue.tasks():
            looking.wait(0.02)
        one.queue.finish(one.queue.tasks()[0].id, "reached")

    worker = threading.Thread(target=work)
    worker.start()
    done = sakhi("confirm", "--watch")
    worker.join()
    assert done.exit_code == 0
    assert "1 reached" in done.output and "1/1" in done.output
