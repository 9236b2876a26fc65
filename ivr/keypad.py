"""The keys of one answer, from a telephone or a keyboard."""

COMMAND = "*"
END = "#"


class Keypad:
    """Collects the keys of one answer of at most `digits` digits; time is in seconds, told by the caller.

    With `bare_end` a # alone ends the answer too, as it ends a spoken note.

    An answer is whole with its last digit, with #, or when no key follows for a while. A * begins a command,
    which one digit completes, and forgets what was keyed before it. Keys beyond a whole answer are left over.
    """

    def __init__(self, digits: int, *, bare_end: bool = False) -> None:
        self._digits = digits
        self._bare_end = bare_end
        self._ended = False
        self.keys = ""
        """What was keyed so far, without the closing #."""
        self.last = 0.0
        """When the last key was pressed, in seconds."""

    @property
    def is_command(self) -> bool:
        """Whether a command was keyed."""
        return self.keys.startswith(COMMAND)

    def press(self, pressed: str, now: float) -> str:
        """Take more keys, of "0123456789*#"; those left over."""
        for place, key in enumerate(pressed):
            if self._ended:
                return pressed[place:]
            if key != END or self.keys or self._bare_end:
                self.last = now
                self._take(key)
        return ""

    def whole(self, now: float, between: float) -> bool:
        """Whether the answer is over, when `between` seconds is the longest wait for another key."""
        return self._ended or (self.keys != "" and now - self.last >= between)

    def _take(self, key: str) -> None:
        if key == END:
            self._ended = True
        elif key == COMMAND:
            self.keys = COMMAND
        else:
            self.keys += key
            self._ended = self.keys[0] == COMMAND or len(self.keys) >= self._digits
