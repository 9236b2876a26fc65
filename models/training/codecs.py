"""What telephone networks do to a call: the codecs of fixed and mobile lines, and lost packets."""

import io
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import av
import numpy as np
import soundfile

from speech.audio import Samples

RATE = 8000
"""Samples per second of a call, in Hz."""
PACKET = RATE // 50
"""Samples of a packet: 20 ms."""


def _through_a_file(form: str, kind: str) -> Callable[[Samples], Samples]:
    def coded(samples: Samples) -> Samples:
        file = io.BytesIO()
        soundfile.write(file, samples, RATE, format=form, subtype=kind)
        file.seek(0)
        return np.asarray(soundfile.read(file, dtype="int16")[0][: len(samples)])

    return coded


def _amr(bits: int) -> Callable[[Samples], Samples]:
    def coded(samples: Samples) -> Samples:
        writer: Any = av.CodecContext.create("libopencore_amrnb", "w")
        writer.sample_rate, writer.layout, writer.format = RATE, "mono", "s16"
        writer.bit_rate, writer.time_base = bits, Fraction(1, RATE)
        reader: Any = av.CodecContext.create("amrnb", "r")
        reader.sample_rate, reader.layout = RATE, "mono"
        sound = np.pad(samples, (0, -len(samples) % PACKET))
        packets = []
        for at in range(0, len(sound), PACKET):
            frame = av.AudioFrame.from_ndarray(sound[None, at : at + PACKET], "s16", "mono")
            frame.sample_rate, frame.pts = RATE, at
            packets += writer.encode(frame)
        packets += writer.encode(None)
        frames = [frame for packet in packets for frame in reader.decode(packet)]
        heard = np.concatenate([np.ravel(frame.to_ndarray()) for frame in frames])
        if heard.dtype != np.int16:
            heard = np.clip(heard * 32767, -32768, 32767).astype(np.int16)
        return heard[: len(samples)]

    return coded


CODECS: dict[str, Callable[[Samples], Samples]] = {
    "A-law": _through_a_file("WAV", "ALAW"),
    "µ-law": _through_a_file("WAV", "ULAW"),
    "GSM-FR": _through_a_file("WAV", "GSM610"),
    "AMR 12.2": _amr(12200),
    "AMR 7.4": _amr(7400),
    "AMR 4.75": _amr(4750),
    "none": lambda samples: samples,
}
"""Samples of a call before and after a codec (ITU-T G.711, GSM 06.10, 3GPP TS 26.071), by its name."""
WEIGHTS = (0.36, 0.06, 0.14, 0.16, 0.14, 0.06, 0.08)
"""How often each is met."""


def lossy(samples: Samples, rng: np.random.Generator) -> Samples:
    """A call that loses 1 to 6 % of its packets: silent, or the one before once more."""
    heard = samples.copy()
    share, repeats = rng.uniform(0.01, 0.06), rng.random() < 0.6
    for at in range(PACKET, len(heard) - PACKET, PACKET):
        if rng.random() < share:
            heard[at : at + PACKET] = heard[at - PACKET : at] if repeats else 0
    return heard
