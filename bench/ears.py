"""Hears answers as a call does, and counts what that costs."""

import time
from pathlib import Path

from bench.spoken import Saying
from flows.turn import Heard, Sound
from ivr.sections import Recognition
from speech.audio import Audio
from speech.listener import Listener, Question
from speech.recognizer import Hypothesis
from speech.vosk import VoskRecognizer

PAD = 0.3
"""Seconds of silence before and after a word that only the decoder hears."""
FRAMES = 50
"""How many pieces a second of sound comes in."""


class Ears:
    """The product's ears with the model of one folder. Raises what `VoskRecognizer` raises."""

    def __init__(self, model: Path) -> None:
        self._recognizer = VoskRecognizer(model)
        self.system = model.resolve().name
        """What it is called."""
        self.weights = model / "am" / "final.mdl"
        """The file that tells one training from another."""
        self.seconds = 0.0
        """Sound heard in which somebody spoke, in seconds."""
        self.processor = 0.0
        """Seconds of one core that took."""

    def hear(self, saying: Saying, sound: Audio, opened: float = 0.0) -> Heard:
        """What is heard of an answer.

        The question is opened after `opened` seconds: while it was asked, the noise of the place was learned.
        """
        listener = Listener(self._recognizer.session(), sound.rate)
        began = time.process_time()
        heard = _heard(listener, sound, question(saying), opened)
        if saying.text:
            self.processor += time.process_time() - began
            self.seconds += sound.seconds
        return heard

    def decode(self, sound: Audio, phrases: tuple[str, ...]) -> Hypothesis:
        """What the decoder alone hears among `phrases`."""
        session = self._recognizer.session()
        session.listen_for(phrases)
        rest = Audio.silence(PAD, session.rate)
        session.feed(Audio.joined([rest, sound.resampled(session.rate), rest]).samples)
        return session.finish()


def question(saying: Saying) -> Question:
    """The question of `saying`, as a call asks it."""
    waits = Recognition()
    turn = saying.turn
    return Question(
        turn.phrases,
        turn.settled,
        no_input=waits.no_input,
        short_pause=waits.short_pause,
        long_pause=waits.long_pause,
        longest=waits.longest,
        unknown=turn.unknown,
        meaning=turn.meaning,
        narrower=turn.narrower,
    )


def _heard(listener: Listener, sound: Audio, asked: Question, opened: float) -> Heard:
    frame, start = sound.rate // FRAMES, round(opened * FRAMES)
    for number, at in enumerate(range(0, len(sound.samples), frame)):
        if number == start:
            listener.open(asked)
        hearing = listener.feed(sound.samples[at : at + frame])
        if hearing:
            kind = Sound[hearing.outcome.name]
            return Heard(hearing.text, "", hearing.confidence, kind, hearing.above_noise)
    return Heard()
