"""The manager's connection: what is told arrives whole, events are handled, and what was lost comes back."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from manager_kit import Action, FakeManager, content, manager

from ivr.line.manager import Event, Manager, ManagerDown, Refused

PATIENCE = 20.0
pytestmark = pytest.mark.filterwarnings("ignore:notifyAll:DeprecationWarning")


class Line:
    """What became of a connection."""

    def __init__(self, fake: FakeManager) -> None:
        self.fake = fake
        self.events: SimpleQueue[Event] = SimpleQueue()
        self.ups: SimpleQueue[None] = SimpleQueue()
        self.manager = Manager(fake.address, "sakhi", "secret", self.handle, lambda: self.ups.put(None))

    def handle(self, event: Event) -> None:
        self.events.put(event)

    def told(self, name: str) -> Action:
        while True:
            action = self.fake.told.get(timeout=PATIENCE)
            if action["Action"] == name:
                return action


@contextmanager
def connected(fake: FakeManager) -> Iterator[Line]:
    line = Line(fake)
    line.manager.start()
    try:
        line.ups.get(timeout=PATIENCE)
        yield line
    finally:
        line.manager.stop()


def test_what_is_told_arrives_and_its_answer_comes_back() -> None:
    with manager() as fake, connected(fake) as line:
        answer = line.manager.tell("Setvar", Channel="PJSIP/trunk-1", Variable="CALL", Value="राधा")
        assert answer["Message"] == "all right"
        assert line.told("Login")["Username"] == "sakhi"
        told = line.told("Setvar")
        assert (told["Channel"], told["Value"]) == ("PJSIP/trunk-1", "राधा")


def test_a_value_is_never_an_action_of_its_own() -> None:
    with manager() as fake, connected(fake) as line:
        line.manager.tell(
            "Originate", {"NAME": "a\r\nAction: Command"}, Channel="PJSIP/1\r\n\r\nAction: Hangup"
        )
        told = line.told("Originate")
        assert told["Channel"] == "PJSIP/1 Action: Hangup"
        assert told["Variable"] == "NAME=a Action: Command"


def test_a_refusal_says_why() -> None:
    def answers(action: Action) -> str | None:
        return (
            "Response: Error\r\nMessage: No such channel" if action["Action"] == "Hangup" else content(action)
        )

    with manager(answers) as fake, connected(fake) as line:
        with pytest.raises(Refused, match="Hangup: No such channel"):
            line.manager.tell("Hangup", Channel="PJSIP/gone")
        assert line.manager.up


def test_an_event_may_be_answered_while_it_is_handled() -> None:
    with manager() as fake:
        line = Line(fake)
        line.handle = lambda event: line.events.put(line.manager.tell("Ping"))  # type: ignore[method-assign]
        line.manager = Manager(fake.address, "sakhi", "secret", line.handle, lambda: line.ups.put(None))
        line.manager.start()
        line.ups.get(timeout=PATIENCE)
        fake.event("UserEvent", UserEvent="SakhiCall")
        assert line.events.get(timeout=PATIENCE)["Message"] == "all right"
        line.manager.stop()


def test_an_event_that_cannot_be_handled_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    with manager() as fake:
        line = Line(fake)

        def handle(event: Event) -> None:
            line.events.put(event)
            if event["Event"] == "Bad":
                raise KeyError("nothing there")

        line.manager = Manager(fake.address, "sakhi", "secret", handle, lambda: line.ups.put(None))
        line.manager.start()
        line.ups.get(timeout=PATIENCE)
        fake.event("Bad")
        fake.event("Good", Channel="PJSIP/1")
        assert line.events.get(timeout=PATIENCE) == {"Event": "Bad"}
        assert line.events.get(timeout=PATIENCE) == {"Event": "Good", "Channel": "PJSIP/1"}
        line.manager.stop()
    assert "could not be handled" in caplog.text


def test_a_lost_connection_is_made_anew_and_told_of() -> None:
    with manager() as fake, connected(fake) as line:
        fake.drop()
        line.ups.get(timeout=PATIENCE)
        fake.event("Again")
        assert line.events.get(timeout=PATIENCE)["Event"] == "Again"
        assert line.manager.tell("Ping")


def test_a_manager_that_does_not_answer_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.line.manager.ANSWER", 0.2)
    silent = threading.Event()

    def answers(action: Action) -> str | None:
        return None if silent.is_set() else content(action)

    with manager(answers) as fake, connected(fake) as line:
        silent.set()
        with pytest.raises(ManagerDown, match="no answer to Setvar"):
            line.manager.tell("Setvar", Channel="PJSIP/1")
        silent.clear()
        line.ups.get(timeout=PATIENCE)
        assert line.manager.tell("Ping")


def test_without_a_connection_nothing_is_told() -> None:
    line = Manager(("127.0.0.1", 9), "sakhi", "secret", lambda event: None)
    assert not line.up
    with pytest.raises(ManagerDown, match=r"no connection to Asterisk's manager at 127\.0\.0\.1"):
        line.tell("Ping")


def test_a_wrong_password_is_told_to_the_technician(caplog: pytest.LogCaptureFixture) -> None:
    with manager(lambda action: "Response: Error\r\nMessage: Authentication failed") as fake:
        line = Line(fake)
        with caplog.at_level(logging.ERROR):
            line.manager.start()
            line.told("Login")
            line.told("Login")
        line.manager.stop()
    assert "refuses the user sakhi: Login: Authentication failed; see manager.conf" in caplog.text
    assert "secret" not in caplog.text


@settings(max_examples=25, deadline=None)
@given(st.lists(st.binary(max_size=200), max_size=5), st.booleans())
def test_garbage_from_the_manager_is_survived(pieces: list[bytes], whole: bool) -> None:
    with pytest.MonkeyPatch.context() as patch, manager() as fake, connected(fake) as line:
        patch.setattr("ivr.line.manager.FIRST_PAUSE", 0.01)
        try:
            for piece in pieces:
                fake.send(piece + (b"\r\n\r\n" if whole else b""))
            fake.drop()
        except OSError:
            pass
        line.ups.get(timeout=PATIENCE)
        assert line.manager.tell("Ping")
