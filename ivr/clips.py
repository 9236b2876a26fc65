"""Recordings of what was said: notes that members leave, and the confirmations of those who agreed to it.

A clip is named by chance and its name tells nothing; whoever may hear it is told the name. On disk it is a
FLAC file, which gives back every sample in two thirds of the room or less. Opus takes a third of that, but a
hundred times the time, for which the caller waits; and what is to settle a doubt should be what was heard.
"""

import logging
import re
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Protocol

import numpy as np

from speech.audio import Audio, Samples
from store.durable import create_file, make_folder
from store.errors import DiskTrouble

log = logging.getLogger(__name__)

ENDING = ".flac"
_NAME = re.compile("[0-9a-f]{32}")


class Clips(Protocol):
    """Where the recordings of one group are kept."""

    def keep(self, sound: Audio) -> str:
        """Keep a sound; it is durable when this returns its new name. Raises DiskTrouble."""
        ...

    def sound(self, name: str) -> Audio | None:
        """The sound kept under `name`; None when there is none, or none any more."""
        ...


class FolderClips:
    """Keeps them as FLAC files in a folder that no other user of the machine can look into."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, sound: Audio) -> str:
        """Write a new file: whole, or not at all. Raises DiskTrouble."""
        name = token_hex(16)
        make_folder(self._folder)
        create_file(self._path(name), sound.flac())
        return name

    def sound(self, name: str) -> Audio | None:
        """The sound of a file. One that can't be read is logged and counts as none."""
        path = self.sound_file(name)
        try:
            return Audio.read(path) if path else None
        except (OSError, ValueError) as error:
            log.warning("a recording could not be read: %s", error)
            return None

    def written(self) -> dict[Path, datetime]:
        """Every file there, pieces of what was broken off too, and when it was written."""
        try:
            files = [path for path in self._folder.iterdir() if path.is_file()]
        except FileNotFoundError:
            return {}
        return {path: written_at(path) for path in files}

    def drop(self, name: str) -> bool:
        """Delete a recording; False when it is not there (any more). Raises OSError."""
        if self.sound_file(name) is None:
            return False
        self._path(name).unlink(missing_ok=True)
        return True

    def sound_file(self, name: str) -> Path | None:
        """The file of a recording; None when there is none, or none any more."""
        path = self._path(name)
        return path if _NAME.fullmatch(name) and path.is_file() else None

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}{ENDING}"


class GroupClips:
    """The recordings of one group after another: of whichever a call is about."""

    def __init__(self, folder: Path) -> None:
        """`folder` has a folder for each group. No recording is taken or played before a group is told."""
        self._folder = folder
        self._clips: Clips = MemoryClips()

    def turn_to(self, group: str) -> None:
        """From now on it is about this group."""
        self._clips = FolderClips(self._folder / group)

    def keep(self, sound: Audio) -> str:
        """Keep a sound among those of the group. Raises DiskTrouble."""
        return self._clips.keep(sound)

    def sound(self, name: str) -> Audio | None:
        """The sound kept under `name` among those of the group."""
        return self._clips.sound(name)

    def forget(self, group: str, name: str) -> None:
        """Erase a recording of any group; again does nothing. What the disk refuses is logged."""
        try:
            FolderClips(self._folder / group).drop(name)
        except OSError as error:
            log.warning("a recording could not be erased: %s", error)


def written_at(path: Path) -> datetime:
    """When a file was written last. Raises OSError."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


class MemoryClips:
    """Keeps them until the process ends."""

    def __init__(self) -> None:
        self._sounds: dict[str, Audio] = {}

    def keep(self, sound: Audio) -> str:
        """Keep a sound under a new name."""
        name = token_hex(16)
        self._sounds[name] = sound
        return name

    def sound(self, name: str) -> Audio | None:
        """The sound kept under `name`."""
        return self._sounds.get(name)


class Tape:
    """Takes down one answer at a time, frame by frame, and keeps it among the clips if told to."""

    def __init__(self, clips: Clips, rate: int) -> None:
        self._clips, self._rate = clips, rate
        self._frames: list[Samples] = []
        self._runs = False

    def start(self) -> None:
        """An answer begins; the one before is forgotten."""
        self._frames = []
        self._runs = True

    def stop(self) -> None:
        """Nothing that is said now is taken down; what was is forgotten."""
        self._frames = []
        self._runs = False

    def feed(self, frame: Samples) -> None:
        """Take down a frame, if an answer is awaited."""
        if self._runs:
            self._frames.append(frame)

    def keep(self) -> str | None:
        """The name of the clip; None when nothing was taken down, or the disk would not have it."""
        if not self._frames:
            return None
        try:
            return self._clips.keep(Audio(np.concatenate(self._frames), self._rate))
        except DiskTrouble as error:
            log.warning("a recording could not be kept: %s", error.os_error.strerror)
            return None
