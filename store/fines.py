"""The group's rule for fines as it was at any time, and which of what was owed is settled."""

from store.chain import Voucher
from store.entries import Fine, FinesAgreed, FineWaived


class Fining:
    """A fold of the vouchers, in order."""

    def __init__(self, reversed_: dict[int, int]) -> None:
        """``reversed_`` is that of the books, and grows with them."""
        self._reversed = reversed_
        self._agreed: list[Voucher] = []
        self._settled: dict[str, list[int]] = {}

    def apply(self, voucher: Voucher) -> None:
        """Take the next voucher in."""
        match voucher.entry:
            case FinesAgreed():
                self._agreed.append(voucher)
            case (Fine() | FineWaived()) as settling if settling.owed:
                self._settled.setdefault(settling.owed, []).append(voucher.number)
            case _:
                pass

    def agreed_before(self, number: int) -> Voucher | None:
        """The rule in force when a voucher was written; None while there was none."""
        earlier = [
            each for each in self._agreed if each.number < number and each.number not in self._reversed
        ]
        return earlier[-1] if earlier else None

    def is_settled(self, key: str) -> bool:
        """Whether it was paid or waived."""
        return any(number not in self._reversed for number in self._settled.get(key, []))
