"""The phone service with a fake Asterisk: what is announced is let in, what is too much is turned away."""

import socket
import threading
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from line_kit import PATIENCE
from service_kit import GOODBYE, running

from ivr.line.admission import Place
from ivr.line.call import Call
from ivr.line.frames import Frame, Kind

pytestmark = pytest.mark.filterwarnings("ignore:notifyAll:DeprecationWarning")


def test_a_call_that_was_announced_is_answered_with_its_number() -> None:
    with running() as one:
        asterisk = one.dial(one.announced("+91 98765-43210"))
        assert one.calls.get(timeout=PATIENCE) == Call("PJSIP/+91 98765-43210", "919876543210")
        asterisk.hang_up()
        assert one.ended.get(timeout=PATIENCE) == "she has hung up"


@pytest.mark.parametrize("caller", ["", "anonymous", "0"])
def test_a_number_that_is_kept_back_is_none(caller: str) -> None:
    with running() as one:
        asterisk = one.dial(one.announced(caller))
        assert one.calls.get(timeout=PATIENCE).caller == ""
        asterisk.hang_up()


def test_more_calls_than_may_go_on_are_turned_away_until_one_ends() -> None:
    with running(most=2) as one:
        first = one.dial(one.announced("1001"))
        second = one.dial(one.announced("1002"))
        one.calls.get(timeout=PATIENCE)
        one.calls.get(timeout=PATIENCE)
        assert one.announced("1003") == "full"
        first.hang_up()
        one.ended.get(timeout=PATIENCE)
        while (answer := one.announced("1004")) == "full":
            pass
        assert one.unanswered.get(timeout=PATIENCE).caller == "1003"
        assert UUID(answer)
        second.hang_up()


def test_a_call_that_came_while_asterisk_could_not_tell_is_answered() -> None:
    with running() as one:
        waiting = {"Context": "sakhi-inbound", "Application": "Wait", "CallerIDNum": "1001"}
        one.fake.event("CoreShowChannel", Channel="PJSIP/talking", ChannelStateDesc="Up", **waiting)
        one.fake.event("CoreShowChannel", Channel="PJSIP/waiting", ChannelStateDesc="Ring", **waiting)
        assert one.told("Setvar")["Channel"] == "PJSIP/waiting"


def test_a_conversation_that_breaks_ends_its_call_alone(caplog: pytest.LogCaptureFixture) -> None:
    with running() as one:
        other = one.dial(one.announced("1001"))
        broken = one.dial(one.announced("99999"))
        assert broken.closed()
        broken.hang_up()
        assert one.ended.empty()
        other.hang_up()
        one.ended.get(timeout=PATIENCE)
    assert "broke off; what was confirmed is written" in caplog.text


def test_a_caller_without_a_place_is_told_so_before_others_find_the_line_busy() -> None:
    with running(most=1, extra=1) as one:
        asterisks = [one.dial(one.announced(each)) for each in ("1001", "1002")]
        places = {(call.caller, call.place) for call in (one.calls.get(timeout=PATIENCE) for _ in asterisks)}
        assert places == {("1001", Place.TALK), ("1002", Place.TOLD)}
        assert one.announced("1003") == "full"
        assert one.unanswered.get(timeout=PATIENCE).caller == "1003"
        for asterisk in asterisks:
            asterisk.hang_up()


def test_who_hangs_up_while_it_rings_leaves_her_place_to_the_next() -> None:
    with running(most=1) as one:
        first = one.announced("1001")
        assert one.announced("1002") == "full"
        one.fake.event("Hangup", Channel="PJSIP/1001")
        while one.announced("1003") == "full":
            pass
        assert one.dial(first).closed()


def test_who_hangs_up_while_it_rings_is_told_of_once_and_who_was_answered_is_not() -> None:
    with running() as one:
        answered = one.dial(one.announced("1001"))
        one.calls.get(timeout=PATIENCE)
        one.announced("1002")
        for _ in range(2):
            one.fake.event("Hangup", Channel="PJSIP/1002")
        one.fake.event("Hangup", Channel="PJSIP/1001")
        assert one.unanswered.get(timeout=PATIENCE).caller == "1002"
        answered.hang_up()
        one.ended.get(timeout=PATIENCE)
        assert one.unanswered.empty()


def test_a_call_is_announced_once_however_often_asterisk_tells_of_it() -> None:
    with running() as one:
        call = one.announced("1001")
        waiting = {"Context": "sakhi-inbound", "Application": "Wait", "CallerIDNum": "1001"}
        one.fake.event("CoreShowChannel", Channel="PJSIP/1001", ChannelStateDesc="Ring", **waiting)
        assert one.announced("1002") != call
        asterisk = one.dial(call)
        assert one.calls.get(timeout=PATIENCE).caller == "1001"
        asterisk.hang_up()


