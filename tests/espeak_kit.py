"""What espeak-ng makes of words, in the phones of `speech.spelling`, in a process of its own.

`python espeak_kit.py`: a line with a text in, a line with its phones out.
"""

import ctypes
import re
import subprocess
import sys
from pathlib import Path
from unicodedata import normalize

import espeakng_loader

SYNCHRONOUS, UTF_8, IPA = 2, 1, 2
ASPIRATED = {
    "k": "kh",
    "ɡ": "gh",
    "c": "ch",
    "ɟ": "jh",
    "ʈ": "Th",
    "ɖ": "Dh",
    "t": "th",
    "d": "dh",
    "p": "ph",
}
CONSONANTS = {
    **{f"{letter}ʰ": phone for letter, phone in {**ASPIRATED, "b": "bh"}.items()},
    **dict(
        zip(
            "kɡŋcɟɲʈɖɳtdnpbm",
            ["k", "g", "ng", "c", "j", "n", "T", "D", "n", "t", "d", "n", "p", "b", "m"],
            strict=True,
        )
    ),
    **dict(
        zip(
            "jɾrlʋwʃʂshɦzfɣxq",
            ["y", "r", "r", "l", "v", "v", "sh", "sh", "s", "h", "h", "z", "f", "g", "kh", "k"],
            strict=True,
        )
    ),
    "r.h": "Rh",
    "r.": "R",
}
"""`r.` is what espeak-ng calls ड़."""
VOWELS = {
    **dict(zip("əʌɪʊeɛoɔɒ", ["a", "a", "i", "u", "e", "ai", "o", "au", "au"], strict=True)),
    **dict.fromkeys(("a", "aː", "ʌː"), "aa"),
    **dict.fromkeys(("i", "iː"), "ii"),
    **dict.fromkeys(("u", "uː"), "uu"),
    **{f"{letter}ː": phone for letter, phone in zip("eɛoɔ", ["e", "ai", "o", "au"], strict=True)},
}
NASAL, LONG = "\u0303", "ː"
PHONE = re.compile("|".join(sorted(map(re.escape, {**CONSONANTS, **VOWELS}), key=len, reverse=True)))


def phones(ipa: str) -> str:
    """espeak-ng's IPA in our phones: stress is dropped, a long consonant is two, e and o know no length."""
    plain = normalize("NFD", re.sub(r"\([a-z-]+\)|[ˈˌ\s-]", "", ipa))
    found: list[str] = []
    at = 0
    while at < len(plain):
        if plain[at] == NASAL:
            found.append("nz")
            at += 1 + plain[at + 1 : at + 2].count(LONG)
        elif plain[at] == LONG:
            found.append(found[-1])
            at += 1
        elif match := PHONE.match(plain, at):
            found.append({**CONSONANTS, **VOWELS}[match[0]])
            at = match.end()
        else:
            raise ValueError(f"{ipa}: {plain[at:]!r} is no phone of ours")
    return " ".join(found)


def said(texts: list[str]) -> list[str]:
    """The phones that espeak-ng speaks for each text."""
    command = [sys.executable, "-X", "utf8", str(Path(__file__))]
    done = subprocess.run(command, input="\n".join(texts), capture_output=True, check=True, encoding="utf-8")
    return done.stdout.splitlines()


def main() -> None:
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    library.espeak_Initialize(SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 0)
    library.espeak_SetVoiceByName(b"hi")
    for text in sys.stdin.read().splitlines():
        rest, ipa = ctypes.c_char_p(text.encode()), ""
        while rest.value is not None:
            ipa += (library.espeak_TextToPhonemes(ctypes.byref(rest), UTF_8, IPA) or b"").decode()
        print(phones(ipa))


if __name__ == "__main__":
    main()
