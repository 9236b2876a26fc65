"""The words of the model: how they are said, how they are spelled, and that no two answers are said alike."""

import unicodedata
from collections.abc import Iterable
from datetime import date
from itertools import chain, combinations, product
from pathlib import Path

import pytest
import yaml

from flows import words
from flows.expect import Choice, Count, Day, Digits, Expect, OneMember, Rupees, YesNo
from flows.expect.pick import Pick
from flows.hindi import normalize, say_number
from models.training.lexicon import WORDS, Lexicon, read_lexicon
from models.training.variants import variants
from models.training.vocabulary import AMOUNT, NAME, VILLAGE
from speech.spelling import phones_of
from store.people import Member

CHECKED = Path(__file__).parent / "data" / "pronunciations.tsv"
HI = Path(words.__file__).parent / "words" / "hi.yaml"
QUESTIONS = tuple(yaml.safe_load(HI.read_text(encoding="utf-8")))
NAMES = ("names", "names_women", "names_men", "surnames")


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return read_lexicon()


def lines(path: Path) -> list[str]:
    every = (line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in every if line]


def names() -> list[str]:
    entries = (line for name in NAMES for line in lines(WORDS / f"{name}.txt"))
    return [entry.partition("\t")[0].replace("-", "") for entry in entries]


def test_words_are_said_as_hindi_speakers_say_them(lexicon: Lexicon) -> None:
    checked = dict(line.split("\t") for line in lines(CHECKED))
    assert len(checked) >= 500
    said = {word: lexicon.get(word) or variants(phones_of(word)) for word in checked}
    first = [word for word, phones in checked.items() if " ".join(said[word][0]) == phones]
    never = [word for word, phones in checked.items() if tuple(phones.split()) not in said[word]]
    assert never == []
    assert len(first) >= 0.98 * len(checked)


@pytest.mark.parametrize(
    ("word", "phones"),
    [
        ("फूल-मती", "ph uu l m a t ii"),
        ("घूमती", "gh uu m t ii"),
        ("राम-कली", "r aa m k a l ii"),
        ("निकली", "n i k l ii"),
        ("चंद्र-कला", "c a n d r a k a l aa"),
        ("शेरसिंह", "sh e r s i ng gh"),
    ],
)
def test_each_part_of_a_compound_keeps_its_own_vowels(word: str, phones: str) -> None:
    assert " ".join(phones_of(word)) == phones


@pytest.mark.parametrize(
    ("word", "ways"),
    [
        ("छह", ["ch e", "ch ai", "ch a h"]),
        ("हाँ", ["h aa nz", "h aa", "h aa n"]),
        ("नहीं", ["n a h ii nz", "n a ii", "n ai h ii"]),
        ("पाँच", ["p aa nz c", "p aa n c"]),
        ("पंद्रह", ["p a n d r a h", "p a n d r aa"]),
        ("उन्नीस", ["u n n ii s", "u n ii s"]),
        ("हाज़िर", ["h aa z i r", "h aa j i r"]),
        ("ग्यारह", ["g y aa r a h", "g y aa r aa"]),
        ("अट्ठाईस", ["a T Th aa ii s", "a Th aa ii s"]),
    ],
)
def test_village_ways_to_say_a_word_are_known(lexicon: Lexicon, word: str, ways: list[str]) -> None:
    known = {" ".join(phones) for phones in lexicon[word]}
    assert set(ways) <= known


def ways_to_say(lexicon: Lexicon, phrases: Iterable[str]) -> set[tuple[str, ...]]:
    """All the phones the phrases may be said with."""
    spelled = ([lexicon[word] for word in phrase.split()] for phrase in phrases)
    return {tuple(chain(*said)) for words_said in spelled for said in product(*words_said)}


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_two_meanings_of_a_question_are_said_alike(lexicon: Lexicon, question: str) -> None:
    said = {
        meaning: ways_to_say(lexicon, words.phrases(question, (meaning,)))
        for meaning in words.meanings(question)
    }
    assert all(said.values())
    assert [(a, b) for a, b in combinations(said, 2) if said[a] & said[b]] == []


def test_no_two_numbers_are_said_alike(lexicon: Lexicon) -> None:
    said = {number: set(lexicon[say_number(number)]) for number in range(100)}
    assert [(a, b) for a, b in combinations(said, 2) if said[a] & said[b]] == []


def test_there_are_three_thousand_names() -> None:
    assert len({normalize(name) for name in names()}) >= 3000


def test_what_is_said_freely_is_made_of_known_words(lexicon: Lexicon) -> None:
    known = {normalize(word) for word in lexicon}
    sentences = [line for line in lines(VILLAGE) if NAME not in line and AMOUNT not in line]
    assert len(sentences) >= 300
    assert {word for line in sentences for word in line.split() if normalize(word) not in known} == set()


MEMBERS = [
    Member(str(n), n, f"{name} देवी", f"{name} देवी", (), False, False)
    for n, name in enumerate(names()[::40], 1)
]
EXPECTS: list[Expect[object]] = [
    YesNo(),
    *map(Choice, QUESTIONS),
    Rupees(99_999_00, instead={"none": 0}),
    Count(0, 99),
    Digits(4, 4),
    Day(date(2026, 1, 5)),
    OneMember(MEMBERS),
    Pick(Rupees(500_00), (100_00, 200_00)),
]


@pytest.mark.parametrize("expect", EXPECTS, ids=lambda expect: expect.kind)
def test_every_word_of_every_answer_is_in_the_lexicon(lexicon: Lexicon, expect: Expect[object]) -> None:
    assert {word for phrase in expect.phrases() for word in phrase.split() if word not in lexicon} == set()


@pytest.mark.parametrize("expect", EXPECTS, ids=lambda expect: expect.kind)
def test_nukta_and_chandrabindu_make_no_other_word(expect: Expect[object]) -> None:
    for phrase in expect.phrases():
        plain = unicodedata.normalize("NFD", phrase).replace("\u093c", "").replace("\u0901", "\u0902")
        for other in (plain, unicodedata.normalize("NFD", phrase), unicodedata.normalize("NFC", plain)):
            assert normalize(other) == normalize(phrase)
            assert expect.words(other) == expect.words(phrase)
