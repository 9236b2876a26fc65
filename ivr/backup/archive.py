"""The inside of a backup: a gzipped tar with a manifest that names every file and its SHA-256."""

import gzip
import hashlib
import io
import os
import re
import tarfile
import zlib
from pathlib import Path

import msgspec

from ivr.backup.contents import FORMAT, SETTINGS, VERSION, File, Manifest, Packed
from ivr.backup.trouble import BackupTrouble
from store.durable import flush_folder, make_folder, write_out

MANIFEST = "manifest.json"

_PATHS = re.compile(
    r"books/[a-z0-9-]+\.json(\.journal-[0-9]+|\.confirmed)?|line/[a-z-]+\.json"
    rf"|clips/[a-z0-9-]+/[\w.-]+|{re.escape(SETTINGS)}"
)
"""Where a file may lie: nowhere else is anything unpacked."""


def packed(manifest: Manifest, files: tuple[File, ...]) -> bytes:
    """All of it as one file, the manifest first."""
    listed = tuple(
        Packed(file.path, len(file.content), hashlib.sha256(file.content).hexdigest()) for file in files
    )
    told = msgspec.json.format(msgspec.json.encode(msgspec.structs.replace(manifest, files=listed)))
    into = io.BytesIO()
    with tarfile.open(fileobj=into, mode="w:gz", format=tarfile.PAX_FORMAT) as tar:
        for file in (File(MANIFEST, told, manifest.made_at.timestamp()), *files):
            entry = tarfile.TarInfo(file.path)
            entry.size, entry.mtime, entry.mode = len(file.content), int(file.changed), 0o600
            tar.addfile(entry, io.BytesIO(file.content))
    return into.getvalue()


def unpacked(archive: bytes) -> tuple[Manifest, tuple[File, ...]]:
    """What was packed, each file seen to be what the manifest says. Raises BackupTrouble."""
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
            files = tuple(_file(tar, entry) for entry in tar)
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, OSError) as error:
        raise BackupTrouble(f"what is in the backup cannot be unpacked ({error})") from error
    if not files or files[0].path != MANIFEST:
        raise BackupTrouble("it is encrypted by age, but holds no backup of Sakhi's")
    manifest = _manifest(files[0].content)
    found = tuple(
        Packed(file.path, len(file.content), hashlib.sha256(file.content).hexdigest()) for file in files[1:]
    )
    if found != manifest.files:
        wrong = {file.path for file in set(found) ^ set(manifest.files)}
        raise BackupTrouble(f"not what its manifest says: {', '.join(sorted(wrong))}")
    strays = [file.path for file in files[1:] if not _PATHS.fullmatch(file.path)]
    if strays:
        raise BackupTrouble(f"files that no backup has: {', '.join(strays)}")
    return manifest, files[1:]


def _file(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> File:
    content = tar.extractfile(entry) if entry.isreg() else None
    if content is None:
        raise BackupTrouble(f"{entry.name} is no file")
    return File(entry.name, content.read(), entry.mtime)


def _manifest(content: bytes) -> Manifest:
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
    except msgspec.DecodeError as error:
        raise BackupTrouble(f"its manifest cannot be read ({error})") from error
    if manifest.format != FORMAT or manifest.version != VERSION:
        raise BackupTrouble(
            f"it is a backup of the form {manifest.format} {manifest.version}, made by Sakhi {manifest.by}; "
            f"this one reads {FORMAT} {VERSION}: install the version that made it"
        )
    return manifest


def lay_out(files: tuple[File, ...], folder: Path) -> None:
    """Write the files into a folder, for its owner's eyes alone; they are on the disk then.

    Raises DiskTrouble, OSError.
    """
    for file in files:
        path = folder / file.path
        make_folder(path.parent)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            write_out(handle, file.content)
        finally:
            os.close(handle)
        os.utime(path, (file.changed, file.changed))
    for path in {(folder / file.path).parent: folder / file.path for file in files}.values():
        flush_folder(path)
