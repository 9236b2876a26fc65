"""For what a member is called: what calls for a call, and what is then talked about with her."""

from collections.abc import Iterable
from datetime import datetime

from flows.call_absent import call_absent, missed
from flows.call_confirm import call_confirm, unconfirmed
from flows.call_remind import call_remind, coming
from flows.confirmation import MOST
from flows.identity import Caller
from flows.reach import Outcome
from flows.talk import Talk
from store.calls import Purpose, Task
from store.errors import NoSuchMember
from store.ledger import Ledger
from store.people import Member


def planned(
    ledger: Ledger, purpose: Purpose, kept: Iterable[Task], days: int, now: datetime
) -> tuple[Task, ...]:
    """The calls to be made for a purpose, besides those that are `kept`: she is called once for one thing.

    `days`: how long before a meeting or an instalment a member is reminded.
    """
    group = ledger.group.id
    ours = [task for task in kept if task.group == group and task.purpose == purpose]
    tasks = []
    for member in ledger.belonging():
        known = {what for task in ours if task.member_id == member.id for what in task.about}
        about = tuple(what for what in _about(ledger, member, purpose, days) if what not in known)[-MOST:]
        if about and member.phones:
            task_id = "/".join((group, purpose, member.id, *about))
            tasks.append(Task(task_id, group, member.phones[0], member.id, purpose, about, now))
    return tuple(tasks)


def still_wanted(ledger: Ledger, task: Task, days: int) -> bool:
    """Whether what she is to be called for is still to be said."""
    if task.member_id is None:
        return True
    try:
        member = ledger.member(task.member_id)
    except NoSuchMember:
        return False
    return not set(task.about).isdisjoint(_about(ledger, member, task.purpose, days))


def _about(ledger: Ledger, member: Member, purpose: Purpose, days: int) -> tuple[str, ...]:
    match purpose:
        case "confirm":
            return unconfirmed(ledger, member)
        case "remind":
            return coming(ledger, member, days)
        case "absent":
            return missed(ledger, member)
        case "call_back":
            return ()


async def conversation(
    talk: Talk, ledger: Ledger, purpose: Purpose, member: Member, outcome: Outcome, caller: Caller
) -> None:
    """What is talked about with her whom we call; the outcome is told as it comes about."""
    if purpose == "confirm":
        await call_confirm(talk, ledger, member, outcome, caller)
    elif purpose == "remind":
        await call_remind(talk, ledger, member, outcome, caller)
    else:
        await call_absent(talk, ledger, member, outcome)
