"""What the kiosk shows while it talks: the conversation, whether Sakhi listens, and how loud it is."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from flows.turn import Heard, Turn
from ivr.console import show_asked, show_heard

QUIETEST = -60.0
CELLS = 24
LISTENING = "सुन रही हूँ"
SPEAKING = "बोल रही हूँ"


class Meter:
    """A line at the bottom of the terminal with the level meter; the conversation scrolls above it."""

    def __init__(self, console: Console) -> None:
        self._live = Live(Text(), console=console, refresh_per_second=12, transient=True)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def asked(self, turn: Turn, texts: tuple[str, ...]) -> None:
        """Show what is said."""
        show_asked(self._live.console, texts)

    def heard(
        self, turn: Turn, heard: Heard, voiced_until_s: float, decided_s: float, compute_s: float
    ) -> None:
        """Show what was heard."""
        show_heard(self._live.console, heard)

    def level(self, dbfs: float, listening: bool) -> None:
        """Show how loud it is, in dBFS, and whether an answer would be heard now."""
        self._live.update(bar(dbfs, listening))


def bar(dbfs: float, listening: bool) -> Text:
    """The meter's line."""
    lit = round(CELLS * min(1.0, max(0.0, 1 - dbfs / QUIETEST)))
    word, style = (LISTENING, "bold green") if listening else (SPEAKING, "magenta")
    return Text.assemble((f"● {word}  ", style), ("█" * lit, style), ("░" * (CELLS - lit), "dim"))
