"""What the tests of `sakhi group` share: the command on a folder of its own, and its books afterwards."""

from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner, Result
from store_kit import Clock

from ivr.__main__ import main
from store.ledger import Ledger
from store.people import Member
from store.tinydb import TinyVault

HEADING = "number,name,spoken,phones,pin,consent\n"
TWO = HEADING + "1,Gita,गीता,9876543210,4071,yes\n2,Rita,रीता,,,no\n"

Run = Callable[..., Result]


def group_command(folder: Path) -> Run:
    """`sakhi group ...` with its data in `folder`."""
    (folder / "config.yaml").write_text("money: {cap: 1000}\nvoice: {render_names: false}\n")

    def sakhi(*words: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(
            main, ["--config", str(folder / "config.yaml"), "group", *words], input=typed
        )

    return sakhi


def with_ujala(run: Run) -> Run:
    """The same, after a group was added."""
    done = run("add", "ujala", "उजाला समूह", "--saving", "100", "--quorum", "2")
    assert done.exit_code == 0, done.output
    return run


def books(folder: Path, group: str = "ujala") -> Path:
    return folder / "data" / "books" / f"{group}.json"


def members(folder: Path) -> tuple[Member, ...]:
    with TinyVault(books(folder)) as vault:
        return Ledger(vault, Clock()).members()


def listing(folder: Path, text: str) -> str:
    path = folder / "members.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def refused(result: Result, *said: str) -> None:
    """Exit code 2, nothing on stdout, and one message on stderr that says all of `said`."""
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("sakhi: ")
    for words in said:
        assert words in result.stderr
