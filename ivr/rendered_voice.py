"""Says lines with sentences that were rendered beforehand: whole, or joined of their pieces."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from flows import prompts
from flows.hindi import ENDINGS
from flows.inventory import END, IN, PAUSE, Piece, Sentence, name, pieces_of
from flows.turn import Line
from ivr.rendered import ENDING, MANIFEST, RATE, SHIPPED, Rendering, is_current, read_manifest, shipped
from speech.audio import Audio
from speech.joining import flowing, joined, levelled, tightened

log = logging.getLogger(__name__)

BREATH = 0.1
"""Seconds of silence at a comma within what fills a slot."""
_PAUSES = ENDINGS + PAUSE
_WHOLE = ""
"""The place of all of a sentence."""
_REST = 2
"""How much longer the background rests than it works: callers of the first minute want the processor too."""
_DIFFERS = 0.03
"""Seconds by which a sound may be shorter than it was, before it counts as damaged."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How sentences lie in a folder."""

    ending: str
    """What the name of each file ends in."""
    is_current: Callable[[Sentence, Rendering | None], bool]
    """Whether one of them says what is said today."""
    mend: str
    """What to do when one of them is damaged."""


RENDERED = Kind(ENDING, is_current, "`sakhi voice render` makes it anew")


class RenderedVoice:
    """Says what it can, in one voice from the first word to the last, and nothing else.

    `folder` holds what comes with Sakhi, `names` the names that were rendered on this machine; what comes to
    lie there later is found too. What was decoded once stays in memory.
    """

    def __init__(self, names: Path, folder: Path = SHIPPED, kind: Kind = RENDERED) -> None:
        self._kind = kind
        self._names = names
        self._names_seen = 0
        self._where: dict[Piece, tuple[Path, Rendering]] = {}
        self._decoded: dict[Piece, Audio] = {}
        self._taking = threading.Lock()
        self._take(folder, shipped())

    def speak(self, line: Line) -> Audio | None:
        """The line as sound; None when it was not rendered, or not all of it. Raises PromptError."""
        try:
            pieces = self.pieces(line)
            return joined(pieces) if pieces else None
        except (OSError, ValueError) as error:
            self._tell(error)
            return None
        except KeyError:  # it was found damaged just now, and is told of
            return None

    def pieces(self, line: Line) -> tuple[Audio, ...] | None:
        """The sounds that the line is joined of, or the only one; None when there are none for some of it.

        Raises PromptError, and OSError and ValueError when a file is gone or damaged.
        """
        whole = _whole(line)
        if whole in self._where:
            return (self._sound(whole),)
        found = pieces_of(line, self._knows)
        return None if found is None else tuple(self._sound(piece) for piece in found)

    def says(self, spoken: str) -> bool:
        """Whether the name can be said."""
        return self._knows(Piece(" ".join(spoken.split()), IN))

    def can_say(self, line: Line) -> bool:
        """Whether it can say all of the line. Raises PromptError."""
        return _whole(line) in self._where or pieces_of(line, self._knows) is not None

    def warm(self) -> None:
        """Begin to decode what lines are joined of, in the background; what is needed sooner is decoded then.

        A line that was rendered whole is one small file, soon decoded when it is needed.
        """
        threading.Thread(target=self._decode_pieces, name="voice", daemon=True).start()

    def _decode_pieces(self) -> None:
        pieces = [piece for piece in self._where if piece.place != _WHOLE]
        for piece in sorted(pieces, key=lambda piece: piece.place not in (IN, END)):
            if piece in self._decoded or piece not in self._where:
                continue  # `_where` has none whose file is damaged
            began = time.monotonic()
            try:
                self._sound(piece)
            except (OSError, ValueError) as error:
                self._tell(error)
            time.sleep(_REST * (time.monotonic() - began))

    def _tell(self, error: Exception) -> None:
        log.warning("%s; %s, until then another voice speaks", error, self._kind.mend)

    def _knows(self, piece: Piece) -> bool:
        if piece not in self._where and piece.place == IN:
            self._look_for_names()
        return piece in self._where

    def _look_for_names(self) -> None:
        try:
            changed = (self._names / MANIFEST).stat().st_mtime_ns
        except OSError:
            return
        if changed != self._names_seen:
            self._names_seen = changed
            self._take(self._names)

    def _take(self, folder: Path, expected: Iterable[Sentence] | None = None) -> None:
        """Take what lies in the folder, as far as it says today's sentences; without any, its names."""
        try:
            there = read_manifest(folder)
        except (OSError, ValueError) as error:
            self._tell(error)
            return
        if expected is None:
            expected = (name(piece.text) for each in there.values() for piece in each.spans)
        new: dict[Piece, tuple[Path, Rendering]] = {}
        for sentence in expected:
            rendering = there.get(sentence.name)
            if rendering is None or not self._kind.is_current(sentence, rendering):
                continue
            found = (folder / f"{sentence.name}{self._kind.ending}", rendering)
            pieces = [cut.piece for cut in sentence.cuts] or [Piece(sentence.text, _WHOLE)]
            new |= dict.fromkeys(pieces, found)
        with self._taking:
            self._where = self._where | new

    def _sound(self, piece: Piece) -> Audio:
        """Raises OSError and ValueError when its file is gone or damaged."""
        if piece.text == PAUSE:
            return Audio.silence(BREATH, RATE)
        if piece not in self._decoded:
            path, rendering = self._where[piece]
            try:
                self._decode(path, rendering)
            except (OSError, ValueError):
                with self._taking:
                    self._where = {each: where for each, where in self._where.items() if where[0] != path}
                raise
        return self._decoded[piece]

    def _decode(self, path: Path, rendering: Rendering) -> None:
        """All pieces of a sentence at once: whoever needs one soon needs another."""
        whole = Audio.read(path)
        if abs(whole.seconds - rendering.seconds) > _DIFFERS:
            raise ValueError(
                f"{path} is damaged: it lasts {whole.seconds:.2f} s, not {rendering.seconds:.2f}"
            )
        if not rendering.spans:
            self._decoded[Piece(rendering.text, _WHOLE)] = whole
        for piece, (first, end) in rendering.spans.items():
            if self._where.get(piece, (path,))[0] == path:
                self._decoded[piece] = _ready(piece, Audio(whole.samples[first:end], whole.rate))


def _whole(line: Line) -> Piece:
    return Piece(prompts.template(line.key), _WHOLE)


def _ready(piece: Piece, sound: Audio) -> Audio:
    """As loud as the others, and silent only where it has punctuation, at its ends and inside."""
    tight = tightened(sound, piece.text[0] not in _PAUSES, piece.text[-1] not in _PAUSES)
    pauses = any(mark in piece.text[1:-1] for mark in _PAUSES)
    return levelled(tight if pauses else flowing(tight))
