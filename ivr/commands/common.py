"""What every command shares: the settings, and errors as one clear line instead of a traceback."""

from pathlib import Path
from typing import Any

import click

from ivr.backup.restore import complete
from ivr.books import told
from ivr.sections import Settings
from ivr.settings import SettingsError, find_config, load
from store.errors import BooksError
from store.ledger import Ledger
from store.people import Member

REFUSED = 2
"""Exit code when a command could not do what was asked."""


CONSENT = {True: "yes", False: "no", None: "not asked"}
"""What a member answered when asked whether she may be recorded."""


class Refused(click.ClickException):
    """What was asked cannot be done; the text says why and what to do."""

    exit_code = REFUSED

    def show(self, file: Any = None) -> None:
        """Print the text on standard error, without click's own prefix."""
        click.echo(f"sakhi: {self.message}", err=True, file=file)


class PlainErrors(click.Group):
    """A group of commands whose known errors end in one clear line on stderr and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command asked for; turn an error of the books, the settings or the disk into `Refused`."""
        try:
            return super().invoke(ctx)
        except BooksError as error:
            raise Refused(told(error)) from error
        except SettingsError as error:
            raise Refused(str(error)) from error
        except BrokenPipeError:
            raise  # the reader of a pipe has gone: click ends quietly
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            raise Refused(f"{where}{error.strerror or error}; mend that and try again") from error


def config_path(ctx: click.Context) -> Path:
    """The config file in force: --config, $SAKHI_CONFIG, ./config.yaml, else the one that came with Sakhi."""
    asked: Path | None = ctx.find_root().params.get("config")
    return find_config(asked)


def settings_of(ctx: click.Context) -> Settings:
    """The settings in force; a restoration that was broken off is completed first.

    Raises `SettingsError`, and a BooksError when that cannot be done yet.
    """
    settings = load(config_path(ctx))
    complete(settings)
    return settings


def numbered(ledger: Ledger, number: int) -> Member:
    """The member with this number. Raises `Refused`."""
    for member in ledger.members():
        if member.number == number:
            return member
    raise Refused(f"no member has the number {number}; `sakhi group list {ledger.group.id}` shows them")


def typed_yes(question: str) -> None:
    """Ask for the word yes, letter by letter. Raises `Refused`, nothing being written, on anything else."""
    said = click.prompt(f"{question} Type yes", default="", show_default=False)
    if said.strip().casefold() not in ("yes", "हाँ", "हां"):
        raise Refused("that was no yes; nothing was written")
