"""Synthetic voices to train on. Those that the measurements speak with are never used here."""

import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

import espeakng_loader

from ivr.rendered import ENDING, SHIPPED, read_manifest
from models.training.corpus import plain
from models.training.kokoro import SPEEDS, Kokoro
from models.training.sentences import sentences
from speech.audio import Audio, Samples, trimmed
from speech.pyttsx3 import Worker
from speech.synthesizer import SynthesisFailed

RATE = 16000
"""Samples per second of what they say, in Hz."""
KEPT_FOR_TESTS = {"f4", "linda", "Andrea", "m6", "robert", "caleb"}
"""Variants of espeak-ng that `bench.hearing` speaks with."""
UNLIKE_PEOPLE = {"whisper", "whisperf", "croak", "fast", "Demonic", "UniRobot", "robosoft", "anikaRobot"}
SHORTEST = RATE // 7
"""What is shorter was not said."""

Said = Iterator[tuple[Samples, str]]
Voices = Callable[[int, Random], Said]
"""So many phrases, said by voices drawn for each."""
Texts = Callable[[int, Random], Sequence[str]]
"""So many phrases to be said."""


def kokoro(voices: Kokoro, texts: Texts = sentences) -> Voices:
    """Some of its voices, for training."""

    def say(count: int, rng: Random) -> Said:
        for text in texts(count, rng):
            sound = voices.speak(text, voices.someone(rng), rng.choice(SPEEDS))
            if len(sound) > SHORTEST:
                yield sound, text

    return say


def prompts(_count: int, _rng: Random) -> Said:
    """All that comes with Sakhi spoken by Kokoro, however many are asked for, save what has figures in it."""
    for name, rendering in read_manifest(SHIPPED).items():
        if text := plain(rendering.text):
            yield Audio.read(SHIPPED / f"{name}{ENDING}").resampled(RATE).samples, text


def espeak(count: int, rng: Random) -> Said:
    """The variants of espeak-ng."""
    folder = Path(espeakng_loader.get_data_path()) / "voices" / "!v"
    barred = KEPT_FOR_TESTS | UNLIKE_PEOPLE
    voices = ["hi", *(f"hi+{path.name}" for path in sorted(folder.iterdir()) if path.name not in barred)]
    with Worker() as worker:
        for text in sentences(count, rng):
            try:
                said = worker.speak(text, rng.choice(voices), rng.randint(110, 200), rng.randint(15, 85))
            except SynthesisFailed:
                continue  # a variant that this espeak-ng cannot speak with
            yield said.resampled(RATE).samples, text


def festival(count: int, rng: Random) -> Said:
    """Festival's Hindi voice, made of a man's recordings. Raises FileNotFoundError without festival."""
    texts = sentences(count, rng)
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number}.wav" for number in range(count)]
        script = Path(folder) / "say.scm"
        script.write_text(_scheme(texts, paths, rng), encoding="utf-8")
        subprocess.run(["festival", "--batch", str(script)], capture_output=True, check=False)
        for text, path in zip(texts, paths, strict=True):
            if path.exists() and path.stat().st_size > 2 * SHORTEST:
                sound = trimmed(Audio.read(path)).resampled(RATE)
                yield sound.samples, text


def _scheme(texts: Sequence[str], paths: Sequence[Path], rng: Random) -> str:
    """The voice at one pitch, each text at its own pace. A decomposed nukta would crash festival."""
    pitch = f"(set! int_simple_params '((f0_mean {rng.randint(95, 190)}) (f0_std {rng.randint(8, 25)})))"
    lines = [pitch, "(voice_hindi_NSK_diphone)", pitch, "(Parameter.set 'Int_Method 'Simple)"]
    for text, path in zip(texts, paths, strict=True):
        lines.append(f"(Parameter.set 'Duration_Stretch {rng.uniform(0.7, 1.15):.2f})")
        plain = text.replace("\u093c", "")
        lines.append(
            f'(unwind-protect (utt.save.wave (utt.synth (Utterance Text "{plain}")) "{path}" \'riff) nil)'
        )
    return "\n".join(lines)
