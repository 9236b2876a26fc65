"""How records of the books stand in the database's columns."""

import json

from store.chain import Record, Voucher, record_of
from store.people import phone_key


def document(voucher: Voucher) -> str:
    """A voucher as the database keeps it, byte for byte what is hashed after its hash."""
    return json.dumps(record_of(voucher), allow_nan=False)


def phones_of(record: Record) -> list[str]:
    """The last ten digits of each of a member's numbers."""
    return [phone_key(phone) for phone in record["phones"]]
