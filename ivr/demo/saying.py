"""What a made-up woman says or keys, and in how many ways a villager says the same."""

from dataclasses import dataclass
from random import Random

from flows.hindi import say_number, say_rupees

YES = ("हाँ", "जी हाँ", "हाँ जी", "सही है", "ठीक है")
NO = ("नहीं", "जी नहीं", "नहीं जी", "गलत है")
HERE = ("हाज़िर", "हाज़िर हूँ", "जी", "हाँ जी", "आई हूँ", "यहाँ")
AGAIN = ("दोबारा", "दोबारा बोलिए", "फिर से बोलो")
WRONG = ("गलत हो गया", "गलती हो गई")
NOTHING = ("आज नहीं", "कुछ नहीं")
FULL = ("पूरी किस्त", "पूरा")
USUAL = ("हमेशा", "उतना ही")
OFF_THE_POINT = (
    "अरे दीदी बहुत गर्मी है",
    "मेरी भैंस बीमार पड़ी रहती है",
    "ज़रा रुकिए मैं थैली खोल रही हूँ",
    "बच्चे को चुप कराती हूँ",
)
HESITATION = "उम्म"
AWAY = {
    "ill": ("बीमार है", "बीमार"),
    "work": ("काम पर", "काम है"),
    "travel": ("मायके गई", "बाहर गई"),
    None: ("नहीं आई", "नहीं है"),
}
"""What is said of who is not here, by reason; by None, when the reason is asked next."""
WHY = {
    "ill": ("बीमार है", "तबीयत"),
    "work": ("काम पर", "खेत पर"),
    "travel": ("मायके गई", "बाहर"),
    "family": ("शादी", "पूजा"),
    None: ("पता नहीं", "मालूम नहीं"),
}
"""The answers to why she did not come."""

_SHORT = {
    150: "डेढ़ सौ",
    250: "ढाई सौ",
    350: "साढ़े तीन सौ",
    450: "साढ़े चार सौ",
    1_500: "डेढ़ हज़ार",
    2_500: "ढाई हज़ार",
}


@dataclass(frozen=True, slots=True)
class Saying:
    """One stretch of speech, or some keys."""

    words: str = ""
    """What is said."""
    keys: str = ""
    """What is keyed instead."""
    wait: float = 0.7
    """Seconds of silence before it, after the prompt or the saying before; negative: into the prompt."""
    early: bool = False
    """True: `wait` is counted from the prompt's beginning."""


def amount_said(paise: int, rng: Random) -> str:
    """An amount of whole rupees in one of the ways it is said."""
    rupees = paise // 100
    ways = [say_rupees(paise), say_rupees(paise), say_number(rupees)]
    if rupees in _SHORT:
        ways += [_SHORT[rupees], f"{_SHORT[rupees]} रुपये"]
    if 100 < rupees < 1_000 and rupees % 10 == 0:
        ways.append(" ".join(say_number(int(digit)) for digit in str(rupees)))
    return rng.choice(ways)
