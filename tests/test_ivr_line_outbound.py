"""Calls that we make, with a real Asterisk and a real telephone at the other end."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from phone_kit import NoAsterisk, Ports, asterisk, call, called, line, opened, talk, until, was_said

from flows.turn import Line
from ivr import wiring
from ivr.__main__ import main
from ivr.books import begin, call_queue
from ivr.books import opened as books
from ivr.sections import Settings
from ivr.settings import load
from store.calls import CallQueue, Task
from store.entries import Checked, MeetingClosed, MeetingOpened, Saving
from store.people import Group

pytestmark = pytest.mark.phone
NUMBERS = {"सुनीता": "98765 43210", "गीता": "98765 43211"}
CONFIG = """
data: data
model: {model}
line: {{port: {sakhi}, manager_port: {manager}}}
evidence: {{ask: false}}
outbound: {{from_hour: 0, until_hour: 24, ring: 3.0, again_after: 0.05, most_a_day: 20, caller_id: "1234"}}
"""


@pytest.fixture(scope="module")
def ports() -> Ports:
    return Ports.free()


@pytest.fixture(scope="module")
def asterisk_runs(tmp_path_factory: pytest.TempPathFactory, ports: Ports) -> Iterator[None]:
    try:
        with asterisk(tmp_path_factory.mktemp("asterisk"), ports, ring=5):
            yield
    except NoAsterisk as error:
        pytest.skip(f"no real Asterisk: {error}")


@pytest.fixture
def home(tmp_path: Path, model_folder: Path, ports: Ports) -> Path:
    """A group whose two members saved at a meeting that is over."""
    written = CONFIG.format(model=model_folder, sakhi=ports.sakhi, manager=ports.manager)
    (tmp_path / "config.yaml").write_text(written)
    settings = load(tmp_path / "config.yaml")
    begin(settings, Group("ujala", "उजाला समूह", 100_00, 3, 50_000_00, open_balances=True))
    with books(settings) as ledger:
        ledger.post(MeetingOpened("M"), once="open")
        for number, (name, phone) in enumerate(NUMBERS.items(), start=1):
            member = ledger.add_member(number, name, phones=[phone])
            ledger.post(Saving("M", member.id, 200_00), once=f"saved {number}")
        ledger.post(MeetingClosed("M"), once="close")
    return tmp_path


@pytest.fixture
def settings(home: Path) -> Settings:
    return load(home / "config.yaml")


@pytest.fixture
def queue(settings: Settings) -> CallQueue:
    return call_queue(settings)


def sakhi_call(home: Path, *words: str) -> None:
    done = CliRunner().invoke(main, ["--config", str(home / "config.yaml"), "call", *words])
    assert done.exit_code == 0, done.output


def only(queue: CallQueue) -> Task:
    (task,) = queue.tasks()
    return task


def test_a_member_disputes_by_key_what_was_written(
    asterisk_runs: None, home: Path, settings: Settings, queue: CallQueue, ports: Ports, tmp_path: Path
) -> None:
    queue.stop(NUMBERS["गीता"])
    sakhi_call(home, "confirm")
    heard, name = tmp_path / "heard.wav", {"name": "सुनीता"}
    with books(settings) as ledger:
        day = ledger.vouchers[1].on
    saving = Line("confirmation.saving", {**name, "amount": 200_00, "day": day})
    turns = (Line("reach.there", name), "keys:1"), (saving, "keys:2")
    with wiring.voice(settings) as voice:
        steps = talk(voice, tmp_path, *turns)
    with called(ports, heard, "200", *steps, "end") as phone, line(home):
        until(lambda: queue.tasks()[0].state == "done")
        assert phone.wait(60) == 0
    assert [(task.member_id, task.result) for task in queue.tasks()] == [
        ("m1", "disputed"),
        ("m2", "opted out"),
    ]
    with books(settings) as ledger:
        assert ledger.disputed() == (Checked(2, "m1", False),)
    with wiring.voice(settings) as voice:
        greeting = Line("reach.greeting", {"group": "उजाला समूह"})
        assert was_said(voice, heard, greeting, saving) == [True, True]


def test_a_busy_telephone_is_tried_again_and_one_that_nobody_takes_is_left_to_the_worker(
    asterisk_runs: None, home: Path, settings: Settings, queue: CallQueue, ports: Ports, tmp_path: Path
) -> None:
    queue.stop(NUMBERS["गीता"])
    sakhi_call(home, "confirm", "--group", "ujala")
    with called(ports, tmp_path / "heard.wav", "486,180,180,180") as phone, line(home):
        until(lambda: queue.tasks()[0].result == "busy")
        until(lambda: queue.tasks()[0].result == "no answer")
        until(lambda: queue.tasks()[0].state == "done")
        phone.kill()
        assert phone.stdout is not None and phone.stdout.read().count("<sip:1234@") == 3
    task = queue.tasks()[0]
    assert (task.result, len(task.tries)) == ("unreachable", 3)
    with books(settings) as ledger:
        entries = [voucher.entry for voucher in ledger.vouchers]
    assert [entry.about for entry in entries if hasattr(entry, "about")] == ["unreachable"]


def test_who_rings_and_hangs_up_is_called_back_once(
    asterisk_runs: None, home: Path, settings: Settings, queue: CallQueue, ports: Ports, tmp_path: Path
) -> None:
    heard, number = tmp_path / "back.wav", NUMBERS["सुनीता"].replace(" ", "")
    is_it_you = Line("identity.is_it_you", {"name": "सुनीता"})
    with wiring.voice(settings) as voice:
        steps = talk(voice, tmp_path, (is_it_you, "end"))
    with line(home), called(ports, heard, "200", *steps) as phone:
        call(ports, number, tmp_path / "rang.wav", "ring:2")
        until(lambda: [task.state for task in queue.tasks()] == ["answered"])
        assert phone.wait(120) == 0
        until(lambda: only(queue).state == "done")
    task = only(queue)
    assert (task.purpose, task.result, len(task.tries)) == ("call_back", "reached", 1)
    with wiring.voice(settings) as voice:
        assert was_said(voice, heard, is_it_you) == [True]


def test_a_line_killed_while_it_rings_calls_nobody_twice_for_it(
    asterisk_runs: None, home: Path, queue: CallQueue, ports: Ports, tmp_path: Path
) -> None:
    queue.stop(NUMBERS["गीता"])
    sakhi_call(home, "confirm")
    with called(ports, tmp_path / "heard.wav", "180,180") as phone:
        assert phone.stdout is not None
        service = opened(home, home / "first.log")
        assert "<sip:1234@" in phone.stdout.readline()
        service.send_signal(signal.SIGKILL)
        service.wait()
        assert queue.tasks()[0].state == "dialling"
        again = opened(home, home / "second.log")
        until(lambda: queue.tasks()[0].state != "dialling")
        task = queue.tasks()[0]
        assert (task.state, task.result, len(task.tries)) == ("waiting", "failed", 1)
        assert task.changed is not None and task.not_before > task.changed
        assert "<sip:1234@" in phone.stdout.readline()
        again.send_signal(signal.SIGTERM)
        again.wait(60)
        assert phone.wait(60) == 0
    task = queue.tasks()[0]
    assert (task.state, task.result, len(task.tries)) == ("waiting", "no answer", 2)
