"""AudioSocket's frames: whole ones come out however they were cut, and what is none is refused at once."""

from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.line.frames import LONGEST_SOUND, Frame, Kind, Malformed, Unpacker

SOUND = st.binary(max_size=400).map(lambda data: Frame(Kind.SOUND, data[: len(data) // 2 * 2]))
KEY = st.sampled_from("0123456789*#ABCD").map(lambda key: Frame(Kind.KEY, key.encode()))
CALL = st.uuids().map(lambda call: Frame(Kind.CALL, call.bytes))
END = st.just(Frame(Kind.HANGUP))
ERROR = st.binary(max_size=4).map(lambda code: Frame(Kind.ERROR, code))
FRAMES = st.lists(st.one_of(SOUND, KEY, CALL, END, ERROR), max_size=8)


@given(FRAMES, st.lists(st.integers(1, 50), min_size=1))
def test_frames_come_out_however_they_were_cut(frames: list[Frame], cuts: list[int]) -> None:
    data = b"".join(frame.packed() for frame in frames)
    unpacker, found, at = Unpacker(), [], 0
    while at < len(data):
        cut = cuts[len(found) % len(cuts)]
        found += unpacker.feed(data[at : at + cut])
        at += cut
    assert found == frames


@settings(max_examples=2000)
@given(st.lists(st.binary(max_size=60), max_size=6))
def test_whatever_comes_is_frames_or_malformed(pieces: list[bytes]) -> None:
    unpacker = Unpacker()
    try:
        for piece in pieces:
            for frame in unpacker.feed(piece):
                assert isinstance(frame.kind, Kind)
                assert len(frame.payload) <= LONGEST_SOUND
    except Malformed as error:
        assert str(error)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x12\x02\x80", "0x12 is no kind of frame"),
        (b"\x10\xff\xff", "SOUND can't have 65535 bytes"),
        (b"\x10\x00\x03abc", "SOUND can't have 3 bytes"),
        (b"\x01\x00\x0f", "CALL can't have 15 bytes"),
        (b"\x03\x00\x01x", "b'x' is no key"),
        (b"\x00\x00\x01", "HANGUP can't have 1 bytes"),
    ],
)
def test_what_is_no_frame_is_refused_before_the_rest_comes(data: bytes, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        list(Unpacker().feed(data))


def test_a_call_and_its_keys_are_read() -> None:
    call = uuid4()
    assert Frame(Kind.CALL, call.bytes).call == call
    assert Frame(Kind.KEY, b"#").key == "#"
    assert Frame(Kind.KEY, b"A").key == ""
