"""How words are said: what espeak-ng makes of them once they are respelled, and that nothing else changes."""

import re
from pathlib import Path

import numpy as np
import pytest
from espeak_kit import said
from hypothesis import given
from hypothesis import strategies as st

from flows import prompts
from flows.hindi import say_number
from models.training.lexicon import WORDS, words_of
from speech import spelling
from speech.audio import FULL_SCALE
from speech.pyttsx3 import Pyttsx3, Worker
from speech.spelling import lexicon, phones_of, respelled

DATA = Path(__file__).parent / "data"
PAUSE = 0.12
"""Seconds of silence from which on a sentence falls apart."""


def checked(name: str) -> dict[str, str]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if line and not line.startswith("#"))


def test_words_are_said_as_they_were_checked_by_hand() -> None:
    words = checked("said.tsv")
    assert len(words) >= 250
    assert {say_number(number) for number in range(100)} <= set(words)
    heard = dict(zip(words, said([respelled(word) for word in words]), strict=True))
    assert {word: heard[word] for word in words if heard[word] != words[word]} == {}


def test_names_are_said_as_the_ears_expect_them() -> None:
    """Apart from what espeak-ng can't say, such as a short nasal vowel."""
    names = words_of(WORDS / "names_women.txt")
    heard = said([respelled(name) for name in names])
    as_written = said(names)
    right = sum(phones == " ".join(phones_of(name)) for name, phones in zip(names, heard, strict=True))
    before = sum(phones == " ".join(phones_of(name)) for name, phones in zip(names, as_written, strict=True))
    assert right >= 0.95 * len(names)
    assert right > before


@pytest.mark.parametrize(
    ("word", "spelled"),
    [
        ("जनवरी", "जन्वरी"),
        ("फूलमती", "फूल्मती"),
        ("कलावती", "कला-वती"),
        ("किशनलाल", "किशन-लाल"),
        ("कुंती", "कुन्ती"),
        ("संवाद", "सम्वाद"),
        ("महिलाओं", "महिलावों"),
        ("बहनें", "बैह्नें"),
        ("रुपये", "रुपये"),
        ("bank", "bank"),
    ],
)
def test_a_word_is_spelled_so_that_espeak_reads_it_rightly(word: str, spelled: str) -> None:
    assert respelled(word) == spelled


@given(st.lists(st.sampled_from([*sorted(prompts.keys())]), max_size=3), st.text(max_size=20))
def test_only_the_letters_of_words_change(keys: list[str], other: str) -> None:
    text = " ".join([*map(prompts.template, keys), other])
    new = respelled(text)
    assert re.sub(r"[\u0900-\u097f-]+", "", new) == re.sub(
        r"[\u0900-\u097f-]+", "", spelling.unicodedata.normalize("NFC", text)
    )
    assert len(new.split()) == len(text.split())


def test_every_word_of_the_list_is_there_once_and_can_be_spelled_out() -> None:
    path = Path(spelling.__file__).parent / "lexicon.tsv"
    rows = [line for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    assert len(rows) == len({row.partition("\t")[0] for row in rows}) == len(lexicon())
    assert all(phones_of(word) for word in lexicon())


@pytest.mark.sound
def test_a_name_and_its_ji_are_one_breath(worker: Worker) -> None:
    spoken = Pyttsx3(worker, "hi+f2", 150).speak("सुनीता जी, आज कितने रुपये देंगी?")
    name = Pyttsx3(worker, "hi+f2", 150).speak("सुनीता")
    until = round((name.seconds + 0.15) * spoken.rate)
    frame = spoken.rate // 100
    loud = np.abs(spoken.samples[:until].astype(float) / FULL_SCALE)
    quiet = loud[: len(loud) // frame * frame].reshape(-1, frame).max(axis=1) < 0.01
    runs = re.findall("1+", "".join("01"[int(each)] for each in quiet))
    assert max(map(len, runs), default=0) / 100 <= PAUSE
