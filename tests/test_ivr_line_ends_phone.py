"""Real calls whose service or Asterisk dies under them: nobody is left in silence, the line comes back."""

import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from phone_kit import PATIENCE, NoAsterisk, Ports, call, configured, control, opened, until

from ivr.books import begin
from ivr.books import opened as books
from ivr.commands.line_install import sorry
from ivr.settings import load
from store.people import Group

pytestmark = pytest.mark.phone
NUMBER = "9876543210"


class Lab:
    """An Asterisk with `sakhi line` beside it, to be ended in any way."""

    def __init__(self, home: Path, model: Path) -> None:
        self.ports, self._home, self._asterisk = Ports.free(), home, home / "asterisk"
        line = {
            "port": self.ports.sakhi,
            "manager_port": self.ports.manager,
            "status_port": Ports.free().sakhi,
        }
        (home / "config.yaml").write_text(f"data: data\nmodel: {model}\nline: {line}\n")
        settings = load(home / "config.yaml")
        begin(settings, Group("ujala", "उजाला समूह", 100_00, 3, 50_000_00))
        with books(settings) as ledger:
            ledger.add_member(1, "सुनीता", phones=[NUMBER])
        self._asterisk.mkdir()
        configured(self._asterisk, self.ports)
        (self._asterisk / "sorry.wav").write_bytes(sorry(settings))
        self.log = home / "line.log"
        self.calls = 0

    def start(self) -> None:
        control(self._asterisk, "start")
        control(self._asterisk, "rx", f"dialplan set global SAKHI_SORRY {self._asterisk / 'sorry'}")

    def rings_for(self, seconds: str) -> None:
        control(self._asterisk, "rx", f"dialplan set global SAKHI_RING {seconds}")

    def stop(self) -> None:
        process = int((self._asterisk / "run/asterisk.real.pid").read_text())
        control(self._asterisk, "stop")
        until(lambda: not Path(f"/proc/{process}/exe").exists())

    def open(self) -> "subprocess.Popen[bytes]":
        return opened(self._home, self.log)

    @property
    def console(self) -> str:
        """What Asterisk has logged."""
        return (self._asterisk / "run/log/messages").read_text(errors="replace")

    @contextmanager
    def calling(self) -> Iterator[None]:
        """A call that goes on; at the end it has been ended from here."""
        self.calls += 1
        heard = self._home / f"heard-{self.calls}.wav"
        caller = threading.Thread(target=lambda: call(self.ports, NUMBER, heard, "end"))
        caller.start()
        until(lambda: len(re.findall(r"TryExec\(", self.console)) == self.calls)
        yield
        caller.join(PATIENCE)
        assert not caller.is_alive()


@pytest.fixture
def lab(tmp_path: Path, model_folder: Path) -> Iterator[Lab]:
    one = Lab(tmp_path, model_folder)
    try:
        one.start()
    except NoAsterisk as error:
        pytest.skip(f"no real Asterisk: {error}")
    try:
        yield one
    finally:
        one.stop()


def test_a_call_whose_service_is_killed_goes_on_in_the_dialplan_and_ends(lab: Lab) -> None:
    service = lab.open()
    with lab.calling():
        service.kill()
        service.wait()
    assert re.search(r"Executing \[s@sakhi-inbound:\d+\] Hangup", lab.console)


def test_who_rings_while_the_service_is_killed_hears_that_it_is_sorry(lab: Lab, tmp_path: Path) -> None:
    lab.rings_for("3")
    service = lab.open()
    caller = threading.Thread(target=lambda: call(lab.ports, NUMBER, tmp_path / "heard.wav", "end"))
    caller.start()
    until(lambda: 'Wait("PJSIP/caller-00000000", "3")' in lab.console)
    service.kill()
    service.wait()
    caller.join(PATIENCE)
    assert re.search(r"Playing '\S+/sorry\.slin'", lab.console)


def test_who_calls_when_no_service_runs_pays_nothing(lab: Lab, tmp_path: Path) -> None:
    assert call(lab.ports, NUMBER, tmp_path / "heard.wav", "ring:8") != "200"
    assert "Answer(" not in lab.console


def test_told_to_stop_the_service_says_goodbye_and_ends_within_seconds(lab: Lab) -> None:
    service = lab.open()
    with lab.calling():
        service.send_signal(signal.SIGTERM)
        assert service.wait(PATIENCE) == 0
    assert "ended: we hung up" in lab.log.read_text()
    assert "sorry.slin" not in lab.console


def test_after_a_restart_of_asterisk_calls_are_taken_again_and_none_is_left_over(lab: Lab) -> None:
    service = lab.open()
    try:
        with lab.calling():
            lab.stop()
        until(lambda: "ended: " in lab.log.read_text())
        lab.start()
        until(lambda: lab.log.read_text().count("connected to") == 2)
        lab.calls = len(re.findall(r"TryExec\(", lab.console))
        with lab.calling():
            service.send_signal(signal.SIGTERM)
        assert lab.log.read_text().count("ended: ") == 2
    finally:
        service.terminate()
        service.wait(PATIENCE)
