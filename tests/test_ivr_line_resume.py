"""Calls that drop, on a real Asterisk: the next one goes on, whatever has become of the service meanwhile."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from phone_kit import NoAsterisk, Ports, asterisk, call, opened, talk, until, was_said

from flows.turn import Line
from ivr import books, wiring
from ivr.settings import load
from ivr.voice import Voice
from store.people import Group

pytestmark = pytest.mark.phone
NUMBER, SHARED = "9876543210", "9876543211"


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ports]:
    free = Ports.free()
    try:
        with asterisk(tmp_path_factory.mktemp("asterisk"), free):
            yield free
    except NoAsterisk as error:
        pytest.skip(f"no real Asterisk: {error}")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, model_folder: Path, ports: Ports) -> Path:
    folder = tmp_path_factory.mktemp("home")
    (folder / "config.yaml").write_text(
        f"data: data\nmodel: {model_folder}\nline: {{port: {ports.sakhi}, manager_port: {ports.manager}}}\n"
    )
    settings = load(folder / "config.yaml")
    books.begin(settings, Group("ujala", "उजाला समूह", 100_00, 3, 50_000_00))
    with books.opened(settings) as ledger:
        ledger.set_pin(ledger.add_member(1, "सुनीता", phones=[NUMBER], consent=False).id, "1234")
        ledger.add_member(2, "गीता", phones=[SHARED])
        ledger.add_member(3, "सीता", phones=[SHARED])
    return folder


@pytest.fixture(scope="module")
def voice(home: Path) -> Iterator[Voice]:
    with wiring.voice(load(home / "config.yaml")) as made:
        yield made


def test_a_call_that_was_cut_by_a_killed_service_goes_on(
    home: Path, ports: Ports, voice: Voice, tmp_path: Path
) -> None:
    before, after, log = tmp_path / "before.wav", tmp_path / "after.wav", tmp_path / "line.log"
    kept = home / "data" / "line" / "broken-off.json"
    service = opened(home, log)
    is_it_you, pin = Line("identity.is_it_you", {"name": "सुनीता"}), (Line("identity.pin"), "keys:1234#")
    turns = (is_it_you, "keys:1"), (Line("phone.choose"), "keys:1"), pin
    caller = Thread(target=call, args=(ports, NUMBER, before, *talk(voice, tmp_path, *turns), "end"))
    caller.start()
    until(lambda: kept.exists() and '"heard": null' in kept.read_text())
    service.kill()
    service.wait()
    caller.join()
    service = opened(home, log)
    try:
        turns = pin, (Line("balance.again"), "keys:2"), (Line("phone.again"), "keys:7")
        assert call(ports, NUMBER, after, *talk(voice, tmp_path, *turns), "end") == "200"
    finally:
        service.terminate()
        service.wait()
    goes_on = Line("resume.goes_on"), Line("identity.pin"), Line("balance.no_loan")
    answered = Line("phone.choose")
    assert was_said(voice, after, *goes_on, answered) == [True, True, True, False]
    assert '"answers"' not in kept.read_text()


def test_on_a_telephone_of_several_she_is_asked_first(
    home: Path, ports: Ports, voice: Voice, tmp_path: Path
) -> None:
    which = Line("identity.which_of_2", {"a": "गीता", "b": "सीता"})
    same, welcome = Line("resume.same"), Line("menu.welcome", {"group": "उजाला समूह"})
    first = (which, "keys:1"), (Line("phone.choose"), "keys:4"), (Line("phone.no_last_meeting"), "hang up")
    hers = (same, "keys:1"), (Line("phone.again"), "hang up")
    anothers = (same, "keys:2"), (welcome, "hang up")
    service = opened(home, tmp_path / "line.log")
    try:
        for number, turns in enumerate((first, hers, anothers)):
            assert call(ports, SHARED, tmp_path / f"{number}.wav", *talk(voice, tmp_path, *turns)) == "200"
    finally:
        service.terminate()
        service.wait()
    told = same, Line("resume.goes_on"), welcome
    assert was_said(voice, tmp_path / "1.wav", *told) == [True, True, False]
    assert was_said(voice, tmp_path / "2.wav", *told) == [True, False, True]
