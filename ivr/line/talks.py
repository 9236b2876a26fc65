"""Who calls, and what is talked about with her."""

import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flows.busy import busy
from flows.identity import Caller
from flows.phone import phone
from flows.reach import Outcome
from flows.resume import goes_on
from flows.talk import Talk
from flows.turn import Heard, HungUp, Turn
from ivr.books import group_ids, now
from ivr.channel import Channel, converse, driven
from ivr.clips import FolderClips
from ivr.line import metrics
from ivr.line.admission import Place
from ivr.line.call import Call
from ivr.line.campaign import Campaign
from ivr.line.journal import BrokenOff, Journal, Resuming
from ivr.line.occasions import conversation
from ivr.line.speaking import SpeakingChannel
from ivr.line.wire import PhoneWire
from ivr.retention import forget_spoken, tidy
from ivr.sections import Settings
from ivr.shelf import Shelf
from ivr.spoken import SpokenChannel
from ivr.voice import Voice
from speech.recognizer import Recognizer
from store.calls import Task
from store.errors import BooksError
from store.ledger import Ledger
from store.tinydb import TinyRecords
from store.tries import PhoneTries, forget_old

log = logging.getLogger(__name__)


@dataclass
class _Held:
    """What is talked about in a call."""

    task: Task | None
    """What we called for; None for what a member wants who calls."""
    outcome: Outcome
    """What came of it so far."""


class Talks:
    """Holds the conversation of each call. Threads may do so at once."""

    def __init__(
        self, settings: Settings, ears: Recognizer, voice: Voice, shelf: Shelf, campaign: Campaign
    ) -> None:
        self._settings, self._ears, self._voice = settings, ears, voice
        self._shelf, self._campaign = shelf, campaign
        self._resume_within = timedelta(minutes=settings.line.resume_within)
        self._tries = TinyRecords(settings.line_folder / "tries.json")
        self._broken_off = TinyRecords(settings.line_folder / "broken-off.json")
        forget_old(self._tries, now())

    def answer(self, call: Call, number: UUID, wire: PhoneWire) -> None:
        """Talk with whoever calls, to the end. Raises BooksError, PromptError and SynthesisFailed."""
        if call.place is Place.TOLD:
            self._tell_busy(call, number, wire)
            return
        held = _Held(call.task, Outcome())
        try:
            self._talk(call, number, wire, held)
        except HungUp:
            log.info("call %s: the caller hung up", number)
        finally:
            if held.task:  # however it ends, what came of it is in the queue
                self._campaign.came_of(held.task, held.outcome.result)

    def _talk(self, call: Call, number: UUID, wire: PhoneWire, held: _Held) -> None:
        journal = Journal(self._broken_off, call.caller, str(number), self._resume_within, now)
        broken = self._may_go_on(call, journal)
        group = broken.group if broken else self._group_of(call)
        watch, clips = metrics.Watch(wire), FolderClips(self._settings.clips / group)
        channel = SpokenChannel(
            wire, self._voice, self._ears.session(), self._settings, observer=watch, clips=clips
        )
        try:
            with self._shelf.taken(group) as ledger, journal.until_over():
                if broken and not self._is_hers(call, channel, ledger):
                    journal.forget()
                    broken = None
                if broken and broken.task:
                    held.task = self._campaign.task(broken.task)
                talk = Talk(f"phone-{number}", "phone", keeps_for=self._settings.evidence.keeps_for)
                answers = broken.answers if broken else ()
                resuming = Resuming(channel, talk, journal.about(group, held.task), answers)
                converse(self._flow(call, talk, ledger, held), resuming, talk)
        finally:
            metrics.listened(channel, wire)

    def _may_go_on(self, call: Call, journal: Journal) -> BrokenOff | None:
        """What broke off on this telephone and can go on now; not when we call for something else."""
        if call.task and call.task.member_id:
            return None
        broken = journal.taken()
        if broken is None or broken.group not in group_ids(self._settings) or (call.task and broken.task):
            return None
        return broken

    def _is_hers(self, call: Call, channel: Channel, ledger: Ledger) -> bool:
        """Whether it was she who was talking; on a telephone that others use too she is asked."""
        alone = len(ledger.members_by_phone(call.caller)) == len(self._shelf.groups_of(call.caller)) == 1
        return alone or driven(goes_on(Talk("resume", "phone")), channel)

    def _flow(self, call: Call, talk: Talk, ledger: Ledger, held: _Held) -> Coroutine[Turn, Heard, None]:
        caller = self._caller(call.caller)
        if held.task is None:
            return phone(talk, ledger, caller)
        return conversation(talk, ledger, held.task, held.outcome, caller)

    def tidy(self) -> None:
        """Delete the recordings that are to be kept no longer. Raises OSError."""
        for done in tidy(self._settings, self._shelf.taken, now()):
            if done.old or done.alone:
                log.info("recordings deleted: %d old, %d that no entry names", done.old, done.alone)
            if done.trouble:
                log.warning("some recordings could not be looked through: %s", done.trouble)
        forget_spoken(self._settings, now() - timedelta(days=self._settings.evidence.keep_days))

    def _tell_busy(self, call: Call, number: UUID, wire: PhoneWire) -> None:
        talk = Talk(f"phone-{number}", "phone")
        flow = busy(talk, calls_back=self.call_back(call))
        converse(flow, SpeakingChannel(wire, self._voice), talk)

    def call_back(self, call: Call) -> bool:
        """Have her called back, if the settings allow; whether she will be."""
        if not call.caller:
            return False
        try:
            return self._campaign.call_back(call.caller)
        except BooksError:
            log.exception("a call back could not be put into the queue")
            return False

    def _caller(self, phone: str) -> Caller:
        return Caller(phone, self._settings.pin.spoken, PhoneTries(self._tries, phone, now))

    def _group_of(self, call: Call) -> str:
        """Her group; the only group there is for a number that nobody knows. Raises BooksError."""
        if call.task and call.task.group:
            return call.task.group
        known = self._shelf.groups_of(call.caller) or group_ids(self._settings)
        return known[0]
