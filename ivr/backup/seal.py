"""Encryption by a passphrase, in the age format (https://age-encryption.org/v1): `age -d` opens it too.

The key comes of the passphrase by scrypt, at a cost of about a second on the machine that encrypts; the
content is sealed in pieces by ChaCha20-Poly1305, so that a changed bit or a lost piece is noticed.
"""

import os
import stat
from pathlib import Path

import pyrage

from ivr.backup.trouble import BackupTrouble

SHORTEST = 10
"""Characters of a passphrase, at least."""
_NOT_OURS = ("Decryption failed", "No matching keys")
_NOT_AGE = ("Header is invalid", "Unknown age format", "failed to fill whole buffer")


def sealed(content: bytes, passphrase: str) -> bytes:
    """The content, encrypted. Raises BackupTrouble for a passphrase that is too short."""
    if len(passphrase) < SHORTEST:
        raise BackupTrouble(
            f"the passphrase is too short; take {SHORTEST} characters or more: five or six words do well"
        )
    return bytes(pyrage.passphrase.encrypt(content, passphrase))


def unsealed(content: bytes, passphrase: str) -> bytes:
    """The inverse of `sealed`. Raises BackupTrouble for a wrong passphrase, and for whatever was changed."""
    try:
        return bytes(pyrage.passphrase.decrypt(content, passphrase))
    except pyrage.DecryptError as error:
        why = str(error)
    if why.startswith(_NOT_OURS):
        raise BackupTrouble("the passphrase is wrong, or the file's first lines were changed")
    if why.startswith(_NOT_AGE):
        raise BackupTrouble("it is no backup, or its beginning is damaged; take an earlier one")
    raise BackupTrouble(f"it is damaged or was cut short ({why}); take an earlier one")


def passphrase_in(file: Path) -> str:
    """The first line of a file that only its owner can read. Raises BackupTrouble."""
    try:
        with file.open(encoding="utf-8") as opened:
            found = os.fstat(opened.fileno())
            line = opened.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BackupTrouble(
            f"the file of the passphrase, {file}, cannot be read ({getattr(error, 'strerror', error)}); "
            f"docs/backup.md tells how to make it"
        ) from error
    if not stat.S_ISREG(found.st_mode) or found.st_mode & 0o077:
        raise BackupTrouble(f"others can read the passphrase in {file}; mend that with `chmod 600 {file}`")
    if found.st_uid not in (0, os.geteuid()):
        raise BackupTrouble(f"{file} belongs to another user; mend that with `chown {os.geteuid()} {file}`")
    if not line:
        raise BackupTrouble(f"{file} is empty; its first line is the passphrase")
    return line
