"""`python -m bench.voice`: how well Sakhi is understood, how soon she speaks, how long, and how she joins.

Lines with slots are drawn over all prompts that have slots, said by the voice that was rendered beforehand
and by pyttsx3, sent through a quiet telephone (8 kHz, 300 to 3400 Hz, A-law, white noise 30 dB below) and
written down by machines. Give a folder with Whisper's model as `--whisper` (see bench/whisper.py).
"""

import argparse
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

import numpy as np

from bench.interval import over_speakers, wilson
from bench.joins import jumps, silence_in
from bench.listeners import Listener, OwnListener, WhisperListener, closest, distance, plain
from bench.machine import machine
from bench.telephone import over_the_telephone
from flows import prompts
from flows.turn import Line, Slot, Turn
from ivr import wiring
from ivr.demo.exchange import Exchange
from ivr.demo.group import GROUP, NAMES
from ivr.demo.stage import Stage, play
from ivr.rendered import SHIPPED
from ivr.rendered_voice import RenderedVoice
from ivr.sections import Settings
from ivr.settings import find_config, load
from ivr.spoken import BETWEEN_LINES
from ivr.voice import PromptVoice
from speech.audio import Audio
from speech.pyttsx3 import Pyttsx3, Worker
from speech.vosk import VoskRecognizer
from store.tinydb import TinyVault

TELEPHONE, NOISE = 8000, 30.0
"""Samples a second of a telephone, in Hz; how far its noise is below the voice, in dB."""
AMONG = 30
"""Of so many lines the nearest is taken for what was said."""
SLOTTED = [key for key in sorted(prompts.keys()) if prompts.kinds_of(key)]
FIRST_DAY = date(2026, 1, 1)


@dataclass(slots=True)
class Score:
    """What a listener got of one voice."""

    lines: int = 0
    nearest: int = 0
    """Lines whose writing is nearest to their own text, among `AMONG` of all prompts."""
    nearest_alike: int = 0
    """The same among `AMONG` of the same prompt with other slots."""
    edits: list[tuple[int, int]] = field(default_factory=list)
    """Of each line the letters that are wrong, and all."""


def main() -> None:
    options = _options()
    settings = load(find_config(None))
    rng = Random(options.seed)
    drawn = [_line(SLOTTED[at % len(SLOTTED)], rng) for at in range(options.lines)]
    print(machine())
    print(f"input {len(drawn)} lines over {len(SLOTTED)} prompts with slots, seed {options.seed}")
    with tempfile.TemporaryDirectory() as folder, Worker() as worker:
        rendered = RenderedVoice(Path(folder))
        synthetic = Pyttsx3(worker, settings.voice.name, settings.voice.rate)
        joined = [line for line in drawn if rendered.speak(line)]
        print(f"joined of what was rendered: {len(joined)} of {len(drawn)} lines; the others are left out")
        _size()
        _latency(PromptVoice(synthetic, [rendered]), joined)
        _joins(rendered, joined, rng)
        voices = {
            "rendered": lambda line: rendered.speak(line) or synthetic.speak(prompts.text_of(line)),
            synthetic.voice: lambda line: synthetic.speak(prompts.text_of(line)),
        }
        for listener in _listeners(settings, options.whisper):
            for voice, speak in voices.items():
                _understood(listener, voice, speak, joined, options.seed)
        if options.meeting:
            _turns(settings, worker, PromptVoice(synthetic, [rendered]), options.seed)


def _line(key: str, rng: Random) -> Line:
    return Line(key, {slot: _value(slot, kind, rng) for slot, kind in prompts.kinds_of(key).items()})


