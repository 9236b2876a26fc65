"""Settings of the tests as a whole, and what many tests of sound need: one model and one voice's process."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from speech.pyttsx3 import Worker
from speech.vosk import VoskRecognizer
from store import pins

# How long an example takes says more about the machine than about the code.
settings.register_profile("sakhi", deadline=None)
settings.load_profile("sakhi")


@pytest.fixture(scope="module", autouse=True)
def quick_pins(request: pytest.FixtureRequest) -> Iterator[None]:
    """A PIN takes long to try on purpose: too long for conversations that are held thousands of times."""
    with pytest.MonkeyPatch.context() as patch:
        if request.path.name.startswith(("test_flows_", "test_ivr_line_journal")):
            patch.setattr(pins, "SCRYPT_COST", 2)
        yield


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """The model that comes with Sakhi."""
    return Path(__file__).resolve().parent.parent / "models" / "hi-small"


@pytest.fixture(scope="session")
def recognizer(model_folder: Path) -> VoskRecognizer:
    """The real ears, loaded once."""
    return VoskRecognizer(model_folder)


@pytest.fixture(scope="session")
def worker() -> Iterator[Worker]:
    """The process of the real voice."""
    with Worker() as running:
        yield running
