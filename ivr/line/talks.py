"""Who calls, and what is talked about with her."""

import logging
from uuid import UUID

from flows.busy import busy
from flows.identity import Caller
from flows.phone import phone
from flows.talk import Talk
from flows.turn import HungUp
from ivr.books import group_ids, now
from ivr.channel import converse
from ivr.clips import FolderClips
from ivr.line import metrics
from ivr.line.admission import Place
from ivr.line.service import Call
from ivr.line.speaking import SpeakingChannel
from ivr.line.wire import PhoneWire
from ivr.retention import tidy
from ivr.sections import Settings
from ivr.shelf import Shelf
from ivr.spoken import SpokenChannel
from ivr.voice import Voice
from speech.recognizer import Recognizer
from store.calls import CallQueue
from store.errors import BooksError
from store.tinydb import TinyRecords
from store.tries import PhoneTries, forget_old

log = logging.getLogger(__name__)


class Talks:
    """Holds the conversation of each call. Threads may do so at once."""

    def __init__(self, settings: Settings, ears: Recognizer, voice: Voice, queue: CallQueue) -> None:
        self._settings, self._ears, self._voice, self._queue = settings, ears, voice, queue
        self._shelf = Shelf(settings)
        self._tries = TinyRecords(settings.line_folder / "tries.json")
        forget_old(self._tries, now())

    def answer(self, call: Call, number: UUID, wire: PhoneWire) -> None:
        """Talk with whoever calls, to the end. Raises BooksError, PromptError and SynthesisFailed."""
        try:
            if call.place is Place.TOLD:
                self._tell_busy(call, number, wire)
            else:
                self._talk(call, number, wire)
        except HungUp:
            log.info("call %s: the caller hung up", number)

    def _talk(self, call: Call, number: UUID, wire: PhoneWire) -> None:
        group = self._group_of(call.caller)
        watch, clips = metrics.Watch(wire), FolderClips(self._settings.clips / group)
        channel = SpokenChannel(
            wire, self._voice, self._ears.session(), self._settings, observer=watch, clips=clips
        )
        try:
            with self._shelf.taken(group) as ledger:
                talk = Talk(f"phone-{number}", "phone", keeps_for=self._settings.evidence.keeps_for)
                flow = phone(talk, ledger, self._caller(call.caller))
                converse(flow, channel, talk)
        finally:
            metrics.listened(channel, wire)

    def tidy(self) -> None:
        """Delete the recordings that are to be kept no longer. Raises OSError."""
        for done in tidy(self._settings, self._shelf.taken, now()):
            log.info("recordings deleted: %d old, %d that no entry names", done.old, done.alone)
            if done.trouble:
                log.warning("some recordings could not be looked through: %s", done.trouble)

    def _tell_busy(self, call: Call, number: UUID, wire: PhoneWire) -> None:
        talk = Talk(f"phone-{number}", "phone")
        flow = busy(talk, calls_back=self.call_back(call))
        converse(flow, SpeakingChannel(wire, self._voice), talk)

    def call_back(self, call: Call) -> bool:
        """Have her called back; whether she will be, for which her number must be known."""
        if not call.caller:
            return False
        try:
            group = self._shelf.groups_of(call.caller)
            self._queue.call_back(call.caller, group[0] if len(group) == 1 else None)
        except BooksError:
            log.exception("a call back could not be put into the queue")
            return False
        return True

    def _caller(self, phone: str) -> Caller:
        return Caller(phone, self._settings.pin.spoken, PhoneTries(self._tries, phone, now))

    def _group_of(self, caller: str) -> str:
        """Her group; the only group there is for a number that nobody knows. Raises BooksError."""
        known = self._shelf.groups_of(caller) or group_ids(self._settings)
        return known[0]
