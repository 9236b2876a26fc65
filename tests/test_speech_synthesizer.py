"""Both voices under the same tests, the cache over both, and what is pyttsx3's alone."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sound_kit import full_disk

from speech import pyttsx3_worker
from speech.audio import Audio
from speech.pyttsx3 import Pyttsx3, Worker
from speech.synthesizer import Cached, SynthesisFailed, Synthesizer, Tone


@pytest.fixture(params=["tone", "pyttsx3", "cached tone", "cached pyttsx3"])
def voice(request: pytest.FixtureRequest, worker: Worker, tmp_path: Path) -> Synthesizer:
    kind = request.param.split()
    inner: Synthesizer = Tone() if kind[-1] == "tone" else Pyttsx3(worker, "hi+f2")
    return Cached(inner, tmp_path) if kind[0] == "cached" else inner


def alike(one: Audio, other: Audio) -> bool:
    """As long and as loud; espeak-ng breathes a little differently every time."""
    loudness = [float(np.std(audio.samples)) for audio in (one, other)]
    return one.seconds == pytest.approx(other.seconds, rel=0.03) and loudness[0] == pytest.approx(
        loudness[1], rel=0.1
    )


def test_a_longer_text_takes_longer(voice: Synthesizer) -> None:
    short, long = voice.speak("हाँ"), voice.speak("सीता जी, आज कितने रुपये जमा?")
    assert 0.1 < short.seconds < long.seconds < 6
    assert np.abs(long.samples).max() > 1000


def test_the_same_text_sounds_the_same(voice: Synthesizer) -> None:
    assert alike(voice.speak("दो सौ पचास"), voice.speak("दो सौ पचास"))


DYING_WRITER = """
import resource, signal, sys
from pathlib import Path
from speech.synthesizer import Cached, Tone
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
Cached(Tone(), Path(sys.argv[1])).speak("दो सौ पचास रुपये")
"""
ROOT = Path(__file__).resolve().parent.parent


class Slow:
    """A voice that waits to be let go, and counts."""

    voice = "slow"

    def __init__(self) -> None:
        self.go = threading.Event()
        self.began = threading.Event()
        self.spoken: list[str] = []

    def speak(self, text: str) -> Audio:
        self.spoken.append(text)
        self.began.set()
        assert self.go.wait(10)
        return Tone().speak(text)


def test_a_phrase_said_before_waits_for_nobody(tmp_path: Path) -> None:
    slow = Slow()
    cached = Cached(slow, tmp_path)
    slow.go.set()
    cached.speak("नमस्ते")
    slow.go.clear()
    slow.began.clear()
    other = threading.Thread(target=cached.speak, args=("नया",))
    other.start()
    assert slow.began.wait(10)
    assert cached.speak("नमस्ते").seconds > 0
    slow.go.set()
    other.join(10)
    assert slow.spoken == ["नमस्ते", "नया"]


def test_two_calls_for_one_new_phrase_make_it_once(tmp_path: Path) -> None:
    slow = Slow()
    cached = Cached(slow, tmp_path)
    calls = [threading.Thread(target=cached.speak, args=("नया",)) for _ in range(4)]
    for call in calls:
        call.start()
    slow.go.set()
    for call in calls:
        call.join(10)
    assert slow.spoken == ["नया"]


def test_a_damaged_recording_is_made_anew(tmp_path: Path) -> None:
    cached = Cached(Tone(), tmp_path)
    whole = cached.speak("नमस्ते")
    cached.path("नमस्ते").write_bytes(b"RIFF")
    assert np.array_equal(cached.speak("नमस्ते").samples, whole.samples)
    assert Audio.read(cached.path("नमस्ते")).seconds == whole.seconds


@given(st.floats(0, 1, exclude_max=True))
@settings(max_examples=40)
def test_a_recording_that_lost_its_end_is_never_said_shorter(part: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        cached = Cached(Tone(), Path(folder))
        whole = cached.speak("दो सौ पचास रुपये")
        path = cached.path("दो सौ पचास रुपये")
        os.truncate(path, int(part * path.stat().st_size))
        assert np.array_equal(cached.speak("दो सौ पचास रुपये").samples, whole.samples)


def test_a_full_disk_silences_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    cached = Cached(Tone(), tmp_path)
    with full_disk():
        assert cached.speak("दो सौ पचास रुपये").seconds == pytest.approx(0.8)
    assert list(tmp_path.iterdir()) == []
    assert f"can't be kept in {tmp_path}" in caplog.text
    assert cached.speak("दो सौ पचास रुपये").seconds == pytest.approx(0.8)
    assert cached.path("दो सौ पचास रुपये").exists()


@pytest.mark.parametrize("written", [10, 44, 5000])
def test_a_process_killed_while_it_writes_leaves_no_recording(tmp_path: Path, written: int) -> None:
    """The kernel kills the writer at exactly that byte of its file."""
    command = [sys.executable, "-c", DYING_WRITER, str(tmp_path), str(written)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGXFSZ
    assert list(tmp_path.glob("*.wav")) == []
    assert Cached(Tone(), tmp_path).speak("दो सौ पचास रुपये").seconds == pytest.approx(0.8)


def test_voices_do_not_share_recordings(tmp_path: Path, worker: Worker) -> None:
    one, two = (Cached(Pyttsx3(worker, name), tmp_path) for name in ("hi+f2", "hi+m3"))
    assert one.path("हाँ") != two.path("हाँ")
    assert not np.array_equal(one.speak("हाँ").samples, two.speak("हाँ").samples)


def test_a_failure_leaves_nothing_behind(tmp_path: Path, worker: Worker) -> None:
    cached = Cached(Pyttsx3(worker, "hi+nobody"), tmp_path)
    with pytest.raises(SynthesisFailed):
        cached.speak("नमस्ते")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_voice_is_refused_and_not_silently_english(worker: Worker) -> None:
    with pytest.raises(SynthesisFailed, match="no voice 'xx\\+f9'"):
        Pyttsx3(worker, "xx+f9").speak("नमस्ते")
    assert Pyttsx3(worker, "hi+f2").speak("नमस्ते").seconds > 0.2


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_text_is_refused(worker: Worker, text: str) -> None:
    with pytest.raises(SynthesisFailed, match="empty text"):
        Pyttsx3(worker).speak(text)


@pytest.mark.parametrize("text", ["?!", "...", "\u200d", "—"])
def test_a_text_without_a_word_is_refused_and_not_played_as_silence(worker: Worker, text: str) -> None:
    with pytest.raises(SynthesisFailed, match="silent"):
        Pyttsx3(worker, "hi+f2").speak(text)
    assert Pyttsx3(worker, "hi+f2").speak("नमस्ते").seconds > 0.2


def test_no_control_character_swallows_the_rest_of_a_sentence(worker: Worker) -> None:
    voice = Pyttsx3(worker, "hi+f2")
    assert alike(voice.speak("दो सौ\0पचास रुपये"), voice.speak("दो सौ पचास रुपये"))


def test_a_full_disk_is_told_and_the_voice_speaks_again_when_there_is_room() -> None:
    with Worker() as worker:
        voice = Pyttsx3(worker, "hi+f2")
        with full_disk(), pytest.raises(SynthesisFailed):
            voice.speak("दो सौ पचास रुपये")
        worker.close()
        assert voice.speak("दो सौ पचास रुपये").seconds > 0.5


def test_a_process_that_dies_at_every_phrase_is_given_up_and_the_next_phrase_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its Python has no library, so that it can't start."""
    with Worker() as worker:
        with monkeypatch.context() as patch:
            patch.setenv("PYTHONHOME", str(tmp_path))
            with pytest.raises(SynthesisFailed, match="died twice"):
                Pyttsx3(worker, "hi+f2").speak("नमस्ते")
        assert Pyttsx3(worker, "hi+f2").speak("नमस्ते").seconds > 0.2


