"""What the README promises of the books and no other test tries as a whole: its table names them."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from store_kit import GROUP, Clock, begin, terms

from ivr.__main__ import main
from store.chain import BrokenChain, read_chain, record_of
from store.entries import (
    Attended,
    BankDeposit,
    Entry,
    Fine,
    LoanGiven,
    MeetingClosed,
    MeetingOpened,
    Missed,
    Repayment,
    Reversal,
    Saving,
)
from store.ledger import Ledger
from store.people import Newcomer
from store.questions import Questions
from store.tinydb import TinyVault

HOUSE = Path(__file__).resolve().parent.parent
CLOCK = Clock()


def kept(path: Path) -> None:
    """Books of two meetings on the disk: savings, a loan repaid in part, a fine, a deposit, a correction."""
    clock = Clock(date(2025, 1, 10))
    with TinyVault(path) as vault:
        ledger = begin(vault, clock)
        for number, entry in enumerate(_history()):
            if isinstance(entry, MeetingOpened) and number:
                clock.forward(timedelta(days=35))
            ledger.post(entry, once=str(number))


def _history() -> Iterator[Entry]:
    yield MeetingOpened("A", 5_000_00)
    yield Attended("A", "m1")
    yield Missed("A", "m3", "ill")
    yield Saving("A", "m1", 123_45)
    yield Saving("A", "m2", 50_00)
    yield Reversal(6, "गलत")
    yield LoanGiven("A", "m2", "L", replace(terms(), moratorium=1, round_to=5_00), "बीज")
    yield MeetingClosed("A", 4_123_45)
    yield MeetingOpened("B")
    yield Repayment("B", "m2", "L", 300_00)
    yield Fine("B", "m3", 5_00, "late")
    yield BankDeposit(1_000_00, "17", "B")
    yield MeetingClosed("B", 3_000_00)


# Whole paise.


def test_money_is_reckoned_without_fractions_of_a_machine() -> None:
    store = HOUSE / "store"
    texts = {str(path.relative_to(store)): path.read_text(encoding="utf-8") for path in store.rglob("*.py")}
    money = {name: ast.parse(text) for name, text in texts.items() if "paise" in text or "Posting" in text}
    assert {"loans.py", "rules.py", "standing.py", "payouts.py", "questions.py"} <= money.keys()
    found = {
        (name, ast.unparse(node))
        for name, tree in money.items()
        for node in ast.walk(tree)
        if _is_fraction(node)
    }
    assert found == set()


def _is_fraction(node: ast.AST) -> bool:
    divides = isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)
    return (
        divides
        or (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id in ("float", "round"))
    )


def test_every_sum_in_an_entry_is_an_integer_of_paise() -> None:
    sums = []
    for path in (HOUSE / "store" / "entries").glob("*.py"):
        for made in (
            node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ClassDef)
        ):
            for field, text in zip(made.body, made.body[1:], strict=False):
                told = (
                    isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant) and text.value.value
                )
                if isinstance(field, ast.AnnAssign) and str(told).startswith("Paise"):
                    sums.append((made.name, ast.unparse(field.annotation)))
    assert {kind for _, kind in sums} <= {"int", "int | None"}
    assert len(sums) > 15


# History is never edited.


def test_whatever_is_done_to_the_books_no_entry_written_before_changes(tmp_path: Path) -> None:
    path = tmp_path / "ujala.json"
    kept(path)
    clock = Clock(date(2027, 3, 1))
    with TinyVault(path) as vault:
        ledger = Ledger(vault, clock)
        before = [record_of(voucher) for voucher in ledger.vouchers]
        writes: dict[str, Any] = {
            "update_group": lambda: ledger.update_group(replace(GROUP, saving=1)),
            "add_member": lambda: ledger.add_member(8, "नई"),
            "add_members": lambda: ledger.add_members([Newcomer(9, "नई")]),
            "update_member": lambda: ledger.update_member(replace(ledger.member("m1"), name="और")),
            "set_pin": lambda: ledger.set_pin("m1", "1234"),
            "check_pin": lambda: ledger.check_pin("m1", "9999"),
            "set_consent": lambda: ledger.set_consent("m1", True),
            "erase_member": lambda: ledger.erase_member("m3"),
            "post": lambda: ledger.post(Reversal(5, "गलत"), once="undo"),
            "pretend": lambda: ledger.pretend().post(MeetingOpened("C"), once="C"),
        }
        looks = {"check_erasable", "found", "taking_in"}
        public = {name for name in vars(Ledger) if not name.startswith("_")} - set(vars(Questions))
        assert public - looks == set(writes), "a way to write that is not tried here"
        for write in writes.values():
            write()
        vault.compact()
        assert [record_of(voucher) for voucher in ledger.vouchers[: len(before)]] == before
    with TinyVault(path) as vault:
        again = Ledger(vault, clock).vouchers
        assert [record_of(voucher) for voucher in again[: len(before)]] == before
        assert len(again) == len(before) + 1


def test_any_byte_changed_in_any_entry_breaks_the_chain(tmp_path: Path) -> None:
    path = tmp_path / "ujala.json"
    kept(path)
    with TinyVault(path) as vault:
        vouchers = Ledger(vault, CLOCK).vouchers
    docs = [json.dumps(record_of(voucher)).encode() for voucher in vouchers]
    assert read_chain(docs) == vouchers
    for number, doc in enumerate(docs):
        for place in range(0, len(doc), 3):
            changed = doc[:place] + bytes([doc[place] ^ (1 << place % 8)]) + doc[place + 1 :]
            with pytest.raises(BrokenChain) as caught:
                # The case of an escape's letters is no change of what is said.
                assert read_chain([*docs[:number], changed, *docs[number + 1 :]]) != vouchers
                raise BrokenChain(number + 1, "reads alike")
            assert caught.value.number <= number + 2


# Registers are made of the entries alone.


def registers(config: Path, out: Path) -> dict[str, bytes]:
    command = ["--config", str(config), "registers", "ujala", "--to", "csv", "--out", str(out)]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0, done.output
    return {path.name: path.read_bytes() for path in out.iterdir()}


def sakhi(config: Path, *words: str) -> str:
    done = CliRunner().invoke(main, ["--config", str(config), *words])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A config file beside the books of one group."""
    (tmp_path / "data" / "books").mkdir(parents=True)
    kept(tmp_path / "data" / "books" / "ujala.json")
    (tmp_path / "config.yaml").write_text(f"model: {HOUSE / 'models/hi-small'}\n")
    return tmp_path / "config.yaml"


