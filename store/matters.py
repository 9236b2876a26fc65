"""What the worker is to see to: messages left to her, persons promised, entries disputed; how far she is."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from store.entries import WORKER, Checked, Countersigned, MessageLeft, WorkerAnswered, WorkerAsked
from store.questions import Questions

State = Literal["open", "heard", "done"]
MESSAGE, ENTRY, SIGNATORY = "message", "entry", "signatory"
DISPUTED = "disputed"
"""What a dispute is promised under: it is told of as the dispute itself."""


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that was left to the worker."""

    number: int
    """Number of its voucher."""
    once: str
    """The key it was posted under."""
    on: date
    """Day of it."""
    member_id: str | None
    """Whom it concerns, None when that is not known."""
    about: str
    """"message"; "entry" for one disputed by her whom it concerns, "signatory" for those disputed by a second
    signatory; else what was promised."""
    clip: str | None = None
    """Recording of the message."""
    voucher: int | None = None
    """Number of the disputed voucher, the first of them when there are several."""
    state: State = "open"
    """How far the worker is."""
    answer: str | None = None
    """Recording of what she said to it last, None when she said nothing."""


def matters(ledger: Questions) -> tuple[Matter, ...]:
    """All of them, the earliest first; of what was disputed only what is to this day."""
    answers: dict[int, list[WorkerAnswered]] = {}
    for voucher in ledger.vouchers:
        if isinstance(voucher.entry, WorkerAnswered):
            answers.setdefault(voucher.entry.of, []).append(voucher.entry)
    last = {v.entry.of: v.number for v in ledger.vouchers if isinstance(v.entry, Checked)}
    disputed = {last[answer.of] for answer in ledger.disputed()}
    unsigned = {dispute.number: of.number for of, dispute in reversed(ledger.disputed_by_signatories())}
    found: list[Matter] = []
    for voucher in filter(ledger.counts, ledger.vouchers):
        entry, key = voucher.entry, (voucher.number, voucher.once, voucher.on)
        state, answer = _how_far(answers.get(voucher.number, []))
        if isinstance(entry, MessageLeft):
            found.append(Matter(*key, entry.member_id, MESSAGE, entry.clip, None, state, answer))
        elif isinstance(entry, WorkerAsked) and entry.about != DISPUTED:
            found.append(Matter(*key, entry.member_id, entry.about, None, None, state, answer))
        elif isinstance(entry, Countersigned) and voucher.number in unsigned:
            by = entry.by if entry.by != WORKER else None
            found.append(Matter(*key, by, SIGNATORY, None, unsigned[voucher.number], state, answer))
        elif isinstance(entry, Checked) and voucher.number in disputed:
            found.append(Matter(*key, entry.member_id, ENTRY, None, entry.of, state, answer))
    return tuple(found)


def _how_far(answers: list[WorkerAnswered]) -> tuple[State, str | None]:
    if not answers:
        return "open", None
    said = [answer.clip for answer in answers if answer.clip]
    return "done" if answers[-1].done else "heard", said[-1] if said else None
