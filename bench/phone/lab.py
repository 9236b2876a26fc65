"""A laboratory: its own books, a real Asterisk, and `sakhi line`, to be killed and started again."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.phone.between import Between
from bench.phone.books import Known, found
from ivr.sections import Settings
from ivr.settings import load
from tests import phone_kit

MODEL = phone_kit.HOUSE / "models" / "hi-small"
TICKS = os.sysconf("SC_CLK_TCK")
MOST_CALLS = 40
HOURS = "outbound: {from_hour: 0, until_hour: 24}\n"
"""When members are called back: at any hour, as measurements are taken at any."""


class Lab:
    """What runs, and what it costs."""

    def __init__(self, home: Path, members: int, entries: int, between: Between | None, resume: int) -> None:
        """Begin the books in `home`; the others as in `lab`."""
        self.home = home
        self.ports = phone_kit.Ports.free()
        if between:
            between.target = self.ports.manager
        self._resume = resume
        self._configure(between.port if between else self.ports.manager)
        self.settings: Settings = load(home / "config.yaml")
        self.known: list[Known] = found(self.settings, members, entries)
        self._asterisk = home / "asterisk"
        self._asterisk.mkdir()
        phone_kit.configured(self._asterisk, self.ports)
        self._service: subprocess.Popen[bytes] | None = None
        self._logs = 0

    def _configure(self, manager_port: int) -> None:
        line = {
            "port": self.ports.sakhi,
            "status_port": phone_kit.Ports.free().sakhi,
            "manager_port": manager_port,
            "most_calls": MOST_CALLS,
            "resume_within": self._resume,
        }
        keys = "".join(f"  {key}: {value}\n" for key, value in line.items())
        (self.home / "config.yaml").write_text(
            f"data: data\nmodel: {MODEL}\nvoice: {{cache: voice}}\n{HOURS}line:\n{keys}"
        )

    def start_asterisk(self) -> None:
        """Raises phone_kit.NoAsterisk."""
        phone_kit.control(self._asterisk, "start")

    def stop_asterisk(self) -> None:
        """Stop it, and wait until it is gone."""
        phone_kit.control(self._asterisk, "stop")
        end = time.monotonic() + phone_kit.PATIENCE
        while _runs(self.asterisk_pid):
            if time.monotonic() > end:
                os.kill(self.asterisk_pid, signal.SIGKILL)
            time.sleep(0.05)

    def start_line(self) -> None:
        """Start `sakhi line`, and wait until it is open."""
        self._logs += 1
        self._service = phone_kit.opened(self.home, self.home / f"line-{self._logs}.log")

    def stop_line(self, how: int = signal.SIGTERM) -> None:
        """Stop it, or kill it."""
        assert self._service is not None
        self._service.send_signal(how)
        self._service.wait(phone_kit.PATIENCE)

    @property
    def log(self) -> str:
        """What `sakhi line` wrote, in all its lives."""
        return "".join(path.read_text(errors="replace") for path in sorted(self.home.glob("line-*.log")))

    @property
    def asterisk_pid(self) -> int:
        """Asterisk's process."""
        return int((self._asterisk / "run" / "asterisk.real.pid").read_text())

    @property
    def line_pid(self) -> int:
        """Sakhi's process."""
        assert self._service is not None
        return self._service.pid

    def channels(self) -> int:
        """How many channels Asterisk has; −1 when it does not say."""
        try:
            printed = phone_kit.control(self._asterisk, "rx", "core show channels count")
        except subprocess.CalledProcessError:
            return -1
        found = re.search(r"(\d+) active channel", printed)
        return int(found[1]) if found else -1


@contextmanager
def lab(members: int, entries: int, between: Between | None = None, resume: int = 0) -> Iterator[Lab]:
    """A laboratory that runs, in a folder that is gone afterwards. Raises phone_kit.NoAsterisk.

    `between`: what Sakhi takes for Asterisk's manager; `resume`: minutes within which a call that broke off
    goes on.
    """
    with TemporaryDirectory(prefix="line-") as folder:
        one = Lab(Path(folder), members, entries, between, resume)
        one.start_asterisk()
        try:
            one.start_line()
            try:
                yield one
            finally:
                one.stop_line()
        finally:
            one.stop_asterisk()


def family(pid: int) -> list[int]:
    """A process and all that it started."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    children = [int(child) for each in tasks for child in _read(each).split()]
    return [pid, *(other for child in children for other in family(child))]


def cpu(pid: int) -> float:
    """Seconds of processor time that a process and its children have had (proc(5), stat)."""
    fields = [_read(Path(f"/proc/{each}/stat")).rpartition(")")[2].split() for each in family(pid)]
    return sum(int(each[11]) + int(each[12]) for each in fields if each) / TICKS


def resident_mb(pid: int) -> float:
    """Resident memory of a process and its children in MB (proc(5), statm)."""
    fields = [_read(Path(f"/proc/{each}/statm")).split() for each in family(pid)]
    return sum(int(each[1]) for each in fields if each) * os.sysconf("SC_PAGE_SIZE") / 1e6


def threads_and_files(pid: int) -> tuple[int, int]:
    """How many threads a process has, and how many open files."""
    counts = (len(list(Path(f"/proc/{pid}/{what}").iterdir())) for what in ("task", "fd"))
    threads, files = counts
    return threads, files


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""  # it has ended meanwhile


def _runs(pid: int) -> bool:
    state = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return bool(state) and state[0] != "Z"
