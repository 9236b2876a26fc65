"""What was heard, counted: shares with the intervals they are known to, and what was taken for what."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Z = 1.959964
"""Of the normal distribution, for 95 %."""
PAIRS = 12
"""How many confusions are listed for each kind of voice."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer."""

    who: str
    """The kind of voice."""
    kind: str
    """The kind of answer."""
    line: str
    """How it came."""
    speaker: str
    """The voice itself."""
    said: str
    """The words said."""
    heard: str
    """The words heard."""
    verdict: str
    """ "right", "wrong" or "again"."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What hearing costs, and where that was measured."""

    machine: str
    model: str
    megabytes: float
    """On disk."""
    loaded: float
    """Seconds until it is ready."""
    real_time: float
    """Seconds of one core for a second of sound."""
    seconds: float
    """Sound heard."""
    memory: float
    """Megabytes that the process grew by."""


@dataclass(frozen=True, slots=True)
class Report:
    """All of it."""

    cost: Cost
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

    def __str__(self) -> str:
        low, high = interval(self.right, self.said)
        shares = (f"{100 * count / self.said:.1f}" for count in (self.right, self.wrong, self.again))
        return f"{' / '.join(shares)} ({100 * low:.0f} to {100 * high:.0f})"


def interval(right: int, said: int) -> tuple[float, float]:
    """Between which shares the true one lies with 95 %.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference" (1927). It takes the
    answers for independent; those of one speaker are not, so that with few speakers it is too narrow.
    """
    if not said:
        return 0.0, 1.0
    share = right / said
    middle = (share + Z**2 / (2 * said)) / (1 + Z**2 / said)
    half = Z * math.sqrt(share * (1 - share) / said + Z**2 / (4 * said**2)) / (1 + Z**2 / said)
    return max(0.0, middle - half), min(1.0, middle + half)


def rows(heard: Sequence[Heard]) -> dict[tuple[str, str], dict[str, Row]]:
    """By voices and kind of answer, then by line, in the order they came."""
    counts = Counter((one.who, one.kind, one.line, one.verdict) for one in heard)
    found: dict[tuple[str, str], dict[str, Row]] = {}
    for who, kind, line, _ in counts:
        each = (counts[who, kind, line, verdict] for verdict in ("right", "wrong", "again"))
        found.setdefault((who, kind), {})[line] = Row(*each)
    return found


def tables(heard: Sequence[Heard]) -> Iterator[str]:
    """Lines of Markdown: a table for each kind of voice."""
    every = rows(heard)
    for who in dict.fromkeys(who for who, _ in every):
        mine = {kind: by_line for (other, kind), by_line in every.items() if other == who}
        lines = list(dict.fromkeys(line for by_line in mine.values() for line in by_line))
        speakers = len({one.speaker for one in heard if one.who == who})
        yield f"\n**{who}** ({speakers})\n"
        yield f"| said | times | {' | '.join(lines)} |"
        yield "|---|---|" + "---|" * len(lines)
        for kind, by_line in mine.items():
            cells = " | ".join(str(by_line[line]) if line in by_line else "" for line in lines)
            yield f"| {kind} | {next(iter(by_line.values())).said} | {cells} |"


def confusions(heard: Sequence[Heard]) -> Iterator[str]:
    """Lines of Markdown: what was taken for what most often."""
    for who in dict.fromkeys(one.who for one in heard):
        wrong = Counter(
            (one.said or "(nothing)", one.heard) for one in heard if one.who == who and one.verdict == "wrong"
        )
        if wrong:
            pairs = (f"{said} as {taken} ({times})" for (said, taken), times in wrong.most_common(PAIRS))
            yield f"- {who}: {', '.join(pairs)}"


def printed(report: Report) -> str:
    """All of it in Markdown."""
    cost = report.cost
    told = (
        f"{cost.machine}. Model {cost.model}: {cost.megabytes:.1f} MB on disk, ready in {cost.loaded:.2f} s, "
        f"{cost.real_time:.3f} of real time on one core ({cost.seconds:.0f} s heard), "
        f"{cost.memory:.0f} MB of memory.",
        "",
        "Per cent right / wrong / asked again (95 % interval of right). Of what is outside the phrases, and",
        "of noise, right is what was refused.",
    )
    confused = ("\nMost often taken for something else:\n", *confusions(report.heard))
    return "\n".join([*told, *tables(report.heard), *confused]) + "\n"
