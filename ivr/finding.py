"""What `sakhi doctor` found about one thing, and what to do about it."""

from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """How a check went."""

    FINE = "ok"
    WARNING = "warning"
    BROKEN = "BROKEN"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    level: Level
    """How it went."""
    about: str
    """What was looked at."""
    what: str
    """What was found."""
    mend: str = ""
    """What to do about it; empty when nothing needs doing."""


def fine(about: str, what: str) -> Finding:
    """Nothing wrong."""
    return Finding(Level.FINE, about, what)


def warning(about: str, what: str, mend: str) -> Finding:
    """Worth mending; Sakhi works without."""
    return Finding(Level.WARNING, about, what, mend)


def broken(about: str, what: str, mend: str) -> Finding:
    """Sakhi does not work until it is mended."""
    return Finding(Level.BROKEN, about, what, mend)
