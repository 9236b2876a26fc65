"""The laws of the books: what an entry moves, and why it may be refused. Nothing is written here."""

from collections import Counter
from datetime import date
from typing import assert_never

from store import entries
from store.amounts import check_amount, check_count
from store.chain import Posting
from store.countersigning import check_named
from store.entries import Entry, LoanGiven, LoanTerms, OpeningLoan, Repayment, Reversal, payouts_of
from store.errors import (
    AboveDue,
    MeetingAlreadyOpen,
    NoOpenMeeting,
    NoSuchLoan,
    NoSuchMember,
    NotEnoughMoney,
    NotReversible,
    RefusedEntry,
    YearIsClosed,
)
from store.fines_owed import fines_owed
from store.loans import LoanStanding, split
from store.opening_rules import opened
from store.payouts import payout_legs
from store.people import Group
from store.standing import Standing, loans_in, negated
from store.treasury import borrowings_in
from store.treasury_rules import banked, borrowed, check_place, closed, earned, repaid, spent

Postings = tuple[Posting, ...]

_LASTING = (
    entries.MeetingOpened
    | entries.MeetingClosed
    | entries.Checked
    | entries.SignatoriesNamed
    | entries.Countersigned
    | entries.MessageLeft
    | entries.WorkerAnswered
    | entries.YearClosed
    | Reversal
)
_HELD = ("cash", "bank")
_OWED = ("savings:", "voluntary:", "borrowed:")


