"""A real Asterisk for the tests, Sakhi's line beside it, and telephones that call."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom

from ear_kit import RATE, SAID, SECOND, mostly_alike, sound_of

from flows.turn import Line
from ivr.voice import Voice
from speech.audio import Audio, Samples

HOUSE = Path(__file__).resolve().parent.parent
KIT = HOUSE.parent / "shared" / "asterisk"
KEPT = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bol-sakhi" / "asterisk"
"""Where the Asterisk of the tests stays between two runs."""
SECRET = "a-secret-of-the-lab"
NEEDS_WITHIN = 300.0
PATIENCE = 60.0
OURS = (12_000, 32_000)
"""Ports between those of Asterisk's sound and those that Linux gives out."""
EXTENSIONS = """[general]
static=yes
writeprotect=yes
[globals]
SAKHI_AT=127.0.0.1:{port}
SAKHI_RING={ring}
[from-phone]
exten => _X.,1,Goto(sakhi-inbound,s,1)
"""
TRUNK = """
[trunk]
type=endpoint
transport=transport-udp
context=sakhi-inbound
disallow=all
allow=alaw
aors=trunk
direct_media=no
dtmf_mode=rfc4733
media_address=127.0.0.1
bind_rtp_to_media_address=yes
[trunk]
type=aor
contact=sip:127.0.0.1:{phone}
"""
MANAGER = """[general]
enabled = yes
webenabled = no
port = {manager}
bindaddr = 127.0.0.1
"""


TALKATIVE = """import logging
logging.basicConfig(level=logging.DEBUG, format="%(asctime)s %(levelname)s %(message)s")
from ivr.__main__ import main
main(prog_name="sakhi")
"""


class NoAsterisk(Exception):
    """Why there is none, and can be none."""


def installed() -> Path:
    """An Asterisk that touches nothing of the system's, downloaded once. Raises NoAsterisk."""
    if not (KIT / "setup.sh").exists():
        raise NoAsterisk(f"{KIT} is not there, which says how a test gets an Asterisk")
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another run may be downloading it just now
        if not (KEPT / "min" / "usr" / "sbin" / "asterisk").exists():
            _download()
    return KEPT / "min"


def _download() -> None:
    if not shutil.which("debootstrap"):
        install = ["apt-get", "install", "-y", "-q", "debootstrap"]
        root = [] if os.geteuid() == 0 else ["sudo", "-n"]
        subprocess.run([*root, *install], capture_output=True, check=False, timeout=NEEDS_WITHIN)
    done = subprocess.run(
        ["bash", KIT / "setup.sh", KEPT], capture_output=True, text=True, check=False, timeout=NEEDS_WITHIN
    )
    if done.returncode:
        for half_done in ("dl", "rt", "min"):
            shutil.rmtree(KEPT / half_done, ignore_errors=True)
        raise NoAsterisk(f"it could not be downloaded: {(done.stderr or done.stdout).strip()[-200:]}")


@dataclass(frozen=True, slots=True)
class Ports:
    """Free ones on the loopback."""

    sip: int
    phone: int
    """Of the telephone that every number we call is."""
    manager: int
    sakhi: int

    @classmethod
    def free(cls) -> "Ports":
        kinds = 2 * (socket.SOCK_DGRAM,) + 2 * (socket.SOCK_STREAM,)
        sockets = [_bound(kind) for kind in kinds]
        found = [each.getsockname()[1] for each in sockets]
        for each in sockets:
            each.close()
        return cls(*found)


def _bound(kind: socket.SocketKind) -> socket.socket:
    """A socket at a port that nobody gets by chance before it is used: Linux itself gives none out there."""
    while True:
        made = socket.socket(socket.AF_INET, kind)
        try:
            made.bind(("127.0.0.1", SystemRandom().randrange(*OURS)))
            return made
        except OSError:
            made.close()


@contextmanager
def asterisk(folder: Path, ports: Ports, ring: float = 0.5) -> Iterator[None]:
    """Asterisk with the configuration that comes with Sakhi. Raises NoAsterisk.

    `ring`: how long a call rings before it is answered, in seconds.
    """
    configured(folder, ports, ring)
    control(folder, "start")
    try:
        yield
    finally:
        control(folder, "stop")


