"""The kiosk's microphone and loudspeaker as a wire, by sounddevice (PortAudio).

PortAudio calls us from threads of its own; two short queues join them to the conversation. The microphone
sets the pace.
"""

import queue
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Literal

import numpy as np

from flows.turn import HungUp
from ivr.sections import Kiosk
from ivr.wire import FRAMES_PER_SECOND, Wire
from speech.audio import Samples

AHEAD = 3
"""Frames that wait for the loudspeaker, so that a busy moment tears no hole into a prompt."""
HEARD_AT_MOST = FRAMES_PER_SECOND // 2
"""Frames of the microphone that wait for us; when we are later than that, the oldest are lost."""
STALLED = 2.0
"""Seconds without a frame after which a device is taken for lost."""
ROOM = 0.15
"""Seconds that a prompt goes on sounding in the room."""

BOTH = 2

Kind = Literal["input", "output"]
NAMES = {"input": "microphone", "output": "loudspeaker"}


class SoundTrouble(Exception):
    """The kiosk's sound can't be used: which device, why, and what to do."""


class SoundLost(HungUp):
    """A device fell silent in the middle of a conversation: nobody can be heard or spoken to any more."""


def no_keys() -> str:
    """A kiosk without a keyboard."""
    return ""


class KioskWire(Wire):
    """Microphone and loudspeaker from the moment it is made until `hangup`.

    `pressed` gives the keys pressed since it was last called. `hears_itself` is False only where the
    loudspeaker does not reach the microphone, as with a headset. Raises SoundTrouble.
    """

    def __init__(
        self, settings: Kiosk, pressed: Callable[[], str] = no_keys, *, hears_itself: bool = True
    ) -> None:
        sounddevice = _portaudio()
        self.rate = settings.sample_rate
        self.hears_itself = hears_itself
        self._pressed = pressed
        self._silence = np.zeros(self.rate // FRAMES_PER_SECOND, np.int16)
        self._in: queue.Queue[Samples] = queue.Queue(HEARD_AT_MOST)
        self._out: queue.Queue[Samples] = queue.Queue(2 * AHEAD)
        microphone = _device(sounddevice, "input", settings.input_device, self.rate)
        loudspeaker = _device(sounddevice, "output", settings.output_device, self.rate)
        self._names = {"input": microphone, "output": loudspeaker}
        self._error = sounddevice.PortAudioError
        common = {
            "samplerate": self.rate,
            "blocksize": len(self._silence),
            "channels": 1,
            "dtype": "int16",
            "latency": "low",
        }
        self._streams: list[Any] = []
        try:
            self._start(
                sounddevice.OutputStream(device=settings.output_device, callback=self._play, **common)
            )
            self._start(sounddevice.InputStream(device=settings.input_device, callback=self._hear, **common))
        except sounddevice.PortAudioError as error:
            self.hangup()
            raise SoundTrouble(
                f"the microphone {microphone} or the loudspeaker {loudspeaker} can't be opened: {error}; "
                "close the programs that use them, or name others as `kiosk.input_device` and "
                "`kiosk.output_device` in config.yaml"
            ) from error
        self._echo = ROOM + sum(stream.latency for stream in self._streams)

    def step(self, out: Samples) -> tuple[Samples, str]:
        """Play a frame and wait for one from the microphone. Raises SoundLost, a HungUp.

        Silence is not played while other sound still waits, so that what piled up in a busy moment is caught
        up with while she answers.
        """
        try:
            if self._out.qsize() < AHEAD or np.any(out):
                self._out.put(out, timeout=STALLED)
        except queue.Full:
            raise self._lost("output") from None
        try:
            heard = self._in.get(timeout=STALLED)
        except queue.Empty:
            raise self._lost("input") from None
        self.lag = self._echo + (self._in.qsize() + self._out.qsize()) / FRAMES_PER_SECOND
        return heard, self._pressed()

    def hangup(self) -> None:
        """Play what is still waiting and close the devices. Calling it again does nothing."""
        streams, self._streams = self._streams, []
        with suppress(queue.Full, self._error):  # a loudspeaker that is gone plays nothing more
            for _ in range(2 * AHEAD if len(streams) == BOTH else 0):
                self._out.put(self._silence, timeout=STALLED)
            for stream in streams:
                stream.stop()
        for stream in streams:
            with suppress(self._error):
                stream.close()

    def _start(self, stream: Any) -> None:
        self._streams.append(stream)
        stream.start()

    def _lost(self, kind: Kind) -> SoundLost:
        return SoundLost(
            f"the {NAMES[kind]} {self._names[kind]} stopped working; plug it in again and start anew: "
            "what was written is safe"
        )

    def _hear(self, sound: Samples, *_: object) -> None:
        if self._in.full():
            with suppress(queue.Empty):
                self._in.get_nowait()
        with suppress(queue.Full):
            self._in.put_nowait(sound[:, 0].copy())

    def _play(self, sound: Samples, *_: object) -> None:
        try:
            sound[:, 0] = self._out.get_nowait()
        except queue.Empty:
            sound.fill(0)


def _portaudio() -> Any:
    try:
        import sounddevice  # noqa: PLC0415  (it looks for PortAudio as it is imported)
    except OSError as error:
        raise SoundTrouble(
            "the PortAudio library is missing, without which the kiosk neither hears nor speaks; "
            "apt install libportaudio2"
        ) from error
    return sounddevice


def _device(sounddevice: Any, kind: Kind, asked: int | str | None, rate: int) -> str:
    """The name of the device that is asked for, once it is sure that it takes `rate` Hz."""
    what, setting = NAMES[kind], f"kiosk.{kind}_device"
    try:
        found = sounddevice.query_devices(asked, kind)
    except (sounddevice.PortAudioError, ValueError) as error:
        there = _devices(sounddevice, kind)
        if asked is None:
            raise SoundTrouble(
                f"there is no {what}: plug one in, or name one as `{setting}` in config.yaml; {there}"
            ) from error
        raise SoundTrouble(
            f"there is no {what} {asked!r} ({error}); correct `{setting}` in config.yaml; {there}"
        ) from error
    name = str(found["name"])
    check = getattr(sounddevice, f"check_{kind}_settings")
    try:
        check(device=asked, channels=1, dtype="int16", samplerate=rate)
    except sounddevice.PortAudioError as error:
        raise SoundTrouble(
            f"the {what} {name} does not take {rate} Hz ({error}); "
            f"try `kiosk.sample_rate: {found['default_samplerate']:.0f}` in config.yaml"
        ) from error
    return name


def _devices(sounddevice: Any, kind: Kind) -> str:
    every = [
        f"{number} {device['name']}"
        for number, device in enumerate(sounddevice.query_devices())
        if device[f"max_{kind}_channels"] > 0
    ]
    return f"there are: {', '.join(every)}" if every else f"this machine has no {NAMES[kind]}"
