"""The wire of a call when the conversation is busy: a soft sound, once, and nothing of it is heard."""

import threading

import numpy as np
import pytest
from spoken_kit import SETTINGS, ToneVoice, say

from flows.expect import YesNo
from flows.turn import Heard, Line, Turn
from ivr.line.speaking import framed
from ivr.line.wire import BYTES, SAMPLES, PhoneWire
from ivr.spoken import SpokenChannel
from ivr.voice import Spoken, comfort
from ivr.wire import FRAMES_PER_SECOND
from speech.echo import EchoRecognizer

QUIET = bytes(BYTES)
COMFORT = framed(comfort(PhoneWire.rate))
AFTER = 0.7
PATIENCE = 20.0


def wire() -> PhoneWire:
    made = PhoneWire()
    made.comfort(COMFORT, AFTER)
    made.tick(QUIET, "")
    made.step(np.zeros(SAMPLES, np.int16))
    return made


def test_the_sound_comes_once_when_nothing_was_done_for_long() -> None:
    line = wire()
    out = [line.tick(QUIET, "") for _ in range(3 * FRAMES_PER_SECOND)]
    begins = round(AFTER * FRAMES_PER_SECOND) - 1
    assert out[begins : begins + len(COMFORT)] == [frame.astype("<i2").tobytes() for frame in COMFORT]
    assert set(out[:begins] + out[begins + len(COMFORT) :]) == {QUIET}


def test_it_gives_way_to_what_is_said() -> None:
    line = wire()
    for _ in range(round(AFTER * FRAMES_PER_SECOND)):
        line.tick(QUIET, "")
    prompt = np.full((2, SAMPLES), 7, np.int16)
    line.ahead(prompt)
    assert [line.tick(QUIET, "") for _ in prompt] == [frame.tobytes() for frame in prompt]


def test_it_does_not_come_while_the_conversation_listens_or_when_it_is_over() -> None:
    line = wire()
    for _ in range(2 * FRAMES_PER_SECOND):
        assert line.tick(QUIET, "") == QUIET
        line.step(np.zeros(SAMPLES, np.int16))
    line.hangup()
    assert {line.tick(QUIET, "") for _ in range(2 * FRAMES_PER_SECOND)} == {QUIET}


class SlowVoice(ToneVoice):
    """Has a line ready when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.ready = threading.Event(), threading.Event()

    def speak(self, line: Line) -> Spoken:
        self.asked.set()
        assert self.ready.wait(PATIENCE)
        return super().speak(line)


@pytest.mark.parametrize("barge_in", [True, False])
def test_what_is_said_while_a_reply_is_prepared_answers_nothing_and_keys_wait(barge_in: bool) -> None:
    line, voice, heard = wire(), SlowVoice(), list[Heard]()
    channel = SpokenChannel(line, voice, EchoRecognizer().session(), SETTINGS)
    question = Line("toy.question")
    turn = Turn((question,), YesNo(), question, barge_in=barge_in)
    talk = threading.Thread(target=lambda: heard.append(channel.exchange(turn)))
    talk.start()
    assert voice.asked.wait(PATIENCE)
    yes = say("हाँ").resampled(PhoneWire.rate).samples
    early = np.pad(yes, (0, 2 * PhoneWire.rate - len(yes))).reshape(-1, SAMPLES)
    said = [line.tick(frame.astype("<i2").tobytes(), "") for frame in early]
    assert said.count(QUIET) == len(early) - len(COMFORT)
    line.tick(QUIET, "2")
    voice.ready.set()
    while talk.is_alive():
        if line.waiting == 0:
            line.tick(QUIET, "")
    assert heard[0] == (Heard(keys="2", confidence=1.0, sound=heard[0].sound) if barge_in else Heard())
