"""What the phone line counts, for Prometheus: never a name, a number, a group or a word that was said.

The figures are this process's; https://prometheus.io/docs/practices/naming/ says how they are named.
"""

import math

from prometheus_client import REGISTRY, Counter, Gauge, Histogram

from flows.turn import Heard, Sound, Turn
from ivr.line.wire import PhoneWire
from ivr.spoken import SpokenChannel

WAITS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5, 2.0, 3.0, 5.0)
"""Bounds of the histogram of waiting times, in seconds."""

calls = Counter("sakhi_calls", "Calls that ended, by who called and how they ended.", ("direction", "end"))
going_on = Gauge("sakhi_calls_going_on", "Calls that go on, by what is done in them.", ("doing",))
admitted = Gauge("sakhi_calls_admitted", "How many calls may talk at once now.")
queued = Gauge("sakhi_calls_queued", "Calls that we are to make.")
backup_age = Gauge("sakhi_backup_age_seconds", "How old the last good backup is; NaN when none is known.")
backup_age.set(math.nan)
waited = Histogram(
    "sakhi_turn_latency_seconds",
    "From the end of her voice or her last key to our first sound.",
    buckets=WAITS,
)
answers = Counter(
    "sakhi_answers", "Answers by the question's prompt and what came of them.", ("prompt", "came")
)
interrupted = Counter("sakhi_barge_ins", "Prompts that she interrupted.")
heard_seconds = Counter("sakhi_heard_seconds", "Sound that was listened to.")
hearing_seconds = Counter("sakhi_recognition_seconds", "Time that listening to it took.")
behind = Gauge("sakhi_behind_seconds", "Sound that waits to be listened to, in the call that has most of it.")
late_frames = Counter("sakhi_late_frames", "Frames of sound that went out later than a frame lasts.")
lost_frames = Counter("sakhi_lost_frames", "Frames heard and thrown away because listening was far behind.")
refused = Counter("sakhi_refused_connections", "Connections that were no call of ours.", ("why",))
manager_up = Gauge("sakhi_manager_up", "Whether Asterisk's manager is connected.")
manager_connects = Counter("sakhi_manager_connects", "Times that Asterisk's manager was connected.")

_ENDS = (
    "hung up",
    "we hung up",
    "malformed",
    "Asterisk",
    "nothing came",
    "the connection broke",
    "its channel is gone",
)


def ended(direction: str, why: str) -> None:
    """Count a call that ended. `why`: as `Media.carry` tells it; whatever else it is told of is "other"."""
    known = next((end for end in _ENDS if why.startswith(end)), "other")
    calls.labels(direction, known).inc()


def turned_away(how: str) -> None:
    """Count a call that had no place. `how`: "told", when she heard that we call back, or "busy"."""
    calls.labels("in", how).inc()


def listened(channel: SpokenChannel, wire: PhoneWire) -> None:
    """Count what became of a conversation that is over."""
    heard_seconds.inc(channel.seconds)
    hearing_seconds.inc(channel.computed)
    interrupted.inc(channel.interrupted)
    lost_frames.inc(wire.lost)


class Watch:
    """Looks on at one conversation (`ivr.onlooker.Observer`)."""

    def __init__(self, wire: PhoneWire) -> None:
        self._wire = wire
        self._since: float | None = None

    def asked(self, turn: Turn, texts: tuple[str, ...]) -> None:
        """Our voice goes out next, after what waits on the wire in both directions."""
        if self._since is not None and texts:
            waited.observe(self._since + self._wire.behind)
            self._since = None

    def heard(
        self, turn: Turn, heard: Heard, voiced_until_s: float, decided_s: float, compute_s: float
    ) -> None:
        """An answer was taken."""
        came = _came(turn, heard)
        answers.labels(turn.question.key if turn.question else "none", came).inc()
        self._since = None if came == "no input" else decided_s - voiced_until_s


def _came(turn: Turn, heard: Heard) -> str:
    if not heard.keys and heard.sound is Sound.SILENCE:
        return "no input"
    if not turn.understands(heard):
        return "no match"
    return "keys" if heard.keys else "voice"


def figure(name: str, **labels: str) -> float:
    """A figure as it stands; 0 for one that was never counted."""
    return REGISTRY.get_sample_value(name, labels) or 0.0
