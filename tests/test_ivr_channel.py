"""The runner drives a flow to its end, and the scripted caller is strict both ways."""

import pytest

from flows.expect import YesNo
from flows.turn import Heard, HungUp, Line, Turn, exchange
from ivr.channel import CUT, HANGUP, NOISE, SILENCE, Exchanged, ScriptedCaller, ScriptMismatch, converse, keys

QUESTION = Line("toy.question")
ASK = Turn((QUESTION,), YesNo(), QUESTION)
TELL = Turn((Line("toy.told"),), None)


class Goodbye:
    """A talk with nothing but a goodbye queued."""

    def __init__(self, *lines: Line) -> None:
        self._lines = lines

    def farewell(self) -> Turn | None:
        return Turn(self._lines, None) if self._lines else None


async def three_questions(got: list[Heard]) -> str:
    for _ in range(3):
        got.append(await exchange(ASK))
    return "done"


def test_replies_reach_the_flow_in_order_and_its_result_comes_back() -> None:
    got: list[Heard] = []
    assert converse(three_questions(got), ScriptedCaller("हाँ", keys("2"), NOISE), Goodbye()) == "done"
    assert [heard.text for heard in got] == ["हाँ", "", ""]
    assert got[1].keys == "2"
    assert got[2] == NOISE


def test_silence_noise_and_cut_are_three_different_things() -> None:
    got: list[Heard] = []
    converse(three_questions(got), ScriptedCaller(SILENCE, NOISE, CUT), Goodbye())
    assert len(set(got)) == 3


def test_the_farewell_is_spoken_after_the_flow_returned() -> None:
    caller = ScriptedCaller("हाँ", "हाँ", "हाँ")
    converse(three_questions([]), caller, Goodbye(Line("toy.bye")))
    assert caller.transcript[-1] == Exchanged(Turn((Line("toy.bye"),), None), None)


def test_a_hangup_reaches_the_flow_and_then_whoever_runs_it() -> None:
    seen: list[str] = []

    async def flow() -> None:
        try:
            await three_questions([])
        except HungUp:
            seen.append("hung up")
            raise

    caller = ScriptedCaller("हाँ", HANGUP)
    with pytest.raises(HungUp):
        converse(flow(), caller, Goodbye(Line("toy.bye")))
    assert seen == ["hung up"]
    assert [step.heard for step in caller.transcript][1:] == [HANGUP]


def test_a_flow_that_returns_on_hangup_still_ends_in_hungup_without_farewell() -> None:
    async def flow() -> str:
        try:
            await exchange(ASK)
        except HungUp:
            return "tidied up"
        return "never"

    caller = ScriptedCaller(HANGUP)
    with pytest.raises(HungUp):
        converse(flow(), caller, Goodbye(Line("toy.bye")))
    assert len(caller.transcript) == 1


def test_a_flow_that_asks_on_after_a_hangup_is_closed() -> None:
    closed: list[bool] = []

    async def flow() -> None:
        try:
            try:
                await exchange(ASK)
            except HungUp:
                await exchange(ASK)
        finally:
            closed.append(True)

    with pytest.raises(HungUp):
        converse(flow(), ScriptedCaller(HANGUP), Goodbye())
    assert closed == [True]


def test_a_hangup_during_the_farewell_keeps_the_result() -> None:
    class LeavesEarly(ScriptedCaller):
        def exchange(self, turn: Turn) -> Heard:
            if turn.expect is None:
                raise HungUp
            return super().exchange(turn)

    caller = LeavesEarly("हाँ", "हाँ", "हाँ")
    assert converse(three_questions([]), caller, Goodbye(Line("toy.bye"))) == "done"


def test_what_a_failing_flow_left_to_say_is_still_said() -> None:
    async def flow() -> None:
        await exchange(ASK)
        raise ValueError("the disk is full")

    caller = ScriptedCaller("हाँ")
    with pytest.raises(ValueError, match="the disk is full"):
        converse(flow(), caller, Goodbye(Line("toy.not_written")))
    assert caller.transcript[-1].turn.say == (Line("toy.not_written"),)


def test_the_channel_is_hung_up_when_the_flow_fails() -> None:
    ended: list[bool] = []

    class Noted(ScriptedCaller):
        def hangup(self) -> None:
            ended.append(True)

    async def flow() -> None:
        raise ValueError("the flow is wrong")

    with pytest.raises(ValueError, match="the flow is wrong"):
        converse(flow(), Noted(), Goodbye())
    assert ended == [True]


def test_asking_past_the_script_fails() -> None:
    with pytest.raises(ScriptMismatch, match=r"past the script.*toy\.question"):
        converse(three_questions([]), ScriptedCaller("हाँ", "हाँ"), Goodbye())


@pytest.mark.parametrize("replies", [("हाँ",) * 4, ("हाँ", "हाँ", "हाँ", HANGUP)])
def test_unused_replies_fail(replies: tuple[str | HungUp, ...]) -> None:
    with pytest.raises(ScriptMismatch, match="never asked for"):
        converse(three_questions([]), ScriptedCaller(*replies), Goodbye())


def test_a_turn_that_expects_nothing_uses_no_reply() -> None:
    async def flow() -> Heard:
        await exchange(TELL)
        return await exchange(ASK)

    caller = ScriptedCaller("नहीं")
    assert converse(flow(), caller, Goodbye()).text == "नहीं"
    assert [step.heard is None for step in caller.transcript] == [True, False]
