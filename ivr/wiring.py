"""Puts the ears and the voice together as the settings have them; the books are opened by `ivr.books`."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from flows import words
from ivr.recorded import RECORDED
from ivr.rendered_voice import RenderedVoice
from ivr.sections import Settings
from ivr.voice import PromptVoice
from speech.pyttsx3 import Pyttsx3, Worker
from speech.recognizer import Recognizer
from speech.synthesizer import Cached
from speech.vosk import VoskRecognizer

log = logging.getLogger(__name__)


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
        voices = [RenderedVoice(settings.recorded, settings.recorded, RECORDED)]
        if settings.voice.rendered:
            voices.append(RenderedVoice(settings.names))
        yield PromptVoice(Cached(synthetic, settings.voice.cache), voices)
