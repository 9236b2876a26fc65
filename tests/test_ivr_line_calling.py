"""The phone service and its dialler with a fake Asterisk: a call of ours from the dialling to its end."""

from pathlib import Path
from uuid import UUID

import pytest
from campaign_kit import RADHA, SITA, Home, home
from line_kit import PATIENCE
from service_kit import MakeDialler, Running, running

from ivr.line.dialler import Dialler

pytestmark = pytest.mark.filterwarnings("ignore:notifyAll:DeprecationWarning")


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.line.dialler.BETWEEN_LOOKS", 0.02)
    monkeypatch.setattr("ivr.line.service.LINGERING", 0.0)


def dialler_of(one: Home) -> MakeDialler:
    return lambda line: Dialler(one.settings.outbound, one.campaign, line)


def dialled(one: Running) -> tuple[str, str]:
    """The unique id of the next call that Asterisk is told to make, and its one-time UUID."""
    told = one.told("Originate")
    variable, _, number = told["Variable"].partition("=")
    assert variable == "SAKHI_CALL" and UUID(number)
    return told["ChannelId"], number


def test_a_call_of_ours_is_talked_in_until_its_channel_is_gone(tmp_path: Path) -> None:
    ours = home(tmp_path)
    task = ours.add()
    with running(dialler=dialler_of(ours)) as one:
        channel, number = dialled(one)
        one.dial(number)
        call = one.calls.get(timeout=PATIENCE)
        assert call.task is not None and (call.task.id, call.caller) == (task.id, RADHA)
        assert ours.states()[task.id] == ("answered", None)
        one.fake.event("CoreShowChannel", Channel="PJSIP/trunk-1", Uniqueid=channel, ChannelStateDesc="Up")
        one.fake.event("CoreShowChannelsComplete")
        one.fake.event("Hangup", Channel="PJSIP/other", Uniqueid="1790000000.1", Cause="16")
        assert one.announced("1001") != "full"
        assert one.ended.empty()
        one.fake.event("Hangup", Channel="PJSIP/trunk-1", Uniqueid=channel, Cause="16")
        assert one.ended.get(timeout=PATIENCE)
        assert one.unanswered.empty()


def test_a_call_of_ours_that_is_busy_lets_nobody_in(tmp_path: Path) -> None:
    ours = home(tmp_path)
    task = ours.add()
    with running(dialler=dialler_of(ours)) as one:
        channel, number = dialled(one)
        one.fake.event("Hangup", Channel="PJSIP/trunk-1", Uniqueid=channel, Cause="17")
        while ours.states()[task.id] != ("waiting", "busy"):
            pass
        assert one.dial(number).closed()
        assert one.calls.empty() and one.unanswered.empty()


def test_one_line_is_kept_for_those_who_call_in(tmp_path: Path) -> None:
    ours = home(tmp_path)
    with running(most=2, dialler=dialler_of(ours)) as one:
        caller = one.dial(one.announced("1001"))
        one.calls.get(timeout=PATIENCE)
        ours.add()
        assert one.announced("1002") != "full"
        one.fake.event("Hangup", Channel="PJSIP/1002")
        assert one.unanswered.get(timeout=PATIENCE).caller == "1002"
        assert [state for state, _ in ours.states().values()] == ["waiting"]
        caller.hang_up()
        dialled(one)


def test_who_is_on_the_line_is_not_called(tmp_path: Path) -> None:
    ours = home(tmp_path)
    with running(dialler=dialler_of(ours)) as one:
        caller = one.dial(one.announced(f"91{RADHA}"))
        one.calls.get(timeout=PATIENCE)
        hers = ours.add()
        other = ours.add("absent", "M", member="m2", phone=SITA)
        dialled(one)
        states = {name: state for name, (state, _) in ours.states().items()}
        assert states == {hers.id: "waiting", other.id: "dialling"}
        caller.hang_up()
        dialled(one)


def test_when_the_service_ends_no_telephone_rings_on(tmp_path: Path) -> None:
    ours = home(tmp_path)
    task = ours.add()
    with running(dialler=dialler_of(ours)) as one:
        channel, _ = dialled(one)
        one.stop()
        assert one.told("Hangup")["Channel"] == channel
    assert ours.states()[task.id] == ("waiting", "no answer")
