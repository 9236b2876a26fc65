"""Talking by typing: what Sakhi says is printed, what she would hear is read from the keyboard."""

import re
import sys
from collections.abc import Callable
from dataclasses import replace

from rich.console import Console
from rich.text import Text

from flows import prompts
from flows.turn import Heard, HungUp, Sound, Turn
from ivr.channel import SILENCE, keys, said

TYPED = "typed"
"""Stands for the recording of a note that was typed: there is no sound of it."""
KEYS = re.compile(r"#?([0-9]+|\*[0-9]?)#?")


class ConsoleChannel:
    """Prints to `console` and reads a line for each answer.

    Digits, with or without # around them, are keys; so are * and * with a digit. An empty line is silence.
    The end of the input, or Ctrl-C, is a hang-up.
    """

    def __init__(self, console: Console, read: Callable[[bool], str] | None = None) -> None:
        """`read` gives the next line, hidden while it is typed when told True; else the terminal is read."""
        self._console = console
        self._read = read or self._from_terminal

    def exchange(self, turn: Turn) -> Heard:
        """Print the lines, and read the answer if one is awaited. Raises HungUp and PromptError."""
        show_asked(self._console, tuple(map(prompts.text_of, turn.say)))
        if turn.expect is None:
            return SILENCE
        try:
            return _heard(self._read(turn.secret), turn.free)
        except (EOFError, KeyboardInterrupt):
            raise HungUp from None

    def hangup(self) -> None:
        """Nothing to end: the terminal stays."""

    def _from_terminal(self, hidden: bool) -> str:
        return self._console.input(Text("› ", style="bold green"), password=hidden and sys.stdin.isatty())


def show_asked(console: Console, texts: tuple[str, ...]) -> None:
    """Print what Sakhi says."""
    for text in texts:
        console.print(Text.assemble(("सखी  ", "bold magenta"), text))


def show_heard(console: Console, heard: Heard) -> None:
    """Print what Sakhi heard."""
    answer = f"#{heard.keys}" if heard.keys else heard.text or "…"
    trouble = "" if heard.sound is Sound.SPEECH else heard.sound.value
    console.print(Text.assemble(("  ›  ", "bold green"), answer, (f"  {trouble}", "yellow")))


def _heard(line: str, free: bool) -> Heard:
    typed = line.strip()
    if not typed:
        return SILENCE
    pressed = KEYS.fullmatch(typed)
    if pressed:
        return keys(pressed[1])
    heard = said(typed)
    return replace(heard, recording=TYPED) if free and not heard.command else heard
