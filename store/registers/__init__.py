"""The registers a group shows its bank and its federation: the books as plain tables, one file a form.

Keys stand for headings and paise for money; who shows them puts words and rupees in their place.
"""

from collections.abc import Callable

from store.registers.attendance import attendance
from store.registers.books import Books, Scope, latest
from store.registers.borrowings import borrowings
from store.registers.dcb import dcb
from store.registers.general import general_ledger
from store.registers.loans import loan_ledger, loan_list
from store.registers.money import bank_book, cash_book
from store.registers.passbook import passbook
from store.registers.proceedings import proceedings
from store.registers.savings import savings
from store.registers.statements import balance_sheet, income_and_expense, receipts, trial_balance
from store.registers.table import Cell, Column, Page, Table
from store.registers.worker import worker

REGISTERS: dict[str, Callable[[Books], Table]] = {
    "attendance": attendance,
    "proceedings": proceedings,
    "savings": savings,
    "loan": loan_ledger,
    "loanlist": loan_list,
    "dcb": dcb,
    "passbook": passbook,
    "cashbook": cash_book,
    "bankbook": bank_book,
    "ledger": general_ledger,
    "borrowings": borrowings,
    "receipts": receipts,
    "trial": trial_balance,
    "income": income_and_expense,
    "balance": balance_sheet,
    "worker": worker,
}
"""Every register by its title key."""

OF_A_MEMBER = frozenset({"attendance", "savings", "loan", "loanlist", "dcb", "passbook"})
"""Those that can be had for one member."""

OF_A_MEETING = frozenset({"proceedings"})
"""Those that can be had for one meeting."""

__all__ = [
    "OF_A_MEETING",
    "OF_A_MEMBER",
    "REGISTERS",
    "Books",
    "Cell",
    "Column",
    "Page",
    "Scope",
    "Table",
    "latest",
]
