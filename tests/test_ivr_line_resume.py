"""Calls that drop, on a real Asterisk: the next one goes on, whatever has become of the service meanwhile."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from phone_kit import LIKE_IT, NoAsterisk, Ports, alike, asterisk, call, opened, sound_of, until

from flows.turn import Line
from ivr import books, wiring
from ivr.settings import load
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


def was_said(home: Path, heard: Path, *lines: Line) -> list[bool]:
    """Of each line whether it was heard."""
    recorded = sound_of(heard)
    with wiring.voice(load(home / "config.yaml")) as voice:
        sounds = [voice.speak(line).audio.resampled(8000).samples[:8000] for line in lines]
    return [alike(sound, recorded) > LIKE_IT for sound in sounds]


def test_a_call_that_was_cut_by_a_killed_service_goes_on(home: Path, ports: Ports, tmp_path: Path) -> None:
    before, after, log = tmp_path / "before.wav", tmp_path / "after.wav", tmp_path / "line.log"
    kept = home / "data" / "line" / "broken-off.json"
    service = opened(home, log)
    asked = ("wait:7", "keys:1", "wait:3", "keys:1", "wait:3", "keys:1234#", "end")
    caller = Thread(target=call, args=(ports, NUMBER, before, *asked))
    caller.start()
    until(lambda: kept.exists() and '"heard": null' in kept.read_text())
    service.kill()
    service.wait()
    caller.join()
    service = opened(home, log)
    try:
        asked = ("wait:8", "keys:1234#", "wait:9", "keys:2", "wait:2", "keys:7", "end")
        assert call(ports, NUMBER, after, *asked) == "200"
    finally:
        service.terminate()
        service.wait()
    goes_on = Line("resume.goes_on"), Line("identity.pin"), Line("balance.no_loan")
    answered = Line("phone.choose")
    assert was_said(home, after, *goes_on, answered) == [True, True, True, False]
    assert '"answers"' not in kept.read_text()


def test_on_a_telephone_of_several_she_is_asked_first(home: Path, ports: Ports, tmp_path: Path) -> None:
    first, hers, anothers = (tmp_path / f"{name}.wav" for name in ("first", "hers", "anothers"))
    service = opened(home, tmp_path / "line.log")
    try:
        call(ports, SHARED, first, "wait:8", "keys:1", "wait:2", "keys:4", "wait:2")
        call(ports, SHARED, hers, "wait:6", "keys:1", "wait:9")
        call(ports, SHARED, anothers, "wait:6", "keys:2", "wait:6")
    finally:
        service.terminate()
        service.wait()
    told = Line("resume.same"), Line("resume.goes_on"), Line("menu.welcome", {"group": "उजाला समूह"})
    assert was_said(home, hers, *told) == [True, True, False]
    assert was_said(home, anothers, *told) == [True, False, True]
