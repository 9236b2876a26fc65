"""More room between the layers of the network: a wider model that hears as the one it was made of."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the extra train is not installed: pip install -e '.[train]'")

from flows.hindi import normalize, number_vocabulary
from models.training.kaldi import read_weights
from models.training.widen import widen
from speech.audio import Audio
from speech.pyttsx3 import Pyttsx3, Worker
from speech.recognizer import Hypothesis
from speech.vosk import VoskRecognizer

MODEL = Path(__file__).resolve().parent.parent / "models" / "hi-small"


def heard(model: Path, sound: Audio) -> Hypothesis:
    session = VoskRecognizer(model).session()
    session.listen_for(tuple(number_vocabulary()))
    session.feed(sound.resampled(session.rate).samples)
    return session.finish()


def test_a_wider_model_hears_as_before(tmp_path: Path) -> None:
    widen(MODEL, tmp_path, layers=130, last=200)
    old, new = (read_weights(folder / "am" / "final.mdl") for folder in (MODEL, tmp_path))
    assert new["tdnnf5.linear", "LinearParams"].shape == (130, 768)
    assert new["tdnnf6.affine", "LinearParams"].shape == (768, 260)
    assert new["prefinal.batchnorm2", "StatsVar"].shape == (200,)
    assert np.array_equal(new["lda", "LinearParams"], old["lda", "LinearParams"])
    with Worker() as worker:
        sound = Pyttsx3(worker, "hi+f4").speak("तीन हज़ार रुपये")
    before, since = heard(MODEL, sound), heard(tmp_path, sound)
    assert before.text == since.text
    assert normalize(since.text) == "तीन हज़ार रुपये"
    assert since.confidence == pytest.approx(before.confidence, abs=0.02)


def test_a_model_is_never_made_narrower(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="wide already, more than 32"):
        widen(MODEL, tmp_path / "narrow", layers=32)
    assert not (tmp_path / "narrow").exists()
