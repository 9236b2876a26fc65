"""`sakhi model fetch`: install a speech model."""

import shutil
from pathlib import Path

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from ivr.commands.common import Refused, settings_of
from ivr.fetch import FetchError, check_sha256, checked_name, download, install, is_url, model_name


@click.group()
def model() -> None:
    """Speech models."""


@model.command()
@click.argument("source")
@click.option("--sha256", help="Refuse the file unless it has this checksum (64 hex digits).")
@click.option("--name", help="Folder name of the model; else the file's name without .zip.")
@click.pass_context
def fetch(ctx: click.Context, source: str, sha256: str | None, name: str | None) -> None:
    """Install the Vosk model in SOURCE, an http(s) URL or a zip file, beside the model in use.

    A download that was cut goes on where it stopped when the command is run again.
    """
    folder = settings_of(ctx).model.parent
    try:
        target = folder / (checked_name(name) if name else model_name(source))
        _fetch(source, sha256, target)
    except FetchError as error:
        raise Refused(str(error)) from error
    click.echo(f"The model is in {target}. To use it, write in config.yaml:  model: {target}")


def _fetch(source: str, sha256: str | None, target: Path) -> None:
    if target.exists():
        raise FetchError(f"{target} exists already; choose another --name or remove it")
    target.parent.mkdir(parents=True, exist_ok=True)
    if not is_url(source):
        archive = Path(source)
        if not archive.is_file():
            raise FetchError(f"{source}: no such file; give a zip file or an http(s) URL")
        _check_and_install(archive, sha256, target)
        return
    part = target.with_name(f"{target.name}.part")
    _download_with_bar(source, part)
    try:
        _check_and_install(part, sha256, target)
    finally:
        # Whole but wrong is as useless as installed: only an unfinished download is worth keeping.
        part.unlink(missing_ok=True)
        part.with_name(f"{part.name}.version").unlink(missing_ok=True)


def _check_and_install(archive: Path, sha256: str | None, target: Path) -> None:
    if sha256:
        check_sha256(archive, sha256)
    needed = archive.stat().st_size * 2
    if (free := shutil.disk_usage(target.parent).free) < needed:
        raise FetchError(
            f"{target.parent}: {free >> 20} MiB free, about {needed >> 20} MiB needed; free some space"
        )
    install(archive, target)


def _download_with_bar(url: str, part: Path) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task(part.stem, total=None)
        download(url, part, lambda done, total: bar.update(task, completed=done, total=total))
