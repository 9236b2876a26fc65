"""What is wrong with this machine, and how to mend it: one check a thing that Sakhi needs.

Each check yields findings and never raises for a fault it looks for; `examine` runs them all.
"""

import importlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ivr.books import group_ids, now, opened, told
from ivr.doctor_backup import check_backup
from ivr.doctor_database import check_database
from ivr.doctor_speech import check_ears, check_voice
from ivr.finding import Finding, broken, fine, warning
from ivr.naming import INSTALL, can_render, every_name, unsaid
from ivr.sections import Kiosk, Settings
from ivr.settings import SettingsError, load
from store.errors import BooksError, BooksInUse

TIGHT_DISK, FULL_DISK = 500 << 20, 20 << 20
"""Free bytes under which the disk is worth a warning, and too full to hold a meeting."""


def examine(config: Path) -> Iterator[Finding]:
    """Every finding about the machine, as the config file at `config` would have Sakhi run on it."""
    try:
        settings = load(config)
    except SettingsError as error:
        yield broken("settings", str(error), "mend that first; nothing else was checked")
        return
    yield fine("settings", str(config))
    yield from check_disk(settings.data)
    yield from check_database(settings)
    yield from check_backup(settings, now())
    names: set[str] = set()
    for group_id in _groups(settings):
        finding, spoken = check_books(settings, group_id)
        names |= spoken
        yield finding
    finding, said = check_voice(settings.voice)
    yield finding
    yield from check_names(settings)
    yield from check_ears(settings.model, names, said)
    yield from check_audio(settings.kiosk)


def _groups(settings: Settings) -> tuple[str, ...]:
    """Those there are; none when the database does not answer, which is told already."""
    try:
        return group_ids(settings)
    except BooksError:
        return ()


def check_disk(data: Path) -> Iterator[Finding]:
    """Whether the data folder can be written durably, and how much room there is."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=data, prefix=".doctor-") as file:
            file.write(b"Sakhi")
            file.flush()
            os.fsync(file.fileno())
        free = shutil.disk_usage(data).free
    except OSError as error:
        mend = "free or mend the disk, give this user the folder, or name another as `data` in config.yaml"
        yield broken("disk", f"{data} cannot be written: {error.strerror}", mend)
        return
    found = f"{data} can be written; {free >> 20} MiB free"
    if free < FULL_DISK:
        yield broken("disk", found, "free some space before a meeting is held")
    elif free < TIGHT_DISK:
        yield warning("disk", found, "free some space soon")
    else:
        yield fine("disk", found)


def check_books(settings: Settings, group_id: str) -> tuple[Finding, frozenset[str]]:
    """Whether the books of a group open and every entry in them is sound; and its members' spoken names."""
    try:
        with opened(settings, group_id) as ledger:
            members, entries = ledger.members(), len(ledger.vouchers)
    except BooksInUse as error:
        in_use = warning("books", f"{group_id} was not looked at: {error}", "then run `sakhi doctor` again")
        return in_use, frozenset()
    except BooksError as error:
        return broken("books", told(error), "mend this before the group's next meeting"), frozenset()
    if not members:
        mend = f"`sakhi group import {group_id}` adds them from a CSV file"
        return warning("books", f"{group_id} has no members yet", mend), frozenset()
    sound = fine("books", f"{group_id}: {len(members)} members, {entries} entries, all sound")
    return sound, frozenset(member.spoken for member in members)


def check_names(settings: Settings) -> Iterator[Finding]:
    """Whether the natural voice can say every name; nothing when it is turned off."""
    if not settings.voice.rendered:
        return
    lacking = unsaid(settings, every_name(settings))
    if not lacking:
        yield fine("names", "the natural voice says every name")
        return
    mend = "`sakhi voice names` renders them" if can_render() else f"{INSTALL}, then: sakhi voice names"
    yield warning("names", f"said by the synthetic voice only: {', '.join(lacking)}", mend)


def check_audio(kiosk: Kiosk) -> Iterator[Finding]:
    """Whether the kiosk's microphone and loudspeaker are there and take the sample rate asked for."""
    try:
        sounddevice = importlib.import_module("sounddevice")
    except OSError:
        yield warning(
            "sound",
            "the PortAudio library is missing, without which the kiosk neither hears nor speaks",
            "apt install libportaudio2",
        )
        return
    for kind, device in (("input", kiosk.input_device), ("output", kiosk.output_device)):
        what = "microphone" if kind == "input" else "loudspeaker"
        try:
            found = sounddevice.query_devices(device, kind)
            check = getattr(sounddevice, f"check_{kind}_settings")
            check(device=device, channels=1, dtype="int16", samplerate=kiosk.sample_rate)
        except (sounddevice.PortAudioError, ValueError) as error:
            yield _no_device(
                what, kind, device, error, [each["name"] for each in sounddevice.query_devices()]
            )
        else:
            yield fine("sound", f"{what}: {found['name']} at {kiosk.sample_rate} Hz")


def _no_device(what: str, kind: str, device: int | str | None, error: Exception, there: list[str]) -> Finding:
    listed = (
        "; there are: " + ", ".join(f"{number} {name}" for number, name in enumerate(there)) if there else ""
    )
    if device is None:
        mend = f"the kiosk needs one: plug it in, or name it as `kiosk.{kind}_device` in config.yaml{listed}"
        return warning("sound", f"no {what} that can be used: {error}", mend)
    return broken(
        "sound", f"{what} {device!r}: {error}", f"correct `kiosk.{kind}_device` in config.yaml{listed}"
    )
