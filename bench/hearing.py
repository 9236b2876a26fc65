"""`python -m bench.hearing`: how well the model hears, by kind of answer, and what that costs.

Each answer is put to the product's own questions, with their phrases and the commands beside them. It is
right, wrong (something else was understood), or asked again (not understood, or in doubt): that costs time
only.
"""

import argparse
import csv
import os
import platform
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from bench.spoken import VOICES, Saying, recorded, sayings
from bench.telephone import in_silence, over_the_telephone
from ivr.settings import Recognition
from speech.audio import Audio
from speech.listener import Listener, Outcome, Question
from speech.pyttsx3 import Pyttsx3, Worker
from speech.recognizer import Recognizer
from speech.vosk import VoskRecognizer

LINES: dict[str, float | None] = {"clean": None, "phone 20 dB": 20.0, "phone 10 dB": 10.0}
"""Signal-to-noise ratio in dB by name of the line; None is no line."""
MODEL = Path(__file__).resolve().parent.parent / "models" / "hi-small"


@dataclass(slots=True)
class Score:
    """What became of the answers."""

    seconds: float = 0.0
    """Sound heard."""
    processor: float = 0.0
    """Seconds of one core spent hearing it."""
    slips: bool = False
    """Whether to print each answer that was not right."""

    def verdict(self, saying: Saying, sound: Audio, recognizer: Recognizer, where: str) -> str:
        """Hear one answer as a call would: "right", "wrong" or "again"."""
        listener = Listener(recognizer.session(), sound.rate)
        listener.open(_question(saying))
        began = time.process_time()
        heard = _heard(listener, sound)
        self.processor += time.process_time() - began
        self.seconds += sound.seconds
        verdict = saying.verdict(heard)
        if self.slips and verdict != "right":
            print(f"  {verdict}: {saying.text} ({where}) heard as {heard or 'nothing'}")
        return verdict


def _question(saying: Saying) -> Question:
    waits = Recognition()
    return Question(
        saying.phrases,
        saying.settled,
        no_input=waits.no_input,
        short_pause=waits.short_pause,
        long_pause=waits.long_pause,
        longest=waits.longest,
    )


def _heard(listener: Listener, sound: Audio) -> str:
    """The words heard; none when the sound was not taken for a whole answer."""
    frame = sound.rate // 50
    for at in range(0, len(sound.samples), frame):
        hearing = listener.feed(sound.samples[at : at + frame])
        if hearing:
            return hearing.text if hearing.outcome is Outcome.SPEECH else ""
    return ""


def main() -> None:
    options = _options()
    print(f"machine   {_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}")
    print(f"software  Python {platform.python_version()}, Vosk {version('vosk')}")
    before = _memory()
    began = time.perf_counter()
    recognizer = VoskRecognizer(options.model)
    print(
        f"model     {options.model.name}, {_size(options.model) / 1e6:.1f} MB on disk, "
        f"loaded in {time.perf_counter() - began:.2f} s"
    )
    score = Score(slips=options.slips)
    if options.recordings and (options.recordings / "manifest.tsv").is_file():
        table(
            f"people, recordings in {options.recordings.name}", people(options.recordings), recognizer, score
        )
        print("(yes and no, attendance, amounts: no recordings of people among these)")
    else:
        print("\npeople    no recordings given: everything below is synthetic")
    with Worker() as worker:
        voices = [Pyttsx3(worker, name) for name in options.voices]
        table(f"synthetic voices ({len(voices)} of espeak-ng)", synthetic(voices), recognizer, score)
    print(
        f"\nspeed     {score.processor / score.seconds:.3f} of real time on one core, "
        f"{score.seconds:.0f} s heard"
    )
    print(f"memory    {_memory():.0f} MB resident, {before:.0f} MB before the model")


def people(folder: Path) -> Iterator[tuple[Saying, Audio, str]]:
    """The recordings listed in `folder`/manifest.tsv, save those for training."""
    with (folder / "manifest.tsv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["split"] != "train"]
    for row, saying in zip(rows, recorded([row["transcript"] for row in rows]), strict=True):
        yield saying, Audio.read(folder / row["path"]), row["speaker"]


def synthetic(voices: Iterable[Pyttsx3]) -> Iterator[tuple[Saying, Audio, str]]:
    """Every saying in every voice."""
    every = list(sayings())
    for voice in voices:
        for saying in every:
            yield saying, voice.speak(saying.text), voice.name


def table(
    title: str, spoken: Iterable[tuple[Saying, Audio, str]], recognizer: Recognizer, score: Score
) -> None:
    """Hear everything over every line, and print the shares by kind."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for number, (saying, voice, speaker) in enumerate(spoken):
        for line, noise in LINES.items():
            sound = in_silence(voice) if noise is None else over_the_telephone(voice, noise, seed=number)
            counts[saying.kind, line, score.verdict(saying, sound, recognizer, f"{speaker}, {line}")] += 1
    print(f"\n{title}\n{'right / wrong / asked again, %':34}" + "".join(f"{line:>18}" for line in LINES))
    for kind in dict.fromkeys(kind for kind, _, _ in counts):
        said = sum(counts[kind, "clean", verdict] for verdict in ("right", "wrong", "again"))
        cells = (_cell(counts, kind, line, said) for line in LINES)
        print(f"{kind:14}{said:>12} said      " + "".join(f"{cell:>18}" for cell in cells))


def _cell(counts: Counter[tuple[str, str, str]], kind: str, line: str, said: int) -> str:
    shares = (100 * counts[kind, line, verdict] / said for verdict in ("right", "wrong", "again"))
    return " / ".join(f"{share:.0f}" for share in shares)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.hearing", description="Measure how well the model hears.")
    parser.add_argument("--model", type=Path, default=MODEL, help="folder of a Vosk model")
    parser.add_argument(
        "--recordings", type=Path, help="folder with manifest.tsv: path, split, transcript, speaker"
    )
    parser.add_argument("--voices", nargs="+", default=VOICES, help="espeak-ng voices, such as hi+f2")
    parser.add_argument("--slips", action="store_true", help="print each answer that was not right")
    return parser.parse_args()


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or "unknown processor")


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _memory() -> float:
    """Resident memory of this process in MB (proc(5), statm)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
