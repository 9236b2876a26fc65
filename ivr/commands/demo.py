"""`sakhi demo`: a made-up group meets by voice, and its books are checked against what everybody meant."""

from pathlib import Path

import click
from rich.console import Console

from ivr import wiring
from ivr.commands.common import Refused, settings_of
from ivr.demo import group
from ivr.demo.check import as_table
from ivr.demo.playing import NoLoudspeaker, play_file
from ivr.demo.transcript import Transcript
from ivr.registers import FORMS, letterhead, sheet_of, write_all
from speech.pyttsx3 import Worker
from speech.synthesizer import SynthesisFailed
from speech.vosk import ModelBroken, ModelMissing
from store.durable import files_of
from store.registers import REGISTERS, Books
from store.tinydb import TinyVault

DIFFERENT = 1
"""Exit code when the books are not what the callers meant."""


@click.command()
@click.option("--seed", type=int, default=1, show_default=True, help="Another number, another group.")
@click.option(
    "--members",
    type=click.IntRange(group.FEWEST, group.MOST),
    default=12,
    show_default=True,
    help="How many members the group has.",
)
@click.option(
    "--noise-db",
    type=click.FloatRange(-20, 80),
    default=20,
    show_default=True,
    help="How far the noise of the place is below the voices, in dB.",
)
@click.option("--play", "aloud", is_flag=True, help="Play the recording of the meeting at the end.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
    help="Folder for the recording, the books and the registers; those of an earlier demo are replaced.",
)
@click.pass_context
def demo(ctx: click.Context, seed: int, members: int, noise_db: float, aloud: bool, out: Path) -> None:
    """Let a made-up group hold its meeting by voice, without a sound card, and check the books.

    Exit code 1 when anything in the books is not what the callers meant.
    """
    # The simulated line needs scipy, which takes 0.9 s to import: no other command should wait for it.
    from ivr.demo.stage import Stage, play  # noqa: PLC0415

    settings = settings_of(ctx)
    console = Console(highlight=False)
    out.mkdir(parents=True, exist_ok=True)
    books, recording = out / f"{group.ID}.json", out / "meeting.wav"
    if out.resolve() == settings.books.resolve():
        raise Refused(f"{out} holds the books of real groups; name another folder with --out")
    for earlier in files_of(books):
        earlier.unlink(missing_ok=True)
    try:
        with wiring.voice(settings) as voice, Worker() as worker, TinyVault(books) as vault:
            stage = Stage(settings, wiring.recognizer(settings).session(), voice, worker)
            held, ledger = play(
                stage,
                vault,
                seed=seed,
                members=members,
                noise_db=noise_db,
                recording=recording,
                watchers=(Transcript(console),),
            )
            kept = Books(ledger)
            sheets = [sheet_of(register(kept)) for register in REGISTERS.values()]
            head = letterhead(kept, ledger.today, "both")
            made = [path for form in FORMS for path in write_all(sheets, form, out, head)]
    except (ModelMissing, ModelBroken, SynthesisFailed) as error:
        raise Refused(str(error)) from error
    report = held.report
    console.print(as_table(report))
    console.print(
        f"{report.wrong} wrong entries; {report.served} of {report.members} members served without help; "
        f"{held.turns} questions in {held.seconds / 60:.1f} minutes of conversation"
    )
    for path in (recording, books, *made):
        console.print(f"wrote {path}")
    if aloud:
        _play(recording)
    if report.wrong:
        ctx.exit(DIFFERENT)


def _play(recording: Path) -> None:
    try:
        play_file(recording)
    except NoLoudspeaker as error:
        raise Refused(str(error)) from error
