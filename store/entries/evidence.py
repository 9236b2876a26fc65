"""How an entry came to be: kept with its voucher."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    """How an entry came to be: kept with the voucher, so that a doubt can be traced."""

    channel: str
    """Where it was said: "kiosk", "phone", "console", ..."""
    heard: str
    """The words or keys understood."""
    confidence: float
    """The recognizer's own hint, 0 to 1; never used as a proof."""
    said_by: str | None = None
    """Member id of who said it, None when unknown."""
    clips: tuple[str, ...] = ()
    """Names of the recordings of what was `heard`, one an answer, empty for one without; () for none."""
