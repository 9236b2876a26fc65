"""Plays the recording of the demo on the loudspeaker of this machine."""

from pathlib import Path

import soundfile


class NoLoudspeaker(Exception):
    """The recording can't be played here; the message says why and what to do."""


def play_file(path: Path) -> None:
    """Play a WAV file to its end. Raises NoLoudspeaker."""
    try:
        import sounddevice  # noqa: PLC0415  (it looks for PortAudio as it is imported)
    except OSError as error:
        raise NoLoudspeaker(
            "the sound library PortAudio is missing; install it with: sudo apt install libportaudio2"
        ) from error
    samples, rate = soundfile.read(path, dtype="int16")
    try:
        sounddevice.play(samples, rate, blocking=True)
    except (sounddevice.PortAudioError, ValueError) as error:
        raise NoLoudspeaker(
            f"no loudspeaker to play {path} on ({error}); connect one, or play the file elsewhere"
        ) from error