def control(folder: Path, *what: str) -> str:
    """`start`, `stop`, or `rx` and a command of Asterisk's console; what it printed. Raises NoAsterisk."""
    environment = {**os.environ, "LAB": str(folder), "RT": str(installed())}
    with (folder / "control.out").open("w+", encoding="utf-8") as printed:  # a pipe would stay open with it
        command = [KIT / "ast.sh", *what]
        subprocess.run(command, env=environment, stdout=printed, check=True, timeout=PATIENCE)
        printed.seek(0)
        return printed.read()


def configured(folder: Path, ports: Ports, ring: float = 0.5) -> None:
    """Write the configuration that comes with Sakhi, for an Asterisk on these ports."""
    shutil.copytree(KIT / "etc", folder / "etc")
    dialplan, manager = (
        (HOUSE / "ivr" / "asterisk" / name).read_text() for name in ("extensions.conf", "manager.conf")
    )
    (folder / "etc/extensions.conf").write_text(EXTENSIONS.format(port=ports.sakhi, ring=ring) + dialplan)
    user = manager.replace("CHANGE-ME", SECRET)
    (folder / "etc/manager.conf").write_text(MANAGER.format(manager=ports.manager) + user)
    pjsip = (folder / "etc/pjsip.conf").read_text().replace("127.0.0.1:5060", f"127.0.0.1:{ports.sip}")
    (folder / "etc/pjsip.conf").write_text(pjsip + TRUNK.format(phone=ports.phone))


@contextmanager
def line(home: Path) -> Iterator[Path]:
    """`sakhi line` with the books and the config in `home`; its log, while it is open."""
    log = home / "line.log"
    service = opened(home, log)
    try:
        yield log
    finally:
        service.send_signal(signal.SIGTERM)
        service.wait(PATIENCE)


def opened(home: Path, log: Path) -> "subprocess.Popen[bytes]":
    """The process of `sakhi line`, once the line is open; it writes a new `log`, which tells all there is."""
    with log.open("w", encoding="utf-8") as written:
        service = subprocess.Popen(
            [sys.executable, "-c", TALKATIVE, "--config", str(home / "config.yaml"), "line"],
            cwd=HOUSE,
            env={**os.environ, "SAKHI_MANAGER_SECRET": SECRET},
            stderr=written,
        )
    try:
        until(lambda: all(what in log.read_text() for what in ("is open on", "connected to")))
    except TimeoutError:
        service.kill()
        service.wait()
        raise
    return service


def until(happened: Callable[[], bool]) -> None:
    """Wait for it. Raises TimeoutError."""
    end = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.1)


def call(ports: Ports, number: str, heard: Path, *steps: str) -> str:
    """Call from `number` and do the steps of `sip_phone`; the SIP status of the answer."""
    done = subprocess.run(
        [sys.executable, HOUSE / "tests" / "sip_phone.py", str(ports.sip), number, heard, *steps],
        capture_output=True,
        text=True,
        check=False,
        timeout=3 * PATIENCE,
    )
    assert done.returncode == 0, f"{done.returncode}: {done.stderr}"
    return done.stdout.split()[-1]


@contextmanager
def called(ports: Ports, heard: Path, statuses: str, *steps: str) -> Iterator["subprocess.Popen[str]"]:
    """A telephone that is called, as `sip_answer` says; the process, once it can be called."""
    command = [sys.executable, HOUSE / "tests" / "sip_answer.py", str(ports.phone), heard, statuses, *steps]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as phone:
        assert phone.stdout is not None
        try:
            while phone.stdout.readline() != "ready\n":
                assert phone.poll() is None
            yield phone
        finally:
            phone.kill()


def talk(voice: Voice, folder: Path, *turns: tuple[Line, str]) -> list[str]:
    """The steps of hearing each line out and doing what is beside it; `folder` keeps the sounds."""
    steps = []
    for number, (line, answer) in enumerate(turns):
        path = folder / f"said-{number}.wav"
        Audio(_sound(voice, line)[-SECOND:], RATE).write(path)
        steps += [f"hear:{path}", answer]
    return steps


def was_said(voice: Voice, heard: Path, *lines: Line) -> list[bool]:
    """Of each line whether the second from its middle on was heard: many begin alike."""
    recorded = sound_of(heard)
    sounds = [_sound(voice, line) for line in lines]
    return [mostly_alike(sound[len(sound) // 2 :][:SECOND], recorded) > SAID for sound in sounds]


def _sound(voice: Voice, line: Line) -> Samples:
    return voice.speak(line).audio.resampled(RATE).samples
