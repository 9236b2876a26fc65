"""The line called by SIPp, somebody else's telephone: calls by keys alone, from ringing to the goodbye."""

import shutil
import struct
import subprocess
from collections.abc import Iterator

from bench.phone import alaw
from bench.phone.lab import Lab
from bench.phone.rtp import BEAT, KEY_BEATS, KEY_EVENT, KEYS
from bench.phone.sip import HOST

PRESSED = ((3.0, "1"), (6.0, "4"), (12.0, "7"))
"""After how many seconds which key: it is she, what was decided last time, and nothing more."""
SECONDS = 13.0
"""How long her sound lasts."""
LONGEST = 60
"""Seconds until a call counts as failed."""
NUMBER = "9000000004"
SCENARIO = """<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="keys alone">
 <send retrans="500"><![CDATA[
INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:{number}@[local_ip]:[local_port]>;tag=[pid]t[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:{number}@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=sipp 1 1 IN IP4 [media_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=ptime:20
 ]]></send>
 <recv response="100" optional="true"/>
 <recv response="180" optional="true"/>
 <recv response="183" optional="true"/>
 <recv response="200" rrs="true"/>
 <send><![CDATA[
ACK [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
[routes]
From: <sip:{number}@[local_ip]:[local_port]>;tag=[pid]t[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

 ]]></send>
 <nop><action><exec play_pcap_audio="{sound}"/></action></nop>
 <recv request="BYE" timeout="{longest}000"/>
 <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

 ]]></send>
</scenario>
"""


class NoSipp(Exception):
    """It is not installed."""


def call(lab: Lab, calls: int, at_once: int) -> tuple[int, str]:
    """Make the calls; how many went to their end, and SIPp's own last words. Raises NoSipp."""
    if not shutil.which("sipp"):
        raise NoSipp("SIPp is not installed: sudo apt-get install sip-tester")
    folder = lab.home / "sipp"
    folder.mkdir()
    sound, scenario, counts = folder / "keys.pcap", folder / "keys.xml", folder / "counts.csv"
    sound.write_bytes(b"".join(_recording()))
    scenario.write_text(SCENARIO.format(number=NUMBER, sound=sound, longest=LONGEST))
    options = f"-i {HOST} -p 0 -m {calls} -l {at_once} -r 1 -s 100 -nostdin -trace_stat".split()
    done = subprocess.run(
        ["sipp", f"{HOST}:{lab.ports.sip}", "-sf", scenario, "-stf", counts, *options],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        timeout=calls * LONGEST,
    )
    heads, *_, last = counts.read_text().splitlines() if counts.exists() else ("", "")
    found = dict(zip(heads.split(";"), last.split(";"), strict=False))
    return int(found.get("SuccessfulCall(C)", 0)), done.stderr.strip()[-300:]


def _recording() -> Iterator[bytes]:
    """Her sound as a file of libpcap: silence, and her keys by RFC 4733. SIPp puts in its own addresses."""
    yield struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    keys = {round(at / BEAT): KEYS.index(key) for at, key in PRESSED}
    number = pressed = began = 0
    for beat in range(round(SECONDS / BEAT)):
        if beat in keys:
            pressed, began = keys[beat], beat
        held = beat - began if began else KEY_BEATS
        if held < KEY_BEATS:
            ends = held == KEY_BEATS - 1
            event = struct.pack(">BBH", pressed, 0x8A if ends else 0x0A, (held + 1) * alaw.SAMPLES)
            kind, stamp, payload = KEY_EVENT | (0x80 if held == 0 else 0), began, event
        else:
            kind, stamp, payload, ends = 8, beat, b"\xd5" * alaw.SAMPLES, False
        for _ in range(3 if ends else 1):
            number += 1
            rtp = struct.pack(">BBHII", 0x80, kind, number, stamp * alaw.SAMPLES, 1) + payload
            yield _packet(beat * BEAT, rtp)


def _packet(at: float, rtp: bytes) -> bytes:
    udp = struct.pack(">HHHH", 6000, 6000, 8 + len(rtp), 0) + rtp
    ip = struct.pack(
        ">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0x4000, 64, 17, 0, b"\x7f\0\0\1", b"\x7f\0\0\1"
    )
    frame = bytes(12) + b"\x08\x00" + ip + udp
    return struct.pack("<IIII", 1000 + int(at), round(at % 1 * 1e6), len(frame), len(frame)) + frame
