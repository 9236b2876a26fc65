"""Has backups made by themselves: a systemd timer that looks every hour whether one is due."""

import re
import sys
from pathlib import Path
from pwd import getpwuid

from ivr.backup.trouble import BackupTrouble
from ivr.line.install import Change
from ivr.sections import Settings

SHIPPED = Path(__file__).resolve().parent
HOUSE = SHIPPED.parent.parent
UNITS = ("sakhi-backup.service", "sakhi-backup.timer")


def planned(settings: Settings, config: Path, folder: Path) -> tuple[Change, ...]:
    """The units as they are to be in `folder`, for this machine's paths. Raises BackupTrouble, OSError."""
    if settings.backup.folder is None:
        raise BackupTrouble("say first where backups are to be put: `backup.folder` in config.yaml")
    if not settings.data.is_dir():
        raise BackupTrouble(f"there is no data folder {settings.data} yet; add a group first")
    owner = getpwuid(settings.data.stat().st_uid).pw_name
    command = f"{_quoted(Path(sys.executable))} -m ivr --config {_quoted(config.absolute())}"
    lines = {
        "User": owner,
        "WorkingDirectory": str(HOUSE).replace("%", "%%"),
        "ExecStart": f"{command} books backup --if-due",
        "Documentation": f"file:{str(HOUSE / 'docs' / 'backup.md').replace('%', '%%')}",
    }
    return tuple(_change(folder / name, lines) for name in UNITS)


def _quoted(path: Path) -> str:
    """A path as systemd.syntax(7) wants it."""
    told = str(path).replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{told}"'


def _change(path: Path, lines: dict[str, str]) -> Change:
    text = (SHIPPED / path.name).read_text(encoding="utf-8")
    for name, value in lines.items():
        told = f"{name}={value}"
        text = re.sub(rf"^{name}=.*$", lambda _, told=told: told, text, flags=re.M)  # type: ignore[misc]
    return Change(path, text.encode(), path.read_bytes() if path.exists() else None, 0o644, path.parent)
