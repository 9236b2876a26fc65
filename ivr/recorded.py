"""A woman's own recordings of what Sakhi says: which there are, and whether they still say today's text.

They lie in a folder as `<name>.wav`, with `manifest.json` beside them. A sentence that was changed since is
not said as it was: it is asked for again.
"""

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from flows.inventory import Piece, Sentence
from ivr.rendered import MANIFEST, Rendering, read_manifest, write_manifest
from ivr.rendered_voice import Kind
from speech.audio import Audio

ENDING = ".wav"


class Recordings:
    """The recordings in `folder`, which need not be there yet. Raises ValueError for a damaged manifest."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        """Where they lie."""
        self._there = read_manifest(folder)

    def has(self, sentence: Sentence) -> bool:
        """Whether there is one of this sentence as it is today, with the pieces that are cut out of it."""
        return is_current(sentence, self._there.get(sentence.name)) and self._path(sentence.name).is_file()

    def missing(self, sentences: Iterable[Sentence]) -> tuple[Sentence, ...]:
        """Those still to be recorded."""
        return tuple(sentence for sentence in sentences if not self.has(sentence))

    def stale(self, sentences: Iterable[Sentence]) -> tuple[str, ...]:
        """The names of recordings that say what is said no more."""
        current = {sentence.name for sentence in sentences if self.has(sentence)}
        return tuple(sorted(name for name in self._there if name not in current))

    def keep(self, sentence: Sentence, sound: Audio, spans: Mapping[Piece, tuple[int, int]]) -> None:
        """Keep it in place of any older one, whole or not at all. Raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        sound.write_whole(self._path(sentence.name))
        kept = Rendering(fingerprint(sentence), sentence.text, "", round(sound.seconds, 2), spans)
        there = self._there | {sentence.name: kept}
        write_manifest(self.folder, there)
        self._there = there

    def drop(self, sentence: Sentence) -> None:
        """Erase one. Raises OSError."""
        there = {name: each for name, each in self._there.items() if name != sentence.name}
        if len(there) < len(self._there):
            write_manifest(self.folder, there)
            self._there = there
        self._path(sentence.name).unlink(missing_ok=True)

    def forget(self) -> int:
        """Erase them all, those that are not in the manifest too; how many. Raises OSError."""
        every = [*self.folder.glob(f"*{ENDING}")]
        for path in [*every, *self.folder.glob("*.part")]:
            path.unlink()
        with suppress(FileNotFoundError):
            (self.folder / MANIFEST).unlink()
        self._there = {}
        return len(every)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}{ENDING}"


def fingerprint(sentence: Sentence) -> str:
    """Tells its text from any other."""
    return hashlib.sha256(sentence.text.encode()).hexdigest()[:16]


def is_current(sentence: Sentence, recording: Rendering | None) -> bool:
    """Whether it says this sentence and has all the pieces that are cut out of it."""
    return (
        recording is not None
        and recording.fingerprint == fingerprint(sentence)
        and {cut.piece for cut in sentence.cuts} == set(recording.spans)
    )


RECORDED = Kind(ENDING, is_current, "record it again")
