"""`sakhi voice record`, `import`, `status` and `forget`: a woman's own recordings of what Sakhi says."""

import csv
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from flows.inventory import Sentence, name, sentences
from ivr.commands.common import Refused, settings_of, typed_yes
from ivr.commands.talk import plain_errors
from ivr.cutting import heard
from ivr.keyboard import Keyboard
from ivr.kiosk import KioskWire
from ivr.meter import Meter
from ivr.naming import every_name
from ivr.recorded import Recordings
from ivr.recording import Aligner, Booth, Done, Session, Take, judged
from ivr.recording_screen import RecordingScreen
from ivr.rendered import ENDING, SHIPPED, is_current, missing, read_manifest
from ivr.sections import Settings
from speech.audio import Audio
from speech.pyttsx3 import Pyttsx3, Worker
from speech.synthesizer import Cached
from speech.take import Fault
from speech.vosk import VoskRecognizer

SOUNDS = (".wav", ".flac", ".ogg", ".opus", ".mp3")
"""What files to import may end in."""


@click.command()
@click.option("--all", "everything", is_flag=True, help="Amounts, days, and names too: see docs/voice.md.")
@click.option("--again", multiple=True, metavar="KEY", help="Record this sentence anew.")
@click.pass_context
def record(ctx: click.Context, everything: bool, again: tuple[str, ...]) -> None:
    """Record in your own voice what Sakhi says, at the microphone of this machine.

    Each sentence is shown and spoken; say it after the tone. Enter keeps it, 1 says it again, 2 plays it
    again, 3 skips it, 9 stops. What was kept is safe, and is not asked for again unless its text changed.
    Sakhi speaks with it when it is started the next time.
    """
    settings = settings_of(ctx)
    wanted = _wanted(settings, everything or bool(again))
    if strangers := set(again) - {each.name for each in wanted}:
        raise Refused(f"there is no sentence {', '.join(sorted(strangers))}; `sakhi voice page` shows all")
    if again:
        wanted = [each for each in wanted if each.name in again]
    recordings = _recordings(settings)
    with plain_errors(), _session(settings, recordings) as session:
        done = session.record(wanted, again)
    left = len(recordings.missing(wanted))
    _tell(done, left)


@click.command("import")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--list",
    "listing",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Lines `file;key`, where the files are not called by their keys.",
)
@click.option("--skip-bad", is_flag=True, help="Take what is good; without it, nothing unless all is good.")
@click.pass_context
def import_(ctx: click.Context, folder: Path, listing: Path | None, skip_bad: bool) -> None:
    """Take over recordings made elsewhere: a FOLDER of sound files, each called by its key.

    `savings.begin.wav` is what is said as savings.begin; `sakhi voice page` shows the keys. They are checked,
    trimmed and levelled like those that `sakhi voice record` makes.
    """
    settings = settings_of(ctx)
    by_name = {each.name: each for each in _wanted(settings, everything=True)}
    with plain_errors():
        align = _aligner(settings)
    good: list[tuple[Sentence, Take]] = []
    bad: list[str] = []
    for path, key in _files(folder, listing):
        try:
            good.append((by_name[key], _taken(by_name[key], path, align)))
        except KeyError:
            bad.append(f"{path}: there is no sentence {key}; `sakhi voice page` shows all keys")
        except (OSError, ValueError) as error:
            bad.append(str(error))
    for line in bad:
        click.echo(line, err=True)
    if bad and not skip_bad:
        raise Refused(f"{len(bad)} can't be used, so nothing was taken; mend them, or add --skip-bad")
    recordings = _recordings(settings)
    for sentence, take in good:
        recordings.keep(sentence, take.sound, take.spans)
    click.echo(f"{len(good)} recordings were taken, {len(bad)} left out. Start Sakhi anew to hear them.")


