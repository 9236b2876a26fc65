"""Spellings that the voices read rightly, for Hindi words that espeak-ng's rules say wrongly.

The words stand in pronunciation.txt, one a line with its other spelling: first what is written, then how it
is to be spelled.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from unicodedata import normalize

_WORD = re.compile(r"[\u0900-\u0963\u0970-\u097f]+")


def respelled(text: str) -> str:
    """`text` with the words that would be said wrongly spelled as they are said."""
    words = _spellings()
    return _WORD.sub(lambda match: words.get(match[0], match[0]), normalize("NFC", text))


@cache
def _spellings() -> Mapping[str, str]:
    table = (resources.files("speech") / "pronunciation.txt").read_text(encoding="utf-8")
    rows = [line.split() for line in normalize("NFC", table).splitlines() if not line.startswith("#")]
    return dict(rows)
