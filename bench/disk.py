"""A disk whose power fails: what a program did to its files, and what may be left of it at any moment.

A `Trace` watches the calls by which this process changes the files of one folder. What was flushed is on the
disk. What was not may have reached it wholly, in part, as zeroes, out of order or not at all; a name in the
folder is what it was when the folder was flushed last, or anything it has been since.
"""

import os
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import RLock
from typing import Any
from unittest import mock

SECTOR = 512
"""Bytes that reach a disk together or not at all."""


@dataclass(frozen=True)
class Step:
    """One call that changed something, or a mark of the program under test."""

    call: str
    """write, cut, flush, name, flush_names or mark."""
    file: int = 0
    """The file, by a number of its own."""
    place: int = 0
    """Byte where a write begins, or length after a cut."""
    content: bytes = b""
    """What was written."""
    name: str = ""
    """The name that is given or taken away."""
    gone: bool = False
    """Whether it was taken away."""


@dataclass
class _File:
    flushed: bytearray = field(default_factory=bytearray)
    waiting: list[Step] = field(default_factory=list)


@dataclass
class _Disk:
    files: dict[int, _File] = field(default_factory=dict)
    names: dict[str, list[int | None]] = field(default_factory=dict)
    """Each name → what it stood for when the folder was flushed last, and since."""

    def do(self, step: Step) -> None:
        if step.call in ("write", "cut"):
            self.files.setdefault(step.file, _File()).waiting.append(step)
        elif step.call == "flush":
            file = self.files.setdefault(step.file, _File())
            for waiting in file.waiting:
                _apply(file.flushed, waiting)
            file.waiting.clear()
        elif step.call == "name":
            self.names.setdefault(step.name, [None]).append(None if step.gone else step.file)
        elif step.call == "flush_names":
            self.names = {name: [stood[-1]] for name, stood in self.names.items()}


def _apply(content: bytearray, step: Step) -> None:
    if step.call == "cut":
        del content[step.place :]
        content.extend(bytes(step.place - len(content)))
        return
    content.extend(bytes(max(0, step.place - len(content))))
    content[step.place : step.place + len(step.content)] = step.content


