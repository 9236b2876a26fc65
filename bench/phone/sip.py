"""Telephones on one UDP socket: as much of SIP (RFC 3261) as a call over the loopback needs, and no more."""

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from uuid import uuid4

HOST = "127.0.0.1"
AGAIN = (0.5, 1.0, 2.0, 4.0)
"""Seconds after which what was not answered is sent again, each counted from the one before."""
LINGERS = 5.0
"""Seconds for which messages of a call that is over are answered."""
SDP = """v=0\r
o=caller 1 1 IN IP4 127.0.0.1\r
s=-\r
c=IN IP4 127.0.0.1\r
t=0 0\r
m=audio {port} RTP/AVP 8 101\r
a=rtpmap:8 PCMA/8000\r
a=rtpmap:101 telephone-event/8000\r
a=fmtp:101 0-16\r
a=ptime:20\r
a=sendrecv\r
"""
_AUDIO = re.compile(r"^m=audio (\d+)", re.MULTILINE)
Headers = dict[str, str]


class Dialog:
    """One call, whoever began it."""

    def __init__(self, exchange: "Exchange", call_id: str, ours: str, theirs: str, target: str) -> None:
        self._exchange = exchange
        self.id, self._ours, self._theirs, self._target = call_id, ours, theirs, target
        self._turn, self._branch = 1, ""
        self._asked: asyncio.Task[None] | None = None
        self._invitation: Headers = {}
        self.dialled = ""
        """The number that was called; empty when it is we who call."""
        self.status = 0
        """The final answer to our call, 0 before."""
        self.media: tuple[str, int] | None = None
        """Where its sound goes to."""
        self.ringing, self.answered, self.over = asyncio.Event(), asyncio.Event(), asyncio.Event()

    def invite(self, media_port: int) -> None:
        """Call."""
        self._ask("INVITE", SDP.format(port=media_port))

    def accept(self, media_port: int) -> None:
        """Answer a call that came in."""
        self._reply(self._invitation, "200 OK", SDP.format(port=media_port))
        self.answered.set()

    def refuse(self, status: str = "486 Busy Here") -> None:
        """Turn down a call that came in."""
        self._reply(self._invitation, status)
        self._end()

    def hang_up(self) -> None:
        """End the call, also one that rings. Calling it again does nothing."""
        if self.over.is_set():
            return
        if self.answered.is_set():
            self._turn += 1
            self._ask("BYE")
        elif self._invitation:
            self.refuse()
            return
        else:
            self._send("CANCEL", self._turn, self._branch)
        self._end()

    def came(self, first: str, headers: Headers, body: str) -> None:
        """Take in a message of this call."""
        if first.startswith("SIP/2.0 "):
            self._response(int(first.split()[1]), headers, body)
        else:
            self._request(first.split(maxsplit=1)[0], headers, body)

    def _response(self, status: int, headers: Headers, body: str) -> None:
        number, method = headers["cseq"].split()
        if self._asked and method != "CANCEL":
            self._asked.cancel()
        if method != "INVITE":
            return
        if status == 180:
            self.ringing.set()
        if status < 200:
            return
        self._theirs = headers["to"]
        if status < 300:
            self._target = headers["contact"].strip("<>")
            self._learn(body)
            self._send("ACK", int(number), _branch())
            late = self.over.is_set()
            self.answered.set()
            if late:
                self._turn += 1
                self._ask("BYE")
        else:
            self._send("ACK", int(number), self._branch)
            self._end()
        self.status = self.status or status

    def _request(self, method: str, headers: Headers, body: str) -> None:
        if method == "INVITE":
            again, self._invitation = bool(self._invitation), headers
            self._learn(body)
            if not again:
                self._reply(headers, "180 Ringing")
                self._exchange.rings(self)
        elif method == "BYE":
            self._reply(headers, "200 OK")
            self._end()
        elif method == "CANCEL":
            self._reply(headers, "200 OK")
            self._reply(self._invitation, "487 Request Terminated")
            self._end()
        elif method != "ACK":
            self._reply(headers, "200 OK")

    def _learn(self, body: str) -> None:
        if found := _AUDIO.search(body):
            self.media = (HOST, int(found[1]))

    def _end(self) -> None:
        self.over.set()

    def _ask(self, method: str, body: str = "") -> None:
        self._branch = _branch()
        self._asked = asyncio.create_task(self._insist(method, self._branch, body))

    async def _insist(self, method: str, branch: str, body: str) -> None:
        for pause in AGAIN:
            self._send(method, self._turn, branch, body)
            await asyncio.sleep(pause)
        self._end()

    def _send(self, method: str, number: int, branch: str, body: str = "") -> None:
        self._exchange.send(
            f"{method} {self._target} SIP/2.0",
            (
                f"Via: SIP/2.0/UDP {HOST}:{self._exchange.port};branch={branch}",
                f"From: {self._ours}",
                f"To: {self._theirs}",
                f"Call-ID: {self.id}",
                f"CSeq: {number} {method}",
                f"Contact: <sip:caller@{HOST}:{self._exchange.port}>",
                "Max-Forwards: 70",
            ),
            body,
        )

    def _reply(self, headers: Headers, status: str, body: str = "") -> None:
        self._exchange.send(
            f"SIP/2.0 {status}",
            (
                f"Via: {headers['via']}",
                f"From: {headers['from']}",
                f"To: {self._ours}",
                f"Call-ID: {self.id}",
                f"CSeq: {headers['cseq']}",
                f"Contact: <sip:caller@{HOST}:{self._exchange.port}>",
            ),
            body,
        )


