"""A line that returns our own prompts: we do not answer ourselves, and she is still heard over them."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from spoken_kit import SETTINGS

from flows.expect import Choice, YesNo
from flows.turn import Heard, Line, Sound, Turn
from ivr import wiring
from ivr.line.frames import RATE
from ivr.sections import Settings
from ivr.spoken import BETWEEN_LINES, SpokenChannel
from ivr.voice import PromptVoice
from ivr.wire import FRAMES_PER_SECOND, Wire
from speech.audio import FULL_SCALE, Audio, Samples
from speech.endpoint import BLOCKS_PER_SECOND, Block
from speech.own_voice import COMES_BACK_WITHIN, OwnVoice
from speech.pyttsx3 import Pyttsx3, Worker
from speech.recognizer import Recognizer
from speech.vosk import VoskRecognizer

pytestmark = pytest.mark.sound
QUESTIONS = [
    (Turn((Line("balance.again"),), YesNo(), Line("balance.again")), "नहीं"),
    (Turn((Line("resume.same"),), YesNo(), Line("resume.same")), "हाँ"),
    (Turn((Line("phone.choose"),), Choice("phone"), Line("phone.choose")), "हिसाब"),
    (Turn((Line("talk.paused"),), Choice("pause"), Line("talk.paused")), "बंद"),
]
TOLD = Turn((Line("phone.choose"),), None)
"""What is said before, from which the line is known."""


class EchoingWire(Wire):
    """Returns what is played, so many dB down and so many seconds late, with her voice over it."""

    rate = RATE

    def __init__(self, down: float, late: float, hers: Samples, at: float) -> None:
        self._size = RATE // FRAMES_PER_SECOND
        self._line = np.random.default_rng(1).normal(0, 3, 30 * RATE)
        self._line[round(at * RATE) :][: len(hers)] += hers
        self._gain, self._late, self._now = 10 ** (-down / 20), round(late * RATE), 0

    def step(self, out: Samples) -> tuple[Samples, str]:
        back = self._now + self._late
        self._line[back : back + self._size] += self._gain * out
        heard = self._line[self._now : self._now + self._size]
        self._now += self._size
        return heard.clip(-FULL_SCALE, FULL_SCALE - 1).astype(np.int16), ""


@pytest.fixture(scope="module")
def ears(model_folder: Path) -> Recognizer:
    return VoskRecognizer(model_folder)


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PromptVoice]:
    folder = tmp_path_factory.mktemp("voice")
    cached = Settings().voice.model_copy(update={"cache": folder})
    with wiring.voice(Settings(voice=cached)) as made:
        yield made


def hers(word: str, level: float) -> Samples:
    """Her voice at `level` dBFS."""
    with Worker() as worker:
        spoken: Audio = Pyttsx3(worker, "hi+f4", 150).speak(word)
    sound = spoken.resampled(RATE).samples / FULL_SCALE
    loud = sound[np.abs(sound) > 0.02 * np.abs(sound).max()]
    louder = 10 ** (level / 20) / np.sqrt(np.mean(loud**2))
    return (sound * louder * FULL_SCALE).astype(np.int16)


def ask(wire: Wire, turn: Turn, ears: Recognizer, voice: PromptVoice) -> Heard:
    channel = SpokenChannel(wire, voice, ears.session(), SETTINGS)
    channel.exchange(TOLD)
    return channel.exchange(turn)


@pytest.mark.parametrize("late", [0.02, 0.3])
@pytest.mark.parametrize("down", [20, 40])
def test_our_own_prompts_answer_nothing(
    down: float, late: float, ears: Recognizer, voice: PromptVoice
) -> None:
    nothing = np.zeros(0, np.int16)
    heard = [ask(EchoingWire(down, late, nothing, 0), turn, ears, voice) for turn, _ in QUESTIONS]
    assert {(each.text, each.sound) for each in heard} == {("", Sound.SILENCE)}


@pytest.mark.parametrize(("down", "level"), [(60, -36), (30, -26), (25, -20)])
def test_she_is_heard_over_a_prompt_and_after_it(
    down: float, level: float, ears: Recognizer, voice: PromptVoice
) -> None:
    told = voice.speak(TOLD.say[0]).audio.seconds + BETWEEN_LINES
    for turn, word in QUESTIONS:
        ends = told + voice.speak(turn.say[0]).audio.seconds + BETWEEN_LINES
        for at in (told + 1.0, ends + 0.3):
            heard = ask(EchoingWire(down, 0.08, hers(word, level), at), turn, ears, voice)
            assert (heard.text, heard.in_noise) == (word, False), (turn.say[0].key, at)


def test_how_far_down_it_comes_back_is_learnt_and_her_voice_teaches_nothing() -> None:
    own = OwnVoice()
    cautious = own.play(-20, 1)
    for _ in range(3 * BLOCKS_PER_SECOND):
        bar = own.play(-20, 1)
        own.learn([Block(-60, voiced=False)])
    assert -60 < bar < cautious - 20
    for _ in range(2 * BLOCKS_PER_SECOND):
        own.learn([Block(-25, voiced=True)])
    assert own.play(-20, 1) == bar
    for _ in range(COMES_BACK_WITHIN):
        own.play(-120, 1)
    assert not own.speaking
