"""`python -m models.training.checksums MODEL`: the sha256 lines of a model, as `models.toml` keeps them."""

import hashlib
import sys
from pathlib import Path

CARD = "README.md"


def checksums(model: Path) -> dict[str, str]:
    """SHA-256 in hex by file name, of every file of the model but its card."""
    files = sorted(path for path in model.rglob("*") if path.is_file() and path.name != CARD)
    return {
        path.relative_to(model).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


if __name__ == "__main__":
    for name, digest in checksums(Path(sys.argv[1])).items():
        sys.stdout.write(f'"{name}" = "{digest}"\n')
