"""The kiosk: clear words when its sound does not work, and real sound through a real sound server."""

import ctypes.util
import io
import os
import pty
import re
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from rich.console import Console
from sound_kit import SoundServer, reconnect, sound_server

from flows.expect import Rupees, YesNo
from flows.turn import Heard, HungUp, Line, Sound, Turn
from ivr import wiring
from ivr.keyboard import Keyboard
from ivr.kiosk import KioskWire, SoundLost, SoundTrouble
from ivr.meter import LISTENING, SPEAKING, Meter, bar
from ivr.sections import Kiosk, Settings
from ivr.settings import BESIDE_THE_PACKAGES, load
from ivr.spoken import SpokenChannel
from ivr.voice import Spoken, beep
from speech.audio import Audio, Samples
from speech.echo import EchoRecognizer
from speech.pyttsx3 import Pyttsx3, Worker
from speech.synthesizer import Tone

SILENCE = np.zeros(320, np.int16)
QUESTION = Line("toy.question")
YES_OR_NO = Turn((QUESTION,), YesNo(), QUESTION)


class ToneVoice:
    def speak(self, line: Line) -> Spoken:
        return Spoken(line.key, Tone().speak(line.key))


@pytest.fixture
def no_devices(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("PULSE_SERVER", "unix:/nonexistent")
    if len(reconnect().query_devices()):
        pytest.skip("this machine has a sound card")
    yield


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundServer]:
    with sound_server(tmp_path, monkeypatch) as running:
        yield running


PULSE = Kiosk(input_device="pulse", output_device="pulse")


def test_no_microphone_is_told_with_what_to_do(no_devices: None) -> None:
    with pytest.raises(
        SoundTrouble, match=r"no microphone: plug one in.*kiosk\.input_device.*has no microphone"
    ):
        KioskWire(Kiosk())


def test_a_microphone_that_is_not_there_is_named(no_devices: None) -> None:
    with pytest.raises(SoundTrouble, match=r"no microphone 'USB Mic'.*correct `kiosk\.input_device`"):
        KioskWire(Kiosk(input_device="USB Mic"))


def test_a_missing_portaudio_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(ctypes.util, "find_library", lambda name: None)
    with pytest.raises(SoundTrouble, match="apt install libportaudio2"):
        KioskWire(Kiosk())


def test_a_refused_rate_names_one_that_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refused(Exception):
        pass

    def refuse(**_: object) -> None:
        raise Refused("Invalid sample rate")

    strict = SimpleNamespace(
        PortAudioError=Refused,
        query_devices=lambda device, kind: {"name": "USB Mic", "default_samplerate": 48000.0},
        check_input_settings=refuse,
    )
    monkeypatch.setitem(sys.modules, "sounddevice", strict)
    with pytest.raises(
        SoundTrouble, match=r"microphone USB Mic does not take 16000 Hz.*try `kiosk\.sample_rate: 48000`"
    ):
        KioskWire(Kiosk())


@pytest.mark.sound
def test_an_unknown_loudspeaker_is_told_with_those_there_are(server: SoundServer) -> None:
    with pytest.raises(SoundTrouble, match=r"no loudspeaker 'HDMI'.*there are: .*pulse"):
        KioskWire(Kiosk(output_device="HDMI"))


@pytest.mark.sound
def test_a_prompt_is_heard_from_the_loudspeaker_to_its_last_word(server: SoundServer, tmp_path: Path) -> None:
    class Speaks:
        def speak(self, line: Line) -> Spoken:
            return Spoken(line.key, EchoRecognizer.audio_of(line.key))

    text = "राधा जी आपके दो सौ पचास रुपये"
    recording = server.record(tmp_path / "room.wav")
    wire = KioskWire(PULSE)
    for _ in range(50):  # the recorder needs a moment to begin
        wire.step(SILENCE)
    talk = SpokenChannel(wire, Speaks(), EchoRecognizer().session(), Settings())
    talk.exchange(Turn((Line(text),), None))
    talk.hangup()
    time.sleep(0.5)
    recording.terminate()
    recording.wait()
    ears = EchoRecognizer().session()
    ears.listen_for([text])
    ears.feed(Audio.read(tmp_path / "room.wav").samples)
    assert ears.finish().text == text


