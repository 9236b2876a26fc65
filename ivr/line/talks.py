"""Who calls, and what is talked about with her."""

import logging
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flows.busy import busy
from flows.door import Errand, Known, door, goodbye, serve
from flows.identity import Caller
from flows.reach import Outcome
from flows.resume import goes_on
from flows.talk import Talk
from flows.turn import Heard, HungUp, Turn
from flows.worker import worker
from ivr.books import group_ids, now
from ivr.channel import Channel, converse, driven
from ivr.clips import GroupClips
from ivr.desk import CallBooks, desk, strangers, tries
from ivr.keeping.keeper import keeper_of
from ivr.line import metrics
from ivr.line.admission import Place
from ivr.line.call import Call
from ivr.line.campaign import Campaign
from ivr.line.journal import BrokenOff, Journal, Resuming
from ivr.line.occasions import conversation
from ivr.line.speaking import SpeakingChannel, framed
from ivr.line.wire import PhoneWire
from ivr.naming import every_name, tell_unsaid
from ivr.retention import forget_spoken, tidy
from ivr.sections import Settings
from ivr.shelf import Shelf
from ivr.spoken import SpokenChannel
from ivr.voice import Voice, comfort
from speech.recognizer import Recognizer
from store.calls import Task
from store.errors import BooksError, BooksInUse
from store.ledger import Ledger
from store.people import same_phone
from store.tries import PhoneTries, forget_old

log = logging.getLogger(__name__)


@dataclass
class _Held:
    """What is talked about in a call."""

    task: Task | None
    """What we called for; None for what a member wants who calls."""
    outcome: Outcome
    """What came of it so far."""

    @property
    def ours(self) -> Task | None:
        """What we call a certain member for; None when it is she who wants something."""
        return self.task if self.task and self.task.group and self.task.member_id else None


