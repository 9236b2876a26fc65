"""A worker records the sentences: what is good is kept at once, what is bad is told, it goes on later."""

import subprocess
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sound_kit import SoundServer, full_disk, sound_server

from flows.inventory import Sentence, sentences
from flows.turn import HungUp
from ivr.cutting import heard
from ivr.kiosk import KioskWire
from ivr.recorded import Recordings
from ivr.recording import Answer, Booth, Done, Session, Spans
from ivr.rendered import read_manifest
from ivr.sections import Kiosk
from ivr.wire import FRAMES_PER_SECOND, Wire
from speech.audio import Audio, Samples
from speech.pyttsx3 import Pyttsx3, Worker
from speech.synthesizer import Tone
from speech.take import RATE, Fault
from speech.vosk import VoskRecognizer

pytestmark = pytest.mark.sound
KEEP, AGAIN, LISTEN, SKIP, STOP = (each.value for each in Answer)
WHOLE = [each for each in sentences() if not each.cuts][:3]
SLOTTED = next(each for each in sentences() if each.name == "balance.loan")


class Her(Wire):
    """The worker at a quiet microphone, and what she sees: each time she is recorded she says the next thing,
    and presses the next key when nothing is played to her any more.
    """

    rate = 16000

    def __init__(self, says: Sequence[Audio], keys: str) -> None:
        self._says, self._keys = deque(says), deque(keys)
        self._noise = np.random.default_rng(1)
        self._mouth = np.zeros(0, np.int16)
        self._listening = self._is_asked = False
        self._silent = 0
        self.faults: list[Fault] = []
        self.asked: list[str] = []
        self.progress: list[tuple[int, int]] = []
        self.played = 0.0

    def step(self, out: Samples) -> tuple[Samples, str]:
        size = self.rate // FRAMES_PER_SECOND
        sounds = bool(np.any(out))
        self.played += sounds / FRAMES_PER_SECOND
        self._silent = 0 if sounds else self._silent + 1
        said = np.pad(self._mouth[:size], (0, size - len(self._mouth[:size])))
        self._mouth = self._mouth[size:]
        return said + self._noise.integers(-15, 15, size).astype(np.int16), self._key()

    def _key(self) -> str:
        if not self._is_asked or self._silent < FRAMES_PER_SECOND:
            return ""
        if not self._keys:
            raise HungUp
        self._silent = 0
        return self._keys.popleft()

    def sentence(self, number: int, count: int, sentence: Sentence) -> None:
        self._is_asked = False
        self.asked.append(sentence.name)
        self.progress.append((number, count))

    def fault(self, fault: Fault) -> None:
        self.faults.append(fault)
        self.good()

    def good(self) -> None:
        self._is_asked, self._silent = True, 0

    def level(self, dbfs: float, listening: bool) -> None:
        if listening and not self._listening:
            self._is_asked = False
            self._mouth = Audio.joined([Audio.silence(0.4, self.rate), self._says.popleft()]).samples
        self._listening = listening


def session(her: Her, folder: Path, ears: VoskRecognizer | None = None) -> Session:
    def align(sentence: Sentence, sound: Audio) -> Spans | None:
        return heard(sentence, sound, ears) if ears else None

    return Session(Booth(her, her), her, Recordings(folder), lambda each: Tone().speak(each.text), align)


@pytest.fixture(scope="module")
def says(worker: Worker) -> Callable[..., Audio]:
    """A sentence in a woman's voice, at a room's level."""

    def say(sentence: Sentence, gain: float = 0.5) -> Audio:
        spoken = Pyttsx3(worker, "hi+f4", 140).speak(sentence.text)
        return Audio((spoken.samples * gain).clip(-32768, 32767).astype(np.int16), spoken.rate).resampled(
            16000
        )

    return say


def test_what_she_keeps_is_there_trimmed_and_said_from_then_on(
    says: Callable[..., Audio], tmp_path: Path
) -> None:
    her = Her([says(each) for each in WHOLE], KEEP * 3)
    assert session(her, tmp_path).record(WHOLE) == Done(kept=3)
    assert (her.faults, her.progress) == ([], [(1, 3), (2, 3), (3, 3)])
    for sentence in WHOLE:
        kept = Audio.read(tmp_path / f"{sentence.name}.wav")
        assert kept.rate == RATE
        assert kept.seconds == pytest.approx(says(sentence).seconds + 0.1, abs=0.2)
    assert Recordings(tmp_path).missing(WHOLE) == ()
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".wav", ".wav", ".wav"]


def test_who_stops_goes_on_where_she_stopped(says: Callable[..., Audio], tmp_path: Path) -> None:
    first = Her([says(each) for each in WHOLE], KEEP)
    assert session(first, tmp_path).record(WHOLE) == Done(kept=1, stopped=True)
    second = Her([says(each) for each in WHOLE[1:]], KEEP + STOP)
    assert session(second, tmp_path).record(WHOLE) == Done(kept=1, stopped=True)
    assert second.progress == [(2, 3), (3, 3)]
    third = Her([says(WHOLE[2])], KEEP)
    assert session(third, tmp_path).record(WHOLE) == Done(kept=1)
    assert third.asked == [WHOLE[2].name]


def test_a_sentence_that_was_changed_is_asked_for_again(says: Callable[..., Audio], tmp_path: Path) -> None:
    session(Her([says(each) for each in WHOLE], KEEP * 3), tmp_path).record(WHOLE)
    changed = [replace(WHOLE[0], text=f"{WHOLE[0].text} धन्यवाद!"), *WHOLE[1:]]
    assert Recordings(tmp_path).missing(changed) == (changed[0],)
    assert Recordings(tmp_path).stale(changed) == (WHOLE[0].name,)
    her = Her([says(changed[0])], KEEP)
    session(her, tmp_path).record(changed)
    assert her.asked == [WHOLE[0].name]
    assert Recordings(tmp_path).missing(changed) == ()


