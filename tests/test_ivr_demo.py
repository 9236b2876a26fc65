"""The demo without sound: what the made-up people say is true, and the check finds what is not."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.expect import Choice, Got, Rupees, YesNo
from flows.hindi import Meant, Unsure, parse_date, parse_rupees
from flows.meeting import meeting
from flows.talk import Talk
from flows.turn import Heard, Line, Sound, Turn
from ivr.channel import SILENCE, converse
from ivr.demo import group, saying
from ivr.demo.check import Report, Verdict, as_table, check
from ivr.demo.people import Habit, Part, Plans, cast, plans
from ivr.demo.room import Room
from ivr.demo.saying import HESITATION, amount_said
from ivr.demo.speaker import Person, Reply, Worker
from store.entries import BankDeposit, WorkerAsked
from store.ledger import Ledger
from store.memory import MemoryVault

MEMBERS = 12


class PerfectEars:
    """A channel that hears every word as it was said, so that only the people and the flow are tried."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def exchange(self, turn: Turn) -> Heard:
        reply = self._room.answer(turn)
        keys = "".join(each.keys for each in reply).removesuffix("#")
        if keys:
            return Heard(keys=keys, confidence=1.0, sound=Sound.SPEECH)
        said = [each.words for each in reply if not each.early and each.words != HESITATION]
        if not said:
            return SILENCE
        words = ["[unk]" if each in saying.OFF_THE_POINT else each for each in said]
        return Heard(" ".join(words), "", 1.0, Sound.SPEECH)

    def hangup(self) -> None:
        pass


class Held:
    """A meeting of a made-up group, heard perfectly."""

    def __init__(self, seed: int, members: int = MEMBERS) -> None:
        rng = Random(seed)
        clock = group.Clock(group.NOON)
        self.ledger: Ledger = group.found(MemoryVault(), clock, members, rng)
        self.parts: tuple[Part, ...] = cast(self.ledger, rng)
        self.plans: Plans = plans(self.ledger, rng)
        self.before = len(self.ledger.vouchers)
        self.room = Room(self.ledger, self.parts, self.plans, rng)
        talk = Talk(f"seed {seed}", "test")
        converse(meeting(talk, self.ledger), PerfectEars(self.room), talk)

    def report(self, parts: tuple[Part, ...] | None = None) -> Report:
        return check(self.ledger, self.before, parts or self.parts, self.plans, self.room.box)


@given(seed=st.integers(0, 10_000), members=st.integers(group.FEWEST, 16))
def test_whoever_is_heard_well_is_served(seed: int, members: int) -> None:
    held = Held(seed, members)
    report = held.report()
    assert [line for line in report.lines if line.verdict is not Verdict.RIGHT] == []
    assert (report.served, report.wrong) == (members, 0)
    assert report.cash == report.box == held.ledger.cash


def test_of_twelve_each_habit_is_there_and_two_are_away() -> None:
    held = Held(1)
    here = [part for part in held.parts if part.present]
    assert {part.habit for part in here} == set(Habit)
    assert len(here) == MEMBERS - 2
    assert len({part.sound.voice for part in held.parts}) == MEMBERS


def test_a_group_owes_an_overdue_a_flat_and_a_reducing_loan() -> None:
    ledger = group.found(MemoryVault(), group.Clock(group.NOON), MEMBERS, Random(1))
    loans = [loan for member in ledger.members() for loan in ledger.loans(member.id)]
    methods = {voucher.entry.terms.method for voucher in ledger.vouchers if hasattr(voucher.entry, "terms")}
    assert len(loans) >= 3
    assert any(loan.overdue for loan in loans)
    assert methods == {"flat", "reducing"}


def test_one_who_takes_back_what_was_written_leaves_a_reversal() -> None:
    kinds = [voucher.kind for voucher in Held(1).ledger.vouchers]
    assert kinds.count("reversal") == 1


@given(seed=st.integers(0, 10_000))
def test_the_same_seed_gives_the_same_books(seed: int) -> None:
    first, second = Held(seed), Held(seed)
    assert [v.hash for v in first.ledger.vouchers] == [v.hash for v in second.ledger.vouchers]


@pytest.mark.parametrize("place", range(MEMBERS))
def test_a_paisa_more_or_less_is_found(place: int) -> None:
    held = Held(1)
    part = held.parts[place]
    changed = [
        *(
            [replace(part, saving=part.saving + 1), replace(part, saving=part.saving - 1)]
            if part.saving
            else []
        ),
        *(replace(part, repayments={loan: paise + 1}) for loan, paise in part.repayments.items()),
        replace(part, present=not part.present, reason=None),
        *([replace(part, reason="gone to the moon")] if part.reason else []),
    ]
    for other in changed:
        report = held.report(tuple(other if each is part else each for each in held.parts))
        wrong = [line for line in report.lines if line.verdict is Verdict.WRONG]
        assert report.wrong
        assert f"{part.member.number} {part.member.name}" in [line.name for line in wrong]


def test_an_entry_that_nobody_meant_is_found_and_so_is_its_money() -> None:
    held = Held(1)
    held.ledger.post(BankDeposit(1, "slip"), once="planted")
    report = held.report()
    assert report.wrong == 2
    assert report.lines[0].verdict is Verdict.WRONG
    assert report.cash == report.box - 1


def test_a_reason_that_was_not_understood_is_less_than_was_meant_and_not_wrong() -> None:
    held = Held(1)
    unknown = next(part for part in held.parts if not part.present and part.reason is None)
    known = tuple(replace(part, reason="ill") if part is unknown else part for part in held.parts)
    report = held.report(known)
    assert (report.wrong, report.served) == (0, MEMBERS - 1)


