"""`sakhi worker`: on the terminal, and by typing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.__main__ import main
from ivr.books import begin, now, opened
from ivr.clips import FolderClips
from ivr.desk import strangers, tries
from ivr.sections import Settings
from ivr.settings import load
from speech.audio import Audio
from store.entries import MessageLeft, WorkerAsked
from store.matters import matters
from store.people import Group
from store.pins import PinCheck
from store.tries import PhoneTries

Run = Callable[..., Result]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "config.yaml").write_text("data: data\n", encoding="utf-8")
    made = load(tmp_path / "config.yaml")
    for group in ("asha", "ujala"):
        begin(made, Group(group, f"{group} समूह", 100_00, 1, 50_000_00))
    with opened(made, "ujala") as ledger:
        ledger.add_member(1, "राधा")
        ledger.post(WorkerAsked(None, "m1", "PIN"), once="pin")
    return made


@pytest.fixture
def run(tmp_path: Path, settings: Settings) -> Run:
    def invoke(*command: str, typed: str = "") -> Result:
        return CliRunner().invoke(main, ["--config", str(tmp_path / "config.yaml"), *command], input=typed)

    return invoke


def leave(settings: Settings) -> str:
    """A stranger leaves a message; the name of its recording."""
    clip = FolderClips(settings.clips / "ujala").keep(Audio.silence(1.0, 8000))
    strangers(settings).left("+91 98765 43210", "ujala", "call")
    with opened(settings, "ujala") as ledger:
        ledger.post(MessageLeft(None, clip), once="call")
    return clip


def test_all_that_was_left_is_listed_with_the_numbers_to_call(run: Run, settings: Settings) -> None:
    leave(settings)
    listed = run("worker", "list").stdout
    for shown in ("asha समूह", "ujala समूह", "राधा", "Needs a PIN", "Left a message", "बाकी", "9876543210"):
        assert shown in listed
    assert "ujala समूह" not in run("worker", "list", "asha").stdout


def test_a_locked_telephone_is_listed(run: Run, settings: Settings) -> None:
    for phone in ("9876543210", ""):
        for _ in range(3):
            PhoneTries(tries(settings), phone, now).tried("ujala/m1", lambda: PinCheck.WRONG)
    listed = run("worker", "list").stdout
    assert ": 9876543210" in listed and ": numbers that are kept back" in listed


def test_the_worker_sets_her_pin_and_goes_through_what_was_left(run: Run, settings: Settings) -> None:
    clip = leave(settings)
    assert "बना नहीं है" in run("worker", "hear", "--typed").stdout
    assert run("worker", "pin", typed="2468\n2468\n").stdout.endswith("The worker has a new PIN.\n")
    heard = run("worker", "hear", "--typed", typed="2468\nआगे\n2\n")
    assert heard.exit_code == 0, heard.output
    assert "राधा जी की बात" in heard.stdout and "बाहर का संदेश" in heard.stdout
    with opened(settings, "ujala") as ledger:
        assert [matter.state for matter in matters(ledger)] == ["heard", "done"]
    assert FolderClips(settings.clips / "ujala").sound(clip) is None
    assert "9876543210" not in run("worker", "list").stdout


def test_a_pin_that_is_none_is_refused(run: Run) -> None:
    refused = run("worker", "pin", typed="12\n12\n")
    assert (refused.exit_code, refused.stderr) == (2, "sakhi: a PIN has 4 to 8 digits\n")


def test_a_worker_who_breaks_off_loses_nothing(run: Run, settings: Settings) -> None:
    run("worker", "pin", typed="2468\n2468\n")
    assert "broken off" in run("worker", "hear", "--typed", typed="2468\n").stderr
    with opened(settings, "ujala") as ledger:
        assert [matter.state for matter in matters(ledger)] == ["open"]
