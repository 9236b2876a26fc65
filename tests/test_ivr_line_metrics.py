"""What the line counts of a conversation, how it is told, and that nothing in it names anybody."""

import json
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from phone_kit import Ports
from spoken_kit import SETTINGS, SimulatedWire, ToneVoice, say

from flows.expect import YesNo
from flows.turn import Heard, Line, Sound, Turn
from ivr.__main__ import main
from ivr.line import metrics
from ivr.line.health import Health, told
from ivr.line.wire import SAMPLES, SILENCE, PhoneWire
from ivr.spoken import SpokenChannel
from speech.echo import EchoRecognizer

QUIET = np.zeros(SAMPLES, np.int16)
ASKED = Line("confirmation.saving", {"name": "सुनीता", "amount": 100_00})
TURN = Turn((ASKED,), YesNo(), ASKED)


def came(what: str) -> float:
    return metrics.figure("sakhi_answers_total", prompt="confirmation.saving", came=what)


@pytest.mark.parametrize(
    ("heard", "what"),
    [
        (Heard("हाँ", confidence=1.0, sound=Sound.SPEECH), "voice"),
        (Heard(keys="1", confidence=1.0, sound=Sound.SPEECH), "keys"),
        (Heard("[unk]", confidence=1.0, sound=Sound.SPEECH), "no match"),
        (Heard(sound=Sound.NOISE), "no match"),
        (Heard(), "no input"),
    ],
)
def test_answers_are_counted_by_prompt_and_what_came_of_them(heard: Heard, what: str) -> None:
    before = came(what)
    metrics.Watch(PhoneWire()).heard(TURN, heard, 1.0, 1.5, 0.0)
    assert came(what) == before + 1


def test_the_wait_counts_what_still_lies_on_the_wire_both_ways() -> None:
    wire = PhoneWire()
    watch = metrics.Watch(wire)
    before = metrics.figure("sakhi_turn_latency_seconds_sum")
    watch.heard(TURN, Heard(keys="1", sound=Sound.SPEECH), 2.0, 2.5, 0.0)
    for _ in range(10):
        wire.tick(SILENCE, "")
    wire.step(QUIET + 1)
    watch.asked(TURN, ("बोलिए",))
    watch.asked(TURN, ("बोलिए",))
    assert metrics.figure("sakhi_turn_latency_seconds_sum") - before == pytest.approx(0.5 + 0.18 + 0.02)


def test_an_interrupted_prompt_and_the_listening_are_counted() -> None:
    wire = SimulatedWire((0.5, say("हाँ")))
    channel = SpokenChannel(wire, ToneVoice(), EchoRecognizer().session(), SETTINGS)
    assert channel.exchange(Turn((Line("savings.ask"),), YesNo(), Line("savings.ask"))).text == "हाँ"
    before = metrics.figure("sakhi_barge_ins_total"), metrics.figure("sakhi_heard_seconds_total")
    metrics.listened(channel, PhoneWire())
    assert metrics.figure("sakhi_barge_ins_total") == before[0] + 1
    assert metrics.figure("sakhi_heard_seconds_total") == pytest.approx(before[1] + channel.seconds)
    assert channel.computed > 0


def test_how_a_call_ended_is_one_of_a_few() -> None:
    for why in ("malformed: 0x55 is no kind", "nothing came for 10 s", "nobody knows"):
        metrics.ended("in", why)
    for end in ("malformed", "nothing came", "other"):
        assert metrics.figure("sakhi_calls_total", direction="in", end=end) >= 1


def asked(port: int, path: str) -> tuple[int, str]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def test_health_and_figures_are_told_over_http(tmp_path: Path) -> None:
    port = Ports.free().sakhi
    health = Health(tmp_path / "not-yet-there")
    with told(health, "127.0.0.1", port):
        status, content = asked(port, "/health")
        assert status == 503 and json.loads(content)["model"] is False
        health.model = health.open = True
        health.manager_up = lambda: True
        status, content = asked(port, "/health")
        assert status == 200 and json.loads(content)["disk_free_mib"] > 0
        status, content = asked(port, "/metrics")
        assert status == 200 and "sakhi_turn_latency_seconds_bucket" in content
        assert asked(port, "/else")[0] == 404


def test_an_address_in_use_keeps_no_telephone_from_its_work(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    port = Ports.free().sakhi
    with told(Health(tmp_path), "127.0.0.1", port), told(Health(tmp_path), "127.0.0.1", port):
        pass
    assert "see `line.status_port`" in caplog.text


def test_a_full_disk_is_no_health(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    health = Health(tmp_path)
    health.model = health.open = True
    health.manager_up = lambda: True
    assert health.report()["ok"]
    monkeypatch.setattr("ivr.line.health.FULL_DISK", 1 << 60)
    assert not health.report()["ok"]


def test_the_technician_sees_how_the_line_is(tmp_path: Path) -> None:
    port = Ports.free().sakhi
    config = tmp_path / "config.yaml"
    config.write_text(f"line: {{status_port: {port}}}\n")
    with told(Health(tmp_path), "127.0.0.1", port):
        shown = CliRunner().invoke(main, ["--config", str(config), "line", "status"])
    assert shown.exit_code == 1
    assert "NOT in order" in shown.output and "she waits for us" in shown.output
    nobody = CliRunner().invoke(main, ["--config", str(config), "line", "status"])
    assert nobody.exit_code == 2
    assert "is `sakhi line` running?" in nobody.output


def test_no_figure_names_anybody() -> None:
    ours = [metric for metric in metrics.REGISTRY.collect() if metric.name.startswith("sakhi_")]
    labels = {name for metric in ours for sample in metric.samples for name in sample.labels}
    assert labels <= {"direction", "end", "doing", "prompt", "came", "why", "le"}
