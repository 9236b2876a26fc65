"""What the tests of recordings share: books in a data folder, entries with recordings, and the command."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import numpy as np
from click.testing import CliRunner, Result
from store_kit import GROUP, Clock

from ivr.__main__ import main
from ivr.books import begin
from ivr.clips import FolderClips
from ivr.settings import load
from speech.audio import Audio
from store.entries import Attended, Evidence, MeetingOpened, Saving
from store.ledger import Ledger
from store.tinydb import TinyVault

NAMES = ("राधा", "सीता", "गीता")
CLOCK = Clock()


class Home:
    """A data folder with a group whose first member, राधा, said two amounts that are kept as sound."""

    def __init__(self, folder: Path) -> None:
        config = folder / "config.yaml"
        config.write_text("data: data\nvoice: {cache: data/voice}\nevidence: {keep_days: 30}\n")
        self.folder, self.settings = folder, load(config)
        self.clips = FolderClips(self.settings.clips / "ujala")
        begin(self.settings, GROUP)
        with self.books() as ledger:
            for number, name in enumerate(NAMES, start=1):
                ledger.add_member(number, name, phones=[f"987650000{number}"], consent=number == 1 or None)
            ledger.set_pin("m1", "4071")
            ledger.post(MeetingOpened("M"), once="m")
            ledger.post(Attended("M", "m3"), once="here")
            self.names = [self.saved(ledger, amount) for amount in (100, 200)]

    def saved(self, ledger: Ledger, rupees: int, member_id: str = "m1", heard: str = "सौ / हाँ") -> str:
        """A saving whose yes is kept; the name of the recording of it."""
        name = self.clips.keep(Audio(np.arange(-4000, 4000, dtype=np.int16), 8000))
        evidence = Evidence("phone", heard, 0.9, member_id, ("", name))
        once = f"{member_id} {rupees}"
        ledger.post(Saving("M", member_id, rupees * 100), once=once, evidence=evidence)
        return name

    @contextmanager
    def books(self) -> Iterator[Ledger]:
        with TinyVault(self.settings.books / "ujala.json") as vault:
            yield Ledger(vault, CLOCK)

    def written(self, name: str, before: timedelta) -> Path:
        """The file of a recording, as if it had been written so long before now."""
        path = self.settings.clips / "ujala" / name
        at = (CLOCK() - before).timestamp()
        os.utime(path, (at, at))
        return path

    def sakhi(self, *words: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(main, ["--config", str(self.folder / "config.yaml"), *words], input=typed)
