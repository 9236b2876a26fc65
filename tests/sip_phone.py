"""`python sip_phone.py SIP_PORT NUMBER HEARD.wav STEP...`: a telephone that calls, in a process of its own.

Steps: `wait:SECONDS`, `hear` (until the other side has spoken and waits), `keys:DIGITS`, `play:FILE.wav` (to
its end), `end` (until the other side hangs up), and `ring:SECONDS`, which does not wait for an answer. Then
it hangs up and prints the SIP status of the answer.
"""

import sys
import time
import wave
from contextlib import suppress
from pathlib import Path
from typing import Any

import pjsua2 as pj

LONGEST = 120.0
"""Seconds that a call may last."""
QUIET = 1.0
"""Seconds of silence after which the other side waits for an answer."""


class Call(pj.Call):  # type: ignore[misc]
    """One call, its sound recorded."""

    def __init__(self, account: Any, heard: Path, *number: int) -> None:
        super().__init__(account, *number)
        self._heard = heard
        self.state: Any = None
        self.status = 0
        self.sound: Any = None
        self.recorder: Any = None

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

    @property
    def over(self) -> bool:
        return bool(self.state == pj.PJSIP_INV_STATE_DISCONNECTED)


def endpoint(port: int = 0) -> Any:
    made = pj.Endpoint()
    made.libCreate()
    config = pj.EpConfig()
    config.logConfig.level = config.logConfig.consoleLevel = 0
    config.uaConfig.threadCnt = 0
    config.uaConfig.mainThreadOnly = True
    config.medConfig.clockRate = config.medConfig.sndClockRate = 8000
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
        while time.monotonic() < until and not self.call.over:
            self.endpoint.libHandleEvents(10)

    def answered(self) -> bool:
        while not self.call.over and self.call.sound is None:
            self.endpoint.libHandleEvents(10)
        return not self.call.over

    def hear(self) -> None:
        """Wait until the other side has said something and is silent again."""
        silent_since, spoke = time.monotonic(), False
        while not self.call.over and not (spoke and time.monotonic() - silent_since > QUIET):
            self.wait(0.05)
            if self.call.sound is not None and self.call.sound.getTxLevel() > 0:
                silent_since, spoke = time.monotonic(), True

    def keys(self, pressed: str) -> None:
        for key in pressed:
            self.call.dialDtmf(key)
            self.wait(0.25)

    def play(self, path: str) -> None:
        with wave.open(path) as file:
            seconds = file.getnframes() / file.getframerate()
        self.player = pj.AudioMediaPlayer()
        self.player.createPlayer(path, pj.PJMEDIA_FILE_NO_LOOP)
        self.player.startTransmit(self.call.sound)
        self.wait(seconds)

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
        elif not phone.answered():
            break
        elif what == "wait":
            phone.wait(float(value))
        elif what == "hear":
            phone.hear()
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
