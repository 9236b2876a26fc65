"""The door of the phone line: who gets in, what is heard and said, and that one bad call harms no other."""

import logging
import threading
import time
from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from line_kit import PATIENCE, Door, FakeAsterisk, door

from flows.turn import HungUp
from ivr.line.frames import Frame, Kind
from ivr.line.wire import BYTES, HEARD_AT_MOST, SAMPLES, PhoneWire

TASKS_OF_A_CALL = 2
"""Its connection and what listens to it."""
QUIET = np.zeros(SAMPLES, np.int16)
TONE = np.arange(SAMPLES, dtype=np.int16) + 1


def through(door: Door, what: str = "a call") -> tuple[FakeAsterisk, PhoneWire]:
    """A call that was announced and let in."""
    asterisk = door.dial(door.announce(what))
    announced, _, wire = door.answered.get(timeout=PATIENCE)
    assert announced == what
    return asterisk, wire


def heard_by(wire: PhoneWire, frames: int) -> tuple[bytes, str]:
    steps = [wire.step(QUIET) for _ in range(frames)]
    return b"".join(sound.astype("<i2").tobytes() for sound, _ in steps), "".join(keys for _, keys in steps)


def hears(wire: PhoneWire, sound: bytes) -> bool:
    """Whether a frame is heard within the next ones."""
    return any(wire.step(QUIET)[0].astype("<i2").tobytes() == sound for _ in range(400))


def test_sound_and_keys_go_in_and_sound_comes_out_whole() -> None:
    with door() as open_door:
        asterisk, wire = through(open_door)
        sound = np.arange(5 * SAMPLES, dtype="<i2").tobytes()
        asterisk.say(sound)
        asterisk.send(Frame(Kind.KEY, b"2"), Frame(Kind.KEY, b"D"), Frame(Kind.KEY, b"#"))
        heard, keys = heard_by(wire, 20)
        assert heard.strip(b"\0") in sound and sound[-BYTES:] in heard
        assert keys == "2#"
        said = [wire.step(TONE + number)[0] for number in range(8)]
        wire.hangup()
        frames = []
        while (frame := asterisk.receive()) and frame.kind is Kind.SOUND:
            frames.append(frame.payload)
        tones = [np.frombuffer(each, "<i2") for each in frames if any(each)]
        assert [int(each[0]) for each in tones] == list(range(1, 9))
        assert {len(each) for each in frames} == {BYTES}
        assert len(said) == 8
        assert frame == Frame(Kind.HANGUP)


def test_a_hangup_ends_the_conversation_at_its_next_step() -> None:
    with door() as open_door:
        asterisk, wire = through(open_door)
        asterisk.hang_up()
        with pytest.raises(HungUp):
            heard_by(wire, 1000)
        *_, why = open_door.ended.get(timeout=PATIENCE)
        assert why == "hung up"
        assert not open_door.server.calls


@pytest.mark.parametrize(
    ("end", "why"),
    [
        (Frame(Kind.HANGUP).packed(), "hung up"),
        (Frame(Kind.ERROR, b"\x02").packed(), "Asterisk's error 02"),
        (b"\x55\x00\x00", "malformed: 0x55"),
        (b"\x10\xff\xfe", "malformed: a frame of kind SOUND"),
        (Frame(Kind.SOUND, b"12").packed()[:-1], "hung up"),
    ],
)
def test_what_ends_a_call_ends_that_call_alone(end: bytes, why: str) -> None:
    with door() as open_door:
        other, wire = through(open_door, "the other")
        asterisk, ended = through(open_door)
        asterisk.raw(end)
        if why == "hung up":
            asterisk.hang_up()
        with pytest.raises(HungUp):
            heard_by(ended, 1000)
        assert open_door.ended.get(timeout=PATIENCE)[-1].startswith(why)
        other.say(TONE.tobytes())
        assert hears(wire, TONE.tobytes())


def test_a_call_comes_in_once(caplog: pytest.LogCaptureFixture) -> None:
    with door() as open_door:
        call = open_door.announce("a call")
        open_door.dial(call)
        open_door.answered.get(timeout=PATIENCE)
        assert open_door.dial(call).closed()
        assert open_door.answered.empty()
    assert "not awaited, or came before" in caplog.text


def test_a_call_comes_in_within_seconds() -> None:
    time = [100.0]
    with door(seconds=5.0, now=lambda: time[0]) as open_door:
        early, late = open_door.announce("early"), open_door.announce("late")
        time[0] = 104.9
        open_door.dial(early)
        assert open_door.answered.get(timeout=PATIENCE)[0] == "early"
        time[0] = 105.1
        assert open_door.dial(late).closed()
        assert open_door.answered.empty()


