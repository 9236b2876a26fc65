"""The voice: pyttsx3 with espeak-ng, in one process of its own, started again when it hangs or dies."""

import contextlib
import json
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from speech.audio import Audio, trimmed
from speech.spelling import EDITION, respelled
from speech.synthesizer import SynthesisFailed

PACKAGES = Path(__file__).resolve().parent.parent
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
"""What is no letter; espeak-ng takes NUL for the end, and would leave the rest of a sentence unsaid."""


class Worker:
    """The process that speaks, shared by all voices; it starts at the first phrase and ends with ours.

    `limit` is how long one phrase may take, in seconds.
    """

    def __init__(self, limit: float = 10.0) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str] = queue.Queue()

    @property
    def pid(self) -> int | None:
        """The process's number, None while there is none."""
        return self._process.pid if self._process else None

    def speak(self, text: str, voice: str, rate: int, pitch: int) -> Audio:
        """Speak with an espeak-ng voice at `rate` words per minute and `pitch` 0 to 99.

        Raises SynthesisFailed if the text is empty or came out silent, the voice is unknown, the process too
        slow, or there is no room for its file.
        """
        words = " ".join(_CONTROL.sub(" ", text).split())
        if not words:
            raise SynthesisFailed("an empty text cannot be spoken")
        try:
            spoken = self._spoken(words, voice, rate, pitch)
        except (OSError, ValueError) as error:
            raise SynthesisFailed(f"{words!r} could not be spoken: {error}; is the disk full?") from error
        if not spoken.samples.any():
            raise SynthesisFailed(f"{words!r} came out silent: there is no word in it, or none that is known")
        return trimmed(spoken)

    def _spoken(self, words: str, voice: str, rate: int, pitch: int) -> Audio:
        with self._lock, tempfile.TemporaryDirectory(prefix="voice-") as folder:
            path = Path(folder) / "spoken.wav"
            request = {"text": words, "voice": voice, "rate": rate, "pitch": pitch, "path": str(path)}
            error = json.loads(self._exchange(json.dumps(request), words)).get("error")
            if error:
                raise SynthesisFailed(f"{words!r} could not be spoken: {error}")
            return Audio.read(path)

    def close(self) -> None:
        """End the process; the next phrase would start a new one."""
        with self._lock:
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _exchange(self, request: str, words: str) -> str:
        """Ask twice, because a process that died since the last phrase shows it only when asked."""
        for _ in range(2):
            answer = self._ask(request, words)
            if answer:
                return answer
            self._end()
        raise SynthesisFailed(f"the voice's process died twice on {words!r}; see its messages above")

    def _ask(self, request: str, words: str) -> str:
        """The answer, empty if the process died."""
        process = self._process or self._start()
        assert process.stdin is not None
        try:
            print(request, file=process.stdin, flush=True)
            return self._answers.get(timeout=self._limit)
        except BrokenPipeError:
            return ""
        except queue.Empty:
            self._end()
            raise SynthesisFailed(f"{words!r} was not spoken within {self._limit:g} s") from None

    def _start(self) -> "subprocess.Popen[str]":
        paths = [str(PACKAGES), *filter(None, [os.environ.get("PYTHONPATH")])]
        process = subprocess.Popen(
            [sys.executable, "-m", "speech.pyttsx3_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )
        self._process, self._answers = process, queue.Queue()
        threading.Thread(target=_pass_on, args=(process, self._answers), daemon=True).start()
        return process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # what was not yet written is for nobody
            process.stdin.close()


def _pass_on(process: "subprocess.Popen[Any]", answers: "queue.Queue[str]") -> None:
    """Put each answer on the queue, and an empty one when the process has ended."""
    assert process.stdout is not None
    with process.stdout as lines:
        for line in lines:
            answers.put(line)
    answers.put("")


@dataclass(frozen=True, slots=True)
class Pyttsx3:
    """One voice of the worker."""

    worker: Worker
    """The process that speaks."""
    name: str = "hi"
    """An espeak-ng voice: a language, or a language and a variant such as "hi+f2"."""
    rate: int = 140
    """Speed, in words per minute."""
    pitch: int = 50
    """Pitch, 0 to 99; 50 is the voice's own."""

    @property
    def voice(self) -> str:
        """Engine, voice, speed, pitch and how words are said in one line."""
        return f"pyttsx3 {self.name} {self.rate} {self.pitch} {EDITION}"

    def speak(self, text: str) -> Audio:
        """The text as sound at 22,050 Hz, trimmed at both ends; words are said as `speech.spelling` has them.

        Raises SynthesisFailed.
        """
        return self.worker.speak(respelled(text), self.name, self.rate, self.pitch)
