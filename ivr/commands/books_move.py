"""`sakhi books prepare` and `sakhi books move`: the books in a PostgreSQL database."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from ivr.books import now
from ivr.commands.common import Refused, settings_of
from ivr.keeping.files import InFiles
from ivr.keeping.keeper import keeper_of, need_psycopg
from ivr.sections import Database as Section
from ivr.sections import Settings
from store.errors import BooksError
from store.vault import Contents

if TYPE_CHECKING:
    from ivr.moving import Move

FILES = "files"


@click.command()
@click.argument("url", required=False)
@click.option("--for", "roles", metavar="ROLE", multiple=True, help="Let this role do what a machine does.")
@click.pass_context
def prepare(ctx: click.Context, url: str | None, roles: tuple[str, ...]) -> None:
    """Make Sakhi's tables in the database at URL, or bring them up to date, as their owner.

    Without URL, in the database of config.yaml. It can be done again at any time. Each ROLE, such as a
    kiosk's, can then add entries and change none.
    """
    need_psycopg()
    from ivr.keeping.database import database_at  # noqa: PLC0415  (only now it is known to be there)
    from store.postgresql.migrate import grant, migrate  # noqa: PLC0415

    settings = settings_of(ctx)
    asked = url or settings.database.url
    if not asked:
        raise Refused("name the database, such as postgresql://owner@server/sakhi")
    database = database_at(_checked(asked, settings).url, settings.database.password_file)
    with database.connection() as connection:
        done = migrate(connection)
        for role in roles:
            grant(connection, role)
    click.echo(
        f"{database.name}: {'tables made or changed' if done else 'the tables are as they should be'}."
    )
    for role in roles:
        click.echo(f"{role} may read everything there and add entries.")


@click.command()
@click.argument("group_id", metavar="[GROUP]", required=False)
@click.option("--to", required=True, metavar="WHERE", help="postgresql://user@server/name, or `files`.")
@click.pass_context
def move(ctx: click.Context, group_id: str | None, to: str) -> None:
    """Move GROUP, or every group, into a PostgreSQL database, or from the one in config.yaml back into files.

    Each entry is compared, hash for hash, before the old books are put aside; broken off, it goes on when it
    is run again. Nobody should hold a meeting meanwhile.
    """
    need_psycopg()
    settings = settings_of(ctx)
    if to == FILES:
        _into_files(settings, group_id)
    else:
        _into_database(settings, group_id, to)


def _into_database(settings: Settings, group_id: str | None, url: str) -> None:
    section = _checked(url, settings)
    there = settings.model_copy(update={"database": section})
    mover = _mover(there)
    groups = mover.waiting() if group_id is None else (group_id,)
    if groups and not settings.database.url:
        _carry_over(settings, there)
    _each(groups, mover.into_database, f"{keeper_of(there).name}")
    if not settings.database.url:
        click.echo(f"Now write `url: {url}` under `database:` in config.yaml, on every machine.")


def _into_files(settings: Settings, group_id: str | None) -> None:
    if not settings.database.url:
        raise Refused("the books are kept in files already: there is no `database.url` in config.yaml")
    here = settings.model_copy(update={"database": Section()})
    groups = keeper_of(settings).group_ids() if group_id is None else (group_id,)
    if groups:
        _carry_over(settings, here)
    _each(groups, _mover(settings).into_files, keeper_of(here).name)
    click.echo("Now empty `database.url` in config.yaml, when no group is left in the database.")


def _each(groups: tuple[str, ...], how: Callable[[str], Contents], where: str) -> None:
    """Move one after the other; the trouble of one keeps no other back."""
    if not groups:
        click.echo("There is no group to be moved.")
    trouble = []
    for group in groups:
        try:
            contents = how(group)
        except BooksError as error:
            trouble.append(f"{group} was not moved: {error}")
            continue
        click.echo(
            f"{group}: {len(contents.vouchers)} entries and {len(contents.members)} members are in {where}, "
            "each compared"
        )
    if trouble:
        raise Refused("\n".join(trouble))


def _mover(settings: Settings) -> "Move":
    from ivr.keeping.database import ready_database  # noqa: PLC0415
    from ivr.moving import Move  # noqa: PLC0415

    database = ready_database(settings.database.url, settings.database.password_file)
    return Move(InFiles(settings), settings.moved, database, now)


def _carry_over(source: Settings, target: Settings) -> None:
    from ivr.moving import carry_over  # noqa: PLC0415

    carry_over(keeper_of(source), keeper_of(target), now)


def _checked(url: str, settings: Settings) -> Section:
    """The section of the settings that names this database. Raises Refused."""
    try:
        return Section(url=url, password_file=settings.database.password_file)
    except ValueError as error:
        raise Refused("a database is named as postgresql://user@server/name, without a password") from error