@pytest.mark.sound
def test_a_phrase_said_into_the_microphone_is_heard(server: SoundServer, tmp_path: Path) -> None:
    settings = load(BESIDE_THE_PACKAGES)
    with Worker() as worker:
        phrase = Pyttsx3(worker).speak("दो सौ पचास रुपये")
    wire = KioskWire(PULSE)
    talk = SpokenChannel(wire, ToneVoice(), wiring.recognizer(settings).session(), settings, cue=beep(16000))
    turn = Turn((QUESTION,), Rupees(1_000_00), QUESTION, barge_in=False)
    with server.say(Audio.joined([Audio.silence(2.0, phrase.rate), phrase]), tmp_path):
        heard = talk.exchange(turn)
    talk.hangup()
    assert (heard.text, heard.sound) == ("दो सौ पचास रुपये", Sound.SPEECH)


@pytest.mark.sound
def test_a_sound_card_that_is_gone_ends_the_talk_as_a_hangup_that_says_why(server: SoundServer) -> None:
    wire = KioskWire(PULSE)
    wire.step(SILENCE)
    server.stop()
    with pytest.raises(
        SoundLost, match=r"(microphone|loudspeaker) pulse stopped working.*what was written is safe"
    ):
        for _ in range(500):
            wire.step(SILENCE)
    wire.hangup()
    assert issubclass(SoundLost, HungUp)


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    ours, theirs = pty.openpty()
    yield ours, theirs
    os.close(ours)
    os.close(theirs)


def pressed(keyboard: Keyboard, count: int) -> str:
    keys, until = "", time.monotonic() + 5
    while len(keys) < count and time.monotonic() < until:
        keys += keyboard.pressed()
    return keys


def test_keys_of_the_terminal_are_the_keypad_without_waiting_for_enter(terminal: tuple[int, int]) -> None:
    ours, theirs = terminal
    before = termios.tcgetattr(theirs)
    keyboard = Keyboard(theirs)
    os.write(ours, b"2x5")
    assert pressed(keyboard, 2) == "25"
    os.write(ours, b"0\n*9")
    assert pressed(keyboard, 4) == "0#*9"
    keyboard.close()
    assert termios.tcgetattr(theirs) == before


def test_ctrl_d_at_the_terminal_is_a_hangup(terminal: tuple[int, int]) -> None:
    ours, theirs = terminal
    keyboard = Keyboard(theirs)
    os.write(ours, b"1\x04")
    with pytest.raises(HungUp):
        pressed(keyboard, 2)
    keyboard.close()


def test_the_level_meter_shows_whose_turn_it_is_and_how_loud_it_is() -> None:
    loud, quiet = bar(-6.0, listening=True).plain, bar(-50.0, listening=False).plain
    assert LISTENING in loud
    assert SPEAKING in quiet
    assert loud.count("█") > quiet.count("█") > 0
    assert bar(-120.0, listening=True).plain.count("█") == 0
    assert len(bar(0.0, listening=True).plain) == len(bar(-120.0, listening=True).plain)


def test_the_conversation_scrolls_above_the_meter() -> None:
    out = io.StringIO()
    with Meter(Console(file=out, force_terminal=True, width=80)) as meter:
        meter.asked(YES_OR_NO, ("सही है?",))
        meter.level(-20.0, True)
        meter.heard(YES_OR_NO, Heard("हाँ", sound=Sound.SPEECH), 1.0, 1.3, 0.01)
        meter.heard(YES_OR_NO, Heard(sound=Sound.NOISE), 1.0, 1.3, 0.01)
    shown = re.sub(r"\x1b\[[^A-Za-z]*[A-Za-z]", "", out.getvalue())
    assert shown.index("सही है?") < shown.index("हाँ") < shown.index("noise")


def test_the_beep_is_short_and_soft() -> None:
    samples: Samples = beep(16000).samples
    assert beep(16000).seconds < 0.2
    assert 1000 < np.abs(samples).max() < 10000
    assert abs(int(samples[0])) + abs(int(samples[-1])) < 100