def test_a_killed_process_is_started_again(worker: Worker) -> None:
    voice = Pyttsx3(worker, "hi+f2")
    before = voice.speak("नमस्ते")
    assert worker.pid is not None
    first = worker.pid
    os.kill(first, signal.SIGKILL)
    assert alike(voice.speak("नमस्ते"), before)
    assert worker.pid != first


def test_a_hanging_process_is_given_up_and_replaced() -> None:
    with Worker(limit=2) as worker:
        voice = Pyttsx3(worker, "hi+f2")
        voice.speak("हाँ")
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGSTOP)
        with pytest.raises(SynthesisFailed, match="not spoken within 2 s"):
            voice.speak("नमस्ते")
        assert voice.speak("नमस्ते").seconds > 0.2


def test_who_waits_behind_a_phrase_that_hangs_is_still_spoken_to() -> None:
    with Worker(limit=2) as worker:
        voice = Pyttsx3(worker, "hi+f2")
        voice.speak("हाँ")
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGSTOP)
        told: list[str] = []

        def ask() -> None:
            try:
                told.append(f"{voice.speak('नमस्ते').seconds > 0.2}")
            except SynthesisFailed as error:
                told.append(str(error))

        callers = [threading.Thread(target=ask) for _ in range(3)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join(30)
    assert sorted("not spoken within" in each for each in told) == [False, False, True]
    assert told.count("True") == 2


def test_many_threads_share_the_one_process(worker: Worker) -> None:
    texts = ["एक", "दो", "तीन", "चार", "पाँच", "छह"]
    voice = Pyttsx3(worker, "hi+f2")
    alone = {text: voice.speak(text) for text in texts}
    together: dict[str, Audio] = {}
    threads = [
        threading.Thread(target=lambda text=text: together.update({text: voice.speak(text)}))
        for text in texts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert all(alike(alone[text], together[text]) for text in texts)


def test_nothing_the_engine_prints_reaches_the_screen(capfd: pytest.CaptureFixture[str]) -> None:
    with Worker() as worker:
        Pyttsx3(worker, "hi+f2").speak("नमस्ते")
    assert capfd.readouterr() == ("", "")


class Stammering:
    """Stands in for an engine that writes a file without sound: the real one does so once in a long while."""

    def __init__(self, silent: int) -> None:
        self.silent = silent
        self._said: dict[str, str] = {}

    def setProperty(self, name: str, value: str) -> None:
        self._said[name] = value

    def getProperty(self, name: str) -> str:
        return self._said[name]

    def save_to_file(self, text: str, path: str) -> None:
        self.silent -= 1
        (Audio.silence(0.0, 22050) if self.silent >= 0 else Tone().speak(text)).write(Path(path))

    def runAndWait(self) -> None:
        pass


@pytest.mark.parametrize(("silent", "error"), [(0, None), (2, None), (3, "made no sound")])
def test_a_word_that_came_out_without_sound_is_tried_again(
    silent: int, error: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pyttsx3_worker, "rest", lambda: None)
    request = {"text": "मदद", "voice": "hi", "rate": 140, "pitch": 50, "path": str(tmp_path / "spoken.wav")}
    answer = pyttsx3_worker.answer(Stammering(silent), request)
    assert (error or "") in answer.get("error", "")
    assert ("error" in answer) == bool(error)
