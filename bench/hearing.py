"""`python -m bench.hearing`: how well the model hears, by kind of answer, and what that costs.

Each answer is put to the product's own questions, with their phrases and the commands beside them, through
the ears of a call, and what a talk makes of it is judged. It is right, wrong (something else was taken), or
asked again (not understood, not sure, too noisy): that costs time only. What is no answer is right when it is
refused. `--json` keeps all that was heard, and `bench.card` writes the figures into the model's card.
"""

import argparse
import json
import multiprocessing
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from bench.cost import Hears, cost
from bench.ears import Ears
from bench.lines import LINES, Line, harsh, nobody
from bench.machine import machine
from bench.report import Heard, Report, printed
from bench.speakers import PEOPLE, Spoken, clips, people, synthetic
from bench.spoken import VOICES, outside
from bench.whisper import Whisper
from speech.audio import Audio
from speech.pyttsx3 import Pyttsx3, Worker
from speech.recognizer import known_words
from speech.vosk import RATE

MODEL = Path(__file__).resolve().parent.parent / "models" / "hi-small"
TALK = 8
"""How many sentences each voice says further off."""
TOLD = 1000
"""After how many clips it says how far it is."""


@dataclass(frozen=True, slots=True)
class Job:
    """What one process does: its part of all clips."""

    options: argparse.Namespace
    part: int

    def takes(self, number: int) -> bool:
        """Whether a clip is in its part."""
        return bool(number % self.options.jobs == self.part)


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it."""

    heard: list[Heard]
    spent: dict[str, tuple[float, float]]
    """By system: seconds of one core, seconds of sound."""


def done(job: Job) -> Done:
    """Hear one part."""
    options = job.options
    ears = Ears(options.model)
    whisper = Whisper(options.whisper) if options.whisper else None
    with Worker() as worker:
        every, lines = everything(options, worker)
        words = tuple(dict.fromkeys(one.saying.text for one in every if counts_to_ten(one)))
        compared = sample(every, options.beside) if whisper else set()
        heard: list[Heard] = []
        for number, one in enumerate(every):
            if job.takes(number):
                if number % TOLD < options.jobs:
                    sys.stderr.write(f"{number} of {len(every)} clips\n")
                voice = one.sound()
                if counts_to_ten(one):
                    heard += decoded(number, one, voice, lines, words, ears)
                heard += listened(number, one, voice, lines, ears)
                if whisper and number in compared:
                    heard += listened(number, one, voice, lines, whisper)
    return Done(heard, {by.system: (by.processor, by.seconds) for by in (ears, whisper) if by})


def everything(options: argparse.Namespace, worker: Worker) -> tuple[list[Spoken], dict[str, Line]]:
    """All clips, in the order of the report, and all lines."""
    talk = [Pyttsx3(worker, name).speak(text) for name in VOICES for text in outside()[-TALK:]]
    every: list[Spoken] = []
    for folder in options.recordings:
        every += people(folder)
    if options.voices_folder:
        every += clips(options.voices_folder)
    every += synthetic(Pyttsx3(worker, name) for name in options.voices)
    every += nobody(RATE, talk)
    return every, {**LINES, **(harsh(talk) if options.harsh else {})}


def counts_to_ten(one: Spoken) -> bool:
    """Whether people say a word from one to ten: those are put to the decoder alone as well."""
    return one.who == PEOPLE and one.kind == "digits"


def sample(every: Sequence[Spoken], most: int) -> set[int]:
    """The numbers of at most so many clips of each kind of voice and answer, the same ones each time."""
    by_kind: dict[tuple[str, str], list[int]] = {}
    for number, one in enumerate(every):
        by_kind.setdefault((one.who, one.kind), []).append(number)
    rng = random.Random(0)
    return {number for numbers in by_kind.values() for number in rng.sample(numbers, min(most, len(numbers)))}


def listened(
    number: int, one: Spoken, voice: Audio, lines: Mapping[str, Line], ears: Hears
) -> Iterator[Heard]:
    """A clip over every line."""
    for line, over in lines.items():
        found = ears.hear(one.saying, over(voice, number), one.opened)
        verdict = one.saying.verdict(found)
        yield _kept(ears.system, number, one, line)(found.text, found.confidence, verdict)


def decoded(
    number: int, one: Spoken, voice: Audio, lines: Mapping[str, Line], words: tuple[str, ...], ears: Ears
) -> Iterator[Heard]:
    """A word with a grammar of `words` alone: people's are cut too tight for an endpointer."""
    for line, over in lines.items():
        found = ears.decode(voice if line == "wide" else over(voice, number), words)
        missed = "wrong" if known_words(found.text) else "again"
        verdict = "right" if found.text == one.saying.text else missed
        alone = replace(one, kind=f"{len(words)} words, decoder alone")
        yield _kept(ears.system, number, alone, line)(found.text, found.confidence, verdict)


def _kept(system: str, number: int, one: Spoken, line: str) -> Callable[[str, float, str], Heard]:
    return partial(Heard, system, one.who, one.kind, line, one.speaker, number, one.saying.text)


def main() -> None:
    options = _options()
    jobs = [Job(options, part) for part in range(options.jobs)]
    with multiprocessing.get_context("spawn").Pool(options.jobs, maxtasksperchild=1) as pool:
        every = pool.map(done, jobs, chunksize=1)
        costs = [pool.apply(cost, (Ears, options.model))]
        if options.whisper:
            costs.append(pool.apply(cost, (Whisper, options.whisper)))
    report = Report(
        machine(),
        [one.spent(*_total(every, one.system)) for one in costs],
        sorted((one for part in every for one in part.heard), key=lambda one: one.number),
    )
    if options.json:
        options.json.write_text(json.dumps(asdict(report), ensure_ascii=False, indent=0), encoding="utf-8")
    print(printed(report))


def _total(every: Sequence[Done], system: str) -> tuple[float, float]:
    processor, seconds = zip(*(part.spent[system] for part in every), strict=True)
    return sum(processor), sum(seconds)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.hearing", description="Measure how well the model hears.")
    parser.add_argument("--model", type=Path, default=MODEL, help="folder of a Vosk model")
    parser.add_argument(
        "--recordings",
        type=Path,
        action="append",
        default=[],
        help="manifest.tsv: path, split, transcript, speaker; may be given more than once",
    )
    parser.add_argument("--voices-folder", type=Path, help="manifest.tsv: path, transcript, speaker")
    parser.add_argument("--voices", nargs="*", default=VOICES, help="espeak-ng voices, such as hi+f2")
    parser.add_argument("--harsh", action="store_true", help="also the telephone at 10 dB and a courtyard")
    parser.add_argument("--whisper", type=Path, help="folder of a CTranslate2 model, to compare with")
    parser.add_argument("--beside", type=int, default=20, help="so many of each kind are put to Whisper too")
    parser.add_argument("--jobs", type=int, default=1, help="processes, each on one core")
    parser.add_argument("--json", type=Path, help="file for all that was heard")
    return parser.parse_args()


if __name__ == "__main__":
    main()
