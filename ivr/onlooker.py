"""Who may look on at a spoken conversation while it goes on."""

from typing import Protocol

from flows.turn import Heard, Turn


class Observer(Protocol):
    """Looks on, for a transcript or a measurement. What answers a secret question is hidden from it."""

    def asked(self, turn: Turn, texts: tuple[str, ...]) -> None:
        """The first frame of these texts goes out next."""
        ...

    def heard(
        self, turn: Turn, heard: Heard, voiced_until_s: float, decided_s: float, compute_s: float
    ) -> None:
        """An answer was taken.

        `voiced_until_s` and `decided_s`: when the voice or the last key ended, and when the answer was seen
        to be over, in seconds of the wire's time since the call began. `compute_s`: how much later than
        `decided_s` a machine that hears in real time has the answer, in seconds.
        """
        ...


class Screen(Protocol):
    """Shows how things stand while they happen."""

    def level(self, dbfs: float, listening: bool) -> None:
        """How loud the last frame heard was, and whether an answer would be heard now."""
        ...