class Trace:
    """Every step of this process in one folder, in order, while it is watched."""

    def __init__(self, folder: Path) -> None:
        """Watch `folder`; what is in it now is on the disk."""
        self.steps: list[Step] = []
        self._folder = folder
        self._guard = RLock()
        self._handles: dict[int, tuple[int, bool]] = {}
        self._folders: set[int] = set()
        self._numbers: dict[int, int] = {}
        self._files = 0
        for path in sorted(folder.iterdir()):
            self._files += 1
            self._numbers[path.stat().st_ino] = self._files
            self.steps += [Step("write", self._files, 0, path.read_bytes()), Step("flush", self._files)]
            self._named(path)
        self.steps.append(Step("flush_names"))

    def mark(self) -> None:
        """Note that the program under test got here."""
        with self._guard:
            self.steps.append(Step("mark"))

    @contextmanager
    def held(self) -> Iterator[None]:
        """Until the end of the block every call that would change the folder waits, in any thread."""
        with self._guard:
            yield

    @contextmanager
    def watch(self) -> Iterator["Trace"]:
        """Watch until the end of the block."""
        calls = ("open", "close", "write", "pwrite", "fsync", "ftruncate", "link", "replace", "unlink")
        with ExitStack() as stack:
            for name in calls:
                stack.enter_context(mock.patch.object(os, name, self._watched(getattr(os, name))))
            yield self

    def _watched(self, call: Callable[..., Any]) -> Callable[..., Any]:
        see = getattr(self, f"_see_{call.__name__}")

        def watched(*words: Any, **more: Any) -> Any:
            with self._guard:
                before = self._inode(words[0])
                came = call(*words, **more)
                see(came, before, *words)
                return came

        return watched

    def _inode(self, path: object) -> int | None:
        ours = isinstance(path, str | Path) and Path(path).parent == self._folder
        return Path(path).stat().st_ino if ours and Path(path).exists() else None  # type: ignore[arg-type]

    def _named(self, path: Any, *, gone: bool = False) -> None:
        inode = self._inode(path)
        file = self._numbers.get(inode, 0) if inode is not None else 0
        self.steps.append(Step("name", file, name=Path(path).name, gone=gone))

    def _see_open(self, handle: int, before: int | None, path: Any, flags: int, *_: Any) -> None:
        if Path(path) == self._folder:
            self._folders.add(handle)
        inode = self._inode(path)
        if inode is None:
            return
        if before is None:
            # The system may give a new file the inode of one that is gone.
            self._files += 1
            self._numbers[inode] = self._files
            self._named(path)
        self._handles[handle] = self._numbers[inode], bool(flags & os.O_APPEND)
        if flags & os.O_TRUNC:
            self.steps.append(Step("cut", self._numbers[inode]))

    def _see_close(self, _: None, __: None, handle: int) -> None:
        self._handles.pop(handle, None)
        self._folders.discard(handle)

    def _see_write(self, written: int, _: None, handle: int, content: Any) -> None:
        if handle in self._handles:
            place = os.lseek(handle, 0, os.SEEK_CUR) - written
            self.steps.append(Step("write", self._handles[handle][0], place, bytes(content[:written])))

    def _see_pwrite(self, written: int, _: None, handle: int, content: Any, place: int) -> None:
        if handle in self._handles:
            self.steps.append(Step("write", self._handles[handle][0], place, bytes(content[:written])))

    def _see_fsync(self, _: None, __: None, handle: int) -> None:
        if handle in self._handles:
            self.steps.append(Step("flush", self._handles[handle][0]))
        elif handle in self._folders:
            self.steps.append(Step("flush_names"))

    def _see_ftruncate(self, _: None, __: None, handle: int, length: int) -> None:
        if handle in self._handles:
            self.steps.append(Step("cut", self._handles[handle][0], length))

    def _see_link(self, _: None, before: int | None, __: Any, name: Any) -> None:
        if before is not None:
            self._named(name)

    def _see_replace(self, _: None, before: int | None, old: Any, name: Any) -> None:
        if before is not None:
            self._named(name)
            self._named(old, gone=True)

    def _see_unlink(self, _: None, before: int | None, path: Any) -> None:
        if before is not None:
            self._named(path, gone=True)


LEFT = ("all", "flushed", "torn", "zeroes", "any")
"""What may be left of what was not flushed: all, nothing, all but the end of the last write, files as long
as they should be but with zeroes, or anything in any order."""


def after_power_cut(steps: Sequence[Step], moment: int, left: str, dice: random.Random) -> dict[str, bytes]:
    """The files of the folder when the power failed during `steps[moment]`: name → content."""
    disk = _Disk()
    for step in steps[:moment]:
        disk.do(step)
    if moment < len(steps) and steps[moment].call in ("write", "cut", "name"):
        disk.do(steps[moment])
    found = {}
    for name, stood in disk.names.items():
        file = {"flushed": stood[0], "any": dice.choice(stood)}.get(left, stood[-1])
        if file is not None:
            found[name] = _content(disk.files.get(file, _File()), left, dice)
    return found


def _content(file: _File, left: str, dice: random.Random) -> bytes:
    content = bytearray(file.flushed)
    if left == "flushed":
        return bytes(content)
    for number, step in enumerate(file.waiting):
        last = number == len(file.waiting) - 1
        if left == "zeroes":
            _apply(content, replace(step, content=bytes(len(step.content))))
        elif left == "torn" and last and step.content:
            _apply(content, replace(step, content=step.content[: dice.randrange(len(step.content))]))
        elif left == "any":
            for part in _parts(step):
                if dice.random() < 0.5:
                    _apply(content, part)
        else:
            _apply(content, step)
    return bytes(content)


def _parts(step: Step) -> Iterator[Step]:
    """The sectors of a write, each of which may reach the disk without the others."""
    if step.call == "cut":
        yield step
        return
    place, content = step.place, step.content
    while content:
        length = SECTOR - place % SECTOR
        yield replace(step, place=place, content=content[:length])
        place, content = place + length, content[length:]


def put(folder: Path, files: dict[str, bytes]) -> None:
    """Make the folder hold these files and no others."""
    for path in folder.iterdir():
        path.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