class Talks:
    """Holds the conversation of each call. Threads may do so at once."""

    def __init__(
        self, settings: Settings, ears: Recognizer, voice: Voice, shelf: Shelf, campaign: Campaign
    ) -> None:
        """Raises DiskTrouble and DamagedBooks."""
        self._settings, self._ears, self._voice = settings, ears, voice
        self._shelf, self._campaign = shelf, campaign
        self._comfort = framed(comfort(PhoneWire.rate))
        self._resume_within = timedelta(minutes=settings.line.resume_within)
        self._tries, self._strangers = tries(settings), strangers(settings)
        self._broken_off = keeper_of(settings).records("broken-off")
        forget_old(self._tries, now())
        self._strangers.forget_old()

    def answer(self, call: Call, number: UUID, wire: PhoneWire) -> None:
        """Talk with whoever calls, to the end. Raises BooksError, PromptError and SynthesisFailed."""
        if call.place is Place.TOLD:
            self._tell_busy(call, number, wire)
            return
        held = _Held(call.task, Outcome())
        if call.task is None:
            self._campaign.called(call.caller)
        try:
            with self._channel(wire) as (channel, clips):
                self._talk(call, number, channel, clips, held)
        except HungUp:
            log.info("call %s: the caller hung up", number)
        except BooksInUse:
            log.warning("call %s: another process holds the books of its group: a meeting, perhaps", number)
            if call.task is None:
                self._tell_busy(call, number, wire)
        finally:
            if held.task:  # however it ends, what came of it is in the queue
                self._campaign.came_of(held.task, held.outcome.result)

    @contextmanager
    def _channel(self, wire: PhoneWire) -> Iterator[tuple[Channel, GroupClips]]:
        watch, clips = metrics.Watch(wire), GroupClips(self._settings.clips)
        channel = SpokenChannel(
            wire, self._voice, self._ears.session(), self._settings, observer=watch, clips=clips
        )
        wire.comfort(self._comfort, self._settings.line.comfort_after)
        try:
            yield channel, clips
        finally:
            metrics.listened(channel, wire)

    def _talk(self, call: Call, number: UUID, channel: Channel, clips: GroupClips, held: _Held) -> None:
        journal = Journal(self._broken_off, call.caller, str(number), self._resume_within, now)
        broken = self._goes_on(call, channel, journal)
        if broken and broken.task:
            held.task = self._campaign.task(broken.task)
        at_the_door = Talk(f"door-{number}", "phone")
        errand = self._errand(call, held, channel, at_the_door, broken)
        talk = Talk(f"phone-{number}", "phone", keeps_for=self._settings.evidence.keeps_for)
        if errand is None:
            converse(goodbye(at_the_door), channel, at_the_door)
        elif errand.group is None:
            converse(
                worker(talk, desk(self._settings, self._shelf, clips), self._caller(call)), channel, talk
            )
        else:
            with CallBooks(self._shelf, clips).taken(errand.group) as ledger:
                flow = self._flow(call, talk, ledger, held, errand)
                if errand.what != "books":
                    converse(flow, channel, talk)
                    return
                answers = broken.answers if broken else ()
                with journal.until_over():
                    about = journal.about(errand.group, held.task)
                    converse(flow, Resuming(channel, talk, about, answers), talk)

    def _goes_on(self, call: Call, channel: Channel, journal: Journal) -> BrokenOff | None:
        """What broke off on this telephone and goes on now; on one that others use too she is asked."""
        broken = self._may_go_on(call, journal)
        if broken is None:
            return None
        with self._shelf.taken(broken.group) as ledger:
            owners = len(ledger.members_by_phone(call.caller))
        alone = owners == len(self._shelf.groups_of(call.caller)) == 1
        if alone or driven(goes_on(Talk("resume", "phone")), channel):
            return broken
        journal.forget()
        return None

    def _may_go_on(self, call: Call, journal: Journal) -> BrokenOff | None:
        """What broke off on this telephone and can go on now; not when we call for something else."""
        if call.task and call.task.member_id:
            return None
        broken = journal.taken()
        if broken is None or broken.group not in group_ids(self._settings) or (call.task and broken.task):
            return None
        return broken

    def _errand(
        self, call: Call, held: _Held, channel: Channel, talk: Talk, broken: BrokenOff | None
    ) -> Errand | None:
        """What the call is about: what broke off, what we call for, or what is asked for at the door."""
        if broken:
            return Errand("books", broken.group)
        if held.ours:
            return Errand("books", held.ours.group)
        held.outcome.result = "reached"
        return driven(door(talk, self._known(call.caller)), channel)

    def _flow(
        self, call: Call, talk: Talk, ledger: Ledger, held: _Held, errand: Errand
    ) -> Coroutine[Turn, Heard, None]:
        task = held.ours
        if task and task.member_id:
            member = ledger.member(task.member_id)
            return conversation(talk, ledger, task.purpose, member, held.outcome, self._caller(call))
        held.outcome.result = "reached"
        return serve(talk, ledger, errand.what, self._caller(call), self._strangers)

    def tidy(self) -> None:
        """Delete recordings and broken off talks that are to be kept no longer, and tell of names unsaid.

        Raises OSError.
        """
        Journal(self._broken_off, "", "", self._resume_within, now).forget_old()
        for done in tidy(self._settings, self._shelf.taken, now()):
            if done.old or done.alone:
                log.info("recordings deleted: %d old, %d that no entry names", done.old, done.alone)
            if done.trouble:
                log.warning("some recordings could not be looked through: %s", done.trouble)
        forget_spoken(self._settings, now() - timedelta(days=self._settings.evidence.keep_days))
        tell_unsaid(self._settings, every_name(self._settings, self._shelf.taken))

    def _tell_busy(self, call: Call, number: UUID, wire: PhoneWire) -> None:
        talk = Talk(f"phone-{number}", "phone")
        flow = busy(talk, calls_back=self.call_back(call))
        with suppress(HungUp):
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

    def _caller(self, call: Call) -> Caller:
        phone = call.caller
        return Caller(phone, self._settings.pin.spoken, PhoneTries(self._tries, phone, now))

    def _known(self, phone: str) -> Known:
        groups, hers = self._shelf.groups(), self._shelf.groups_of(phone)
        left = [group for group, _ in self._strangers.by(phone)] if phone else []
        return Known(
            groups,
            tuple(group for group in groups if group.id in hers),
            next((group.id for group in groups if group.id in left[-1:]), None),
            any(same_phone(phone, own) for own in self._settings.worker.phones),
        )
