"""The one process in which pyttsx3 runs: requests come in as JSON lines, answers go out as JSON lines.

pyttsx3 2.99 with espeak-ng asks for care: a second engine in a process hangs or writes nothing; of several
texts queued before one `runAndWait` only the last is written; a voice it does not know is silently replaced;
an empty text fails an assertion; a path it cannot write is only printed; a text that follows another too soon
is spoken at the wrong speed or not at all, because espeak-ng still works when `runAndWait` returns; on a busy
machine a word comes out without any sound once in a long while. So: one engine, one text at a time, a wait
until espeak-ng rests, a look at both the voice and the file, and another try where there is no sound.
"""

import ctypes
import json
import os
import queue
import sys
import threading
import wave
from pathlib import Path
from typing import Any, TextIO

import espeakng_loader

TRIES = 3


def main() -> None:
    """Answer requests until the other side closes our standard input, or dies."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    with Path(os.devnull).open("w") as sys.stdout:  # pyttsx3 prints a line for each file it writes
        _serve(answers)


def _serve(answers: TextIO) -> None:
    engine = _engine()
    requests: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_read, args=(sys.stdin, requests), daemon=True).start()
    while True:
        told = answer(engine, json.loads(requests.get()))
        print(json.dumps(told, ensure_ascii=False), file=answers, flush=True)


def _read(lines: TextIO, requests: "queue.Queue[str]") -> None:
    """On a thread of its own, so that the process also ends while pyttsx3 hangs."""
    for line in lines:
        requests.put(line)
    os._exit(0)


def _engine() -> Any:
    """The only engine; espeak-ng is loaded first, so that pyttsx3 finds it without a system package."""
    os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
    ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)
    import pyttsx3  # noqa: PLC0415  (it looks for the library as it is imported)

    return pyttsx3.init("espeak")


def rest() -> None:
    """Wait until espeak-ng has done all it was asked."""
    from pyttsx3.drivers import _espeak  # noqa: PLC0415  (only after the library is loaded)

    _espeak.Synchronize()


def answer(engine: Any, request: dict[str, Any]) -> dict[str, str]:
    """Speak into the file that the request names; what went wrong as `error`, or nothing."""
    try:
        _speak(engine, request)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
    return {}


def _speak(engine: Any, request: dict[str, Any]) -> None:
    path = Path(request["path"])
    for _ in range(TRIES):
        if _written(engine, request, path):
            return
    raise ValueError("espeak-ng made no sound for this text")


def _written(engine: Any, request: dict[str, Any], path: Path) -> bool:
    """Whether any sound was written."""
    for name in ("voice", "rate", "pitch"):
        engine.setProperty(name, request[name])
    rest()
    engine.save_to_file(request["text"], str(path))
    engine.runAndWait()
    rest()
    spoken = str(engine.getProperty("voice")).rpartition("/")[2]
    if spoken != request["voice"].lower():
        raise ValueError(f"espeak-ng has no voice {request['voice']!r} and spoke with {spoken!r}")
    with wave.open(str(path)) as written:
        return bool(written.getnframes())


if __name__ == "__main__":
    main()
