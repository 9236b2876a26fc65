"""The whole meeting, from the greeting to the next day."""

from __future__ import annotations

from functools import partial

from flows.closing import closing
from flows.consent import keep_answers
from flows.correction import correction
from flows.fines import fines
from flows.opening import opening
from flows.repayment import repayments
from flows.roll_call import roll_call
from flows.savings import savings
from flows.talk import Talk
from flows.treasury import treasury
from flows.turn import Stopped
from store.errors import DiskTrouble
from store.ledger import Ledger


async def meeting(talk: Talk, ledger: Ledger) -> None:
    """Hold a meeting; one that was broken off goes on where it stopped.

    Raises DiskTrouble after telling the members that nothing more can be written.
    """
    keep_answers(talk, ledger.members())
    try:
        await _agenda(talk, ledger)
    except Stopped:
        talk.say("meeting.stopped")
    except DiskTrouble:
        talk.say("meeting.not_written")
        raise


async def _agenda(talk: Talk, ledger: Ledger) -> None:
    meeting_id = (await opening(talk, ledger)).id
    if not await roll_call(talk, ledger, meeting_id):
        return
    talk.on_undo = partial(correction, talk, ledger, meeting_id)
    await savings(talk, ledger, meeting_id)
    await repayments(talk, ledger, meeting_id)
    await fines(talk, ledger, meeting_id)
    await treasury(talk, ledger, meeting_id)
    await closing(talk, ledger, meeting_id)
