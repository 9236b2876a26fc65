"""Spoken notes over a wire: what ends them, what is none, and that they are heard again as they were said."""

import errno
from pathlib import Path

import numpy as np
import pytest
from ear_kit import alike
from spoken_kit import GAP, PROMPT, SETTINGS, SimulatedWire, ToneVoice, hiss, say

from flows.expect import VoiceNote, YesNo
from flows.turn import Heard, HungUp, Line, Sound, Turn
from ivr.clips import Clips, FolderClips, MemoryClips
from ivr.sections import Recognition, Settings
from ivr.spoken import SpokenChannel
from ivr.voice import GONE
from speech.audio import Audio
from speech.echo import EchoRecognizer
from store.errors import DiskTrouble

BEEP = 0.12
MESSAGE = Audio.joined([say("मेरा नाम गलत लिखा है"), Audio.silence(1.2, 16000), say("फ़ोन कीजिए")])
QUESTION = Line("toy.question")


def talk(wire: SimulatedWire, clips: Clips, settings: Settings = SETTINGS) -> SpokenChannel:
    return SpokenChannel(wire, ToneVoice(), EchoRecognizer().session(), settings, clips=clips)


def left(*events: tuple[float, Audio | str], clips: Clips | None = None) -> tuple[Heard, float, Audio | None]:
    """What came of asking for a note, when it was over, and its sound."""
    kept = clips or MemoryClips()
    settings = Settings(recognition=Recognition(no_input=2.0, longest_note=10.0))
    channel = talk(SimulatedWire(*events), kept, settings)
    heard = channel.exchange(Turn((QUESTION,), VoiceNote(), QUESTION, barge_in=False))
    return heard, channel.seconds, kept.sound(heard.recording) if heard.recording else None


def test_a_note_is_kept_whole_with_its_pauses_and_ends_with_silence() -> None:
    heard, ended, sound = left((PROMPT + 1, MESSAGE))
    assert VoiceNote().parse(heard)
    assert sound is not None and sound.rate == 8000
    assert alike(MESSAGE.resampled(8000).samples, sound.samples) > 0.99
    assert ended == pytest.approx(PROMPT + 1 + MESSAGE.seconds + 2.0, abs=0.3)


@pytest.mark.parametrize("key", ["#", "5"])
def test_a_key_ends_a_note(key: str) -> None:
    heard, ended, sound = left((PROMPT + 1, MESSAGE), (PROMPT + 2.5, key))
    assert sound is not None and heard.keys == ""
    assert ended == pytest.approx(PROMPT + 2.5, abs=0.1)
    assert sound.seconds == pytest.approx(2.5 - BEEP, abs=0.1)


def test_a_long_note_ends_when_it_is_longest_and_is_kept() -> None:
    long = Audio.joined([MESSAGE] * 4)
    heard, ended, sound = left((PROMPT + 1, long))
    assert heard.recording and sound is not None
    assert ended == pytest.approx(PROMPT + 11, abs=0.1)


@pytest.mark.parametrize(
    "sound", [Audio.silence(1, 8000), say("ना"), hiss(0.2)], ids=["none", "short", "cough"]
)
def test_silence_and_a_cough_are_no_note(sound: Audio) -> None:
    heard, ended, _ = left((PROMPT + 1, sound))
    assert heard.recording is None and heard.sound is Sound.SILENCE
    assert ended <= PROMPT + 4


@pytest.mark.parametrize("word", ["फिर से बोलिए", "*"])
def test_the_words_and_keys_that_always_work_are_obeyed_and_not_kept(word: str) -> None:
    clips = MemoryClips()
    heard, _, _ = left((PROMPT + 1, "*" if word == "*" else say(word)), clips=clips)
    assert heard.command == "repeat" and heard.recording is None


def test_a_word_that_always_works_in_a_longer_note_is_part_of_it() -> None:
    heard, _, sound = left((PROMPT + 1, say("मुझे मदद चाहिए जल्दी")))
    assert heard.recording and sound is not None


def test_who_hangs_up_after_her_note_has_left_it() -> None:
    clips = MemoryClips()
    one = talk(SimulatedWire((PROMPT + 1, MESSAGE), ends=PROMPT + 4), clips)
    heard = one.exchange(Turn((QUESTION,), VoiceNote(), QUESTION, barge_in=False))
    sound = clips.sound(heard.recording or "")
    assert sound is not None and sound.seconds == pytest.approx(4 - BEEP, abs=0.1)
    with pytest.raises(HungUp):
        one.exchange(Turn((QUESTION,), YesNo(), QUESTION))


def test_who_hangs_up_without_a_word_has_left_none() -> None:
    one = talk(SimulatedWire(ends=PROMPT + 1), MemoryClips())
    with pytest.raises(HungUp):
        one.exchange(Turn((QUESTION,), VoiceNote(), QUESTION, barge_in=False))


def test_what_is_said_over_the_question_is_not_kept() -> None:
    spoken_over = say("यह कोई न सुने")
    _, _, sound = left((1.0, spoken_over), (PROMPT + 1, MESSAGE))
    assert sound is not None
    assert alike(spoken_over.resampled(8000).samples, sound.samples) < 0.5


def test_a_note_is_asked_for_with_a_tone() -> None:
    wire = SimulatedWire()
    talk(wire, MemoryClips()).exchange(Turn((QUESTION,), VoiceNote(), QUESTION, barge_in=False))
    assert wire.spoke_until == pytest.approx(PROMPT + BEEP, abs=0.05)


def test_a_note_that_the_disk_will_not_have_is_asked_for_again(caplog: pytest.LogCaptureFixture) -> None:
    class FullDisk(MemoryClips):
        """A disk that is full can't be had in every test."""

        def keep(self, sound: Audio) -> str:
            raise DiskTrouble(Path("clip"), OSError(errno.ENOSPC, "No space left on device"))

    heard, _, _ = left((PROMPT + 1, MESSAGE), clips=FullDisk())
    assert heard.sound is Sound.CUT and VoiceNote().parse(heard) is None
    assert "could not be kept: No space left" in caplog.text


def test_a_note_is_heard_again_as_it_was_said(tmp_path: Path) -> None:
    clips = FolderClips(tmp_path / "clips" / "ujala")
    name = clips.keep(MESSAGE.resampled(8000))
    wire = SimulatedWire()
    talk(wire, clips).exchange(Turn((Line("talk.recording", recording=name),), None))
    assert alike(MESSAGE.resampled(8000).samples, np.concatenate(wire.played)) > 0.99


def test_a_recording_that_is_no_longer_there_is_told_of() -> None:
    said: list[str] = []

    class Listed(ToneVoice):
        def speak(self, line: Line):  # type: ignore[no-untyped-def]
            said.append(line.key)
            return super().speak(line)

    channel = SpokenChannel(SimulatedWire(), Listed(GAP), EchoRecognizer().session(), SETTINGS)
    channel.exchange(Turn((Line("talk.recording", recording="f" * 32),), None))
    assert said == [GONE]