def test_what_is_bad_is_told_and_not_kept_until_it_is_good(
    says: Callable[..., Audio], tmp_path: Path
) -> None:
    good = says(WHOLE[0])
    half = Audio(good.samples[: len(good.samples) // 2], 16000)
    silence = Audio.silence(1.0, 16000)
    bad = [silence, says(WHOLE[0], 0.008), says(WHOLE[0], 9.0), Audio.joined([half] * 14)]
    her = Her([*bad, good], KEEP * 4 + KEEP)
    assert session(her, tmp_path).record(WHOLE[:1]) == Done(kept=1)
    assert her.faults == [Fault.SILENT, Fault.QUIET, Fault.CLIPPED, Fault.LONG]


def test_a_bad_take_can_be_skipped_but_not_kept(tmp_path: Path) -> None:
    her = Her([Audio.silence(1.0, 16000)], SKIP)
    assert session(her, tmp_path).record(WHOLE[:1]) == Done(skipped=1)
    assert not (tmp_path / "manifest.json").exists()


def test_she_hears_herself_as_often_as_she_likes_and_may_say_it_again(
    says: Callable[..., Audio], tmp_path: Path
) -> None:
    slow = Audio.joined([says(WHOLE[0]), Audio.silence(0.1, 16000), says(WHOLE[0])])
    her = Her([slow, says(WHOLE[0])], LISTEN + AGAIN + KEEP)
    assert session(her, tmp_path).record(WHOLE[:1]) == Done(kept=1)
    assert Audio.read(tmp_path / f"{WHOLE[0].name}.wav").seconds < slow.seconds
    assert her.played > 2 * slow.seconds + says(WHOLE[0]).seconds


def test_pieces_are_found_in_a_sentence_with_slots(
    says: Callable[..., Audio], tmp_path: Path, recognizer: VoskRecognizer
) -> None:
    her = Her([says(WHOLE[0]), says(SLOTTED)], KEEP * 2)
    assert session(her, tmp_path, recognizer).record([SLOTTED]) == Done(kept=1)
    assert her.faults == [Fault.WORDS]
    spans = read_manifest(tmp_path)[SLOTTED.name].spans
    whole = len(Audio.read(tmp_path / f"{SLOTTED.name}.wav").samples)
    assert set(spans) == {cut.piece for cut in SLOTTED.cuts}
    assert all(0 <= first < end <= whole for first, end in spans.values())


def test_a_full_disk_keeps_all_that_was_recorded_before(says: Callable[..., Audio], tmp_path: Path) -> None:
    session(Her([says(WHOLE[0])], KEEP), tmp_path).record(WHOLE[:1])
    with full_disk(), pytest.raises(OSError):
        session(Her([says(WHOLE[1])], KEEP), tmp_path).record(WHOLE)
    assert Recordings(tmp_path).missing(WHOLE) == tuple(WHOLE[1:])
    assert len([*tmp_path.iterdir()]) == 2


def test_all_of_it_is_forgotten(says: Callable[..., Audio], tmp_path: Path) -> None:
    session(Her([says(each) for each in WHOLE], KEEP * 3), tmp_path).record(WHOLE)
    (tmp_path / "old.wav").write_bytes(b"RIFF")
    assert Recordings(tmp_path).forget() == 4
    assert [*tmp_path.iterdir()] == []
    assert Recordings(tmp_path).missing(WHOLE) == tuple(WHOLE)


class AtTheKiosk:
    """She at a real microphone: what she says is played into it, and she keeps what is good."""

    def __init__(self, server: SoundServer, folder: Path, says: Sequence[Audio]) -> None:
        self._server, self._folder, self._says = server, folder, deque(says)
        self._listening, self._waits = False, -1
        self.speaking: list[subprocess.Popen[bytes]] = []
        self.faults: list[Fault] = []

    def pressed(self) -> str:
        """A key some seconds after she was asked, when nothing is played to her any more."""
        self._waits -= 1
        return KEEP if self._waits == 0 else ""

    def sentence(self, number: int, count: int, sentence: Sentence) -> None:
        pass

    def fault(self, fault: Fault) -> None:
        self.faults.append(fault)
        self._waits = FRAMES_PER_SECOND

    def good(self) -> None:
        self._waits = 4 * FRAMES_PER_SECOND

    def level(self, dbfs: float, listening: bool) -> None:
        if listening and not self._listening:
            said = self._says.popleft()
            words = Audio.joined([Audio.silence(0.5, said.rate), said])
            self.speaking.append(self._server.say(words, self._folder))
        self._listening = listening


def test_she_records_at_a_real_microphone(
    says: Callable[..., Audio], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sound_server(tmp_path, monkeypatch) as server:
        her = AtTheKiosk(server, tmp_path, [says(WHOLE[0], 0.005), says(WHOLE[0])])
        wire = KioskWire(Kiosk(input_device="pulse", output_device="pulse"), her.pressed)
        recordings = Recordings(tmp_path / "hers")
        words = Session(
            Booth(wire, her), her, recordings, lambda each: Tone().speak(each.text[:9]), lambda *_: None
        )
        assert words.record(WHOLE[:1]) == Done(kept=1)
        wire.hangup()
        for speaking in her.speaking:
            speaking.wait(10)
    assert her.faults == [Fault.QUIET]
    kept = Audio.read(tmp_path / "hers" / f"{WHOLE[0].name}.wav")
    assert kept.seconds == pytest.approx(says(WHOLE[0]).seconds + 0.1, abs=0.2)
