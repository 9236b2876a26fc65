"""Puts a backup back: all of it or one group, all or nothing, and what was there is put aside.

First everything lies, flushed, in a folder beside. That this folder takes the name `restoring` is the one
step in which it is decided; from then on it is completed, after a power cut by the next command.
"""

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC
from pathlib import Path

import msgspec

from ivr.backup.archive import lay_out
from ivr.backup.contents import SETTINGS, File, is_old
from ivr.backup.make import alone
from ivr.backup.trouble import BackupTrouble
from ivr.books import group_ids, now
from ivr.sections import Settings
from store.durable import Lock, create_file, files_of, flush_folder, make_folder, put_aside
from store.errors import BooksInUse

RESTORED_SETTINGS = "config-restored.yaml"
"""Where the settings of then are put: those in force stay."""
_PLAN, _EMPTIED = "plan.json", "emptied"
PATIENCE = 5.0
"""Seconds to wait for what the line holds for moments only."""


class Plan(msgspec.Struct, frozen=True):
    """What a restoration is to do with what is there."""

    groups: tuple[str, ...]
    """Whose books are put aside, if there are any."""
    records: bool
    """Whether what the line keeps is put aside too."""
    aside: str
    """Name of the folder where that is put, in the data folder."""


def plan_of(settings: Settings, files: tuple[File, ...], group: str | None) -> Plan:
    """What restoring these files means: all groups there are, or only the one."""
    restored = {Path(file.path).name.partition(".json")[0] for file in files if _kind(file) == "books"}
    groups = {group} if group else {*restored, *group_ids(settings)}
    aside = f"replaced-{now().astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return Plan(tuple(sorted(groups)), group is None, aside)


def chosen(settings: Settings, files: tuple[File, ...], group: str | None) -> tuple[File, ...]:
    """What of a backup is put back: without recordings whose time is over; of one group, its own alone.

    Raises BackupTrouble when it does not hold the group.
    """
    kept = tuple(
        file for file in files if _kind(file) != "clips" or not is_old(settings, file.written, now())
    )
    if group is None:
        return kept
    own = tuple(file for file in kept if _is_of(file, group))
    if not any(_kind(file) == "books" for file in own):
        raise BackupTrouble(f"there is no group {group} in this backup")
    return own


def _kind(file: File) -> str:
    return file.path.partition("/")[0]


def _is_of(file: File, group: str) -> bool:
    name = Path(file.path)
    return file.path.startswith(f"clips/{group}/") or (
        _kind(file) == "books" and name.name.partition(".json")[0] == group
    )


def there(settings: Settings, plan: Plan) -> list[Path]:
    """What a restoration would put aside."""
    books = [each for group in plan.groups for each in files_of(settings.books / f"{group}.json")]
    return books + (_records(settings) if plan.records else [])


def _records(settings: Settings) -> list[Path]:
    """The files of what the line keeps, earlier copies too."""
    return [path for path in sorted(settings.line_folder.glob("*.json*")) if path.suffix != ".lock"]


@contextmanager
def held(settings: Settings, plan: Plan) -> Iterator[None]:
    """Nobody opens the books that are to be replaced, nor what the line keeps, until the end.

    Raises BackupTrouble while another backup or restoration goes on, BooksInUse, DiskTrouble.
    """
    with ExitStack() as stack:
        stack.enter_context(alone(settings))
        make_folder(settings.books)
        names = [settings.books / f"{group}.json" for group in plan.groups]
        if plan.records:
            make_folder(settings.line_folder)
            names += sorted(settings.line_folder.glob("*.json"))
        for name in names:
            stack.callback(_lock(name).release)
        yield


def _lock(path: Path) -> Lock:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return Lock(path)
        except BooksInUse:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


@contextmanager
def staged(settings: Settings, files: tuple[File, ...]) -> Iterator[Path]:
    """The files in a folder beside, on the disk; what is not put in place is deleted at the end.

    Raises DiskTrouble, OSError.
    """
    folder = settings.data / "restoring.part"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        lay_out(files, folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_in_place(settings: Settings, folder: Path, plan: Plan) -> None:
    """Put what is staged in place of what is there. To be called within `held`.

    Raises DiskTrouble, OSError; when the folder `restoring` is there then, `complete` goes on with it.
    """
    create_file(folder / _PLAN, msgspec.json.encode(plan))
    flush_folder(folder)
    folder.rename(_restoring(settings))
    flush_folder(folder)
    _complete(settings, plan)


def complete(settings: Settings) -> None:
    """Go on with a restoration that was broken off, if there is one.

    Raises BackupTrouble while it goes on in another process, BooksInUse, DiskTrouble, OSError.
    """
    try:
        plan = msgspec.json.decode((_restoring(settings) / _PLAN).read_bytes(), type=Plan)
    except FileNotFoundError:
        return
    with held(settings, plan):
        if _restoring(settings).exists():
            _complete(settings, plan)


def _restoring(settings: Settings) -> Path:
    return settings.data / "restoring"


def _complete(settings: Settings, plan: Plan) -> None:
    """Each step may be done again: what was moved is not there any more."""
    folder = _restoring(settings)
    if not (folder / _EMPTIED).exists():
        _put_aside(settings, plan)
        create_file(folder / _EMPTIED, b"")
    _place(settings, folder)
    done = folder.with_name("restoring.part")
    folder.rename(done)
    flush_folder(done)
    shutil.rmtree(done, ignore_errors=True)


def _put_aside(settings: Settings, plan: Plan) -> None:
    """Nobody opens what is left meanwhile: of books the snapshot goes first."""
    aside = settings.data / plan.aside
    for group in plan.groups:
        put_aside(settings.books / f"{group}.json", aside / "books")
    for path in _records(settings) if plan.records else ():
        into = aside / "line" / path.name
        make_folder(into.parent)
        path.rename(into)
        flush_folder(into)
        flush_folder(path)


def _place(settings: Settings, folder: Path) -> None:
    """Nobody opens what is not whole: of books the snapshot comes last."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.parent != folder]
    for path in sorted(files, key=lambda path: (path.suffix == ".json", path)):
        place = settings.data / path.relative_to(folder)
        make_folder(place.parent)
        if _is_recording(path, folder) and place.exists():
            continue  # a recording never changes under its name
        path.rename(place)
    for name in sorted({path.parent for path in files}):
        flush_folder(settings.data / name.relative_to(folder) / "any")
    if (folder / SETTINGS).exists():
        (folder / SETTINGS).rename(settings.data / RESTORED_SETTINGS)
    flush_folder(folder)


def _is_recording(path: Path, folder: Path) -> bool:
    return path.relative_to(folder).parts[0] == "clips"
