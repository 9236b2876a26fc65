"""The seam to anything that carries sound both ways: a kiosk, a telephone line, a simulated line."""

from typing import Protocol

from speech.audio import Samples

FRAMES_PER_SECOND = 50
"""A wire takes and gives 20 ms at a time."""


class Wire(Protocol):
    """Sound out and sound in, in step: the wire alone decides how fast time goes.

    A class that inherits from it has a wire without echo, without delay and with nothing to end.
    """

    rate: int
    """Samples per second of both directions, in Hz."""
    hears_itself: bool = False
    """True when what we play comes back as if she had said it: then her voice can't stop a prompt."""
    lag: float = 0.0
    """Seconds from handing over a frame until its echo, if there is one, has come back."""

    def step(self, out: Samples) -> tuple[Samples, str]:
        """Play one frame of `rate` / 50 samples; return the frame heard meanwhile and the keys pressed.

        Keys are any of "0123456789*#" in the order pressed, "" for none. Raises flows.turn.HungUp.
        """
        ...

    def ahead(self, frames: Samples) -> None:
        """Learn what the next steps will be given, a frame a row.

        A wire that keeps time by itself plays it in time even when the steps are late.
        """
        return

    def hush(self) -> None:
        """Learn that what was told `ahead` comes no more."""
        return

    def skip(self) -> tuple[int, str]:
        """Pass over what was heard while nobody listened: how many frames, and the keys pressed meanwhile."""
        return 0, ""

    def hangup(self) -> None:
        """End the call. Calling it again does nothing."""
        return
