"""Who calls, and what is talked about with her."""

import logging
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any
from uuid import UUID

from flows.busy import busy
from flows.identity import Caller
from flows.phone import phone
from flows.reach import Outcome
from flows.talk import Talk
from flows.turn import Heard, HungUp, Turn
from ivr.books import group_ids, now
from ivr.channel import converse
from ivr.clips import FolderClips
from ivr.line import metrics
from ivr.line.admission import Place
from ivr.line.call import Call
from ivr.line.campaign import Campaign
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

Flow = Callable[[Talk, Ledger, Caller], Coroutine[Turn, Heard, Any]]
"""A conversation with whoever is at the other end."""


class Talks:
    """Holds the conversation of each call. Threads may do so at once."""

    def __init__(
        self, settings: Settings, ears: Recognizer, voice: Voice, shelf: Shelf, campaign: Campaign
    ) -> None:
        self._settings, self._ears, self._voice = settings, ears, voice
        self._shelf, self._campaign = shelf, campaign
        self._tries = TinyRecords(settings.line_folder / "tries.json")
        forget_old(self._tries, now())

    def answer(self, call: Call, number: UUID, wire: PhoneWire) -> None:
        """Talk with whoever calls, to the end. Raises BooksError, PromptError and SynthesisFailed."""
        try:
            if call.place is Place.TOLD:
                self._tell_busy(call, number, wire)
            elif call.task is None:
                self._talk(call, number, wire, self._group_of(call.caller), phone)
            else:
                self._call(call, call.task, number, wire)
        except HungUp:
            log.info("call %s: the caller hung up", number)

    def _call(self, call: Call, task: Task, number: UUID, wire: PhoneWire) -> None:
        """A call of ours. However it ends, what came of it is in the queue."""
        outcome = Outcome()

        async def flow(talk: Talk, ledger: Ledger, caller: Caller) -> None:
            await conversation(talk, ledger, task, outcome, caller)

        try:
            self._talk(call, number, wire, task.group or self._group_of(call.caller), flow)
        finally:
            self._campaign.came_of(task, outcome.result)

    def _talk(self, call: Call, number: UUID, wire: PhoneWire, group: str, flow: Flow) -> None:
        watch, clips = metrics.Watch(wire), FolderClips(self._settings.clips / group)
        channel = SpokenChannel(
            wire, self._voice, self._ears.session(), self._settings, observer=watch, clips=clips
        )
        try:
            with self._shelf.taken(group) as ledger:
                talk = Talk(f"phone-{number}", "phone", keeps_for=self._settings.evidence.keeps_for)
                converse(flow(talk, ledger, self._caller(call.caller)), channel, talk)
        finally:
            metrics.listened(channel, wire)

    def tidy(self) -> None:
        """Delete the recordings that are to be kept no longer. Raises OSError."""
        for done in tidy(self._settings, self._shelf.taken, now()):
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

    def _group_of(self, caller: str) -> str:
        """Her group; the only group there is for a number that nobody knows. Raises BooksError."""
        known = self._shelf.groups_of(caller) or group_ids(self._settings)
        return known[0]
