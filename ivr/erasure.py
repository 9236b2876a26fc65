"""Forgetting a member: her recordings, and what is known of her person once she has left."""

from collections.abc import Iterable
from dataclasses import dataclass

from ivr.books import call_queue, now
from ivr.clips import FolderClips
from ivr.recordings import recordings
from ivr.retention import forget_spoken
from ivr.sections import Settings
from store.durable import good_path
from store.ledger import Ledger
from store.people import Member, phone_key
from store.tinydb import TinyRecords


@dataclass(frozen=True, slots=True)
class Erased:
    """What was deleted."""

    recordings: int
    """Recordings of what she said."""
    calls: int
    """Calls to her, made or still to be made."""


def erase_recordings(settings: Settings, ledger: Ledger, member: Member) -> int:
    """Delete the recordings of what a member said, and keep no more of them; how many. The entries stay.

    Raises DiskTrouble, OSError.
    """
    if member.consent:
        ledger.set_consent(member.id, False)
    clips = FolderClips(settings.clips / ledger.group.id)
    return sum(clips.drop(recording.name) for recording in recordings(ledger, member.id))


def erase_member(settings: Settings, ledger: Ledger, member: Member) -> Erased:
    """Delete all that is known of her, the entries under her id excepted. Broken off, it can be done again.

    Raises RefusedEntry while she has savings or a loan, other BooksErrors, OSError.
    """
    ledger.check_erasable(member.id)
    said = erase_recordings(settings, ledger, member)
    hers = [phone for phone in member.phones if len(ledger.members_by_phone(phone)) == 1]
    calls = call_queue(settings).erase(ledger.group.id, member.id, hers)
    _forget_phones(settings, hers)
    forget_spoken(settings, now())
    ledger.erase_member(member.id)
    return Erased(said, calls)


def _forget_phones(settings: Settings, hers: Iterable[str]) -> None:
    """What the line keeps by telephone, of those that are hers alone; earlier copies of all it keeps."""
    for path in settings.line_folder.glob("*.json"):
        records = TinyRecords(path)
        for phone in hers:
            records.change(phone_key(phone), lambda _: None)
        good_path(path).unlink(missing_ok=True)
