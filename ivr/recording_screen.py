"""What the worker sees while she records: the sentence in large, the level meter, and what to do."""

from functools import cache
from importlib import resources

import yaml
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from flows.inventory import Sentence
from ivr.meter import Meter
from speech.take import Fault


class RecordingScreen:
    """Prints above the level meter."""

    def __init__(self, console: Console, meter: Meter) -> None:
        self._console, self._meter = console, meter

    def sentence(self, number: int, count: int, sentence: Sentence) -> None:
        """Show it, and how far she is."""
        title = says("sentence").format(number=number, count=count)
        self._console.print(Panel(Text(sentence.text, style="bold"), title=title, subtitle=sentence.name))
        self._console.print(says("after_tone"), style="dim")

    def fault(self, fault: Fault) -> None:
        """Tell what is wrong, and what keys there are."""
        self._console.print(f"✗ {says(fault.name)}", style="bold red")
        self._console.print(says("fault"))

    def good(self) -> None:
        """Tell what keys there are."""
        self._console.print(f"✓ {says('good')}", style="green")

    def level(self, dbfs: float, listening: bool) -> None:
        """Show how loud it is, in dBFS, and whether she is recorded now."""
        self._meter.level(dbfs, listening)


def says(key: str) -> str:
    """The words of `recording.yaml` under this key."""
    return _words()[key]


@cache
def _words() -> dict[str, str]:
    text = (resources.files("ivr") / "recording.yaml").read_text(encoding="utf-8")
    words: dict[str, str] = yaml.safe_load(text)
    return words
