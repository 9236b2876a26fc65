"""Real calls of a telephone in two groups, of a stranger who leaves a message, of the worker who hears it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ear_kit import SAID, mostly_alike, sound_of
from phone_kit import NoAsterisk, Ports, asterisk, call, line, talk, until, was_said

from flows.turn import Line
from ivr import wiring
from ivr.books import begin, opened
from ivr.desk import strangers, worker_pin
from ivr.sections import Settings
from ivr.settings import load
from ivr.voice import Voice
from speech.audio import Audio
from speech.pyttsx3 import Pyttsx3, Worker
from store.entries import MessageLeft, WorkerAnswered
from store.matters import matters
from store.people import Group

pytestmark = pytest.mark.phone
HERS, STRANGERS, WORKERS = "9876543210", "9000000001", "9111111111"
PIN = "24681357"


@pytest.fixture(scope="module")
def ports() -> Ports:
    return Ports.free()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, model_folder: Path, ports: Ports) -> Settings:
    folder = tmp_path_factory.mktemp("home")
    (folder / "config.yaml").write_text(
        f"data: data\nmodel: {model_folder}\nworker: {{phones: [{WORKERS}]}}\n"
        f"line: {{port: {ports.sakhi}, manager_port: {ports.manager}}}\n"
    )
    made = load(folder / "config.yaml")
    for number, (group, name) in enumerate((("asha", "आशा समूह"), ("ujala", "उजाला समूह")), start=1):
        begin(made, Group(group, name, 100_00, 1, 50_000_00, number=number))
        with opened(made, group) as ledger:
            ledger.add_member(1, "सुनीता", phones=[f"+91 {HERS}"])
    worker_pin(made).set(PIN)
    return made


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory, settings: Settings, ports: Ports) -> Iterator[Path]:
    try:
        home = settings.data.parent
        with asterisk(tmp_path_factory.mktemp("asterisk"), ports), line(home) as written:
            yield written
    except NoAsterisk as error:
        pytest.skip(f"no real Asterisk: {error}")


@pytest.fixture(scope="module")
def voice(settings: Settings) -> Iterator[Voice]:
    with wiring.voice(settings) as made:
        yield made


def test_a_telephone_of_two_groups_is_asked_which(
    log: Path, settings: Settings, ports: Ports, voice: Voice, tmp_path: Path
) -> None:
    which = Line("door.which_of_2", {"a": "आशा समूह", "b": "उजाला समूह"})
    turns = (
        (which, "keys:2"),
        (Line("identity.is_it_you", {"name": "सुनीता"}), "keys:1"),
        (Line("phone.choose"), "keys:7"),
    )
    steps = talk(voice, tmp_path, *turns)
    assert call(ports, HERS, tmp_path / "heard.wav", *steps, "end") == "200"
    groups = [Line("menu.welcome", {"group": name}) for name in ("उजाला समूह", "आशा समूह")]
    assert was_said(voice, tmp_path / "heard.wav", which, groups[0], Line("phone.bye")) == [True] * 3


def test_a_stranger_leaves_a_message_and_the_worker_hears_it(
    log: Path, settings: Settings, ports: Ports, voice: Voice, worker: Worker, tmp_path: Path
) -> None:
    note = Pyttsx3(worker, settings.voice.name).speak("दीदी जी मुझे समूह में आना है, फ़ोन कीजिए").resampled(8000)
    Audio.joined([note, Audio.silence(0.5, 8000)]).write(tmp_path / "note.wav")
    turns = (
        (Line("door.stranger"), "keys:2"),
        (Line("door.which"), "keys:2#"),
        (Line("message.speak"), f"play:{tmp_path / 'note.wav'}"),
    )
    steps = talk(voice, tmp_path, *turns)
    assert call(ports, STRANGERS, tmp_path / "first.wav", *steps, "keys:1", "end") == "200"
    until(lambda: log.read_text().count("ended: ") == 2)
    (message,) = left(settings)
    assert isinstance(message, MessageLeft) and message.member_id is None
    kept = settings.clips / "ujala" / f"{message.clip}.flac"
    assert mostly_alike(note.samples[4000:12000], Audio.read(kept).resampled(8000).samples) > SAID
    groups = [Line("menu.welcome", {"group": name}) for name in ("उजाला समूह", "आशा समूह")]
    assert was_said(voice, tmp_path / "first.wav", Line("message.left"), *groups) == [True, False, False]

    turns = (Line("identity.pin"), f"keys:{PIN}#"), (Line("worker.what"), "keys:2")
    assert call(ports, WORKERS, tmp_path / "worker.wav", *talk(voice, tmp_path, *turns), "end") == "200"
    assert mostly_alike(note.samples[4000:12000], sound_of(tmp_path / "worker.wav")) > SAID
    assert [type(entry) for entry in left(settings)] == [MessageLeft, WorkerAnswered]
    assert not kept.exists()

    with opened(settings, "ujala") as ledger:
        (matter,) = matters(ledger)
    assert strangers(settings).phone_of("ujala", matter.once) == STRANGERS
    done = Line("message.state_done", {"day": matter.on})
    steps = talk(voice, tmp_path, (Line("door.stranger"), "keys:2"), (done, "hang up"))
    assert call(ports, STRANGERS, tmp_path / "again.wav", *steps) == "200"
    assert was_said(voice, tmp_path / "again.wav", done, Line("door.which")) == [True, False]


def left(settings: Settings) -> list[object]:
    """What is in the books of the group that was named."""
    with opened(settings, "ujala") as ledger:
        return [voucher.entry for voucher in ledger.vouchers]


def test_the_log_tells_no_number_and_no_pin(log: Path) -> None:
    written = log.read_text()
    assert [word for word in (HERS, STRANGERS, WORKERS, PIN) if word in written] == []
