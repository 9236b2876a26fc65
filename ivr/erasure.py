"""Forgetting a member: her recordings, and what is known of her person once she has left."""

import re
import shutil
from dataclasses import dataclass

from ivr.books import call_queue, now
from ivr.clips import FolderClips
from ivr.keeping.keeper import keeper_of
from ivr.naming import every_name, forget, names_of
from ivr.recordings import recordings
from ivr.retention import forget_spoken
from ivr.sections import Settings
from store.ledger import Ledger
from store.people import Member

MOVED = re.compile("[0-9a-f]{12}|new")
"""What follows a group's id in the name of a folder with its files that were moved into a database."""


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
    keeper_of(settings).forget_phones(hers)
    forget_spoken(settings, now())
    for moved in settings.moved.glob(f"{ledger.group.id}-*"):
        if MOVED.fullmatch(moved.name.removeprefix(f"{ledger.group.id}-")):
            shutil.rmtree(moved)
    ledger.erase_member(member.id)
    if member.spoken not in names_of(ledger) | every_name(settings):
        forget(settings, member.spoken)
    return Erased(said, calls)
