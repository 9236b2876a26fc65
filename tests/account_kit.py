"""What the tests of `sakhi account` and `sakhi group move-in` share: three members and the commands."""

from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner, Result

from ivr.__main__ import main
from ivr.books import begin, opened
from ivr.sections import Settings
from ivr.settings import load
from store.laws import breaches
from store.ledger import Ledger
from store.people import Group

Run = Callable[..., Result]


def group_of_three(folder: Path) -> Settings:
    """The group ujala without any entry, in books of its own; voluntary savings are taken."""
    (folder / "config.yaml").write_text("data: data\n", encoding="utf-8")
    settings = load(folder / "config.yaml")
    begin(settings, Group("ujala", "उजाला समूह", 100_00, 1, 50_000_00, voluntary=True))
    with opened(settings, "ujala") as ledger:
        for number, name in enumerate(("राधा", "सीता", "मीना"), start=1):
            ledger.add_member(number, name)
    return settings


def commands(folder: Path, *before: str) -> Run:
    """`sakhi`, these words, and those given; `typed` is what is answered."""

    def run(*words: str, typed: str = "yes\n") -> Result:
        return CliRunner().invoke(
            main, ["--config", str(folder / "config.yaml"), *before, *words], input=typed
        )

    return run


def written(run: Result, *told: str) -> None:
    """It ended well and said all that."""
    assert run.exit_code == 0, run.output
    for words in told:
        assert words in run.stdout


def refused(run: Result, *told: str) -> None:
    """It was refused, said all that, and nothing was written."""
    assert run.exit_code == 2, run.output
    assert "Written" not in run.output
    for words in told:
        assert words in run.stderr, run.stderr


def look(settings: Settings, at: Callable[[Ledger], object]) -> object:
    """What the books say; they break no law."""
    with opened(settings, "ujala") as ledger:
        assert breaches(ledger) == ()
        return at(ledger)
