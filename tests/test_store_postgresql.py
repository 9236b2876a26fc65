"""The books in PostgreSQL: what the database itself refuses, several machines at once, a connection lost."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from msgspec import structs
from postgresql_kit import database, end_connections, new_id, server
from store_kit import GROUP, Clock, begin

from store.chain import Voucher, record_of, seal
from store.entries import MeetingOpened, Saving
from store.errors import DamagedBooks, DatabaseTrouble, NoSuchMember, RefusedEntry
from store.ledger import Ledger
from store.pins import PinCheck
from store.postgresql.database import Database
from store.postgresql.migrate import applied, grant, migrate, migrations
from store.postgresql.rows import document
from store.postgresql.vault import PostgresVault

CLOCK = Clock()


@pytest.fixture
def group() -> str:
    """A group of three with an open meeting, in the database."""
    made = new_id()
    begin(PostgresVault(database(), made), CLOCK).post(MeetingOpened("M"), once="m")
    return made


def machine(group: str) -> Ledger:
    """The books as one more machine has them open."""
    return Ledger(PostgresVault(database(), group), CLOCK)


def save(ledger: Ledger, once: str, amount: int = 100_00) -> int:
    return ledger.post(Saving("M", "m1", amount), once=once).number


def key(group: str) -> int:
    return int(server().sql("SELECT key FROM sakhi.groups WHERE id = %s", group)[0][0])


# What the database refuses, whoever asks.


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE sakhi.vouchers SET record = record WHERE group_key = {key}",
        "DELETE FROM sakhi.vouchers WHERE group_key = {key}",
        "TRUNCATE sakhi.vouchers CASCADE",
        "UPDATE sakhi.postings SET amount = 1 WHERE group_key = {key}",
        "DELETE FROM sakhi.postings WHERE group_key = {key}",
        "DELETE FROM sakhi.groups WHERE key = {key}",
        "SET session_replication_role = replica; DELETE FROM sakhi.postings WHERE group_key = {key}",
    ],
)
def test_even_the_owner_changes_no_history(group: str, sql: str) -> None:
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="never changed"):
        server().sql(sql.format(key=key(group)))
    assert len(machine(group).vouchers) == 2


def insert(group: str, voucher: Voucher) -> None:
    server().sql(
        "INSERT INTO sakhi.vouchers (group_key, record) VALUES (%s, %s)", key(group), document(voucher)
    )


def test_only_the_next_voucher_of_the_chain_goes_in(group: str) -> None:
    last = machine(group).vouchers[-1]
    good = seal(structs.replace(last, number=3, once="s", entry=MeetingOpened("N"), prev=last.hash))
    for wrong, why in [
        (seal(structs.replace(good, number=4)), "does not follow"),
        (seal(structs.replace(good, prev="f" * 64)), "does not follow"),
        (seal(structs.replace(good, number=1, prev="f" * 64)), "unique|does not follow"),
        (seal(structs.replace(good, number=2, prev=last.prev)), "unique"),
        (seal(structs.replace(good, once="m")), "unique"),
        (structs.replace(good, entry=MeetingOpened("else")), "hash_is_right"),
    ]:
        with pytest.raises(psycopg.IntegrityError, match=why):
            insert(group, wrong)
    insert(group, good)
    assert machine(group).vouchers[-1] == good


def test_what_does_not_balance_is_refused_at_the_commit(group: str) -> None:
    ledger = machine(group)
    save(ledger, "s")
    last = ledger.vouchers[-1]
    legs = (structs.replace(last.postings[0], amount=1), last.postings[1])
    odd = seal(structs.replace(last, number=4, once="odd", postings=legs, prev=last.hash))
    with pytest.raises(psycopg.IntegrityError, match="voucher 4 does not balance"):
        insert(group, odd)
    with pytest.raises(psycopg.IntegrityError, match="voucher 3 does not balance"):
        server().sql("INSERT INTO sakhi.postings VALUES (%s, 3, 9, 'cash', 1)", key(group))
    sums = server().sql("SELECT account, amount FROM sakhi.balances WHERE group_key = %s", key(group))
    assert dict(sums) == {"cash": 5_100_00, "opening": -5_000_00, "savings:m1": -100_00}


def test_a_machines_role_adds_vouchers_and_changes_none(group: str) -> None:
    server().sql("CREATE ROLE kiosk LOGIN")
    with database().connection() as owner:
        grant(owner, "kiosk")
    with psycopg.connect(server().url("sakhi", "kiosk"), autocommit=True) as kiosk:
        for sql in (
            "UPDATE sakhi.vouchers SET record = record",
            "DELETE FROM sakhi.vouchers",
            "INSERT INTO sakhi.postings VALUES (1, 1, 9, 'cash', 1)",
            "ALTER TABLE sakhi.vouchers DISABLE TRIGGER ALL",
            "DELETE FROM sakhi.groups",
            "DROP SCHEMA sakhi CASCADE",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                kiosk.execute(sql.encode())
    theirs = Database(server().url("sakhi", "kiosk"))
    ledger = Ledger(PostgresVault(theirs, group), CLOCK)
    assert save(ledger, "s") == 3
    ledger.add_member(9, "नई")
    theirs.close()
    assert machine(group).saved_by("m1") == 100_00


def test_migrations_are_applied_once_and_all_or_none() -> None:
    server().sql("CREATE DATABASE fresh", name="postgres")
    with psycopg.connect(server().url("fresh"), autocommit=True) as one:
        assert applied(one) == 0
        assert migrate(one) == tuple(migrations())
        assert migrate(one) == ()
        assert applied(one) == max(migrations())


# Several machines.


def test_what_one_machine_writes_the_other_knows_before_it_answers(group: str) -> None:
    one, other = machine(group), machine(group)
    for turn in range(3):
        save(one, f"one {turn}")
        assert other.post(Saving("M", "m1", 1), once=f"other {turn}").number == 2 * turn + 4
        assert other.saved_by("m1") == (turn + 1) * 100_01
    one.add_member(7, "नई")
    assert [member.number for member in other.add_members([])] == []
    assert [member.number for member in other.members()] == [1, 2, 3, 7]
    other.update_group(replace(GROUP, cap=1))
    with pytest.raises(RefusedEntry):
        save(one, "too much")


def test_the_same_key_from_two_machines_is_written_once(group: str) -> None:
    one, other = machine(group), machine(group)
    assert not one.post(Saving("M", "m1", 1), once="s").repeated
    assert other.post(Saving("M", "m1", 1), once="s").repeated
    assert len(machine(group).vouchers) == 3


def test_wrong_pins_count_over_all_machines(group: str) -> None:
    machine(group).set_pin("m1", "1234")
    tries = [machine(group).check_pin("m1", "9999") for _ in range(3)]
    assert tries == [PinCheck.WRONG, PinCheck.WRONG, PinCheck.LOCKED]
    other = machine(group)
    assert other.check_pin("m1", "1234") is PinCheck.LOCKED
    other.erase_member("m2")
    with pytest.raises(NoSuchMember):
        machine(group).check_pin("m2", "1234")


def test_a_group_that_another_machine_began_is_not_begun_again(group: str) -> None:
    with pytest.raises(RefusedEntry):
        Ledger.found(PostgresVault(database(), group), GROUP, CLOCK)


# Trouble.


class LosesItsConnection(PostgresVault):
    """A vault whose connection is cut as soon as a voucher was sent, before or after it is committed."""

    cut = "never"

    def append(self, voucher: Voucher) -> None:
        super().append(voucher)
        assert self._connection is not None
        if self.cut == "before":
            end_connections()
        elif self.cut == "after":
            self._connection.execute("COMMIT")
            end_connections()

    def _people(self, *args: Any) -> Any:
        if self.cut == "reading":
            end_connections()
        return super()._people(*args)


@pytest.fixture
def losing(group: str) -> Iterator[tuple[Ledger, LosesItsConnection]]:
    vault = LosesItsConnection(database(), group)
    yield Ledger(vault, CLOCK), vault


def test_a_connection_lost_before_the_commit_confirms_nothing(
    losing: tuple[Ledger, LosesItsConnection], group: str
) -> None:
    ledger, vault = losing
    vault.cut = "before"
    with pytest.raises(DatabaseTrouble, match="say it again"):
        save(ledger, "s")
    vault.cut = "never"
    assert ledger.saved_by("m1") == 0
    assert save(ledger, "s") == 3
    assert len(machine(group).vouchers) == 3


def test_a_connection_lost_while_the_books_are_read_anew_tells_nothing_twice(
    losing: tuple[Ledger, LosesItsConnection],
) -> None:
    ledger, vault = losing
    save(ledger, "s")
    for cut in ("before", "reading"):
        vault.cut = cut
        with pytest.raises(DatabaseTrouble):
            save(ledger, "t")
    vault.cut = "never"
    assert ledger.saved_by("m1") == 100_00
    assert save(ledger, "t") == 4
    assert ledger.saved_by("m1") == 200_00


def test_a_connection_lost_after_the_commit_is_found_out_before_the_answer(
    losing: tuple[Ledger, LosesItsConnection], group: str
) -> None:
    ledger, vault = losing
    vault.cut = "after"
    assert save(ledger, "s") == 3
    vault.cut = "never"
    assert ledger.post(Saving("M", "m1", 100_00), once="s").repeated
    assert ledger.saved_by("m1") == machine(group).saved_by("m1") == 100_00


def test_a_server_that_starts_again_is_waited_for(group: str) -> None:
    ledger = machine(group)
    save(ledger, "one")
    server().stop()
    server().start()
    assert ledger.saved_by("m1") == 100_00
    save(ledger, "two")
    assert machine(group).saved_by("m1") == 200_00


def test_a_server_that_is_away_is_told_in_one_line(group: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.postgresql.database.WAIT", 0.2)
    ledger = machine(group)
    server().stop()
    try:
        with pytest.raises(
            DatabaseTrouble, match=r"cannot use the database sakhi at .*: .*mend that"
        ) as told:
            save(ledger, "one")
        assert "\n" not in str(told.value)
        with pytest.raises(DatabaseTrouble):
            ledger.cash  # noqa: B018  (an old balance is no answer)
    finally:
        server().start()
    assert save(ledger, "one") == 3


def test_damage_that_the_database_did_not_notice_is_refused(group: str) -> None:
    """As by a failing disk: the record under its own hash, another money in it."""
    ledger = machine(group)
    save(ledger, "s")
    record = record_of(ledger.vouchers[-1])
    record["data"] = {**record["data"], "amount": 1}
    server().sql(
        "ALTER TABLE sakhi.vouchers DISABLE TRIGGER ALL;"
        "ALTER TABLE sakhi.vouchers DROP CONSTRAINT hash_is_right;"
    )
    try:
        server().sql(
            "UPDATE sakhi.vouchers SET record = %s WHERE group_key = %s AND number = 3",
            json.dumps(record),
            key(group),
        )
        with pytest.raises(DamagedBooks, match="voucher 3 was changed after it was written"):
            machine(group)
    finally:
        server().sql(
            "ALTER TABLE sakhi.vouchers ENABLE TRIGGER ALL;"
            "ALTER TABLE sakhi.vouchers ENABLE ALWAYS TRIGGER refuse;"
            "ALTER TABLE sakhi.vouchers ADD CONSTRAINT hash_is_right CHECK"
            " (hash = sha256(convert_to('{' || substr(record::text, 78), 'UTF8'))) NOT VALID"
        )
