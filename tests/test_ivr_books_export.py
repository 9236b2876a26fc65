"""`sakhi books export` and `import`: one group's books in a file, from the command line."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from group_kit import refused
from store_kit import Clock, begin

from ivr.__main__ import main
from store.entries import MeetingOpened, Saving
from store.tinydb import TinyVault

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`sakhi books ...` on the books of ujala: three members, a PIN, an open meeting, one saving."""
    for machine in ("here", "there"):
        (tmp_path / machine / "data" / "books").mkdir(parents=True)
        (tmp_path / machine / "config.yaml").write_text("")
    with TinyVault(books(tmp_path, "here")) as vault:
        ledger = begin(vault, Clock())
        ledger.set_pin("m1", "4071")
        ledger.post(MeetingOpened("M"), once="m")
        ledger.post(Saving("M", "m1", 100_00), once="s")
    return lambda machine, *words: CliRunner().invoke(
        main, ["--config", str(tmp_path / machine / "config.yaml"), "books", *map(str, words)]
    )


def books(folder: Path, machine: str, group: str = "ujala") -> Path:
    return folder / machine / "data" / "books" / f"{group}.json"


def test_a_group_moves_to_another_machine_and_its_file_is_the_same_there(run: Run, tmp_path: Path) -> None:
    out, back = tmp_path / "out.json", tmp_path / "back.json"
    told = run("here", "export", "ujala", "--to", out, "--with-pins")
    assert (told.exit_code, told.stdout) == (0, f"{out}: 3 members, 3 entries\n")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    told = run("there", "import", out)
    assert told.exit_code == 0
    assert "Imported ujala: 3 members, 3 entries" in told.stdout and "2 members have no PIN" in told.stdout
    assert "ujala: sound; 3 members, 3 entries" in run("there", "check").stdout
    assert run("there", "export", "ujala", "--to", back, "--with-pins").exit_code == 0
    assert back.read_bytes() == out.read_bytes()


def test_a_group_that_is_there_is_not_overwritten(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    run("here", "export", "ujala", "--to", out)
    before = books(tmp_path, "here").read_bytes()
    refused(run("here", "import", out), "there is a group ujala already")
    refused(run("here", "export", "ujala", "--to", out), "is there already")
    assert books(tmp_path, "here").read_bytes() == before


def test_a_file_that_was_changed_is_refused_with_the_line_and_nothing_is_written(
    run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "out.json"
    run("here", "export", "ujala", "--to", out)
    out.write_bytes(out.read_bytes().replace(b'"amount": 10000', b'"amount": 20000'))
    refused(run("there", "import", out), "nothing was imported", "line 13: entry 3 was changed")
    assert list(books(tmp_path, "there").parent.iterdir()) == []


def test_a_number_that_another_group_has_is_told(run: Run, tmp_path: Path) -> None:
    for group, machine in (("ujala", "here"), ("asha", "there")):
        run_group = ["group", "number", group, "7"]
        if machine == "there":
            added = ["group", "add", "asha", "आशा", "--saving", "10", "--quorum", "1"]
            _sakhi(tmp_path, machine, *added)
        assert _sakhi(tmp_path, machine, *run_group).exit_code == 0
    out = tmp_path / "out.json"
    run("here", "export", "ujala", "--to", out)
    refused(run("there", "import", out), "the group asha has the number 7 already")


def _sakhi(folder: Path, machine: str, *words: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(folder / machine / "config.yaml"), *words])


def test_the_schema_is_printed(run: Run) -> None:
    shipped = Path(__file__).resolve().parent.parent / "docs" / "books.schema.json"
    assert run("here", "schema").stdout == shipped.read_text(encoding="utf-8")
