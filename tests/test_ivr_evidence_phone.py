"""A real call whose yes is kept: a SIP phone, a real Asterisk, `sakhi line`, and the file on the disk."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import soundfile
from ear_kit import mostly_alike, sound_of
from phone_kit import NoAsterisk, Ports, asterisk, call, line, talk, until

from flows.turn import Line
from ivr import wiring
from ivr.books import begin, now, opened
from ivr.clips import FolderClips
from ivr.settings import load
from speech.audio import Audio
from speech.pyttsx3 import Pyttsx3, Worker
from store.entries import Checked, Fine, MeetingClosed, MeetingOpened, MessageLeft
from store.errors import BooksInUse
from store.people import Group

pytestmark = pytest.mark.phone
NUMBER, NAME, PIN = "9876543210", "सुनीता", "4071"
LIKE = 0.95
"""Correlation of what is kept with what was said, A-law and a jitter buffer between them."""


@pytest.fixture(scope="module")
def ports() -> Ports:
    return Ports.free()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, model_folder: Path, ports: Ports) -> Path:
    folder = tmp_path_factory.mktemp("home")
    (folder / "config.yaml").write_text(
        f"data: data\nmodel: {model_folder}\nline: {{port: {ports.sakhi}, manager_port: {ports.manager}}}\n"
    )
    settings = load(folder / "config.yaml")
    begin(settings, Group("ujala", "उजाला समूह", 100_00, 1, 50_000_00))
    with opened(settings) as ledger:
        sunita = ledger.add_member(1, NAME, phones=[NUMBER])
        ledger.set_pin(sunita.id, PIN)
        ledger.post(MeetingOpened("M"), once="m")
        for rupees in (5, 7):
            ledger.post(Fine("M", sunita.id, rupees * 100, "late"), once=f"fined {rupees}")
        ledger.post(MeetingClosed("M", 12_00), once="closed")
    return folder


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory, home: Path, ports: Ports) -> Iterator[Path]:
    try:
        with asterisk(tmp_path_factory.mktemp("asterisk"), ports), line(home) as written:
            yield written
    except NoAsterisk as error:
        pytest.skip(f"no real Asterisk: {error}")


def test_a_yes_by_voice_is_kept_as_it_was_said(
    log: Path, home: Path, ports: Ports, worker: Worker, tmp_path: Path
) -> None:
    settings = load(home / "config.yaml")
    spoken = Pyttsx3(worker, settings.voice.name, settings.voice.rate).speak("जी हाँ, सही है").resampled(8000)
    Audio.joined([spoken, Audio.silence(1.5, 8000)]).write(tmp_path / "yes.wav")
    today = now().date()
    name = {"name": NAME}
    fines = [Line("confirmation.fine", {**name, "day": today, "amount": paise}) for paise in (700, 500)]
    turns = (
        (Line("identity.is_it_you", name), "keys:1"),
        (Line("phone.choose"), "keys:2"),
        (Line("identity.pin"), f"keys:{PIN}#"),
        (Line("consent.ask", name), "keys:1"),
        (fines[0], f"play:{tmp_path / 'yes.wav'}"),
        (fines[1], "keys:1"),
        (Line("phone.again"), "keys:7"),
    )
    with wiring.voice(settings) as voice:
        steps = talk(voice, tmp_path, *turns)
    assert call(ports, NUMBER, tmp_path / "heard.wav", *steps, "end") == "200"
    until(lambda: "we hung up" in log.read_text())
    with opened(settings) as ledger:
        assert ledger.member("m1").consent is True
        checked = [v for v in ledger.vouchers if isinstance(v.entry, Checked)]
    assert [voucher.entry for voucher in checked] == [Checked(3, "m1", True), Checked(2, "m1", True)]
    assert checked[0].evidence and checked[1].evidence
    assert checked[1].evidence.clips == ()
    (kept,) = checked[0].evidence.clips
    sound = FolderClips(settings.clips / "ujala").sound(kept)
    assert sound is not None and sound.seconds < 6
    assert mostly_alike(spoken.samples, sound.samples) > LIKE
    (path,) = (home / "data" / "clips" / "ujala").iterdir()
    assert soundfile.info(path).format == "FLAC" and path.stem == kept
    assert sound_of(tmp_path / "heard.wav").any()


def test_who_hangs_up_when_she_has_said_her_message_has_left_it(
    log: Path, home: Path, ports: Ports, worker: Worker, tmp_path: Path
) -> None:
    settings = load(home / "config.yaml")
    with opened(settings) as ledger:
        ledger.set_consent("m1", True)
    voice_of = Pyttsx3(worker, settings.voice.name, settings.voice.rate)
    spoken = voice_of.speak("दीदी, मेरे नाम पर जो जमा लिखा है, वह गलत है").resampled(8000)
    spoken.write(tmp_path / "message.wav")
    turns = (
        (Line("identity.is_it_you", {"name": NAME}), "keys:1"),
        (Line("phone.choose"), "keys:5"),
        (Line("message.choose"), "keys:1"),
        (Line("message.speak"), f"play:{tmp_path / 'message.wav'}"),
    )
    with wiring.voice(settings) as voice:
        steps = talk(voice, tmp_path, *turns)
    assert call(ports, NUMBER, tmp_path / "heard.wav", *steps) == "200"

    def left() -> list[MessageLeft]:
        try:
            with opened(settings) as ledger:
                return [v.entry for v in ledger.vouchers if isinstance(v.entry, MessageLeft)]
        except BooksInUse:
            return []

    until(lambda: bool(left()))
    (message,) = left()
    sound = FolderClips(settings.clips / "ujala").sound(message.clip)
    assert message.member_id == "m1" and sound is not None
    assert mostly_alike(spoken.samples, sound.samples) > LIKE


def test_the_log_at_its_most_talkative_tells_nothing_of_her(log: Path, home: Path) -> None:
    written = log.read_text()
    assert "DEBUG" in written
    clips = [path.stem for path in (home / "data" / "clips").rglob("*.flac")]
    secrets = [NUMBER, NAME, PIN, "हाँ", "सही", "उजाला", *clips]
    assert clips and [word for word in secrets if word in written] == []
