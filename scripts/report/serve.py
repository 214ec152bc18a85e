"""The page, live: a server on this machine's loopback address alone, whose page asks for what is new."""
from __future__ import annotations

import hashlib
import http.server
import secrets
import threading
import time
import urllib.parse
from typing import Any, Callable, Dict, Optional, Tuple

from neptune_writer import messages

from scripts.report import page
from scripts.report.contents import Contents

HOST = "127.0.0.1"
_PAUSE_SECONDS = 2.0  # between two looks at the files, which are only read again where they have changed


class Live:
    """What is served: read again and again by a thread of its own.

    Args:
        read: () -> what the page shows now.
    """

    def __init__(self, read: Callable[[], Contents], title: str) -> None:
        self._read, self._title = read, title
        self._state: Tuple[str, Contents] = self._look()
        threading.Thread(target=self._follow, daemon=True).start()

    def page(self) -> bytes:
        """The page, as it is now."""
        version, contents = self._state
        shown = Contents(dict(contents.index, version=version), contents.packed)
        return page.written(shown, self._title, live=True).encode(errors="backslashreplace")

    def data(self, known: str) -> Tuple[str, Optional[bytes]]:
        """The version, and all that a page of another one shows; None where it is the one that is known."""
        version, contents = self._state
        if known == version:
            return version, None
        index = dict(contents.index, title=self._title, live=True)
        return version, page.as_json({"index": index, "packed": contents.packed}).encode()

    def _look(self) -> Tuple[str, Contents]:
        contents = self._read()
        told = {name: value for name, value in contents.index.items() if name != "made"}
        text = page.as_json([told, contents.packed])
        return hashlib.sha256(text.encode()).hexdigest()[:16], contents

    def _follow(self) -> None:
        while True:
            began = time.monotonic()
            with messages.one_line_on_failure("the runs could not be looked at; looking again"):
                self._state = self._look()
            time.sleep(max(_PAUSE_SECONDS, 2 * (time.monotonic() - began)))  # a third of one core at the most


class Server(http.server.ThreadingHTTPServer):
    """On the loopback address, at a path that nobody else on this machine can guess."""

    daemon_threads = True

    def __init__(self, live: Live, port: int = 0) -> None:
        self.live, self.secret = live, secrets.token_urlsafe(16)
        super().__init__((HOST, port), _Handler)

    @property
    def address(self) -> str:
        """What a browser opens."""
        return f"http://{HOST}:{self.server_address[1]}/{self.secret}/"


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        """The page or its data; anything else is not found, and another host's name is refused (DNS rebinding)."""
        asked = urllib.parse.urlsplit(self.path)
        if self.headers.get("Host") not in (f"{HOST}:{self.server.server_address[1]}",
                                            f"localhost:{self.server.server_address[1]}"):
            self._answer(403)
        elif asked.path == f"/{self.server.secret}/":
            self._answer(200, self.server.live.page(), {"Content-Type": "text/html; charset=utf-8"})
        elif asked.path == f"/{self.server.secret}/data":
            known = urllib.parse.parse_qs(asked.query).get("known", [""])[0]
            version, content = self.server.live.data(known)
            headers = {"Content-Type": "application/json", "ETag": version}
            self._answer(204 if content is None else 200, content or b"", headers)
        else:
            self._answer(404)

    def _answer(self, status: int, content: bytes = b"", headers: Optional[Dict[str, str]] = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
                            "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing: its address holds the secret."""