def test_another_day_or_another_cash_is_found() -> None:
    held = Held(1)
    for other in (
        replace(held.plans, cash=held.plans.cash + 1),
        replace(held.plans, next_on=held.ledger.today),
    ):
        assert (
            check(held.ledger, held.before, held.parts, other, held.room.box).lines[0].verdict
            is Verdict.WRONG
        )


class FirstQuestionOnly(PerfectEars):
    """Hears nothing of one member's saving."""

    def __init__(self, room: Room, deaf_to: str) -> None:
        super().__init__(room)
        self._deaf_to = deaf_to

    def exchange(self, turn: Turn) -> Heard:
        heard = super().exchange(turn)
        asked = turn.question is not None and turn.question.key == "savings.how_much"
        return SILENCE if asked and turn.to == self._deaf_to else heard


def test_who_was_promised_a_person_is_not_served_and_not_wrong() -> None:
    rng = Random(1)
    ledger = group.found(MemoryVault(), group.Clock(group.NOON), MEMBERS, rng)
    parts, meant = cast(ledger, rng), plans(ledger, rng)
    before = len(ledger.vouchers)
    deaf_to = next(part for part in parts if part.habit is Habit.PLAIN and part.present and part.saving)
    room = Room(ledger, parts, meant, rng)
    talk = Talk("test", "test")
    converse(meeting(talk, ledger), FirstQuestionOnly(room, deaf_to.member.id), talk)
    report = check(ledger, before, parts, meant, room.box)
    assert any(isinstance(voucher.entry, WorkerAsked) for voucher in ledger.vouchers)
    assert (report.wrong, report.served) == (0, MEMBERS - 1)
    assert [line.verdict for line in report.lines].count(Verdict.LEFT) == 1


def test_the_table_shows_every_member_and_the_cash() -> None:
    assert as_table(Held(1).report()).row_count == 1 + MEMBERS + 1


def _check(kind: str, amount: int, tries: int = 0) -> Turn:
    question = Line(f"{kind}.check", {"amount": amount, "name": "सीता"})
    return Turn((question,), YesNo(), question, "m1", barge_in=False, tries=tries)


def _person(habit: Habit) -> Person:
    part = next(part for part in Held(1).parts if part.habit is habit and part.present)
    return Person(replace(part, saving=250_00), Random(3))


def _says_yes(reply: Reply) -> bool:
    return reply[-1].words in saying.YES or reply[-1].keys == "1"


@pytest.mark.parametrize("habit", Habit)
@pytest.mark.parametrize("tries", range(3))
def test_yes_is_said_to_what_she_means_and_no_to_everything_else(habit: Habit, tries: int) -> None:
    person = _person(habit)
    meant = person.saving
    for amount in range(50_00, 400_00, 50_00):
        reply = person.reply(_check("savings", amount, tries))
        assert _says_yes(reply) is (amount == meant)


@pytest.mark.parametrize("habit", Habit)
def test_after_two_failures_she_uses_the_keys(habit: Habit) -> None:
    person = _person(habit)
    question = Line("savings.how_much", {"name": "सीता"})
    for tries in range(2):
        person.reply(Turn((question,), Rupees(500_00), question, "m1", tries=tries))
    (reply,) = person.reply(Turn((question,), Rupees(500_00), question, "m1", tries=2))
    assert reply.keys == f"{person.saving // 100}#"


@given(rupees=st.integers(1, 9_999), seed=st.integers(0, 1_000))
def test_every_way_to_say_an_amount_means_it(rupees: int, seed: int) -> None:
    meant = parse_rupees(amount_said(rupees * 100, Random(seed)))
    # Digit by digit an amount may be doubtful, and is asked about.
    assert meant == Meant(rupees * 100) or (isinstance(meant, Unsure) and meant.candidates[0] == rupees * 100)


def test_every_day_said_is_the_day_meant() -> None:
    for seed in range(50):
        ledger = group.found(MemoryVault(), group.Clock(group.NOON), 2, Random(seed))
        meant = plans(ledger, Random(seed))
        assert parse_date(meant.next_words, ledger.today) == meant.next_on


class NoForYes(PerfectEars):
    """Takes the first yes to a correction for a no."""

    taken = False

    def exchange(self, turn: Turn) -> Heard:
        heard = super().exchange(turn)
        if turn.question and turn.question.key == "correction.saving" and not self.taken:
            self.taken = True
            return replace(heard, text="नहीं")
        return heard


def test_one_whose_correction_was_refused_insists() -> None:
    rng = Random(1)
    ledger = group.found(MemoryVault(), group.Clock(group.NOON), MEMBERS, rng)
    parts, meant = cast(ledger, rng), plans(ledger, rng)
    before = len(ledger.vouchers)
    room = Room(ledger, parts, meant, rng)
    talk = Talk("test", "test")
    channel = NoForYes(room)
    converse(meeting(talk, ledger), channel, talk)
    assert channel.taken
    assert check(ledger, before, parts, meant, room.box).served == MEMBERS


@pytest.mark.parametrize("reason", ["ill", "work", "travel", "family", None])
def test_after_two_failures_the_worker_tells_who_is_away_by_keys(reason: str | None) -> None:
    held = Held(1)
    away = replace(held.parts[0], present=False, reason=reason)
    worker = Worker(held.plans, Random(1))
    for key, expect in (("roll_call.has_come", Choice("presence")), ("roll_call.reason", Choice("reason"))):
        question = Line(key, {"name": away.member.name})
        (reply,) = worker.reply(Turn((question,), expect, question, tries=2), away, 0)
        meant = expect.parse(Heard(keys=reply.keys))
        assert isinstance(meant, Got)
        nothing_known = "away" if key == "roll_call.has_come" else "unknown"
        known = reason if reason in saying.AWAY or key == "roll_call.reason" else None
        assert meant.value == (known or nothing_known)
