"""`python sip_phone.py SIP_PORT NUMBER HEARD.wav STEP...`: a telephone that calls, in a process of its own.

Steps: `wait:SECONDS`, `hear:FILE.wav` (until the other side has said it, and a moment longer), `keys:DIGITS`,
`play:FILE.wav` (to its end), `end` (until the other side hangs up), and `ring:SECONDS`, which does not wait
for an answer. With `hang up`, or the last, it hangs up and prints the SIP status of the answer.
"""

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pjsua2 as pj
from ear_kit import RATE, SAID, mostly_alike, sound_of

from speech.audio import Samples

LONGEST = 120.0
"""Seconds that a call may last."""
PATIENCE = 45.0
"""Seconds within which the other side says what it is waited for."""
MOMENT = 1.0
"""Seconds between hearing something and what comes next: half a second of it may be yet to come."""
HEADER = 44
"""Bytes of a WAV file before its sound."""


class Call(pj.Call):  # type: ignore[misc]
    """One call, its sound recorded."""

    def __init__(self, account: Any, heard: Path, *number: int) -> None:
        super().__init__(account, *number)
        self._heard = heard
        self.state: Any = None
        self.status = 0
        self.sound: Any = None
        self.recorder: Any = None
        self.heard_until = 0

    def onCallState(self, _: Any) -> None:
        info = self.getInfo()
        self.state, self.status = info.state, info.lastStatusCode

    def onCallMediaState(self, _: Any) -> None:
        info = self.getInfo()
        for number, media in enumerate(info.media):
            if media.type == pj.PJMEDIA_TYPE_AUDIO and media.status == pj.PJSUA_CALL_MEDIA_ACTIVE:
                self.sound = self.getAudioMedia(number)
                self.recorder = pj.AudioMediaRecorder()
                self.recorder.createRecorder(str(self._heard))
                self.sound.startTransmit(self.recorder)

    def recorded(self) -> Samples:
        """What was heard so far, but for the last half second that may not be written yet."""
        written = self._heard.read_bytes() if self._heard.exists() else b""
        return np.frombuffer(written[HEADER : len(written) // 2 * 2], "<i2")

    @property
    def over(self) -> bool:
        return bool(self.state == pj.PJSIP_INV_STATE_DISCONNECTED)


class Player(pj.AudioMediaPlayer):  # type: ignore[misc]
    """Plays a file once. Its library crashes when it is gone before the end of the file was told to it."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.over = False
        self.createPlayer(path, pj.PJMEDIA_FILE_NO_LOOP)

    def onEof2(self) -> None:
        self.over = True


def endpoint(port: int = 0) -> Any:
    made = pj.Endpoint()
    made.libCreate()
    config = pj.EpConfig()
    config.logConfig.level = config.logConfig.consoleLevel = 0
    config.uaConfig.threadCnt = 0
    config.uaConfig.mainThreadOnly = True
    config.medConfig.clockRate = config.medConfig.sndClockRate = RATE
    config.medConfig.noVad = True
    config.medConfig.ecTailLen = 0
    made.libInit(config)
    made.audDevManager().setNullDev()
    transport = pj.TransportConfig()
    transport.boundAddress = "127.0.0.1"
    transport.port = port
    made.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
    made.libStart()
    for codec in made.codecEnum2():
        made.codecSetPriority(codec.codecId, 255 if codec.codecId.startswith("PCMA") else 0)
    return made


class Phone:
    """A telephone in a call."""

    def __init__(self, port: str, number: str, heard: Path) -> None:
        self.endpoint = endpoint()
        settings = pj.AccountConfig()
        settings.idUri = f"sip:{number}@127.0.0.1"
        self.account = pj.Account()
        self.account.create(settings)
        self.call = Call(self.account, heard)
        self.call.makeCall(f"sip:100@127.0.0.1:{port}", pj.CallOpParam(True))
        self.player: Any = None

    def wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        self._wait_for(lambda: time.monotonic() >= until)

    def answered(self) -> bool:
        self._wait_for(lambda: self.call.sound is not None)
        return not self.call.over

    def _wait_for(self, happened: Callable[[], bool]) -> None:
        while not (self.call.over or happened()):
            self.endpoint.libHandleEvents(10)

    def hear(self, path: str) -> None:
        """Wait until the other side has said it since something was heard last. Raises TimeoutError."""
        awaited, until = sound_of(Path(path)), time.monotonic() + PATIENCE
        while not self.call.over:
            heard = self.call.recorded()
            if mostly_alike(awaited, heard[self.call.heard_until :][-2 * len(awaited) :]) > SAID:
                self.wait(MOMENT)
                self.call.heard_until = len(self.call.recorded())
                return
            if time.monotonic() > until:
                raise TimeoutError(f"{path} was not said within {PATIENCE:.0f} s")
            self.wait(0.2)

    def keys(self, pressed: str) -> None:
        for key in pressed:
            self.call.dialDtmf(key)
            self.wait(0.25)

    def play(self, path: str) -> None:
        self.player = Player(path)
        self.player.startTransmit(self.call.sound)
        self._wait_for(lambda: self.player.over)

    def end(self) -> int:
        """Hang up; the SIP status of the call."""
        with suppress(pj.Error):
            self.call.hangup(pj.CallOpParam(True))
        self.wait(2)
        return int(self.call.status)

    def leave(self) -> None:
        """Be a telephone no more."""
        self.player = self.call.recorder = self.call.sound = None
        del self.call
        self.account.shutdown()
        self.endpoint.libDestroy()


def do(phone: Phone, *steps: str) -> None:
    """What is done in the call, step by step, until it is over."""
    for step in steps:
        what, _, value = step.partition(":")
        if what == "ring":
            phone.wait(float(value))
        elif what == "hang up" or not phone.answered():
            break
        elif what == "wait":
            phone.wait(float(value))
        elif what == "hear":
            phone.hear(value)
        elif what == "keys":
            phone.keys(value)
        elif what == "play":
            phone.play(value)
        elif what == "end":
            phone.wait(LONGEST)


def main(port: str, number: str, heard: str, *steps: str) -> None:
    phone = Phone(port, number, Path(heard))
    do(phone, *steps)
    print(phone.end())
    phone.leave()


if __name__ == "__main__":
    main(*sys.argv[1:])