@pytest.mark.parametrize("call", [uuid4(), UUID(int=0)])
def test_a_call_that_was_not_announced_is_refused(call: UUID, caplog: pytest.LogCaptureFixture) -> None:
    with door() as open_door, caplog.at_level(logging.WARNING):
        open_door.announce("another")
        assert open_door.dial(call).closed()
        assert open_door.answered.empty()
    assert str(call) not in caplog.text


def test_only_asterisks_address_may_call(caplog: pytest.LogCaptureFixture) -> None:
    with door(allowed=("192.0.2.1",)) as open_door:
        assert open_door.dial(open_door.announce("a call")).closed()
        assert open_door.answered.empty()
    assert "a connection from 127.0.0.1 was refused" in caplog.text


@pytest.mark.parametrize("first", [b"\x10\x00\x02ab", b"GET / HTTP/1.1\r\n\r\n", b"\x01\x00\x10short"])
def test_what_begins_otherwise_is_closed(first: bytes, caplog: pytest.LogCaptureFixture) -> None:
    with door() as open_door:
        asterisk = open_door.dial()
        asterisk.raw(first)
        if first.endswith(b"short"):
            asterisk.hang_up()
        else:
            assert asterisk.closed()
        assert open_door.answered.empty()


def test_garbage_on_the_port_harms_no_call_that_goes_on() -> None:
    with door() as open_door:
        good, wire = through(open_door, "the good one")

        threads = threading.active_count()

        @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
        @given(st.booleans(), st.lists(st.binary(max_size=80), max_size=4))
        def knock(announced: bool, pieces: list[bytes]) -> None:
            good.say(QUIET.tobytes())
            bad = open_door.dial(open_door.announce("bad") if announced else None)
            for piece in pieces:
                try:
                    bad.raw(piece)
                except ConnectionError:
                    break
            bad.hang_up()

        knock()
        good.say(TONE.tobytes())
        assert hears(wire, TONE.tobytes())
        while len(open_door.server.calls) > 1:
            open_door.ended.get(timeout=PATIENCE)
        end = time.monotonic() + PATIENCE
        while open_door.tasks() > TASKS_OF_A_CALL and time.monotonic() < end:
            time.sleep(0.01)
        assert open_door.tasks() <= TASKS_OF_A_CALL, "a task for each that knocked was left over"
        assert threading.active_count() == threads


def test_a_prompt_has_no_hole_however_late_the_conversation_is() -> None:
    wire = PhoneWire()
    prompt = np.stack([TONE + number for number in range(5)])
    wire.ahead(prompt)
    said = [wire.tick(QUIET.tobytes(), "") for _ in range(6)]
    assert said == [*(frame.astype("<i2").tobytes() for frame in prompt), QUIET.tobytes()]
    for frame in prompt:
        wire.step(frame)
    assert wire.tick(QUIET.tobytes(), "") == QUIET.tobytes(), "what was said is not said again"
    wire.step(TONE)
    assert wire.tick(QUIET.tobytes(), "") == TONE.astype("<i2").tobytes()


def test_a_prompt_that_she_interrupts_stops_at_once() -> None:
    wire = PhoneWire()
    wire.ahead(np.stack([TONE] * 5))
    wire.tick(QUIET.tobytes(), "1")
    wire.step(TONE)
    wire.hush()
    assert wire.tick(QUIET.tobytes(), "") == QUIET.tobytes()


def test_after_the_last_words_nothing_more_is_said() -> None:
    wire = PhoneWire()
    wire.part(TONE.astype("<i2").tobytes())
    wire.ahead(np.stack([TONE + 1] * 5))
    wire.hush()
    assert wire.tick(QUIET.tobytes(), "") == TONE.astype("<i2").tobytes()
    assert wire.tick(QUIET.tobytes(), "") == QUIET.tobytes()
    with pytest.raises(HungUp):
        wire.step(TONE)


def test_a_key_is_never_lost_however_late_the_conversation_is() -> None:
    wire = PhoneWire()
    for _ in range(HEARD_AT_MOST + 5):
        wire.tick(TONE.tobytes(), "")
    wire.tick(TONE.tobytes(), "1")
    wire.tick(TONE.tobytes(), "2")
    pressed = ""
    for _ in range(HEARD_AT_MOST):
        pressed += wire.step(QUIET)[1]
        wire.tick(TONE.tobytes(), "")
    assert pressed + wire.step(QUIET)[1] == "12"
    assert wire.lost == 7
