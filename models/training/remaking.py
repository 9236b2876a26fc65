"""The command line of what makes one model out of another."""

import sys
from collections.abc import Callable
from pathlib import Path


def remake(module: str, make: Callable[[Path, Path], None], arguments: list[str]) -> int:
    """`python -m MODULE IN_MODEL OUT_MODEL`: call `make` with both folders; the exit status is 0 when it did.

    Its OSError or ValueError is told on stderr.
    """
    if len(arguments) != 2:
        sys.stderr.write(f"usage: python -m {module} IN_MODEL OUT_MODEL\n")
        return 2
    try:
        make(Path(arguments[0]), Path(arguments[1]))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0
