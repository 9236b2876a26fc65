"""Whether the books are backed up, and how old the last good backup is."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ivr.backup.state import Last, last
from ivr.finding import Finding, broken, fine, warning
from ivr.sections import Settings
from store.errors import BooksError

ABOUT = "backup"


def check_backup(settings: Settings, now: datetime) -> Iterator[Finding]:
    """A restoration that was broken off; no backup, an old one, or one that failed."""
    if (settings.data / "restoring").exists():
        what = "a restoration was broken off; what is there is not whole"
        yield broken(ABOUT, what, "`sakhi books check` completes it")
        return
    try:
        known = last(settings)
    except BooksError as error:
        yield warning(ABOUT, str(error), f"delete {settings.data / 'backup.json'}, and back up")
        return
    if settings.backup.folder is None:
        mend = "set `backup.folder` in config.yaml, then `sakhi books schedule`; docs/backup.md tells more"
        yield warning(ABOUT, f"none is made by itself; {_told(known, now)}", mend)
        return
    age = known.age(now)
    if age is None or age > 2 * timedelta(hours=settings.backup.every):
        why = f" ({known.why})" if known.why else ""
        mend = (
            "plug the stick in; `sakhi books backup` tries it now, `systemctl status sakhi-backup` tells more"
        )
        yield warning(ABOUT, f"{_told(known, now)}{why}", mend)
    elif known.failed_at:
        yield warning(ABOUT, f"the last try failed: {known.why}", "mend that; it is tried again every hour")
    elif age < timedelta():
        yield warning(
            ABOUT, f"the last one is of {known.good_at:%d-%m-%Y}, which is yet to come", "set the clock"
        )
    else:
        yield fine(ABOUT, f"{_told(known, now)}: {known.good}")


def _told(known: Last, now: datetime) -> str:
    age = known.age(now)
    return "there is no good one" if age is None else f"the last good one is {hours(age)} old"


def hours(age: timedelta) -> str:
    """An age in hours, or in days from two on."""
    whole = int(age.total_seconds() // 3600)
    return f"{whole} hours" if whole < 48 else f"{whole // 24} days"
