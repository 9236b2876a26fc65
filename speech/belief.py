"""Which meaning to believe when a sound may have been several things, and how sure that is."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from speech.recognizer import Hypothesis


def believed(heard: Hypothesis, meaning: Callable[[str], object]) -> Hypothesis:
    """The likeliest meaning of what was heard, in its likeliest words: जी, ठीक and जी हाँ are all one yes.

    Its confidence is the share of its words that is expected to be right: what else it may have been counts
    in full where it means the same, and else as far as its words are the same. So one word in doubt makes
    a short answer doubtful and an amount in thousands less so, which is read back anyway.
    """
    every = [(one, meaning(one.text)) for one in (heard, *heard.others)]
    shares = [sum(other.confidence for other, also in every if also == meant) for _, meant in every]
    likeliest, meant = every[shares.index(max(shares))]
    words = likeliest.text.split()
    sure = sum(
        one.confidence * (1.0 if also == meant else _alike(words, one.text.split())) for one, also in every
    )
    return replace(likeliest, confidence=min(1.0, sure) if words else 0.0, others=())


def _alike(words: Sequence[str], others: Sequence[str]) -> float:
    """The share of the longer one's words that both have in one order."""
    same = SequenceMatcher(None, words, others, autojunk=False).get_matching_blocks()
    return sum(block.size for block in same) / max(len(words), len(others), 1)
