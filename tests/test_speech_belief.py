"""Which meaning the ears believe when a sound may have been several things."""

import pytest

from speech.belief import believed
from speech.recognizer import Hypothesis

MEANINGS = {"हाँ": "yes", "जी": "yes", "जी हाँ": "yes", "नहीं": "no", "दो सौ": "200", "नौ सौ": "900", "दो": "2"}


def heard(*readings: tuple[str, float]) -> Hypothesis:
    first, *others = [Hypothesis(text, share) for text, share in readings]
    return Hypothesis(first.text, first.confidence, tuple(others))


@pytest.mark.parametrize(
    ("readings", "text", "confidence"),
    [
        pytest.param([("जी", 0.4), ("हाँ", 0.35), ("नहीं", 0.25)], "जी", 0.75, id="one yes in two words"),
        pytest.param([("नहीं", 0.4), ("जी", 0.3), ("हाँ", 0.3)], "जी", 0.6, id="the meaning beats the words"),
        pytest.param([("नहीं", 0.4), ("से", 0.35), ("[unk]", 0.25)], "से", 0.6, id="rather nothing at all"),
        pytest.param([("दो सौ", 0.5), ("नौ सौ", 0.3), ("दो", 0.2)], "दो सौ", 0.75, id="words in common"),
        pytest.param([("", 1.0)], "", 0.0, id="nothing is never sure"),
    ],
)
def test_what_is_believed_is_the_likeliest_meaning(
    readings: list[tuple[str, float]], text: str, confidence: float
) -> None:
    belief = believed(heard(*readings), MEANINGS.get)
    assert belief.text == text
    assert belief.confidence == pytest.approx(confidence)
