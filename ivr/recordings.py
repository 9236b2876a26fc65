"""The recordings of a group by the entries that name them: to settle a doubt, to erase, to teach the ears."""

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from flows.turn import UNKNOWN
from ivr.clips import ENDING, FolderClips
from store.chain import Voucher
from store.ledger import Ledger

MANIFEST = "manifest.tsv"
COLUMNS = ("path", "split", "transcript", "speaker")
ENOUGH_SPEAKERS = 5
"""From so many on, one in so many speakers measures what came out and is not learnt from."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording that an entry names."""

    name: str
    """Its name among the clips."""
    voucher: Voucher
    """The entry."""
    place: int
    """Which of the answers it is that led to the entry, from 1."""
    heard: str
    """The words that were understood."""
    said_by: str | None
    """Id of who said it, None when that is not known."""


def recordings(ledger: Ledger, member_id: str | None = None) -> Iterator[Recording]:
    """Those that entries name, deleted ones too; only what one member said, when she is given."""
    for voucher in ledger.vouchers:
        evidence = voucher.evidence
        if evidence is None or not evidence.clips:
            continue
        said_by = evidence.said_by or getattr(voucher.entry, "member_id", None)
        if member_id in (None, said_by):
            heard = evidence.heard.split(" / ")
            for place, (name, words) in enumerate(zip(evidence.clips, heard, strict=False), start=1):
                if name:
                    yield Recording(name, voucher, place, words, said_by)


def copy_out(recording: Recording, clips: FolderClips, folder: Path) -> Path | None:
    """Write it as a WAV file that any player knows, for its owner's eyes alone; None when it is gone.

    Raises OSError.
    """
    sound = clips.sound(recording.name)
    if sound is None:
        return None
    path = folder / f"entry-{recording.voucher.number}-{recording.place}.wav"
    _private_folder(folder)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    sound.write(path)
    return path


def teach(ledger: Ledger, clips: FolderClips, folder: Path) -> int:
    """Copy what members agreed to into `folder`, for `sakhi train`, and add it to its manifest; how many.

    Only answers that led to an entry which stands are taken: a yes to the read-back vouches for the words. A
    speaker's name in the manifest is made up anew each time. Raises OSError.
    """
    teaching = [member.id for member in ledger.members() if member.consent and member.teaches]
    chosen = [each for each in recordings(ledger) if each.said_by in teaching and _is_clear(ledger, each)]
    rows: list[tuple[str, str, str, str]] = []
    for place, member_id in enumerate(teaching, start=1):
        speaker = f"speaker-{token_hex(4)}"
        split = "train" if place % ENOUGH_SPEAKERS else "test"
        for recording in (each for each in chosen if each.said_by == member_id):
            source = clips.sound_file(recording.name)
            if source is not None:
                path = f"{speaker}-{len(rows) + 1}{ENDING}"
                _private_folder(folder)
                (folder / path).write_bytes(source.read_bytes())
                rows.append((path, split, recording.heard, speaker))
    if rows:
        _add_rows(folder / MANIFEST, rows)
    return len(rows)


def _is_clear(ledger: Ledger, recording: Recording) -> bool:
    return ledger.counts(recording.voucher) and UNKNOWN not in recording.heard.split()


def _add_rows(manifest: Path, rows: list[tuple[str, str, str, str]]) -> None:
    begun = manifest.exists()
    with manifest.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerows(rows if begun else [COLUMNS, *rows])


def _private_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
