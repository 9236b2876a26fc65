"""Talking by typing: prompts are printed, lines are words, digits are keys."""

import io
from collections.abc import Callable

import pytest
from rich.console import Console

from flows.expect import Digits, Expect, YesNo
from flows.turn import Heard, HungUp, Line, Sound, Turn
from ivr.channel import SILENCE, keys, said
from ivr.console import ConsoleChannel, show_heard

QUESTION = Line("savings.how_much", {"name": "राधा"})


def typing(*lines: str) -> Callable[[bool], str]:
    left = list(lines)

    def read(hidden: bool) -> str:
        if not left:
            raise EOFError
        return left.pop(0)

    return read


def ask(line: str, expect: Expect[bool] | Expect[str] | None = None) -> Heard:
    channel = ConsoleChannel(Console(file=io.StringIO()), typing(line))
    return channel.exchange(Turn((QUESTION,), expect or YesNo(), QUESTION))


@pytest.mark.parametrize(
    ("line", "heard"),
    [
        ("हाँ", said("हाँ")),
        ("  दो सौ पचास ", said("दो सौ पचास")),
        ("250", keys("250")),
        ("#250", keys("250")),
        ("250#", keys("250")),
        ("*", keys("*")),
        ("*9", keys("*9")),
        ("२५०", said("२५०")),
        ("250 रुपये", said("250 रुपये")),
        ("", SILENCE),
        ("   ", SILENCE),
    ],
)
def test_digits_are_keys_and_an_empty_line_is_silence(line: str, heard: Heard) -> None:
    assert ask(line) == heard


def test_what_is_said_is_printed_and_a_statement_waits_for_nothing() -> None:
    out = io.StringIO()
    channel = ConsoleChannel(Console(file=out), typing())
    assert channel.exchange(Turn((Line("savings.begin"), QUESTION), None)) == Heard()
    first, second = out.getvalue().splitlines()
    assert first.startswith("सखी")
    assert "राधा जी" in second


def interrupted(_: bool) -> str:
    raise KeyboardInterrupt


@pytest.mark.parametrize("read", [typing(), interrupted])
def test_the_end_of_the_input_or_ctrl_c_is_a_hangup(read: Callable[[bool], str]) -> None:
    channel = ConsoleChannel(Console(file=io.StringIO()), read)
    with pytest.raises(HungUp):
        channel.exchange(Turn((QUESTION,), YesNo(), QUESTION))


def test_a_pin_is_typed_unseen() -> None:
    hidden: list[bool] = []

    def read(hide: bool) -> str:
        hidden.append(hide)
        return "1234"

    channel = ConsoleChannel(Console(file=io.StringIO()), read)
    for expect in (Digits(4, 4, secret=True), YesNo()):
        channel.exchange(Turn((QUESTION,), expect, QUESTION))
    assert hidden == [True, False]


@pytest.mark.parametrize(
    ("heard", "shown"),
    [
        (said("हाँ [unk]"), "हाँ [unk]"),
        (keys("250"), "#250"),
        (Heard(sound=Sound.NOISE), "noise"),
        (Heard(sound=Sound.SILENCE), "silence"),
    ],
)
def test_what_was_heard_is_shown_as_it_is(heard: Heard, shown: str) -> None:
    out = io.StringIO()
    show_heard(Console(file=out), heard)
    assert shown in out.getvalue()
