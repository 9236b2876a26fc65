"""The groups that the measurement of PostgreSQL is made with are honest ones."""

from postgresql_kit import database, new_id

from bench.postgresql import history, late, telling
from store.laws import breaches
from store.ledger import Ledger
from store.postgresql.filling import fill
from store.postgresql.vault import PostgresVault


def test_simulated_groups_pass_the_laws_and_the_database_each_with_a_chain_of_its_own() -> None:
    kept, chains = history(1), set[str]()
    for number in (7, 9_999):
        group = new_id()
        with database().transaction() as connection:
            fill(connection, group, telling(kept, number), live=True)
        ledger = Ledger(PostgresVault(database(), group), late)
        assert len(ledger.vouchers) > 1_200
        chains |= {voucher.hash for voucher in ledger.vouchers}
    assert breaches(ledger) == ()
    assert len(chains) == 2 * len(ledger.vouchers)
