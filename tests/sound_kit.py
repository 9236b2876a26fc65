"""For tests of sound: real sound devices without a sound card, and a disk that is full."""

import importlib
import os
import resource
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from speech.audio import Audio


def reconnect() -> Any:
    """PortAudio looks for devices once, as it begins; make it look again."""
    try:
        sounddevice = importlib.import_module("sounddevice")
    except OSError:
        pytest.skip("PortAudio is not installed")
    sounddevice._terminate()
    sounddevice._initialize()
    return sounddevice


class SoundServer:
    """A PulseAudio of our own, whose loudspeaker and microphone are two null sinks."""

    def __init__(self, folder: Path) -> None:
        socket = folder / "sock"
        home = {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "PULSE_RUNTIME_PATH": str(folder)}
        self.address = f"unix:{socket}"
        self._env = os.environ | home | {"PULSE_SERVER": self.address}
        sinks = [
            f"--load=module-null-sink sink_name={name} rate=16000 channels=1"
            for name in ("loudspeaker", "mouth")
        ]
        self._server = subprocess.Popen(
            [
                *("pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1"),
                f"--load=module-native-protocol-unix socket={socket} auth-anonymous=1",
                *sinks,
            ],
            env={**os.environ, **home},
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 10
        while not socket.exists() and time.monotonic() < until and self._server.poll() is None:
            time.sleep(0.05)
        self._run("pactl", "set-default-sink", "loudspeaker")
        self._run("pactl", "set-default-source", "mouth.monitor")

    def _run(self, *command: str) -> None:
        subprocess.run(command, env=self._env, check=True)

    def say(self, audio: Audio, folder: Path) -> "subprocess.Popen[bytes]":
        """Play into the microphone."""
        path = folder / "said.wav"
        audio.write(path)
        return subprocess.Popen(["paplay", "--device=mouth", str(path)], env=self._env)

    def record(self, path: Path) -> "subprocess.Popen[bytes]":
        """Record what the loudspeaker plays."""
        command = ["parecord", "--device=loudspeaker.monitor", "--rate=16000", "--channels=1"]
        return subprocess.Popen([*command, "--file-format=wav", str(path)], env=self._env)

    def stop(self) -> None:
        self._server.kill()
        self._server.wait()


@contextmanager
def sound_server(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundServer]:
    """A running one that PortAudio reaches; the test is skipped where that can't be."""
    tools = [tool for tool in ("pulseaudio", "pactl", "paplay", "parecord") if not shutil.which(tool)]
    if tools:
        pytest.skip(f"no {', '.join(tools)}: apt install pulseaudio pulseaudio-utils libasound2-plugins")
    running = SoundServer(folder)
    monkeypatch.setenv("PULSE_SERVER", running.address)
    try:
        if not any(device["name"] == "pulse" for device in reconnect().query_devices()):
            pytest.skip("PortAudio does not reach PulseAudio: apt install libasound2-plugins")
        yield running
    finally:
        running.stop()
        reconnect()


@contextmanager
def full_disk() -> Iterator[None]:
    """No file may grow beyond 100 bytes (setrlimit(2)), and writing fails as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
