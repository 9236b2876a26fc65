"""The conversation as it runs, on the terminal: asked, said, heard."""

from rich.console import Console
from rich.text import Text

from flows.turn import Turn
from ivr.demo.exchange import Exchange
from ivr.demo.speaker import Reply

HIDDEN = "•"


class Transcript:
    """Prints each question as it is asked and each answer as it was said and as it was heard."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def asked(self, turn: Turn, texts: tuple[str, ...]) -> None:
        """What Sakhi says."""
        for text in texts:
            self._console.print(Text(f"सखी  {text}", style="cyan"))

    def answered(self, exchange: Exchange) -> None:
        """What was said and what was heard of it."""
        heard = exchange.heard
        secret = exchange.turn.secret
        said = HIDDEN if secret else as_said(exchange.reply)
        understood = HIDDEN if secret else heard.keys or heard.text or heard.sound.value
        line = Text(f"    {exchange.speaker}: {said}", style="bold")
        line.append(f"   heard: {understood}", style="green" if heard.text or heard.keys else "yellow")
        line.append(f"  {heard.confidence:.2f}", style="dim")
        self._console.print(line)


def as_said(reply: Reply) -> str:
    """What was said, with its pauses; keys in brackets."""
    return " … ".join(f"[{each.keys}]" if each.keys else each.words for each in reply) or "(silent)"
