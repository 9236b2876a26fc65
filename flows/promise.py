"""What happens when Sakhi can't go on alone: a person is promised, and the promise is in the books."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flows.talk import Talk
from flows.turn import NotUnderstood
from store.entries import WorkerAsked
from store.ledger import Ledger


@contextmanager
def person_promised(
    talk: Talk, ledger: Ledger, about: str, meeting_id: str | None = None, member_id: str | None = None
) -> Iterator[None]:
    """Whatever is not understood inside is left to the group worker, who is asked to see to ``about``."""
    try:
        yield
    except NotUnderstood:
        promise(talk, ledger, about, meeting_id, member_id)


def promise(
    talk: Talk, ledger: Ledger, about: str, meeting_id: str | None = None, member_id: str | None = None
) -> None:
    """Write down that the worker is needed, and say so."""
    tell_worker(talk, ledger, about, meeting_id, member_id)
    talk.say("promise.worker")


def tell_worker(
    talk: Talk, ledger: Ledger, about: str, meeting_id: str | None = None, member_id: str | None = None
) -> None:
    """Write down that the worker is needed."""
    once = f"{talk.moment}/{about}/{member_id}"
    ledger.post(WorkerAsked(meeting_id, member_id, about), once=once, evidence=talk.evidence)
