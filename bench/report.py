"""What was heard and what it cost, counted and printed in Markdown."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bench.interval import over_speakers, wilson

PAIRS = 6
"""How many confusions are listed for each kind of answer over each line."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer, as one system heard it."""

    system: str
    """What heard it."""
    who: str
    """The kind of voice."""
    kind: str
    """The kind of answer."""
    line: str
    """How it came."""
    speaker: str
    """The voice itself; empty when nobody spoke."""
    number: int
    """The clip, the same for every line and system."""
    said: str
    """The words said."""
    heard: str
    """The words heard."""
    confidence: float
    """Of the recognizer, 0 to 1."""
    verdict: str
    """ "right", "wrong" or "again"."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a system costs."""

    system: str
    megabytes: float
    """On disk."""
    sha256: str
    """Of its weights, in hex."""
    loaded: float
    """Seconds until it is ready."""
    memory: tuple[float, float, float]
    """Megabytes of the process: before it, with it, and after it heard."""
    processor: float
    """Seconds of one core that it took to hear."""
    seconds: float
    """Sound with a voice that it heard."""

    def spent(self, processor: float, seconds: float) -> "Cost":
        """The same with what was spent on the whole measurement."""
        return replace(self, processor=processor, seconds=seconds)


@dataclass(frozen=True, slots=True)
class Report:
    """All of it; the first cost is the model's own."""

    machine: str
    costs: Sequence[Cost]
    heard: Sequence[Heard]


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of answer by one kind of voice over one line."""

    right: int
    wrong: int
    again: int

    @property
    def said(self) -> int:
        """How many answers."""
        return self.right + self.wrong + self.again

    @property
    def cells(self) -> list[str]:
        """How many, and the share and the interval of each."""
        counts = (self.right, self.wrong, self.again)
        return [str(self.said), *(_share(some / self.said, wilson(some, self.said)) for some in counts)]


def row(heard: Sequence[Heard]) -> Row:
    """The answers counted."""
    counts = Counter(one.verdict for one in heard)
    return Row(counts["right"], counts["wrong"], counts["again"])


def grouped(heard: Sequence[Heard]) -> dict[tuple[str, str, str], list[Heard]]:
    """By voices, kind of answer and line, lines of a kind together, in the order they came."""
    kinds = dict.fromkeys((one.who, one.kind) for one in heard)
    lines = dict.fromkeys(one.line for one in heard)
    found: dict[tuple[str, str, str], list[Heard]] = {(*kind, line): [] for kind in kinds for line in lines}
    for one in heard:
        found[one.who, one.kind, one.line].append(one)
    return {key: ones for key, ones in found.items() if ones}


def tables(heard: Sequence[Heard]) -> Iterator[str]:
    """A table for each kind of voice."""
    groups = grouped(heard)
    for who in dict.fromkeys(who for who, _, _ in groups):
        yield f"\n**{_title(who, heard)}**\n"
        yield from _head("said", "over", "n", "right", "wrong", "asked again", "right, over speakers")
        for (_, kind, line), ones in _of(groups, who):
            yield _line(kind, line, *row(ones).cells, _over_speakers(ones))


def beside(heard: Sequence[Heard], ours: str, other: str) -> Iterator[str]:
    """A table for each kind of voice: what both systems made of the same clips."""
    numbers = {one.number for one in heard if one.system == other}
    groups = grouped([one for one in heard if one.number in numbers])
    for who in dict.fromkeys(who for who, _, _ in groups):
        yield f"\n**{_title(who, heard)}**\n"
        yield from _head(
            "said", "over", "n", *(f"{what}, {name}" for what in _BESIDE for name in (ours, other))
        )
        for (_, kind, line), ones in _of(groups, who):
            mine, its = (row([one for one in ones if one.system == name]) for name in (ours, other))
            if its.said:
                pairs = zip(mine.cells[1:3], its.cells[1:3], strict=True)
                yield _line(kind, line, str(its.said), *(cell for pair in pairs for cell in pair))


def confusions(heard: Sequence[Heard]) -> Iterator[str]:
    """A table for each kind of voice: what was taken for what most often."""
    wrong = {key: [one for one in ones if one.verdict == "wrong"] for key, ones in grouped(heard).items()}
    wrong = {key: ones for key, ones in wrong.items() if ones}
    for who in dict.fromkeys(who for who, _, _ in wrong):
        yield f"\n**{_title(who, heard)}**\n"
        yield from _head("said", "over", "taken for something else, how often")
        for (_, kind, line), ones in _of(wrong, who):
            pairs = Counter((one.said or "(nothing)", one.heard) for one in ones).most_common(PAIRS)
            yield _line(
                kind, line, ", ".join(f"{said} as {taken} ({times})" for (said, taken), times in pairs)
            )


def printed(report: Report) -> str:
    """All of it."""
    ours, *others = (cost.system for cost in report.costs)
    mine = [one for one in report.heard if one.system == ours]
    parts = [f"{report.machine}.", "", *map(_told, report.costs), "", *_READ, *tables(mine)]
    for other in others:
        parts += ["", f"### Beside {other}, on the same clips", *beside(report.heard, ours, other)]
    return "\n".join([*parts, "", "### Most often taken for something else", *confusions(mine)]) + "\n"


_READ = (
    "Per cent and 95 % intervals: by Wilson, which takes every answer for itself, and with speakers drawn",
    "anew. Outside: something said that is no answer to the question. There, and where nobody speaks, right",
    "is what was refused, and wrong is what was taken for an answer.",
)
_BESIDE = ("right", "wrong")


def _told(cost: Cost) -> str:
    before, with_it, after = cost.memory
    real_time = (
        f"{cost.processor / cost.seconds:.3f} of real time on one core" if cost.seconds else "no voice heard"
    )
    return (
        f"- {cost.system} (sha256 {cost.sha256[:12]}): {cost.megabytes:.1f} MB on disk, ready in "
        f"{cost.loaded:.2f} s, {real_time} "
        f"({cost.seconds:.0f} s of sound); the process has {before:.0f} MB before it, {with_it:.0f} MB "
        f"with it, {after:.0f} MB when it has heard."
    )


def _title(who: str, heard: Sequence[Heard]) -> str:
    speakers = {one.speaker for one in heard if one.who == who and one.speaker}
    return f"{who}: {len(speakers)} speakers" if speakers else who


def _of(
    groups: dict[tuple[str, str, str], list[Heard]], who: str
) -> Iterator[tuple[tuple[str, str, str], list[Heard]]]:
    return ((key, ones) for key, ones in groups.items() if key[0] == who)


def _over_speakers(heard: Sequence[Heard]) -> str:
    counts = Counter(one.speaker for one in heard)
    right = Counter(one.speaker for one in heard if one.verdict == "right")
    if len(counts) < 2:
        return ""
    return _between(over_speakers([(right[speaker], counts[speaker]) for speaker in counts]))


def _head(*names: str) -> Iterator[str]:
    yield _line(*names)
    yield "|" + "---|" * len(names)


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _share(share: float, between: tuple[float, float]) -> str:
    return f"{100 * share:.1f} ({_between(between)})"


def _between(between: tuple[float, float]) -> str:
    low, high = between
    return f"{100 * low:.0f} to {100 * high:.0f}"
