"""A page on which every prompt can be read and heard: joined lines, then a table for each file of prompts."""

import os
from datetime import date
from html import escape
from itertools import groupby
from pathlib import Path

from flows import prompts
from flows.turn import Line
from ivr.rendered import ENDING, SHIPPED, read_manifest, shipped
from ivr.rendered_voice import RenderedVoice

PAGE = Path(__file__).resolve().parent.parent / "docs" / "voice.html"
"""The page in the repository."""
EXAMPLES = (
    Line("balance.savings", {"name": "सुनीता", "total": 4350_00}),
    Line("savings.check", {"name": "कमला", "amount": 250_00}),
    Line("savings.check", {"name": "फ़ातिमा", "amount": 73_00}),
    Line("repayment.check", {"name": "लक्ष्मी", "amount": 1_650_00}),
    Line("closing.repaid", {"principal": 1_000_00, "interest": 42_50}),
    Line("closing.next_check", {"day": date(2027, 3, 29)}),
    Line("roll_call.count", {"members": 12, "present": 11}),
    Line("opening.welcome", {"group": "उजाला समूह"}),
    Line("closing.cash_and_bank", {"cash": 99_999_00, "bank": 12_34_567_00}),
)
"""Lines with slots, joined as in a call."""
_HEAD = """<!DOCTYPE html>
<html lang="hi"><head><meta charset="utf-8"><title>Bol Sakhi: the voice</title><style>
body{font-family:sans-serif;max-width:60em;margin:2em auto;line-height:1.4}
td{padding:.2em .8em;vertical-align:middle}audio{height:2em;width:16em}code{color:#555;font-size:.8em}
</style></head><body>
<h1>What Sakhi says</h1>
<p lang="en">Written by <code>sakhi voice page</code>. A prompt with slots is shown with the example out of
which its own words are cut; the first table has lines that are joined as in a call.</p>
"""


def write_page(file: Path) -> int:
    """Write the page and the joined lines beside it; how many prompts it shows. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    folder = file.with_suffix("")
    folder.mkdir(exist_ok=True)
    voice = RenderedVoice(folder)
    for at, line in enumerate(EXAMPLES):
        sound = voice.speak(line)
        if sound is not None:
            (folder / _joined(at)).write_bytes(sound.opus())
    file.write_text(page(file), encoding="utf-8")
    return len(prompts.keys())


def page(file: Path) -> str:
    """The page as it is to stand in `file`."""
    there = read_manifest(SHIPPED)
    sounds = os.path.relpath(SHIPPED, file.absolute().parent)
    joined = [
        _row(f"{line.key}", prompts.text_of(line), f"{file.stem}/{_joined(at)}")
        for at, line in enumerate(EXAMPLES)
    ]
    parts = [_HEAD, _table("joined", joined)]
    spoken = [each for each in shipped() if prompts.has(each.name)]
    for flow, some in groupby(spoken, key=lambda each: each.name.partition(".")[0]):
        rows = [
            _row(each.name, each.text, f"{sounds}/{each.name}{ENDING}" if each.name in there else None)
            for each in some
        ]
        parts.append(_table(flow, rows))
    return "".join([*parts, "</body></html>\n"])


def _table(title: str, rows: list[str]) -> str:
    return f"<h2>{escape(title)}</h2>\n<table>\n{''.join(rows)}</table>\n"


def _row(key: str, text: str, sound: str | None) -> str:
    player = f'<audio controls preload="none" src="{escape(sound)}"></audio>' if sound else "—"
    return f"<tr><td>{player}</td><td>{escape(text)}<br><code>{escape(key)}</code></td></tr>\n"


def _joined(at: int) -> str:
    return f"joined-{at}{ENDING}"
