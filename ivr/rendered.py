"""Sentences spoken beforehand by a neural voice: which there are, and where their pieces lie.

They lie in a folder as Opus, with `manifest.json` beside them. What it tells of another text than today's is
not used: a prompt that was changed is never said as it was.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from flows.inventory import Piece, Sentence, name, sentences
from ivr.demo.group import GROUP, NAMES

MANIFEST = "manifest.json"
ENDING = ".opus"
VOICE = "hf_alpha"
"""The woman's voice, one of Kokoro's."""
PACE = 0.85
"""How fast she speaks; 1 is the voice's own pace."""
RATE = 24000
"""Samples a second, in Hz: what the voice makes, and what a loudspeaker shows; a telephone takes a third."""
EDITION = 1
"""Raised when the same text, voice and pace would sound different."""
SHIPPED = Path(str(resources.files("flows"))) / "prompts" / "hi" / "rendered"
"""The folder of what comes with Sakhi."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """A sentence that was spoken."""

    fingerprint: str
    """Tells text, voice and pace from any other."""
    text: str
    """What is said."""
    said: str
    """The same in the letters of Kokoro: how its words were said."""
    seconds: float
    """How long it lasts."""
    spans: Mapping[Piece, tuple[int, int]]
    """Where each piece lies: its first sample and the one after its last."""


@cache
def shipped() -> tuple[Sentence, ...]:
    """All that comes with Sakhi: what every line needs, and the names of the demo, which are common ones."""
    return (*sentences(), *(name(spoken) for spoken in (*NAMES, GROUP)))


def fingerprint(sentence: Sentence) -> str:
    """Tells one rendering from another: changed when the text or the voice changes."""
    said = (str(EDITION), VOICE, f"{PACE}", sentence.text)
    return hashlib.sha256("\0".join(said).encode()).hexdigest()[:16]


def read_manifest(folder: Path) -> dict[str, Rendering]:
    """What lies in `folder`, by the name of the sentence; nothing when there is no manifest.

    Raises ValueError when it is not one, and OSError.
    """
    try:
        written = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise ValueError(f"{folder / MANIFEST} is damaged ({error})") from error
    return {name: _rendering(entry) for name, entry in written.items()}


def write_manifest(folder: Path, renderings: Mapping[str, Rendering]) -> None:
    """Write it whole or not at all, a sentence a line. Raises OSError."""
    lines = [f"{_json(name)}: {_json(_entry(renderings[name]))}" for name in sorted(renderings)]
    put(folder / MANIFEST, ("{\n" + ",\n".join(lines) + "\n}\n").encode())


def put(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, even when the power is cut meanwhile. Raises OSError."""
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def is_current(sentence: Sentence, rendering: Rendering | None) -> bool:
    """Whether the rendering says this sentence, in today's voice, and has all the pieces that are cut out."""
    return (
        rendering is not None
        and rendering.fingerprint == fingerprint(sentence)
        and {cut.piece for cut in sentence.cuts} == set(rendering.spans)
    )


def missing(wanted: Sequence[Sentence], folder: Path) -> tuple[Sentence, ...]:
    """The sentences that are not in `folder`, or not as they are today. Raises ValueError, OSError."""
    there = read_manifest(folder)
    return tuple(
        each
        for each in wanted
        if not is_current(each, there.get(each.name)) or not (folder / f"{each.name}{ENDING}").is_file()
    )


def _rendering(entry: Mapping[str, Any]) -> Rendering:
    spans = {Piece(text, place): (first, end) for text, place, first, end in entry.get("pieces", [])}
    return Rendering(entry["fingerprint"], entry["text"], entry["said"], entry["seconds"], spans)


def _entry(rendering: Rendering) -> dict[str, Any]:
    pieces = [[piece.text, piece.place, *span] for piece, span in rendering.spans.items()]
    entry: dict[str, Any] = {
        "text": rendering.text,
        "said": rendering.said,
        "seconds": rendering.seconds,
        "fingerprint": rendering.fingerprint,
    }
    return entry | ({"pieces": pieces} if pieces else {})


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
