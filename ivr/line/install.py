"""Puts Sakhi's part into Asterisk's configuration: what would change is known before anything does.

Files of Asterisk's that are there already get one line at their end and lose nothing. Files of Sakhi's own
are written anew; one that a person has changed stays beside it as `.bak`.
"""

import difflib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ivr.line.secret import PLACEHOLDER, SECRET, kept_in
from ivr.sections import Line

SHIPPED = Path(__file__).resolve().parent.parent / "asterisk"
FOLDER = "sakhi"
"""Sakhi's own folder within Asterisk's."""
INCLUDING = ("extensions.conf", "manager.conf")
HIDDEN = "(the secret)"
BACKUP = ".bak"


@dataclass(frozen=True, slots=True)
class Change:
    """A file as it is to be."""

    path: Path
    """Where it lies."""
    content: bytes
    """All of it."""
    before: bytes | None
    """What it holds now; None when it is not there."""
    mode: int
    """Its permissions, when it is new."""
    like: Path
    """To whom this belongs, it is to belong."""
    secret: str = ""
    """What must not be shown of it."""

    @property
    def needed(self) -> bool:
        """Whether anything has to be done."""
        return self.content != self.before

    def shown(self) -> str:
        """The difference, for a person to read, without the secret."""
        try:
            before, after = ((each or b"").decode() for each in (self.before, self.content))
        except UnicodeDecodeError:
            return f"+++ {self.path} ({len(self.content)} bytes)\n"
        names = str(self.path) if self.before is not None else "(not there)", str(self.path)
        lines = difflib.unified_diff(
            before.splitlines(keepends=True), after.splitlines(keepends=True), *names, n=1
        )
        shown = "".join(lines)
        for secret in (self.secret, *re.findall(r"^-secret\s*=\s*(\S+)", shown, re.M)):
            shown = shown.replace(secret, HIDDEN) if secret else shown
        return shown

    def make(self) -> None:
        """Write it, and keep what was there as `.bak`. Raises OSError."""
        mode = self.mode
        if not self.path.parent.exists():
            self.path.parent.mkdir(mode=0o755, parents=True)
            _belong(self.path.parent, self.like)
        if self.before is not None:
            mode = self.path.stat().st_mode & 0o777
            shutil.copy2(self.path, _backup(self.path))
        fresh = self.path.with_name(f".{self.path.name}.new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(self.content)
            file.flush()
            os.fsync(file.fileno())
        _belong(fresh, self.like)
        fresh.replace(self.path)


def planned(line: Line, asterisk: Path, sorry: bytes) -> tuple[Change, ...]:
    """Every file, changed or not. `asterisk`: its configuration; `sorry`: a WAV said when Sakhi is gone.

    Raises NoSecret for a file of the secret that may not be used, OSError for what can't be read.
    """
    secret = kept_in(line.secret_file) or secrets.token_hex(24)
    own, like = asterisk / FOLDER, asterisk / "manager.conf"
    manager = (SHIPPED / "manager.conf").read_text(encoding="utf-8").replace(PLACEHOLDER, secret)
    manager = manager.replace("[sakhi]", f"[{line.manager_user}]")
    dialplan = _globals(line, asterisk) + (SHIPPED / "extensions.conf").read_text(encoding="utf-8")
    return (
        _change(line.secret_file, f"{SECRET}={secret}\n", 0o600, line.secret_file, secret),
        _change(own / "manager.conf", manager, 0o640, like, secret),
        _change(own / "extensions.conf", dialplan, 0o640, like),
        _change(own / "sorry.wav", sorry, 0o644, like),
        *(_change(asterisk / name, _including(asterisk / name), 0o640, like) for name in INCLUDING),
    )


def _globals(line: Line, asterisk: Path) -> str:
    """What the dialplan is told by the settings; added to the globals that a person wrote, if any."""
    theirs = re.search(r"^\s*\[globals\]", _text(asterisk / "extensions.conf"), re.M)
    return "\n".join(
        (
            "; Written by `sakhi line install` from config.yaml: change it there and install again.",
            "[globals](+)" if theirs else "[globals]",
            f"SAKHI_AT={line.host}:{line.port}",
            f"SAKHI_RING={line.ring:g}",
            f"SAKHI_SORRY={asterisk / FOLDER / 'sorry'}",
            "",
            "",
        )
    )


def _including(path: Path) -> str:
    text = _text(path)
    include = f"#include {FOLDER}/{path.name}"
    if re.search(rf'^\s*#include\s+[<"]?{FOLDER}/{re.escape(path.name)}[>"]?\s*$', text, re.M):
        return text
    return f"{text}{'' if text.endswith(chr(10)) or not text else chr(10)}{include}\n"


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _change(path: Path, content: str | bytes, mode: int, like: Path, secret: str = "") -> Change:
    data = content.encode() if isinstance(content, str) else content
    return Change(path, data, path.read_bytes() if path.exists() else None, mode, like, secret)


def _backup(path: Path) -> Path:
    """A name beside it that is free: no earlier copy is lost."""
    return next(each for each in _backups(path) if not each.exists())


def _backups(path: Path) -> Iterator[Path]:
    yield path.with_name(path.name + BACKUP)
    number = 2
    while True:
        yield path.with_name(f"{path.name}{BACKUP}{number}")
        number += 1


def _belong(fresh: Path, like: Path) -> None:
    """Whom `like` belongs to, or else the folder it would lie in: Asterisk must be able to read its own."""
    if os.geteuid() == 0:
        owner = next(each for each in (like, *like.parents) if each.exists()).stat()
        os.chown(fresh, owner.st_uid, owner.st_gid)
