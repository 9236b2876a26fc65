"""Recordings on the disk: real files, whole or not at all, for their owner's eyes alone."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ivr.clips import Clips, FolderClips, MemoryClips
from speech.audio import Audio

SOUND = Audio(np.random.default_rng(3).normal(0, 2000, 8000).astype(np.int16), 8000)


@pytest.fixture(params=["folder", "memory"])
def clips(request: pytest.FixtureRequest, tmp_path: Path) -> Clips:
    return FolderClips(tmp_path / "clips" / "ujala") if request.param == "folder" else MemoryClips()


def test_a_sound_comes_back_as_it_was(clips: Clips) -> None:
    back = clips.sound(clips.keep(SOUND))
    assert back is not None and back.rate == 8000
    assert np.array_equal(back.samples, SOUND.samples)


def test_what_is_not_there_is_none(clips: Clips) -> None:
    assert clips.sound("0" * 32) is None
    assert clips.sound("../books/ujala") is None


def test_a_clip_is_a_flac_file_that_nobody_else_can_read(tmp_path: Path) -> None:
    name = FolderClips(tmp_path / "clips").keep(SOUND)
    (path,) = (tmp_path / "clips").iterdir()
    assert path.name == f"{name}.flac" and len(name) == 32
    assert soundfile.info(path).format == "FLAC"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_broken_file_is_none_and_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    clips = FolderClips(tmp_path)
    name = clips.keep(SOUND)
    (tmp_path / f"{name}.flac").write_bytes(b"fLaC but no more")
    assert clips.sound(name) is None
    assert "could not be read" in caplog.text


def test_on_a_full_disk_nothing_is_left(tmp_path: Path) -> None:
    """A limit on the size of files is the full disk that any machine has."""
    script = f"""
import resource, signal, sys
from pathlib import Path
import numpy as np
from ivr.clips import FolderClips
from speech.audio import Audio
from store.errors import DiskTrouble
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
try:
    FolderClips(Path({str(tmp_path)!r})).keep(Audio(np.arange(8000).astype(np.int16) * 7919, 8000))
except DiskTrouble:
    sys.exit(7)
"""
    done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True)
    assert done.returncode == 7, done.stderr
    assert list(tmp_path.iterdir()) == []
