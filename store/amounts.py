"""Whether a number is an amount of money that may be written: whole paise, in bounds."""

from store.errors import AmountNotAllowed

UNBOUNDED = 10**15
"""Paise: where the cap of one entry says nothing, as of sums that come from somebody's papers."""


def check_amount(amount: object, cap: int = UNBOUNDED) -> None:
    """Raises AmountNotAllowed unless `amount` is whole paise from 1 to `cap`."""
    if type(amount) is not int or not 0 < amount <= cap:
        raise AmountNotAllowed(amount, cap)


def check_count(amount: object) -> None:
    """Raises AmountNotAllowed unless `amount` is whole paise from 0."""
    if type(amount) is not int or not 0 <= amount <= UNBOUNDED:
        raise AmountNotAllowed(amount, UNBOUNDED)
