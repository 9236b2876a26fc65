"""Books in a PostgreSQL database are backed up too, and come back as files, and into a database again."""

from pathlib import Path

from backup_kit import Machine, furnished
from postgresql_kit import fresh_database

from store.tinydb import TinyRecords


def moved_into(machine: Machine, url: str) -> None:
    assert machine.sakhi("books", "prepare", url).exit_code == 0
    told = machine.sakhi("books", "move", "--to", url)
    assert told.exit_code == 0, told.output
    with machine.config.open("a", encoding="utf-8") as config:
        config.write(f"database:\n  url: '{url}'\n")


def exported(machine: Machine, to: Path) -> bytes:
    assert machine.sakhi("books", "export", "ujala", "--with-pins", "--to", to).exit_code == 0
    return to.read_bytes()


def test_books_in_a_database_are_backed_up_and_come_back_into_another(tmp_path: Path) -> None:
    machine, new = furnished(tmp_path / "old"), Machine(tmp_path / "new")
    with fresh_database() as url, fresh_database() as other:
        moved_into(machine, url)
        before = exported(machine, tmp_path / "before.json")
        told = machine.backup()
        assert told.exit_code == 0, told.output
        assert "ujala: 3 members, 4 entries" in told.stdout
        assert not (machine.data / "backup.copy").exists()
        (path,) = machine.backups()
        refused = machine.restore(path, "--replace", "--yes")
        assert refused.exit_code == 2 and "restored into files" in refused.stderr

        assert new.restore(path).exit_code == 0
        assert exported(new, tmp_path / "files.json") == before
        assert TinyRecords(new.data / "line" / "worker.json").all() == {"key": {"of": "worker"}}
        moved_into(new, other)
        assert exported(new, tmp_path / "after.json") == before