def _value(slot: str, kind: str, rng: Random) -> Slot:
    """Names are those that come with Sakhi; amounts are even in their logarithm, half of them round."""
    if kind == "name":
        return GROUP if slot == "group" else rng.choice(NAMES)
    if kind in ("rupees", "cash"):
        most = 50_000 if kind == "rupees" else 10_000
        rupees = round(float(np.exp(rng.uniform(0, np.log(most)))))
        return 100 * (max(10, rupees // 10 * 10) if rng.random() < 0.5 else rupees)
    if kind == "number":
        return rng.randrange(100)
    if kind == "digits":
        return f"{rng.randrange(10_000):04}"
    return FIRST_DAY + timedelta(days=rng.randrange(365))


def _size() -> None:
    files = [path.stat().st_size for path in SHIPPED.iterdir()]
    print(f"size in the repository {sum(files) / 2**20:.1f} MiB in {len(files)} files (goal 25)")


def _latency(voice: PromptVoice, lines: Sequence[Line]) -> None:
    """From the line to its first sound for a telephone, once all is ready."""
    voice.warm()
    for thread in threading.enumerate():
        if thread.name == "voice":
            thread.join()
    taken = []
    for line in lines:
        began = time.perf_counter()
        voice.speak(line).audio.resampled(TELEPHONE)
        taken.append(1000 * (time.perf_counter() - began))
    half, most = np.percentile(taken, (50, 95))
    print(f"first sound of a line with slots: p50 {half:.1f} ms, p95 {most:.1f} ms (goal 30)")


def _joins(voice: RenderedVoice, lines: Sequence[Line], rng: Random) -> None:
    """Of the lines' pieces, and of as many amounts in a prompt that has no pause of its own."""
    jump = [jump for line in lines for jump in jumps(voice.pieces(line) or ())]
    amounts = [Line("balance.loan", {"outstanding": _value("outstanding", "rupees", rng)}) for _ in lines]
    silence = {prompts.text_of(line): silence_in(said) for line in amounts if (said := voice.speak(line))}
    worst = max(silence, key=lambda text: silence[text])
    print(
        f"joins: {len(silence)} amounts, longest silence in one {1000 * silence[worst]:.0f} ms (goal 120), "
        f"{worst!r}; {len(jump)} joins, largest jump of the level {max(jump):.1f} dB (goal 3)"
    )


def _listeners(settings: Settings, whisper: Path | None) -> Iterator[Listener]:
    yield OwnListener(VoskRecognizer(settings.model))
    if whisper:
        yield WhisperListener(whisper)


def _understood(
    listener: Listener, voice: str, speak: Callable[[Line], Audio], lines: Sequence[Line], seed: int
) -> None:
    score, rng = Score(), Random(seed)
    for number, line in enumerate(lines):
        text = prompts.text_of(line)
        any_prompt, same_prompt = _others(text, SLOTTED, rng), _others(text, [line.key], rng)
        if isinstance(listener, OwnListener) and not listener.knows(text):
            continue
        sound = over_the_telephone(speak(line), NOISE, number)
        heard = plain(listener.write(sound, [text, *any_prompt]))
        score.lines += 1
        score.nearest += _is_nearest(heard, text, any_prompt)
        if isinstance(listener, OwnListener):
            heard = plain(listener.write(sound, [text, *same_prompt]))
        else:
            score.edits.append((distance(heard, plain(text)), len(plain(text))))
        score.nearest_alike += _is_nearest(heard, text, same_prompt)
    _show(listener.name, voice, score)


def _others(text: str, keys: Sequence[str], rng: Random) -> list[str]:
    """Other lines of these prompts; those of a prompt with few may be fewer than `AMONG`."""
    drawn = (prompts.text_of(_line(rng.choice(keys), rng)) for _ in range(4 * AMONG))
    return [other for other in dict.fromkeys(drawn) if plain(other) != plain(text)][: AMONG - 1]


def _is_nearest(heard: str, text: str, others: Sequence[str]) -> bool:
    """Whether what was heard is nearer to the text than to all others."""
    return closest(heard, [*map(plain, others), plain(text)]) == len(others)


def _show(listener: str, voice: str, score: Score) -> None:
    print(f"{listener}; voice {voice}; {score.lines} lines through the telephone")
    for what, some in (("all prompts", score.nearest), ("the same prompt", score.nearest_alike)):
        least, most = wilson(some, score.lines)
        share = f"{some / score.lines:.1%} ({least:.1%} to {most:.1%})"
        print(f"  nearest to its own text among {AMONG} of {what}: {some} of {score.lines}, {share}")
    if score.edits:
        wrong = sum(edits for edits, _ in score.edits) / sum(letters for _, letters in score.edits)
        low, high = over_speakers(score.edits)
        print(f"  letters wrong {wrong:.1%} ({low:.1%} to {high:.1%})", flush=True)


class Turns:
    """Notes how long Sakhi speaks at a turn of a conversation."""

    def __init__(self, voice: PromptVoice) -> None:
        self._voice = voice
        self.seconds: dict[str, float] = defaultdict(float)
        """By the words of the turn."""
        self.every: list[float] = []

    def asked(self, turn: Turn, texts: tuple[str, ...]) -> None:
        spoken = sum(self._voice.speak(line).audio.seconds for line in turn.say)
        self.every.append(spoken + BETWEEN_LINES * (len(turn.say) - 1))
        self.seconds[" ".join(texts)] = self.every[-1]

    def answered(self, exchange: Exchange) -> None:
        pass


def _turns(settings: Settings, worker: Worker, voice: PromptVoice, seed: int) -> None:
    """The meeting of the demo, twelve women."""
    turns = Turns(voice)
    with tempfile.TemporaryDirectory() as folder, TinyVault(Path(folder) / "ujala.json") as vault:
        stage = Stage(settings, wiring.recognizer(settings).session(), voice, worker)
        play(stage, vault, seed=seed, members=12, noise_db=15.0, watchers=(turns,))
    longest = max(turns.seconds, key=lambda text: turns.seconds[text])
    print(
        f"speech in a turn, {len(turns.every)} turns of a meeting: median {np.median(turns.every):.1f} s, "
        f"longest {max(turns.every):.1f} s: {longest!r}"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--whisper", type=Path, help="folder with the model of Whisper")
    parser.add_argument("--lines", type=int, default=240)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--no-meeting", dest="meeting", action="store_false", help="hold no meeting")
    return parser.parse_args()


if __name__ == "__main__":
    main()
