"""Garbage at both doors of the line: calls that go on must not be harmed, and nothing may be left over."""

import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID, uuid4

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bench.phone.between import HOST, Between
from bench.phone.lab import Lab, threads_and_files
from ivr.line.frames import Kind

EXAMPLES = 10_000
IN_A_CALL = 5
"""One of so many connections is let in before it sends garbage."""
SETTLES = 20.0
"""Seconds after which all that was opened must be gone."""
_KINDS = st.one_of(st.sampled_from([int(kind) for kind in Kind]), st.integers(0, 255))
_PAYLOADS = st.one_of(st.binary(max_size=40), st.sampled_from([bytes(320), bytes(16), b"5", b"\xff" * 320]))
_LENGTHS = st.one_of(st.none(), st.integers(0, 0xFFFF))
_NAMES = st.sampled_from(
    (
        *("Event", "UserEvent", "Channel", "CallerIDNum", "Context", "Application", "ChannelStateDesc"),
        *("Response", "ActionID", "Uniqueid", "Cause", "Reason", "Message", "EventList", ""),
    )
)
_WORDS = st.sampled_from(
    (
        *("CoreShowChannel", "CoreShowChannelsComplete", "Hangup", "OriginateResponse", "UserEvent"),
        *("Success", "Error", "Wait", "Ring", "Up", "1", "-1", "sakhi-inbound", "9" * 400),
    )
)
_RAISED = re.compile(r"^Traceback .*\n(?: .*\n)*(\S.*)", re.MULTILINE)
_VALUES = st.one_of(st.text(max_size=60), _WORDS, _WORDS)


@st.composite
def frames(draw: st.DrawFn) -> bytes:
    """A frame as AudioSocket has it, or nearly: a length may lie."""
    payload = draw(_PAYLOADS)
    length = draw(_LENGTHS)
    return bytes((draw(_KINDS),)) + (len(payload) if length is None else length).to_bytes(2, "big") + payload


@st.composite
def streams(draw: st.DrawFn) -> bytes:
    """What is sent on one connection, perhaps cut off."""
    data = b"".join(draw(st.lists(st.one_of(frames(), frames(), st.binary(max_size=30)), max_size=6)))
    return data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data


@st.composite
def packs(draw: st.DrawFn) -> bytes:
    """What a manager sends, or nearly."""
    lines = draw(st.lists(st.tuples(_NAMES, _VALUES), max_size=6))
    if any(value == "SakhiCall" for _, value in lines):
        lines = []
    between = draw(st.sampled_from((": ", ":", " ", "")))
    end = draw(st.sampled_from(("\r\n", "\r\n", "\r\n", "\n", "")))
    text = "".join(f"{name}{between}{value}{end}" for name, value in lines) + end
    garbage = st.one_of(st.binary(max_size=60), st.just(b"\r\n\r\n"))
    return draw(st.one_of(st.just(text.encode("utf-8", "replace")), garbage))


def _run(strategy: "st.SearchStrategy[bytes]", examples: int, use: Callable[[bytes], None]) -> None:
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def each(data: bytes) -> None:
        use(data)

    each()


class Fuzz:
    """All of it, for a thread of its own."""

    def __init__(self, lab: Lab, between: Between, examples: int = EXAMPLES) -> None:
        self._lab, self._between, self._examples = lab, between, examples
        self.counts: Counter[str] = Counter()
        """What was sent."""
        self.idle = threads_and_files(lab.line_pid)
        """Threads and files of Sakhi before."""
        self.over = threading.Event()

    def run(self) -> None:
        """Send everything."""
        try:
            _run(streams(), self._examples, self._knock)
            _run(packs(), self._examples, self._put_in)
        finally:
            self.over.set()

    def _knock(self, data: bytes) -> None:
        self.counts["connections"] += 1
        with socket.create_connection((HOST, self._lab.ports.sakhi)) as door, suppress(OSError):
            if self.counts["connections"] % IN_A_CALL == 0:
                door.sendall(self._let_in())
            elif self.counts["connections"] % 2:
                door.sendall(_call(uuid4()))
            door.sendall(data)
            if self.counts["connections"] % IN_A_CALL == 0:
                self._between.end_of_made_up_call()
        if self.counts["connections"] % 20 == 0:
            time.sleep(0.02)  # the door takes a limited number at once

    def _let_in(self) -> bytes:
        call = self._between.made_up_call()
        try:
            number = UUID(call)
        except ValueError:
            self.counts["no room for a made-up call"] += 1
            time.sleep(0.1)
            return b""
        self.counts["let in"] += 1
        return _call(number)

    def _put_in(self, data: bytes) -> None:
        self.counts["put in"] += 1
        self._between.put_in(data)

    def verdicts(self) -> list[tuple[str, bool]]:
        """Whether nothing is left of it. Waits until that is so, or time is up."""
        end = time.monotonic() + SETTLES
        while time.monotonic() < end and self._lab.channels():
            time.sleep(1)
        threads, files = threads_and_files(self._lab.line_pid)
        raised = sorted(set(_RAISED.findall(self._lab.log)))
        return [
            (f"channels left in Asterisk: {self._lab.channels()}", self._lab.channels() == 0),
            (f"threads of Sakhi: {self.idle[0]} before, {threads} after", threads <= self.idle[0] + 2),
            (f"files of Sakhi: {self.idle[1]} before, {files} after", files <= self.idle[1] + 3),
            (f"errors that nobody expected: {raised or 'none'}", not raised),
        ]


def _call(number: UUID) -> bytes:
    return bytes((Kind.CALL,)) + (16).to_bytes(2, "big") + number.bytes
