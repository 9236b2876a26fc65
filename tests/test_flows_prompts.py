"""The prompts are short, whole, in the group's own words, and used."""

import ast
import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from flows import prompts, words
from flows.expect import Choice, Count, Day, Digits, Expect, OneMember, Pick, Rupees, VoiceNote, YesNo
from flows.turn import Line

FLOWS = Path(__file__).resolve().parent.parent / "flows"
SLOT = re.compile(r"\{(\w+):(\w+)\}")
LONGEST = 12
SAMPLES = {
    "rupees": 250_00,
    "digits": "98765",
    "cash": 250_00,
    "number": 3,
    "name": "सीता",
    "day": date(2026, 12, 5),
}
JARGON = ("बैलेंस", "ट्रांज", "अकाउंट", "राशि", "पिन", "डिपॉजिट", "कन्फर्म", "ओके", "लोन", "मीटिंग")


@pytest.mark.parametrize("key", sorted(prompts.keys()))
class TestEveryPrompt:
    def test_is_at_most_twelve_words(self, key: str) -> None:
        assert len(SLOT.sub("एक", prompts.template(key)).split()) <= LONGEST

    def test_fills_its_slots_and_leaves_no_digit_or_latin_letter(self, key: str) -> None:
        slots = {name: SAMPLES[kind] for name, kind in SLOT.findall(prompts.template(key))}
        text = prompts.text_of(Line(key, slots))
        assert not re.search(r"[0-9A-Za-z{}०-९]", text)

    def test_has_no_word_a_villager_would_not_say(self, key: str) -> None:
        assert not any(word in prompts.template(key) for word in JARGON)


@pytest.mark.parametrize("help_line", ["help", "again", "keys"])
@pytest.mark.parametrize("kind", [YesNo, Choice, Rupees, Count, Digits, Day, OneMember, Pick, VoiceNote])
def test_every_kind_of_answer_has_its_help(kind: type[Expect[object]], help_line: str) -> None:
    assert prompts.has(f"expect.{kind.kind}.{help_line}")


def test_a_missing_prompt_is_named() -> None:
    with pytest.raises(prompts.PromptError, match=r"no prompt savings\.nowhere"):
        prompts.text_of(Line("savings.nowhere"))


@pytest.mark.parametrize("slots", [{}, {"name": 3}, {"name": True}])
def test_a_slot_without_its_value_is_named(slots: dict[str, int]) -> None:
    with pytest.raises(prompts.PromptError, match=r"savings\.noted_quietly needs name"):
        prompts.text_of(Line("savings.noted_quietly", slots))


@pytest.mark.parametrize("path", sorted(FLOWS.glob("*.py")), ids=lambda path: path.stem)
def test_no_hindi_stands_in_a_conversation_but_in_its_docstrings(path: Path) -> None:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    docs = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and id(node) not in docs]
    assert not [text for text in texts if isinstance(text, str) and re.search("[\u0900-\u097f]", text)]


def test_no_key_is_written_twice() -> None:
    for path in (FLOWS / "prompts" / "hi").glob("*.yaml"):
        written = re.findall(r"^([\w.]+):", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert len(written) == len(set(written)) == len(yaml.safe_load(path.read_text(encoding="utf-8")))


def test_no_phrase_means_two_things_in_one_question() -> None:
    for question in ("command", "yes_no", "pause", "presence", "reason", "amount", "menu"):
        for meaning in words.meanings(question):
            for phrase in words.phrases(question, (meaning,)):
                assert words.meaning(question, phrase) == meaning


@pytest.mark.parametrize(
    ("question", "text", "meant"),
    [
        ("yes_no", "जी हाँ सही है", "yes"),
        ("yes_no", "हाँ हाँ ठीक है", "yes"),
        ("yes_no", "हां जी", "yes"),
        ("yes_no", "हाँ नहीं", None),
        ("yes_no", "सही नहीं है", "no"),
        ("yes_no", "नहीं नहीं", "no"),
        ("yes_no", "हाँ दो सौ", None),
        ("yes_no", "", None),
        ("presence", "सीता बीमार", None),
        ("command", "फिर से बोलो", "repeat"),
    ],
)
def test_an_answer_means_one_thing_or_nothing(question: str, text: str, meant: str | None) -> None:
    assert words.meaning(question, text) == meant
