"""Installing a Vosk model from an URL or a zip file: resumed after a cut, checksummed, unpacked with care.

The download lands in `<name>.part` beside the models, so that a broken line costs only what is missing
(HTTP Range, RFC 9110 section 14). Nothing appears under the model's name before it is whole and checked.
"""

import hashlib
import http.client
import os
import re
import shutil
import stat
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

Progress = Callable[[int, int | None], None]
"""Told (bytes so far, bytes in all or None when the server does not say)."""

CHUNK = 1 << 16
"""Bytes read at a time."""
LARGEST = 4 << 30
"""Bytes a model may have unpacked: the big Hindi model of Vosk has 2 GiB."""
MOST_FILES = 10_000
"""Files a model may have."""

LAYOUTS = (("am/final.mdl", "graph/HCLr.fst", "graph/Gr.fst"), ("am/final.mdl", "graph/HCLG.fst"))
"""Files that make a folder a Vosk model: with a lookahead graph, for a grammar a question, or without one."""


class FetchError(Exception):
    """A model could not be installed; the text says why and what to do."""


def model_name(source: str) -> str:
    """The folder name a model gets when none is asked for: the file's name without `.zip`."""
    path = urllib.parse.urlsplit(source).path if is_url(source) else source
    return checked_name(PurePosixPath(urllib.parse.unquote(path)).name.removesuffix(".zip"))


def checked_name(name: str) -> str:
    """`name` if it can be the name of a folder. Raises `FetchError`."""
    if not re.fullmatch(r"\w[\w.+-]*", name):
        raise FetchError(f"{name!r} cannot be the name of a folder; choose one with --name")
    return name


def is_url(source: str) -> bool:
    """Whether `source` is fetched over the network rather than read from disk."""
    return source.startswith(("http://", "https://"))


def download(url: str, part: Path, progress: Progress, *, tries: int = 5, pause: float = 1.0) -> None:
    """Bring `url` into the file `part`, going on where an earlier try stopped.

    Tries again up to `tries` times, `pause` seconds apart, whenever the line is cut; what has arrived stays
    in `part` even then. Raises `FetchError`.
    """
    for left in reversed(range(tries)):
        try:
            if _continue(url, part, progress):
                return
            trouble = "the line was cut"
        except urllib.error.HTTPError as error:
            error.close()
            if error.code < 500:
                raise FetchError(
                    f"{url}: the server answers {error.code} {error.reason}; check the URL"
                ) from error
            trouble = f"the server answers {error.code} {error.reason}"
        except (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError) as error:
            trouble = str(getattr(error, "reason", error)) or type(error).__name__
        if left:
            time.sleep(pause)
    raise FetchError(f"{url}: {trouble}; run the same command again: it goes on at byte {_size(part)}")


def _continue(url: str, part: Path, progress: Progress) -> bool:
    """One request; True when the file is whole."""
    have = _size(part)
    stamp = part.with_name(part.name + ".version")
    request = urllib.request.Request(url, headers={"Accept-Encoding": "identity"})
    if have:
        request.add_header("Range", f"bytes={have}-")
        if stamp.exists():
            request.add_header("If-Range", stamp.read_text())
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            resumed = answer.status == 206
            if resumed and not answer.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
                raise FetchError(
                    f"{url}: the server sent another part than asked; delete {part} and try again"
                )
            _remember_version(answer.headers.get("ETag"), stamp)
            done = have if resumed else 0
            length = answer.headers.get("Content-Length")
            total = done + int(length) if length else None
            with part.open("ab" if resumed else "wb") as file:
                while chunk := answer.read(CHUNK):
                    file.write(chunk)
                    done += len(chunk)
                    progress(done, total)
            return total is None or done >= total
    except urllib.error.HTTPError as error:
        if error.code != 416 or not have:
            raise
        error.close()
        # Nothing lies beyond what we have: either all of it came, or the file on the server has changed.
        if error.headers.get("Content-Range") == f"bytes */{have}":
            return True
        part.unlink()
        return False


def _remember_version(etag: str | None, stamp: Path) -> None:
    if etag and not etag.startswith("W/"):
        stamp.write_text(etag)
    else:
        stamp.unlink(missing_ok=True)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def check_sha256(path: Path, expected: str) -> None:
    """Raises `FetchError` when the file does not have the SHA-256 `expected` (hex)."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected.lower():
        raise FetchError(f"{path}: its SHA-256 is {found}, not {expected}; the file is not the one meant")


def install(archive: Path, target: Path) -> None:
    """Unpack the model in the zip file `archive` so that it stands whole at `target`, or not at all.

    Raises `FetchError` when `target` exists, or `archive` is no zip, unsafe to unpack, or holds no model.
    """
    if target.exists():
        raise FetchError(f"{target} exists already; choose another --name or remove it")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".unpacking-") as folder:
        _unpack(archive, Path(folder))
        _find_model(Path(folder)).rename(target)
    handle = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unpack(archive: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(archive) as packed:
            members = packed.infolist()
            _refuse_unsafe(members, archive)
            for member in members:
                _unpack_one(packed, member, folder, archive)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise FetchError(f"{archive}: cannot be unpacked ({error}); fetch it again") from error


def _refuse_unsafe(members: list[zipfile.ZipInfo], archive: Path) -> None:
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        kind = stat.S_IFMT(member.external_attr >> 16)
        if path.is_absolute() or ".." in path.parts or ":" in member.filename:
            raise FetchError(
                f"{archive}: {member.filename!r} would land outside its folder; do not use this file"
            )
        if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
            raise FetchError(f"{archive}: {member.filename!r} is a link or a device; do not use this file")
    if len(members) > MOST_FILES or sum(member.file_size for member in members) > LARGEST:
        raise FetchError(f"{archive}: unpacks to more than a model can be; do not use this file")


def _unpack_one(packed: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, archive: Path) -> None:
    path = folder / member.filename.replace("\\", "/")
    if member.is_dir():
        path.mkdir(parents=True, exist_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    left = member.file_size  # zipfile stops at the size stated, which _refuse_unsafe has summed up
    with packed.open(member) as source, path.open("wb") as file:
        shutil.copyfileobj(source, file)
        left -= file.tell()
        file.flush()
        os.fsync(file.fileno())
    if left:
        raise FetchError(f"{archive}: {member.filename!r} is cut short; fetch it again")


def _find_model(folder: Path) -> Path:
    for candidate in (folder, *sorted(path for path in folder.iterdir() if path.is_dir())):
        if is_model(candidate):
            return candidate
    raise FetchError("the archive holds no Vosk model (no am/final.mdl and graph/); is it the right file?")


def is_model(folder: Path) -> bool:
    """Whether the folder holds the files of a Vosk model."""
    return any(all((folder / file).is_file() for file in layout) for layout in LAYOUTS)
