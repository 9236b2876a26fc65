"""A folder with a config, the `sakhi` command there, and a database beside it."""

from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from click.testing import CliRunner, Result

from ivr.__main__ import main
from ivr.books import opened
from ivr.sections import Database as Section
from ivr.sections import Settings
from store.errors import BooksError
from store.postgresql.database import Database
from store.postgresql.migrate import migrate


class Machine:
    """A folder with a config, and the `sakhi` command there."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url

    def sql(self, text: str) -> list[tuple[Any, ...]]:
        """What a statement answers, in the database."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(text.encode())
            return cursor.fetchall() if cursor.description else []

    def prepare(self) -> None:
        """Make our tables."""
        with closing(Database(self.url)) as database, database.connection() as connection:
            migrate(connection)

    def use(self, url: str) -> None:
        (self.folder / "config.yaml").write_text(f"database:\n  url: '{url}'\n")

    @property
    def files(self) -> Settings:
        return Settings(data=self.folder / "data")

    @property
    def database(self) -> Settings:
        return Settings(data=self.folder / "data", database=Section(url=self.url))

    def sakhi(self, *words: str, code: int = 0) -> Result:
        done = CliRunner().invoke(main, ["--config", str(self.folder / "config.yaml"), *words])
        assert done.exit_code == code, done.output
        return done

    def move(self, *words: str, code: int = 0) -> Result:
        return self.sakhi("books", "move", *words, "--to", self.url, code=code)

    def live(self) -> list[str]:
        """Where the books of ujala can be posted to now."""
        places = []
        for name, settings in (("files", self.files), ("database", self.database)):
            try:
                with opened(settings, "ujala"):
                    places.append(name)
            except BooksError:
                pass
        return places
