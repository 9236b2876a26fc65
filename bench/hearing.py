"""`python -m bench.hearing`: how well the model hears, by kind of answer, and what that costs.

Each answer is put to the product's own questions, with their phrases and the commands beside them, through
the ears of a call. It is right, wrong (something else was understood), or asked again (not understood, or in
doubt): that costs time only. What is no answer is right when it is refused. `--json` keeps all figures, and
`bench.card` writes them into the model's card.
"""

import argparse
import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from bench.lines import EVERY, LINES, Line, nobody
from bench.machine import machine, memory_mb
from bench.report import Cost, Heard, Report, printed
from bench.speakers import Spoken, clips, people, synthetic
from bench.spoken import VOICES, Saying, outside
from bench.whisper import Whisper
from ivr.settings import Recognition
from speech.audio import Audio
from speech.listener import Listener, Outcome, Question
from speech.pyttsx3 import Pyttsx3, Worker
from speech.recognizer import Recognizer
from speech.vosk import RATE, VoskRecognizer

MODEL = Path(__file__).resolve().parent.parent / "models" / "hi-small"
PAD = 0.3
"""Seconds of silence before and after a word that only the decoder hears."""


class Ears:
    """Hears as a call does, and counts what that costs."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        self.seconds = 0.0
        self.processor = 0.0

    def hear(self, saying: Saying, sound: Audio) -> str:
        """The words heard; none when the sound was not taken for a whole answer."""
        listener = Listener(self._recognizer.session(), sound.rate)
        listener.open(question(saying))
        began = time.process_time()
        text = _heard(listener, sound)
        self.processor += time.process_time() - began
        self.seconds += sound.seconds
        return text

    def decode(self, sound: Audio, phrases: tuple[str, ...]) -> str:
        """What the decoder alone hears among `phrases`."""
        session = self._recognizer.session()
        session.listen_for(phrases)
        rest = Audio.silence(PAD, session.rate)
        session.feed(Audio.joined([rest, sound.resampled(session.rate), rest]).samples)
        return session.finish().text


def question(saying: Saying) -> Question:
    """The question of `saying`, as a call asks it."""
    waits = Recognition()
    return Question(
        saying.phrases,
        saying.settled,
        no_input=waits.no_input,
        short_pause=waits.short_pause,
        long_pause=waits.long_pause,
        longest=waits.longest,
        unknown=saying.unknown,
    )


def _heard(listener: Listener, sound: Audio) -> str:
    frame = sound.rate // 50
    for at in range(0, len(sound.samples), frame):
        hearing = listener.feed(sound.samples[at : at + frame])
        if hearing:
            return hearing.text if hearing.outcome is Outcome.SPEECH else ""
    return ""


def through_the_ears(
    who: str, spoken: Iterable[Spoken], lines: dict[str, Line], ears: Ears
) -> Iterator[Heard]:
    """Everything over every line."""
    for number, (saying, voice, speaker) in enumerate(spoken):
        for line, over in lines.items():
            text = ears.hear(saying, over(voice, number))
            yield Heard(who, saying.kind, line, speaker, saying.text, text, saying.verdict(text))


def by_the_decoder(spoken: Iterable[Spoken], lines: dict[str, Line], ears: Ears) -> Iterator[Heard]:
    """Words of people with a grammar of these words alone: they are cut too tight for an endpointer."""
    every = list(spoken)
    phrases = tuple(dict.fromkeys(saying.text for saying, _, _ in every))
    for number, (saying, voice, speaker) in enumerate(every):
        for line, over in lines.items():
            sound = voice if line == "wide" else over(voice, number)
            text = ears.decode(sound, phrases)
            verdict = "right" if text == saying.text else "wrong"
            kind = f"{len(phrases)} words, decoder alone"
            yield Heard("people", kind, line, speaker, saying.text, text, verdict)


def main() -> None:
    options = _options()
    before, began = memory_mb(), time.perf_counter()
    recognizer = VoskRecognizer(options.model)
    loaded = time.perf_counter() - began
    ears = Ears(recognizer)
    lines = EVERY if options.harsh else LINES
    rows: list[Heard] = []
    whisper = Whisper(options.whisper) if options.whisper else None
    with Worker() as worker:
        for who, spoken in _speakers(options, worker):
            if who == "people":
                rows += by_the_decoder([one for one in spoken if one[0].kind == "digits"], lines, ears)
            rows += through_the_ears(who, spoken, lines, ears)
            if whisper:
                rows += whisper.beside(who, spoken[:: options.every], lines)
        talk = [Pyttsx3(worker, name).speak(text) for name in VOICES for text in outside()[-8:]]
    for kind, saying, sound in nobody(RATE, talk):
        text = ears.hear(saying, sound)
        rows.append(Heard("nobody", kind, "wide", saying.kind, "", text, saying.verdict(text)))
    cost = Cost(
        machine(),
        options.model.name,
        sum(path.stat().st_size for path in options.model.rglob("*") if path.is_file()) / 1e6,
        loaded,
        ears.processor / ears.seconds,
        ears.seconds,
        memory_mb() - before,
    )
    report = Report(cost, rows)
    if options.json:
        options.json.write_text(json.dumps(asdict(report), ensure_ascii=False, indent=0), encoding="utf-8")
    print(printed(report))


def _speakers(options: argparse.Namespace, worker: Worker) -> Iterator[tuple[str, list[Spoken]]]:
    if options.recordings:
        yield "people", list(people(options.recordings))
    if options.voices_folder:
        yield "held-out Kokoro voices", list(clips(options.voices_folder))
    if options.voices:
        voices = [Pyttsx3(worker, name) for name in options.voices]
        yield "held-out espeak-ng voices", list(synthetic(voices))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.hearing", description="Measure how well the model hears.")
    parser.add_argument("--model", type=Path, default=MODEL, help="folder of a Vosk model")
    parser.add_argument("--recordings", type=Path, help="manifest.tsv: path, split, transcript, speaker")
    parser.add_argument("--voices-folder", type=Path, help="manifest.tsv: path, transcript, speaker")
    parser.add_argument("--voices", nargs="*", default=VOICES, help="espeak-ng voices, such as hi+f2")
    parser.add_argument("--harsh", action="store_true", help="also the telephone at 10 dB and a courtyard")
    parser.add_argument("--whisper", type=Path, help="folder of a CTranslate2 model, to compare with")
    parser.add_argument("--every", type=int, default=8, help="one in so many is put to Whisper too")
    parser.add_argument("--json", type=Path, help="file for all that was heard")
    return parser.parse_args()


if __name__ == "__main__":
    main()
