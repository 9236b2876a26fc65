"""The ledger: one group's books, their laws kept, asked by name. Works over any vault."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from store.chain import START, Record, Voucher, no_collection, seal
from store.entries import (
    Entry,
    Evidence,
)
from store.errors import (
    ClockBehind,
    DiskTrouble,
    NoGroupYet,
    NumberTaken,
    OnceReused,
    RefusedEntry,
)
from store.held import Held
from store.memory import copy_of
from store.people import Group, Member, Newcomer, Person, person_of, person_record
from store.pins import Pin, PinCheck
from store.questions import Questions
from store.rules import Rules
from store.standing import Standing
from store.vault import News, Vault, refuse_second_group


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that an entry is in the books."""

    number: int
    """Number of its voucher."""
    once: str
    """The key it was posted under."""
    at: datetime
    """When it was posted first."""
    repeated: bool
    """True when it was in the books already and nothing was written now."""


class Ledger(Questions):
    """One group's books. Threads may post at once. What it answers, the vault has confirmed."""

    def __init__(self, vault: Vault, now: Callable[[], datetime]) -> None:
        """Open the books in `vault`; `now` tells the time, timezone-aware.

        Raises NoGroupYet for an empty vault, DamagedBooks, DiskTrouble.
        """
        self._vault = vault
        self.now = now
        self._lock = threading.RLock()
        self._held = self._load()
        self._writing = self._unsure = False

    @classmethod
    def found(cls, vault: Vault, group: Group, now: Callable[[], datetime]) -> "Ledger":
        """Begin the books of a group in an empty vault. Raises RefusedEntry when it holds a group."""
        with vault.exclusive():
            refuse_second_group(vault.load().group)
            vault.put_group(asdict(group))
        return cls(vault, now)

    def _load(self) -> Held:
        contents = self._vault.load()
        if contents.group is None:
            raise NoGroupYet
        with no_collection():
            return Held(Group(**contents.group), _people(contents.members), Standing(contents.vouchers))

    def _fresh(self) -> Held:
        if self._vault.shared:
            with self._lock:
                if not self._writing:
                    self._take_in(self._vault.news())
        return self._held

    def _take_in(self, news: News) -> None:
        if news.group is not None:
            self._held.group, self._held.people = Group(**news.group), _people(news.members)
        for voucher in news.vouchers:
            self._held.standing.apply(voucher)

    @contextmanager
    def _alone(self) -> Iterator[Held]:
        """The books as they are, with nobody else writing until the end: for one write or none."""
        with self._lock:
            if self._unsure:
                self._held, self._unsure = self._load(), False
            try:
                with self._vault.exclusive() as news:
                    self._take_in(news)
                    self._writing = True
                    yield self._held
            except DiskTrouble:
                # What was written may be kept after all: look before the next one.
                self._unsure = True
                raise
            finally:
                self._writing = False

    def update_group(self, group: Group) -> None:
        """Keep new rules of the group. Raises DiskTrouble."""
        with self._lock:
            with self._alone():
                self._vault.put_group(asdict(group))
            self._held.group = group

    def add_member(
        self,
        number: int,
        name: str,
        spoken: str = "",
        phones: Iterable[str] = (),
        consent: bool | None = None,
    ) -> Member:
        """Take a member in; `spoken` is `name` when empty. Raises NumberTaken, RefusedEntry, DiskTrouble."""
        (member,) = self.add_members([Newcomer(number, name, spoken, tuple(phones), None, consent)])
        return member

    def add_members(self, newcomers: Iterable[Newcomer]) -> tuple[Member, ...]:
        """Take several members in with one write: all of them or, when this raises, none.

        Raises NumberTaken, RefusedEntry, DiskTrouble.
        """
        with self._lock:
            with self._alone() as held:
                used = set(held.people) | held.standing.member_ids()
                people, added = held.people, list[Person]()
                for newcomer in newcomers:
                    person = _arriving(newcomer, used)
                    _check_member(person.member, people)
                    used.add(person.member.id)
                    people = people | {person.member.id: person}
                    added.append(person)
                if added:
                    self._vault.add_members([person_record(person) for person in added])
            self._held.people = people
            return tuple(person.member for person in added)

    def update_member(self, member: Member) -> Member:
        """Keep a member's new particulars, by id. Raises NoSuchMember, NumberTaken, DiskTrouble."""
        return self._change(member.id, lambda person: Person.of(member, person.pin)).member

    def set_pin(self, member_id: str, pin: str) -> None:
        """Set a PIN of 4 to 8 digits; wrong tries are forgotten.

        Raises NoSuchMember, RefusedEntry, DiskTrouble.
        """
        new = Pin.of(pin)
        self._change(member_id, lambda person: replace(person, pin=new))

    def set_consent(self, member_id: str, agreed: bool) -> None:
        """Keep whether her answers may be kept as sound. Raises NoSuchMember, DiskTrouble."""
        self._change(member_id, lambda person: replace(person, member=replace(person.member, consent=agreed)))

    def check_erasable(self, member_id: str) -> None:
        """See that no money is hers. Raises NoSuchMember, RefusedEntry while she has savings or a loan."""
        member = self.member(member_id)
        if self.saved_by(member_id) or self.voluntary_of(member_id) or self.loans(member_id):
            raise RefusedEntry(f"{member.name} has savings or a loan in these books; settle them first")

    def erase_member(self, member_id: str) -> None:
        """Forget her name, telephones and PIN; the entries under her id stay, and nobody else gets that id.

        Raises NoSuchMember, RefusedEntry while she has savings or a loan, DiskTrouble.
        """
        with self._lock:
            with self._alone() as held:
                self.check_erasable(member_id)
                self._vault.drop_member(member_id)
            self._held.people = {other: kept for other, kept in held.people.items() if other != member_id}

    def check_pin(self, member_id: str, pin: str) -> PinCheck:
        """Try a PIN. The third wrong one in a row locks it, longer every time; tries survive a restart.

        Raises NoSuchMember, DiskTrouble.
        """
        answer = PinCheck.NONE_SET

        def tried(person: Person) -> Person:
            nonlocal answer
            if person.pin is None:
                return person
            answer, kept = person.pin.tried(pin, self.now())
            return replace(person, pin=kept)

        self._change(member_id, tried)
        return answer

    def _change(self, member_id: str, change: Callable[[Person], Person]) -> Person:
        """Make something else of a member while nobody else can; what is kept now."""
        with self._lock:
            with self._alone() as held:
                there = self._person(member_id)
                made = change(there)
                person = Person.of(made.member, made.pin)
                _check_member(person.member, held.people)
                if person != there:
                    self._vault.put_member(person_record(person))
            self._held.people = held.people | {member_id: person}
            return person

    def post(self, entry: Entry, *, once: str, evidence: Evidence | None = None) -> Receipt:
        """Write an entry; it is durable when this returns. The same `once` again writes nothing.

        Raises a RefusedEntry when it breaks a law, DiskTrouble, DamagedBooks: then nothing is confirmed.
        """
        with self._lock:
            with self._alone() as held:
                first = held.standing.once.get(once)
                if first is not None:
                    if first.entry != entry:
                        raise OnceReused(once, first.number)
                    return Receipt(first.number, once, first.at, repeated=True)
                voucher = self._voucher(held, entry, once, evidence)
                self._vault.append(voucher)
            self._held.standing.apply(voucher)
            return Receipt(voucher.number, once, voucher.at, repeated=False)

    def _voucher(self, held: Held, entry: Entry, once: str, evidence: Evidence | None) -> Voucher:
        now, last = self.now(), held.standing.vouchers[-1] if held.standing.vouchers else None
        if last is not None and (last.at - now).days >= 1:
            raise ClockBehind(now, last.at)
        rules = Rules(held.group, frozenset(held.people), held.standing, now.date())
        return seal(
            Voucher(
                number=last.number + 1 if last else 1,
                at=now,
                once=once,
                entry=entry,
                postings=rules.postings(entry),
                evidence=evidence,
                prev=last.hash if last else START,
                hash="",
            )
        )

    def pretend(self) -> "Ledger":
        """The same books in memory, for practice: nothing posted there reaches the disk."""
        with self._lock:
            held = self._fresh()
            vault = copy_of(asdict(held.group), tuple(held.people.values()), tuple(held.standing.vouchers))
            return Ledger(vault, self.now)


def _people(members: Iterable[Record]) -> dict[str, Person]:
    return {person.member.id: person for person in map(person_of, members)}


def _arriving(newcomer: Newcomer, used: set[str]) -> Person:
    """The newcomer under an id that nobody ever had."""
    member_id, again = f"m{newcomer.number}", 1
    while member_id in used:
        again += 1
        member_id = f"m{newcomer.number}-{again}"
    spoken = newcomer.spoken or newcomer.name
    member = Member(member_id, newcomer.number, newcomer.name, spoken, newcomer.phones, newcomer.consent)
    return Person.of(member, Pin.of(newcomer.pin) if newcomer.pin is not None else None)


def _check_member(member: Member, people: Mapping[str, Person]) -> None:
    if member.number < 1 or not member.name.strip():
        raise RefusedEntry("a member has a name and a number from 1 up")
    others = (person.member for person in people.values() if person.member.id != member.id)
    if any(other.number == member.number for other in others):
        raise NumberTaken(member.number)
