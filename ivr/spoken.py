"""A conversation by voice over any wire: says the prompts, listens, takes keys, and lets her interrupt.

No clock and no thread: time is counted in the frames of the wire, so a simulated line runs as fast as it can
and a real one as fast as it must. Only the computing is measured, because a caller waits for it too.
"""

from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter

import numpy as np

from flows.turn import Heard, HungUp, Sound, Turn
from ivr.answers import answers, heard_of, is_doubtful, note_of, shown
from ivr.clips import Clips, MemoryClips, Tape
from ivr.keypad import Keypad
from ivr.onlooker import Observer, Screen
from ivr.sections import Settings
from ivr.voice import PlayingVoice, Spoken, Voice, beep
from ivr.wire import FRAMES_PER_SECOND, Wire
from speech.audio import Audio, Samples
from speech.endpoint import SILENT, loudness
from speech.listener import Hearing, Listener, Outcome, Question
from speech.recognizer import Session

FRAME = 1 / FRAMES_PER_SECOND
BETWEEN_LINES = 0.25
HELD = 0.3
"""Seconds that an answer must stand to stop a prompt: in a gust of noise a word flashes up and is gone."""
DOUBTFUL = 2.5
"""Seconds to go on listening after sound that may have been no answer at all."""


class SpokenChannel:
    """Speaks and listens over `wire` for one call; its waiting times come from the settings.

    With barge-in a key, a command or words that answer the question stop a prompt, and nothing else does;
    waiting for an answer begins at the prompt's end. A bare yes to what is told before the question only
    shows that she listens. Without barge-in, what is said or keyed during the prompt does not count. Keys
    beat words, and keys beyond an answer are for the next question, which is not put to her then. `cue` is
    played after each question, to say whose turn it is; before a spoken note there is always one. Answers
    that a turn tells to keep are kept among `clips`, without a key, what is said over a prompt, and anything
    that is secret.
    """

    def __init__(
        self,
        wire: Wire,
        voice: Voice,
        session: Session,
        settings: Settings,
        *,
        observer: Observer | None = None,
        screen: Screen | None = None,
        cue: Audio | None = None,
        clips: Clips | None = None,
    ) -> None:
        self._wire = wire
        clips = clips or MemoryClips()
        self._voice = PlayingVoice(voice, clips)
        self._tape = Tape(clips, wire.rate)
        self._timing = settings.recognition
        self._between_keys = settings.channel.between_keys
        self._observer = observer
        self._screen = screen
        self._cue = cue
        self._listener = Listener(session, wire.rate)
        self._size = wire.rate // FRAMES_PER_SECOND
        self._silence = np.zeros(self._size, np.int16)
        self._frames = 0
        self._late = 0.0
        self.computed = 0.0
        """Seconds that hearing has taken so far."""
        self.interrupted = 0
        """Prompts that she has interrupted so far."""
        self._listening = False
        self._opened = 0.0
        self._asked = 0.0
        self._ahead = ""
        self._secret = False
        self._prompt_ends = 0.0
        self._meant = 0
        self._held = 0

    @property
    def seconds(self) -> float:
        """The wire's time since the call began, in seconds."""
        return self._frames * FRAME

    def exchange(self, turn: Turn) -> Heard:
        """Say the turn's lines, and if it expects an answer, listen for it.

        Raises HungUp, and PromptError and SynthesisFailed when a line can't be said.
        """
        spoken = [self._voice.speak(line) for line in turn.say]
        if self._observer:
            self._observer.asked(turn, tuple(each.text for each in spoken))
        self._listening = False
        self._held = 0
        self._tape.stop()
        keypad = self._keypad(turn)
        told, question = self._framed(spoken[:-1]), self._framed(spoken[-1:], self._cue_for(turn))
        frames = told if keypad.keys else np.concatenate([told, question])
        self._asked = self.seconds + len(told) * FRAME
        self._prompt_ends = self.seconds + len(frames) * FRAME
        if turn.barge_in and turn.expect and not self._wire.hears_itself:
            self._listen(turn, len(frames) * FRAME + self._timing.no_input)
        hearing = self._say(turn, frames, keypad)
        if turn.expect is None:
            return Heard()
        if not self._listening and not keypad.keys:
            self._say(turn, self._in_frames(Audio.silence(self._wire.lag, self._wire.rate).samples), keypad)
            self._listen(turn, self._timing.no_input)
        if self.seconds > self._prompt_ends - FRAME / 2:
            self._tape.start()
        try:
            hearing = self._wait(turn, keypad, hearing)
        except HungUp:
            hearing = self._listener.end() if turn.free else None
            if hearing is None or note_of(hearing).sound is not Sound.SPEECH:
                raise
            # Who has said her note may hang up: it counts. The next step tells that she is gone.
        return self._answer(turn, hearing, keypad)

    def hangup(self) -> None:
        """End the call. Calling it again does nothing."""
        self._wire.hangup()

    def _keypad(self, turn: Turn) -> Keypad:
        """A keypad for the answer, with the keys in it that were typed ahead.

        None is where they may have been meant for something else: after an answer that was not understood or
        a secret that was wrong, and where the question has to be heard first.
        """
        passed, pressed = self._wire.skip()
        self._frames += passed
        self._ahead += pressed
        wrong_secret, self._secret = turn.secret and self._secret, turn.secret
        if turn.expect is None or not turn.barge_in or turn.tries or wrong_secret:
            self._ahead = ""
        keypad = Keypad(turn.digits, bare_end=turn.free)
        self._press(keypad, "")
        return keypad

    def _press(self, keypad: Keypad, pressed: str) -> None:
        """Take keys; what is beyond this answer is for the next one."""
        self._ahead = keypad.press(self._ahead + pressed, self.seconds)

    def _framed(self, spoken: Sequence[Spoken], cue: Audio | None = None) -> Samples:
        """What is said, a frame a row."""
        rate = self._wire.rate
        pieces = [np.zeros(0, np.int16)]
        for each in spoken:
            pieces += [each.audio.resampled(rate).samples, Audio.silence(BETWEEN_LINES, rate).samples]
        if cue:
            pieces.append(cue.resampled(rate).samples)
        return self._in_frames(np.concatenate(pieces))

    def _cue_for(self, turn: Turn) -> Audio | None:
        if turn.expect is None:
            return None
        return self._cue or (beep(self._wire.rate) if turn.free else None)

    def _in_frames(self, samples: Samples) -> Samples:
        return np.pad(samples, (0, -len(samples) % self._size)).reshape(-1, self._size)

    def _listen(self, turn: Turn, no_input: float) -> None:
        """Open the ears; silence is taken for no answer `no_input` seconds from now."""
        began = perf_counter()
        timing = self._timing
        known: dict[str, tuple[bool, bool, bool]] = {}

        def settled(text: str) -> bool:
            if text not in known:
                known[text] = turn.settled(text), answers(turn, text), turn.assents(text)
            whole, answered, assents = known[text]
            if answered and not (assents and self.seconds < self._asked):
                self._meant = self._frames  # the listener asks at every frame that has a text
            return whole

        self._listening = True
        self._opened = self.seconds
        self._listener.open(
            Question(
                turn.phrases,
                settled,
                no_input,
                timing.short_pause,
                timing.note_pause if turn.free else timing.long_pause,
                timing.longest_note if turn.free else timing.longest,
                turn.unknown,
                turn.meaning,
                turn.narrower,
                turn.free,
            )
        )
        self._late += perf_counter() - began

    def _say(self, turn: Turn, frames: Samples, keypad: Keypad) -> Hearing | None:
        """Play the prompt until it ends or she interrupts it; the hearing, if her answer is over by then."""
        self._wire.ahead(frames)
        for played, frame in enumerate(frames, start=1):
            hearing, pressed = self._step(frame)
            if turn.barge_in and turn.expect:
                self._press(keypad, pressed)
            if (pressed and keypad.keys) or self._held * FRAME >= HELD or self._is_answer(turn, hearing):
                self.interrupted += 1
                self._wire.hush()
                return hearing
            if hearing:
                self._listen(turn, (len(frames) - played) * FRAME + self._timing.no_input)
        return None

    def _is_answer(self, turn: Turn, hearing: Hearing | None) -> bool:
        """Whether the prompt has been answered; with a bare yes only once the question was begun."""
        if hearing is None or not answers(turn, hearing.text):
            return False
        return not (turn.assents(hearing.text) and self._opened + hearing.voiced_until < self._asked)

    def _wait(self, turn: Turn, keypad: Keypad, hearing: Hearing | None) -> Hearing | None:
        """Until the answer is over, which `hearing` may be already; None when it came by keys.

        What may be no more than the noise of the place ends no answer at once: she is perhaps about to speak,
        or to press a key.
        """
        doubtful, until = None, 0.0
        while not keypad.whole(self.seconds, self._between_keys):
            if hearing and not keypad.keys:
                if turn.free or not is_doubtful(turn, hearing):
                    return doubtful if doubtful and hearing.outcome is Outcome.SILENCE else hearing
                until = until or max(self.seconds, self._prompt_ends) + DOUBTFUL
                doubtful = hearing
                if self.seconds >= until:
                    return doubtful
                self._listen(turn, until - self.seconds)
            hearing, pressed = self._step(self._silence)
            self._press(keypad, pressed)
        return hearing if turn.free and not keypad.is_command else None

    def _step(self, out: Samples) -> tuple[Hearing | None, str]:
        """One frame out and one in, with the answer that it ended and the keys pressed."""
        sound, pressed = self._wire.step(out)
        began = perf_counter()
        self._frames += 1
        self._tape.feed(sound)
        hearing = None
        if self._listening or not self._wire.hears_itself:
            hearing = self._listener.feed(sound, SILENT if self._wire.hears_itself else loudness(out))
            standing = self._listening and self._meant == self._frames
            self._held = self._held + 1 if standing else 0
        if self._screen:
            self._screen.level(loudness(sound), self._listening)
        spent = perf_counter() - began
        self.computed += spent
        self._late = max(0.0, self._late - FRAME) + spent
        return hearing if self._listening else None, pressed

    def _answer(self, turn: Turn, hearing: Hearing | None, keypad: Keypad) -> Heard:
        if hearing is None and turn.free and not keypad.is_command:
            hearing = self._listener.end()  # a key ends a note, and is none
        if hearing is None:
            heard = Heard(keys=keypad.keys, confidence=1.0, sound=Sound.SPEECH)
            until = keypad.last
        else:
            heard = self._kept(turn, note_of(hearing) if turn.free else heard_of(hearing))
            until = self._opened + hearing.voiced_until
        if self._observer:
            self._observer.heard(turn, shown(turn, heard), until, self.seconds, self._late)
        return heard

    def _kept(self, turn: Turn, heard: Heard) -> Heard:
        """The answer, with its sound where that is to be kept; a note that can't be is one cut off."""
        name = self._tape.keep() if turn.keeps(heard) else None
        self._tape.stop()
        if turn.free and name is None and turn.keeps(heard):
            return replace(heard, sound=Sound.CUT)
        return replace(heard, recording=name)
