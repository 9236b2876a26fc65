"""The secret of the manager's user: from the environment, or from a file that nobody else can read."""

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path

SECRET = "SAKHI_MANAGER_SECRET"
PLACEHOLDER = "CHANGE-ME"
_WRITTEN = re.compile(rf"^\s*{SECRET}\s*=\s*(\S+)\s*$", re.M)


class NoSecret(Exception):
    """There is none that may be used; the text says why and what to do."""


def secret_of(file: Path, environment: Mapping[str, str] = os.environ) -> str:
    """The secret. Raises NoSecret."""
    secret = environment.get(SECRET) or kept_in(file)
    if not secret:
        raise NoSecret(
            f"there is no secret for Asterisk's manager: neither {SECRET} in the environment nor a file "
            f"{file}; `sakhi line install` makes one"
        )
    if secret == PLACEHOLDER:
        raise NoSecret(f"the secret is still {PLACEHOLDER}; `sakhi line install` makes one")
    return secret


def kept_in(file: Path) -> str | None:
    """The secret in the file; None when there is no file. Raises NoSecret for one that may not be used."""
    try:
        with file.open(encoding="utf-8") as opened:
            found = os.fstat(opened.fileno())
            written = opened.read(4096)
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise NoSecret(f"{file} cannot be read ({error}); run as the user it belongs to") from error
    if not stat.S_ISREG(found.st_mode) or found.st_mode & 0o077:
        raise NoSecret(f"others can read the secret in {file}; mend that with `chmod 600 {file}`")
    if found.st_uid not in (0, os.geteuid()):
        raise NoSecret(f"{file} belongs to another user; mend that with `chown {os.geteuid()} {file}`")
    secret = _WRITTEN.search(written)
    if secret is None:
        raise NoSecret(f"{file} has no line {SECRET}=...; `sakhi line install` writes one")
    return secret[1]
