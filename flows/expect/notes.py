"""What she wants to say in her own words."""

from __future__ import annotations

from flows import words
from flows.expect.base import Expect, Got, Meaning
from flows.turn import Heard, Sound


class VoiceNote(Expect[str]):
    """A spoken note: its meaning is the name of its recording. Any key but a command's ends it."""

    kind = "note"
    free = True
    unknown = 0.9

    def phrases(self) -> tuple[str, ...]:
        """None: only the words that always work are listened for."""
        return ()

    def words(self, text: str) -> Meaning[str]:
        """Nothing: a note is kept, not understood."""
        return None

    def keyed(self, keys: str) -> Meaning[str]:
        """Nothing: keys alone are no note."""
        return None

    def parse(self, heard: Heard) -> Meaning[str]:
        """The name of the recording, when there is one."""
        return Got(heard.recording) if heard.recording else None

    def is_worth_keeping(self, heard: Heard) -> bool:
        """Whether there was a voice, and it said more than a word that always works."""
        return heard.sound is Sound.SPEECH and words.meaning("command", heard.text) is None
