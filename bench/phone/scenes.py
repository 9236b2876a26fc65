"""The calls that are played: each way a member uses the line, and a hang-up in each turn."""

from collections.abc import Sequence

from bench.phone.books import PIN, Known
from bench.phone.scripted import Script

MEMBERS = 20
"""How many members the scenes need, of whom every third has a loan."""
ENTRIES = 3
"""How many entries each of them needs that she was not asked about."""
_DISPUTE = ("हाँ", "जाँच करो", f"{PIN}#", "हाँ", "नहीं", "सही है", "बस")


def scenes(known: Sequence[Known]) -> list[Script]:
    """All of them, each of another member, so that they can be played at the same time."""
    others = (who for number, who in enumerate(known) if number > 1 and number % 3)  # without a loan
    return [
        Script("balance by voice", known[3], ("हाँ", "हिसाब", f"{PIN}#", "नहीं", "बस")),
        Script("a shared telephone, her name said", known[1], (known[1].member.spoken, "बैठक", "बस")),
        Script("a disputed entry", next(others), _DISPUTE),
        Script("barge-in by voice", next(others), ("हाँ", "हिसाब", f"{PIN}#", "नहीं", "बस"), interrupts=1),
        Script("keys alone", next(others), ("1", "2", f"{PIN}#", "1", "2", "1", "7")),
        Script("barge-in by key", known[6], ("1", "1", f"{PIN}#", "2", "7"), interrupts=1),
        Script("a missed call, called back", known[9], ("हाँ", "बैठक", "बस"), missed=True),
        *(
            Script(f"hangs up in turn {turn}", next(others), _DISPUTE[: turn - 1], hangs_up=True)
            for turn in range(1, len(_DISPUTE) + 1)
        ),
    ]