def test_registers_are_the_same_to_the_byte_after_the_snapshot_was_lost(config: Path, tmp_path: Path) -> None:
    before = registers(config, tmp_path / "before")
    (tmp_path / "data" / "books" / "ujala.json").unlink()
    assert "Nothing is lost" in sakhi(config, "books", "repair", "ujala")
    assert registers(config, tmp_path / "after") == before


def test_registers_are_the_same_to_the_byte_when_made_elsewhere_of_the_entries(
    config: Path, tmp_path: Path
) -> None:
    before = registers(config, tmp_path / "before")
    sakhi(config, "books", "export", "ujala", "--to", str(tmp_path / "ujala.export"))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "config.yaml").write_text(config.read_text())
    sakhi(elsewhere / "config.yaml", "books", "import", str(tmp_path / "ujala.export"))
    assert registers(elsewhere / "config.yaml", tmp_path / "after") == before


# One truth for all processes.

HOLD = """
import sys
from pathlib import Path
from store.entries import MeetingOpened, Saving
from store.ledger import Ledger
from store.tinydb import TinyVault
from ivr.books import now
with TinyVault(Path(sys.argv[1])) as vault:
    ledger = Ledger(vault, now)
    ledger.post(MeetingOpened("C"), once="C")
    ledger.post(Saving("C", "m1", 26_55), once="s")
    print("written", flush=True)
    sys.stdin.readline()
"""


def test_what_is_spoken_in_one_process_is_what_the_register_of_another_says(
    config: Path, tmp_path: Path
) -> None:
    path = os.pathsep.join([str(HOUSE), str(HOUSE / "tests")])
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE")} | {"PYTHONPATH": path}
    asks = [sys.executable, "-m", "ivr", "--config", str(config), "console", "--talk", "balance"]

    def balance() -> "subprocess.CompletedProcess[str]":
        return subprocess.run(asks, input="1\n", env=environment, capture_output=True, text=True, check=False)

    books = config.parent / "data" / "books" / "ujala.json"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(books)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
    ) as other:
        assert other.stdout is not None and other.stdin is not None
        assert other.stdout.readline() == "written\n"
        meanwhile = balance()
        assert (meanwhile.returncode, meanwhile.stdout) == (2, "")
        assert f"in use by process {other.pid}" in meanwhile.stderr
        other.communicate("\n")
    assert "एक सौ पचास रुपये" in balance().stdout  # 123.45 and 26.55
    savings = registers(config, tmp_path / "registers")
    assert b"150.00" in next(content for name, content in savings.items() if "savings" in name)
