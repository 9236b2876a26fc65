"""The digits of the terminal's keyboard as the kiosk's keypad, each from the moment it is pressed."""

import os
import queue
import select
import termios
import threading
import tty
from contextlib import suppress

from flows.turn import HungUp

KEYPAD = "0123456789*#"
ENTER = "\r\n"
CTRL_D = "\x04"
LOOK_AGAIN = 0.2


class Keyboard:
    """Reads the terminal of file descriptor `terminal` on a thread of its own, until `close`.

    Enter is #. Ctrl-D, and the end of the terminal, is a hang-up.
    """

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self._keys: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._closed = threading.Event()
        self._before = termios.tcgetattr(terminal)
        tty.setcbreak(terminal)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def pressed(self) -> str:
        """The keys since this was last called. Raises HungUp."""
        keys = ""
        with suppress(queue.Empty):
            while True:
                keys += self._keys.get_nowait()
        if CTRL_D in keys:
            raise HungUp
        return keys

    def close(self) -> None:
        """Give the terminal back as it was."""
        self._closed.set()
        self._reader.join()
        with suppress(termios.error):  # the terminal may be gone
            termios.tcsetattr(self._terminal, termios.TCSADRAIN, self._before)

    def _read(self) -> None:
        while not self._closed.is_set():
            if select.select([self._terminal], [], [], LOOK_AGAIN)[0]:
                try:
                    typed = os.read(self._terminal, 64).decode(errors="ignore") or CTRL_D
                except OSError:
                    typed = CTRL_D
                self._take(typed)
                if typed == CTRL_D:
                    return

    def _take(self, typed: str) -> None:
        for letter in typed:
            key = "#" if letter in ENTER else letter
            if key in KEYPAD or key == CTRL_D:
                self._keys.put(key)