@pytest.mark.parametrize("told", ["Hangup", "CoreShowChannelsComplete"])
def test_a_talk_whose_channel_is_gone_ends(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.line.service.LINGERING", 0.0)
    with running() as one:
        stays, gone = (one.dial(one.announced(each)) for each in ("1001", "1002"))
        one.calls.get(timeout=PATIENCE)
        one.calls.get(timeout=PATIENCE)
        if told == "CoreShowChannelsComplete":
            one.fake.drop()
            one.told("CoreShowChannels")
            one.fake.event("CoreShowChannel", Channel="PJSIP/1001")
        one.fake.event(told, Channel="PJSIP/1002")
        assert one.ended.get(timeout=PATIENCE)
        assert gone.closed()
        assert one.ended.empty()
        stays.hang_up()


def test_a_list_of_calls_that_was_not_asked_for_ends_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.line.service.LINGERING", 0.0)
    monkeypatch.setattr("ivr.line.service.LOOKS", 1 << 30)
    with running() as one:
        one.fake.event("CoreShowChannelsComplete")
        stays = one.dial(one.announced("1001"))
        one.calls.get(timeout=PATIENCE)
        one.fake.event("CoreShowChannelsComplete")
        asterisk = one.dial(one.announced("1002"))
        one.calls.get(timeout=PATIENCE)
        assert one.ended.empty()
        stays.hang_up()
        asterisk.hang_up()


def test_health_tells_whether_the_line_can_work() -> None:
    with running() as one:
        one.health.model = True
        one.dial(one.announced("1001"))
        one.calls.get(timeout=PATIENCE)
        report = one.health.report()
        assert (report["ok"], report["calls"], report["manager"]) == (True, 1, True)
        assert datetime.fromisoformat(report["last_event"])
    assert not one.health.report()["ok"]


def test_when_the_service_ends_a_goodbye_is_said_and_conversations_end_as_by_a_hangup() -> None:
    with running() as one:
        asterisk = one.dial(one.announced("1001"))
        one.calls.get(timeout=PATIENCE)
        one.stop()
        frames = []
        while frame := asterisk.receive():
            frames.append(frame)
        assert GOODBYE in b"".join(frame.payload for frame in frames)
        assert frames[-1].kind is Kind.HANGUP
        assert one.ended.get(timeout=PATIENCE)


def test_while_calls_are_behind_no_more_are_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    stuck = threading.Event()
    with running(most=3) as one:
        monkeypatch.setattr(one.service, "_answer", lambda *_: stuck.wait(PATIENCE))
        for caller in ("1001", "1002"):
            one.dial(one.announced(caller)).receive()
        while (answer := one.announced("1003")) != "full":
            one.fake.event("Hangup", Channel="PJSIP/1003")
        stuck.set()
        assert answer == "full"
        assert one.unanswered.get(timeout=PATIENCE).caller == "1003"


def test_a_conversation_that_no_longer_listens_ends_with_a_goodbye(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.line.wire.HEARD_AT_MOST", 10)
    stuck = threading.Event()
    with running() as one:
        monkeypatch.setattr(one.service, "_answer", lambda *_: stuck.wait(PATIENCE))
        asterisk = one.dial(one.announced("1001"))
        frames = []
        while (frame := asterisk.receive()) and frame.kind is Kind.SOUND:
            frames.append(frame.payload)
        assert GOODBYE in b"".join(frames)
        assert frame == Frame(Kind.HANGUP)
        stuck.set()


def test_systemd_learns_that_the_line_is_ready_and_alive_and_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(PATIENCE)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        with running():
            assert [systemd.recv(100), systemd.recv(100)] == [b"READY=1", b"WATCHDOG=1"]
        assert systemd.recv(100) in (b"STOPPING=1", b"WATCHDOG=1")


ODD = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=20)
EVENTS = st.fixed_dictionaries(
    {},
    optional={
        "UserEvent": st.sampled_from(["SakhiCall", "Other"]) | ODD,
        "Channel": st.sampled_from(["PJSIP/1001", "PJSIP/odd"]) | ODD,
        "CallerIDNum": ODD,
        "Uniqueid": ODD,
        "Context": st.sampled_from(["sakhi-inbound"]) | ODD,
        "Application": st.sampled_from(["Wait"]) | ODD,
        "ChannelStateDesc": st.sampled_from(["Ring"]) | ODD,
    },
)
NAMES = ["UserEvent", "CoreShowChannel", "CoreShowChannelsComplete", "Hangup", "OriginateResponse", "Else"]


def test_whatever_the_manager_tells_no_call_is_harmed_and_nothing_is_left_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ivr.line.service.LOOKS", 1 << 30)  # a list that was asked for is believed
    with running(most=3) as one:
        good = one.dial(one.announced("2002"))
        one.calls.get(timeout=PATIENCE)

        @settings(max_examples=200, suppress_health_check=list(HealthCheck))
        @given(st.lists(st.tuples(st.sampled_from(NAMES), EVENTS), max_size=5))
        def tell(events: list[tuple[str, dict[str, str]]]) -> None:
            for name, keys in events:
                one.fake.event(name, **keys)

        tell()
        one.fake.event("UserEvent", UserEvent="SakhiCall", Channel="PJSIP/last", CallerIDNum="3003")
        while one.told("Setvar")["Channel"] != "PJSIP/last":
            pass
        assert one.ended.empty()
        assert sum(thread.name.startswith("call ") for thread in threading.enumerate()) == 1
        good.hang_up()
        assert one.ended.get(timeout=PATIENCE)


def test_a_conversation_that_does_not_end_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.line.service.LEAVING", 0.2)
    stuck = threading.Event()
    with running() as one:
        monkeypatch.setattr(one.service, "_answer", lambda *_: stuck.wait(PATIENCE))
        asterisk = one.dial(one.announced("1001"))
        asterisk.receive()
        one.stop()
        assert asterisk.closed()
        stuck.set()
