"""`sakhi model fetch` and `sakhi model words`: install a speech model, and teach it words."""

import shutil
import subprocess
import sys
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


@model.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("words", nargs=-1)
@click.option("--to", "target", type=click.Path(path_type=Path), required=True, help="Folder to make.")
@click.pass_context
def words(ctx: click.Context, file: Path, words: tuple[str, ...], target: Path) -> None:
    """Teach a copy of the model in use the words of FILE, to which WORDS are added first.

    FILE has one word a line, in Devanagari. A word said otherwise than it is written gets one more line, with
    a tab and its phones (बैंक, tab, b ai ng k). How each word will be said is printed. The model in use stays
    as it is. Needs the extra "train" and OpenFst, as README.md says.
    """
    if target.exists():
        raise Refused(f"{target} exists already; choose another folder or remove it")
    _add_words(file, words)
    part = target.with_name(f"{target.name}.part")
    try:
        said = _rebuilt(settings_of(ctx).model, part, file)
        part.rename(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    click.echo(f"{said}The model is in {target}. To use it, write in config.yaml:  model: {target}")


def _add_words(file: Path, words: tuple[str, ...]) -> None:
    """Append those words that the file lacks; a file that is not there is made."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    new = [word for word in dict.fromkeys(words) if word not in text.split()]
    end = "\n" if text and not text.endswith("\n") else ""
    file.write_text(text + end + "".join(f"{word}\n" for word in new), encoding="utf-8")


def _rebuilt(source: Path, target: Path, file: Path) -> str:
    """Make the model in its own process: its tools and Vosk cannot be in one. Returns how words are said."""
    recipe = [sys.executable, "-X", "utf8", "-m", "models.training.vocabulary"]
    done = subprocess.run([*recipe, source, target, file], capture_output=True, check=False, encoding="utf-8")
    if done.returncode:
        why = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise Refused(f"no model was made. {why[0]}")
    return "".join(line for line in done.stdout.splitlines(keepends=True) if not line.startswith(str(target)))
