"""Who calls, and what is talked about with her."""

import logging
from uuid import UUID

from flows.identity import Caller
from flows.phone import phone
from flows.talk import Talk
from flows.turn import HungUp
from ivr.books import group_ids, now
from ivr.channel import converse
from ivr.clips import FolderClips
from ivr.line.service import Call
from ivr.line.wire import PhoneWire
from ivr.sections import Settings
from ivr.shelf import Shelf
from ivr.spoken import SpokenChannel
from ivr.voice import Voice
from speech.recognizer import Recognizer
from store.tinydb import TinyRecords
from store.tries import PhoneTries, forget_old

log = logging.getLogger(__name__)


class Talks:
    """Holds the conversation of each call. Threads may do so at once."""

    def __init__(self, settings: Settings, ears: Recognizer, voice: Voice) -> None:
        self._settings, self._ears, self._voice = settings, ears, voice
        self._shelf = Shelf(settings)
        self._tries = TinyRecords(settings.line_folder / "tries.json")
        forget_old(self._tries, now())

    def answer(self, call: Call, number: UUID, wire: PhoneWire) -> None:
        """Talk with whoever calls, to the end. Raises BooksError, PromptError and SynthesisFailed."""
        group = self._group_of(call.caller)
        clips = FolderClips(self._settings.clips / group)
        channel = SpokenChannel(wire, self._voice, self._ears.session(), self._settings, clips=clips)
        with self._shelf.taken(group) as ledger:
            talk = Talk(f"phone-{number}", "phone")
            flow = phone(talk, ledger, self._caller(call.caller))
            try:
                converse(flow, channel, talk)
            except HungUp:
                log.info("call %s: the caller hung up", number)

    def _caller(self, phone: str) -> Caller:
        return Caller(phone, self._settings.pin.spoken, PhoneTries(self._tries, phone, now))

    def _group_of(self, caller: str) -> str:
        """Her group; the only group there is for a number that nobody knows. Raises BooksError."""
        known = self._shelf.groups_of(caller) or group_ids(self._settings)
        return known[0]
