"""`python -m models.training.public_speech CHECKOUT FOLDER`: recordings that were given to all.

CHECKOUT is a copy of one of these repositories, all of the MIT licence; FOLDER is then one for
`sakhi train --recordings`, all of it to learn from:

- curiouslearning/CRContainer-Hindi: children's books read by women, sentence by sentence and word by word;
- curiouslearning/assessment-survey-js: everyday words of Urdu, a file each, by its name;
- mayank-kumar-giri/Automatic-Speech-Recognition-for-Chhattisgarhi: words, some by twenty speakers.
"""

import csv
import hashlib
import json
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from models.training.corpus import COLUMNS, MANIFEST, RATE, plain
from speech.audio import Audio, trimmed

NAMED = Path(__file__).with_suffix(".txt")
"""What is said in a recording that is named by it."""
Spoken = Iterator[tuple[Path, str, str]]
"""A file, what is said in it, and who says it."""


def storybooks(checkout: Path) -> Spoken:
    """The sentences and words of the books in H5P: each word's text lies beside its sound."""
    for path in sorted(checkout.rglob("BookContent/*/content/content.json")):
        book = path.parent.parent.name
        for page in _told(json.loads(path.read_text(encoding="utf-8"))):
            words = page["timeStampForEachText"]
            for file in page.get("files", []):
                yield path.parent / file["path"], " ".join(word["text"] for word in words), book
            for word in words:
                for file in word.get("wordfile") or []:
                    yield path.parent / file["path"], word["text"], book


def named(checkout: Path) -> Spoken:
    """The files that are named by what is said in them, `WORD_SPEAKER_…` or just `WORD`."""
    rows = (line.split("\t", 1) for line in NAMED.read_text(encoding="utf-8").splitlines() if "\t" in line)
    known = dict(rows)
    for path in sorted((*checkout.rglob("*.wav"), *checkout.rglob("*-sightwords/*.mp3"))):
        name, _, rest = unicodedata.normalize("NFC", path.stem).partition("_")
        if name.lower() in known:
            yield path, known[name.lower()], rest.partition("_")[0] or path.parent.name


def gather(checkout: Path, folder: Path) -> int:
    """Put each sound once into `folder`, with its manifest; how many there are.

    What has letters or figures that are not Hindi is left out. Raises OSError; ValueError when there is none.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows: dict[str, tuple[str, str, str, str]] = {}
    for path, text, speaker in (*storybooks(checkout), *named(checkout)):
        name = f"{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}.wav"
        if (words := plain(text)) and name not in rows:
            trimmed(Audio.read(path)).resampled(RATE).write(folder / name)
            rows[name] = name, "train", words, speaker
    if not rows:
        raise ValueError(f"{checkout} is no copy of a repository that is known here")
    with (folder / MANIFEST).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter="\t", lineterminator="\n").writerows(
            [(*COLUMNS, "speaker"), *rows.values()]
        )
    return len(rows)


def _told(part: Any) -> Iterator[dict[str, Any]]:
    """The pages of a book that are read out, wherever they lie in it."""
    if isinstance(part, dict):
        if "timeStampForEachText" in part:
            yield part
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from _told(inner)


def main(arguments: list[str]) -> int:
    """Gather; the exit status is 0 when there is something to learn from."""
    if len(arguments) != 2:
        sys.stderr.write("usage: python -m models.training.public_speech CHECKOUT FOLDER\n")
        return 2
    try:
        count = gather(Path(arguments[0]), Path(arguments[1]))
    except (OSError, ValueError, KeyError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{count} recordings\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