class Rules:
    """The laws for one entry, given the group, its members and where the books stand today."""

    def __init__(self, group: Group, members: frozenset[str], standing: Standing, today: date) -> None:
        self._group = group
        self._members = members
        self._standing = standing
        self._today = today

    def postings(self, entry: Entry) -> Postings:
        """What the entry moves. Raises a RefusedEntry when it breaks a law."""
        self._check_who_and_when(entry)
        legs = tuple(leg for leg in self._legs(entry) if leg.amount)
        moved: Counter[str] = Counter()
        for leg in legs:
            moved[leg.account] += leg.amount
        for account, amount in moved.items():
            self._check_enough(account, amount)
        return legs

    def _check_enough(self, account: str, amount: int) -> None:
        """Nothing is taken out of the box or the bank, or of what the group owes, that is not there."""
        held = self._standing.balances.get(account, 0)
        if account in _HELD and amount < 0 and held + amount < 0:
            raise NotEnoughMoney(account, -amount, held)
        if account.startswith(_OWED) and amount > 0 and held + amount > 0:
            raise NotEnoughMoney(account, amount, -held)

    def _check_who_and_when(self, entry: Entry) -> None:
        until = self._standing.treasury.closed_until
        if until is not None and self._today <= until:
            raise YearIsClosed(until)
        member_id = getattr(entry, "member_id", None)
        if member_id is not None and member_id not in self._members:
            raise NoSuchMember(member_id)
        if isinstance(entry, entries.MeetingOpened):
            if self._standing.open_meeting is not None:
                raise MeetingAlreadyOpen(self._standing.open_meeting)
            if self._standing.meeting(entry.meeting_id) is not None:
                raise MeetingAlreadyOpen(entry.meeting_id)
            return
        meeting_id = getattr(entry, "meeting_id", None)
        afterwards = isinstance(entry, entries.AbsenceTold)
        if meeting_id is not None and meeting_id != self._standing.open_meeting and not afterwards:
            raise NoOpenMeeting(meeting_id)

    def _legs(self, entry: Entry) -> Postings:
        match entry:
            case entries.Saving():
                return self._saved(entry)
            case entries.Fine():
                if entry.owed:
                    self._owed(entry.member_id, entry.owed)
                return self._received(entry.amount, "fines")
            case entries.FineWaived():
                self._owed(entry.member_id, entry.owed)
            case entries.FinesAgreed():
                self._told(entry.late)
                self._told(entry.absent)
            case entries.SavingsPaidOut():
                return self._withdrawn(entry)
            case entries.MemberSettled() | entries.ShareOut():
                check_place(entry.source)
                return payout_legs(entry, self._standing, self._today)
            case entries.Borrowed():
                self._check_terms(entry.terms)
                return borrowed(entry, self._standing.treasury)
            case entries.BankDeposit() | entries.BankWithdrawal():
                return banked(entry, self._standing.treasury, self._group.cap)
            case entries.Income():
                return earned(entry, self._group.cap)
            case entries.Expense():
                return spent(entry, self._group.cap)
            case entries.BorrowingRepaid():
                return repaid(entry, self._standing.treasury, self._today)
            case entries.YearClosed():
                return closed(entry, self._standing.treasury, self._today)
            case LoanGiven():
                return self._lent(entry, "cash")
            case OpeningLoan():
                return self._lent(entry, "opening")
            case Repayment():
                return self._repaid(entry)
            case entries.OpeningBalance():
                return self._opened(entry)
            case Reversal():
                return self._undone(entry)
            case entries.NoRepayment():
                self._running_loan(entry)
            case entries.AheadChosen():
                self._chosen(entry)
            case entries.MeetingOpened():
                self._told(entry.cash_told)
            case entries.MeetingClosed():
                self._told(entry.cash_counted)
            case entries.Attended() | entries.Missed() | entries.NoSaving():
                pass
            case entries.Checked():
                self._hers(entry)
            case entries.SignatoriesNamed():
                check_named(entry, self._members)
            case entries.Countersigned():
                self._standing.countersigning.check(entry)
            case entries.AbsenceTold():
                self._was_away(entry)
            case entries.WorkerAnswered():
                self._the_workers(entry)
            case entries.WorkerAsked() | entries.MessageLeft() | entries.NextMeetingSet():
                pass
            case _:
                assert_never(entry)
        return ()

    def _allowed(self, amount: object) -> None:
        check_amount(amount, self._group.cap)

    def _told(self, amount: object) -> None:
        if amount is not None:
            check_count(amount)

    def _saved(self, entry: entries.Saving) -> Postings:
        self._allowed(entry.amount)
        check_count(entry.voluntary)
        if entry.voluntary > entry.amount:
            raise RefusedEntry("no more of a saving is voluntary than there is")
        if entry.voluntary and not self._group.voluntary:
            raise RefusedEntry("this group takes no voluntary savings; its rules can be changed")
        return (
            Posting("cash", entry.amount),
            Posting(f"savings:{entry.member_id}", entry.voluntary - entry.amount),
            Posting(f"voluntary:{entry.member_id}", -entry.voluntary),
        )

    def _withdrawn(self, entry: entries.SavingsPaidOut) -> Postings:
        self._allowed(entry.amount)
        check_place(entry.source)
        return (Posting(f"voluntary:{entry.member_id}", entry.amount), Posting(entry.source, -entry.amount))

    def _received(self, amount: int, account: str) -> Postings:
        self._allowed(amount)
        return (Posting("cash", amount), Posting(account, -amount))

    def _lent(self, entry: LoanGiven | OpeningLoan, source: str) -> Postings:
        self._allowed(entry.terms.principal)
        self._check_terms(entry.terms)
        if entry.loan_id in self._standing.loans:
            raise RefusedEntry(f"a loan {entry.loan_id} exists already; give the new one its own id")
        if isinstance(entry, LoanGiven) and entry.terms.first_due < self._today:
            raise RefusedEntry(f"the first instalment ({entry.terms.first_due}) lies before today")
        principal = entry.terms.principal
        return (Posting(f"loan:{entry.loan_id}", principal), Posting(source, -principal))

    def _check_terms(self, terms: LoanTerms) -> None:
        check_amount(terms.principal)
        if terms.method not in ("flat", "reducing"):
            raise RefusedEntry(f'the method {terms.method!r} is neither "flat" nor "reducing"')
        counts = (terms.rate_bp, terms.instalments, terms.moratorium, terms.round_to)
        if any(type(count) is not int for count in counts) or terms.instalments < 1 or terms.rate_bp < 0:
            raise RefusedEntry("a loan has at least one instalment and no negative interest")
        if terms.rate_months not in (1, 12):
            raise RefusedEntry("a rate is for one month or for twelve")
        if terms.moratorium < 0 or (terms.deferred and not terms.moratorium):
            raise RefusedEntry("a moratorium has a month or more, or there is none to defer interest in")
        if terms.round_to < 1:
            raise RefusedEntry("instalments are rounded up to one paisa or more")

    def _running_loan(self, entry: Repayment | entries.NoRepayment | entries.AheadChosen) -> LoanStanding:
        loan = self._standing.loan(entry.loan_id, self._today)
        if loan is None or loan.member_id != entry.member_id or not loan.payoff:
            raise NoSuchLoan(entry.loan_id)
        return loan

    def _chosen(self, entry: entries.AheadChosen) -> None:
        if entry.ahead not in ("shorten", "lower") or not self._running_loan(entry).ahead:
            raise RefusedEntry(
                f"nothing is paid ahead on the loan {entry.loan_id} that could {entry.ahead!r}"
            )

    def _repaid(self, entry: Repayment) -> Postings:
        payoff = self._running_loan(entry).payoff
        self._allowed(entry.amount)
        if entry.amount > payoff:
            raise AboveDue(entry.amount, payoff)
        terms = self._standing.lent[entry.loan_id].terms
        parts = split(terms, self._standing.paid(entry.loan_id), entry.amount, self._today)
        return (
            Posting("cash", entry.amount),
            Posting("interest", -parts.interest),
            Posting(f"loan:{entry.loan_id}", -parts.principal),
        )

    def _owed(self, member_id: str, key: str) -> None:
        if all(each.key != key for each in fines_owed(self._standing, member_id)):
            raise RefusedEntry(f"the member {member_id} owes no fine {key!r} by the group's rule")

    def _hers(self, entry: entries.Checked) -> None:
        there = 1 <= entry.of <= len(self._standing.vouchers)
        told = self._standing.vouchers[entry.of - 1] if there else None
        if told is None or getattr(told.entry, "member_id", None) != entry.member_id or not told.postings:
            raise RefusedEntry(f"voucher {entry.of} moves no money of the member {entry.member_id}")

    def _was_away(self, entry: entries.AbsenceTold) -> None:
        roll = self._standing.attendance(entry.meeting_id).get(entry.member_id)
        if roll is None or roll.present:
            raise RefusedEntry(f"the member {entry.member_id} did not miss the meeting {entry.meeting_id}")

    def _the_workers(self, entry: entries.WorkerAnswered) -> None:
        there = 1 <= entry.of <= len(self._standing.vouchers)
        left = self._standing.vouchers[entry.of - 1].entry if there else None
        disputed = isinstance(left, entries.Checked | entries.Countersigned) and not left.right
        if not (disputed or isinstance(left, entries.WorkerAsked | entries.MessageLeft)):
            raise RefusedEntry(f"voucher {entry.of} is nothing that was left to the worker")

    def _opened(self, entry: entries.OpeningBalance) -> Postings:
        for terms in (*(loan.terms for loan in entry.loans), *(each.terms for each in entry.borrowings)):
            self._check_terms(terms)
        return opened(entry, self._members, self._standing)

    def _undone(self, entry: Reversal) -> Postings:
        if not 1 <= entry.of <= len(self._standing.vouchers):
            raise NotReversible(entry.of, "there is no such voucher")
        wrong = self._standing.vouchers[entry.of - 1]
        if isinstance(wrong.entry, _LASTING):
            raise NotReversible(entry.of, f"a {wrong.kind.replace('_', ' ')} stands")
        if not self._standing.counts(wrong):
            raise NotReversible(entry.of, f"voucher {self._standing.reversed[entry.of]} reversed it already")
        if any(self._standing.repayments(loan.loan_id) for loan in loans_in(wrong.entry)):
            raise NotReversible(entry.of, "something was repaid on this loan; reverse the repayments first")
        if any(self._standing.treasury.repayments(each.borrowing_id) for each in borrowings_in(wrong.entry)):
            raise NotReversible(entry.of, "something was paid back on this borrowing; reverse that first")
        if any(member_id not in self._members for member_id, _ in payouts_of(wrong.entry)):
            raise NotReversible(entry.of, "it paid out a member who was erased since")
        return negated(wrong.postings)
