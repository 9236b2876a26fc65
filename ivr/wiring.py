"""Puts the parts together as the settings have it: the books, the ears, the voice; here and nowhere else."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from flows import words
from ivr.settings import Settings
from ivr.voice import PromptVoice
from speech.pyttsx3 import Pyttsx3, Worker
from speech.recognizer import Recognizer
from speech.synthesizer import Cached
from speech.vosk import VoskRecognizer
from store.ledger import Ledger
from store.tinydb import TinyVault

log = logging.getLogger(__name__)


class GroupNotFound(Exception):
    """The books to open can't be told, or are not there; the message says what to do."""


@contextmanager
def ledger(settings: Settings, group: str | None = None) -> Iterator[Ledger]:
    """The books of `group`; they are this process's alone until the end.

    Without a name, those of the only group there is. Raises GroupNotFound and BooksError.
    """
    with TinyVault(_books(settings, group)) as vault:
        yield Ledger(vault, lambda: datetime.now().astimezone())


def recognizer(settings: Settings) -> Recognizer:
    """The ears. Words that the model can't hear are logged. Raises ModelMissing and ModelBroken."""
    ears = VoskRecognizer(settings.model)
    unheard = ears.unknown_words(words.everything())
    if unheard:
        log.warning("the model %s can't hear: %s", settings.model, ", ".join(sorted(unheard)))
    return ears


@contextmanager
def voice(settings: Settings) -> Iterator[PromptVoice]:
    """The voice, with its process and its cache. Raises OSError when the cache can't be written."""
    with Worker() as worker:
        synthetic = Pyttsx3(worker, settings.voice.name, settings.voice.rate)
        yield PromptVoice(Cached(synthetic, settings.voice.cache), settings.recorded)


def groups(settings: Settings) -> tuple[str, ...]:
    """The ids of the groups whose books are here."""
    return tuple(sorted(path.stem for path in settings.books.glob("*.json")))


def _books(settings: Settings, group: str | None) -> Path:
    there = groups(settings)
    if not there:
        raise GroupNotFound(f"there are no books in {settings.books}; add a group with `sakhi group add`")
    if group is None and len(there) > 1:
        raise GroupNotFound(f"there are several groups; name one with --group: {', '.join(there)}")
    chosen = group or there[0]
    if chosen not in there:
        raise GroupNotFound(
            f"there is no group {chosen!r} in {settings.books}; there are: {', '.join(there)}"
        )
    return settings.books / f"{chosen}.json"