class Exchange(asyncio.DatagramProtocol):
    """The socket of all telephones."""

    def __init__(self, asterisk: int) -> None:
        """`asterisk`: its SIP port."""
        self._asterisk = (HOST, asterisk)
        self.rings: Callable[[Dialog], None] = Dialog.refuse
        """Given each call that comes in; it answers it or not."""
        self._dialogs: dict[str, Dialog] = {}
        self._transport: asyncio.DatagramTransport | None = None
        self.port = 0

    async def open(self, port: int = 0) -> None:
        """Open the socket; a free port where `port` is 0. Raises OSError."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, (HOST, port))
        self.port = self._transport.get_extra_info("sockname")[1]

    def close(self) -> None:
        """Close it; what is not over is forgotten."""
        assert self._transport is not None
        self._transport.close()

    def call(self, number: str, media_port: int) -> Dialog:
        """Call Asterisk from `number`."""
        target = f"sip:100@{HOST}:{self._asterisk[1]}"
        ours = f"<sip:{number}@{HOST}:{self.port}>;tag={uuid4().hex[:8]}"
        dialog = Dialog(self, uuid4().hex, ours, f"<{target}>", target)
        self._dialogs[dialog.id] = dialog
        dialog.invite(media_port)
        return dialog

    def forget(self, dialog: Dialog) -> None:
        """Let go of a call that is over, once what it still sends is answered."""
        asyncio.get_running_loop().call_later(LINGERS, self._dialogs.pop, dialog.id, None)

    def send(self, first: str, headers: tuple[str, ...], body: str) -> None:
        """Send a message to Asterisk."""
        assert self._transport is not None
        if body:
            headers = (*headers, "Content-Type: application/sdp")
        head = "\r\n".join((first, *headers, f"Content-Length: {len(body)}"))
        with suppress(OSError):  # Asterisk may be away: then nobody answers
            self._transport.sendto(f"{head}\r\n\r\n{body}".encode(), self._asterisk)

    def datagram_received(self, data: bytes, _: object) -> None:
        """A message of Asterisk's."""
        head, _, body = data.decode().partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        headers: Headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers.setdefault(name.strip().lower(), value.strip())
        dialog = self._dialogs.get(headers["call-id"])
        if dialog is None and first.startswith("INVITE"):
            ours = f"{headers['to']};tag={uuid4().hex[:8]}"
            target = headers["contact"].strip("<>")
            dialog = Dialog(self, headers["call-id"], ours, headers["from"], target)
            dialog.dialled = first.split()[1].removeprefix("sip:").partition("@")[0]
            self._dialogs[dialog.id] = dialog
        if dialog:
            dialog.came(first, headers, body)

    def error_received(self, _: Exception) -> None:
        """Asterisk is away for a moment."""


def _branch() -> str:
    return f"z9hG4bK{uuid4().hex[:12]}"
