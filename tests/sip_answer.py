"""`python sip_answer.py PORT HEARD.wav STATUS[,STATUS...] STEP...`: a telephone that is called.

It prints "ready", and a line for each call that comes: the number it comes from. The first call is answered
with the first SIP status and so on; 200 takes it and does the steps of `sip_phone`, 180 lets it ring until it
ends. It goes away with the last status, or when nobody calls.
"""

import sys
import time
from pathlib import Path
from typing import Any

import pjsua2 as pj
from sip_phone import LONGEST, Call, Phone, do, endpoint

TAKEN, RINGING = 200, 180


class Account(pj.Account):  # type: ignore[misc]
    """Keeps the call that came last."""

    def __init__(self, heard: Path) -> None:
        super().__init__()
        self._heard = heard
        self.call: Any = None

    def onIncomingCall(self, params: Any) -> None:
        self.call = Call(self, self._heard, params.callId)


class CalledPhone(Phone):
    """A telephone that waits for calls."""

    def __init__(self, port: str, heard: str) -> None:
        self.endpoint = endpoint(int(port))
        settings = pj.AccountConfig()
        settings.idUri = f"sip:phone@127.0.0.1:{port}"
        self.account = Account(Path(heard))
        self.account.create(settings)
        self.player: Any = None

    def rung(self) -> bool:
        """Wait for the next call; False when none comes."""
        until = time.monotonic() + LONGEST
        while self.account.call is None:
            if time.monotonic() > until:
                return False
            self.endpoint.libHandleEvents(10)
        self.call, self.account.call = self.account.call, None
        return True

    def answer(self, status: int) -> None:
        """Answer the call that rings; one that is not taken is waited for until it is over."""
        params = pj.CallOpParam(True)
        params.statusCode = status
        self.call.answer(params)
        if status != TAKEN:
            self.wait(LONGEST)


def main(port: str, heard: str, statuses: str, *steps: str) -> None:
    phone = CalledPhone(port, heard)
    print("ready", flush=True)
    for status in map(int, statuses.split(",")):
        if not phone.rung():
            break
        print(phone.call.getInfo().remoteUri, flush=True)
        phone.answer(status)
        if status == TAKEN:
            do(phone, *steps)
            phone.end()
    phone.leave()


if __name__ == "__main__":
    main(*sys.argv[1:])