@click.command()
@click.pass_context
def status(ctx: click.Context) -> None:
    """Show how much of what Sakhi says is recorded, rendered, or spoken by the synthetic voice."""
    settings = settings_of(ctx)
    recordings = _recordings(settings)
    names = tuple(map(name, sorted(every_name(settings))))
    whole = tuple(each for each in sentences() if not each.cuts)
    parts = tuple(each for each in sentences() if each.cuts)
    table = Table("", "recorded", "rendered", "synthetic", "all")
    for what, wanted, folder in (
        ("prompts that are always the same", whole, SHIPPED),
        ("sentences that others are joined of", parts, SHIPPED),
        ("names of members and groups", names, settings.names),
    ):
        hers = set(wanted) - set(recordings.missing(wanted))
        rendered = set(wanted) - set(missing(wanted, folder)) - hers if settings.voice.rendered else set()
        live = len(wanted) - len(hers) - len(rendered)
        table.add_row(what, *map(str, (len(hers), len(rendered), live, len(wanted))))
    Console().print(table)
    if stale := recordings.stale((*whole, *parts, *names)):
        click.echo(
            f"recorded, but said no more or otherwise: {', '.join(stale)}; `sakhi voice record` asks anew"
        )


@click.command()
@click.pass_context
def forget(ctx: click.Context) -> None:
    """Erase all recordings of the woman's voice: Sakhi speaks with the rendered one again."""
    settings = settings_of(ctx)
    typed_yes(f"Erase all recordings in {settings.recorded} for good?")
    click.echo(f"{Recordings(settings.recorded).forget()} recordings were erased. Start Sakhi anew.")


def _wanted(settings: Settings, everything: bool) -> list[Sentence]:
    """What is recorded: what is always the same first, and on demand all that is joined, and names."""
    whole = [each for each in sentences() if not each.cuts]
    if not everything:
        return whole
    names = map(name, sorted(every_name(settings)))
    return [*whole, *(each for each in sentences() if each.cuts), *names]


def _recordings(settings: Settings) -> Recordings:
    try:
        return Recordings(settings.recorded)
    except ValueError as error:
        raise Refused(str(error)) from error


@contextmanager
def _session(settings: Settings, recordings: Recordings) -> Iterator[Session]:
    if not sys.stdin.isatty():
        raise Refused("recording needs a keyboard: run it in a terminal of this machine")
    align = _aligner(settings)
    keyboard = Keyboard(sys.stdin.fileno())
    try:
        console = Console(highlight=False)
        with Worker() as worker, Meter(console) as meter:
            synthetic = Pyttsx3(worker, settings.voice.name, settings.voice.rate)
            screen = RecordingScreen(console, meter)
            booth = Booth(KioskWire(settings.kiosk, keyboard.pressed), screen)
            speak = _todays_voice(settings, Cached(synthetic, settings.voice.cache))
            yield Session(booth, screen, recordings, speak, align)
    finally:
        keyboard.close()


def _todays_voice(settings: Settings, synthetic: Cached) -> Callable[[Sentence], Audio]:
    there = read_manifest(SHIPPED) if settings.voice.rendered else {}

    def speak(sentence: Sentence) -> Audio:
        if is_current(sentence, there.get(sentence.name)):
            return Audio.read(SHIPPED / f"{sentence.name}{ENDING}")
        return synthetic.speak(sentence.text)

    return speak


def _aligner(settings: Settings) -> Aligner:
    ears = VoskRecognizer(settings.model)
    return lambda sentence, sound: heard(sentence, sound, ears)


def _files(folder: Path, listing: Path | None) -> list[tuple[Path, str]]:
    """Each file with its key. Raises `Refused`."""
    if listing is None:
        found = sorted(path for path in folder.iterdir() if path.suffix.lower() in SOUNDS)
        if not found:
            raise Refused(f"{folder}: no sound files there ({', '.join(SOUNDS)})")
        return [(path, path.stem) for path in found]
    rows = csv.reader(listing.read_text(encoding="utf-8-sig").splitlines(), delimiter=";")
    pairs = [(number, [cell.strip() for cell in row]) for number, row in enumerate(rows, 1) if row]
    for number, row in pairs:
        if len(row) != 2:
            raise Refused(
                f"{listing}:{number}: write a file, a semicolon and its key: cash.wav;opening.begin"
            )
    return [(folder / file, key) for _, (file, key) in pairs]


def _taken(sentence: Sentence, path: Path, align: Aligner) -> Take:
    """Raises OSError, and ValueError when it can't be used."""
    take = judged(sentence, Audio.read(path), align)
    if isinstance(take, Fault):
        raise ValueError(f"{path}: {take.value}")
    return take


def _tell(done: Done, left: int) -> None:
    click.echo(f"{done.kept} recorded, {done.skipped} skipped, {left} to go." if left else "All is recorded.")
    click.echo("Start Sakhi anew to hear them.")
