"""Whether the phone line can do its work, told to whoever asks over HTTP: `/health`, and `/metrics` for more.

Only figures leave here. Whoever may reach the address may read them, so it is the loopback's by default.
"""

import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import disk_usage
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from ivr.doctor import FULL_DISK

log = logging.getLogger(__name__)

ASKING = 5.0
"""Seconds that whoever asks has to say what."""

Report = dict[str, Any]


class Health:
    """How the line is now. Each part of it writes down its own; any thread may."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.model = False
        """Whether the ears and the voice are loaded."""
        self.open = False
        """Whether calls are taken."""
        self.manager_up: Callable[[], bool] = bool
        """Whether Asterisk's manager is connected."""
        self.talking: Callable[[], int] = int
        """How many calls are talked with."""
        self.last_event: str | None = None
        """When Asterisk told of something last, in ISO 8601."""

    def report(self) -> Report:
        """All of it, and under "ok" whether the line can do its work."""
        free = self._free()
        manager = self.manager_up()
        return {
            "ok": self.model and self.open and manager and free >= FULL_DISK,
            "open": self.open,
            "manager": manager,
            "model": self.model,
            "disk_free_mib": free >> 20,
            "calls": self.talking(),
            "last_event": self.last_event,
        }

    def _free(self) -> int:
        folder = next(each for each in (self._data, *self._data.absolute().parents) if each.exists())
        try:
            return disk_usage(folder).free
        except OSError:
            return 0


@contextmanager
def told(health: Health, host: str, port: int) -> Iterator[None]:
    """Answer who asks, in threads of its own, until the end.

    An address that can't be used is logged: the telephone is worth more than its figures.
    """
    try:
        server = ThreadingHTTPServer((host, port), _asked(health))
    except OSError as error:
        log.error("nobody can ask how the line is: %s:%d: %s; see `line.status_port`", host, port, error)
        yield
        return
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _asked(health: Health) -> type[BaseHTTPRequestHandler]:
    class Asked(BaseHTTPRequestHandler):
        timeout = ASKING

        def do_GET(self) -> None:
            if self.path == "/metrics":
                self._answer(HTTPStatus.OK, CONTENT_TYPE_LATEST, generate_latest())
            elif self.path == "/health":
                report = health.report()
                status = HTTPStatus.OK if report["ok"] else HTTPStatus.SERVICE_UNAVAILABLE
                self._answer(status, "application/json", json.dumps(report).encode())
            else:
                self.send_error(HTTPStatus.NOT_FOUND)

        def _answer(self, status: HTTPStatus, kind: str, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            return

    return Asked
