"""The page, live: a server on this machine's loopback address alone, whose page asks for what is new."""
from __future__ import annotations

import functools
import hashlib
import hmac
import http.server
import io
import secrets
import socket
import sys
import threading
import time
import urllib.parse
from typing import Any, Callable, Dict, Optional, Tuple

from neptune_writer import messages

from scripts.report import page
from scripts.report.connections import Connections
from scripts.report.contents import Contents

HOST = "127.0.0.1"
MOST_CONNECTIONS = 64  # a browser's tab has up to six; fewer where descriptors are few, which reading runs needs
_PAUSE_SECONDS = 2.0  # between two looks at the files, which are only read again where they have changed
_LONGEST_HEAD = 32768  # bytes of a request, which has no body
_AT_ONCE = 65536  # bytes of an answer


class _Shown:
    """What a look has found, and the answers that are made of it: once, however many ask."""

    def __init__(self, contents: Contents, title: str) -> None:
        self._contents, self._title = contents, title
        told = {name: value for name, value in contents.index.items() if name != "made"}
        text = page.as_json([told, contents.packed])
        self.version = hashlib.sha256(text.encode()).hexdigest()[:16]
        self._lock = threading.Lock()

    def page(self) -> bytes:
        """All of the page."""
        with self._lock:
            return self._page

    def data(self) -> bytes:
        """What a page that is open shows from now on."""
        with self._lock:
            return self._data

    @functools.cached_property
    def _page(self) -> bytes:
        shown = Contents(dict(self._contents.index, version=self.version), self._contents.packed)
        return page.written(shown, self._title, live=True).encode(errors="backslashreplace")

    @functools.cached_property
    def _data(self) -> bytes:
        index = dict(self._contents.index, title=self._title, live=True)
        return page.as_json({"index": index, "packed": self._contents.packed}).encode()


class Live:
    """What is served: read again and again by a thread of its own.

    Args:
        read: () -> what the page shows now.
    """

    def __init__(self, read: Callable[[], Contents], title: str) -> None:
        self._read, self._title = read, title
        self._shown = self._look()
        threading.Thread(target=self._follow, daemon=True).start()

    def page(self) -> bytes:
        """The page, as it is now."""
        return self._shown.page()

    def data(self, known: str) -> Tuple[str, Optional[bytes]]:
        """The version, and all that a page of another one shows; None where it is the one that is known."""
        shown = self._shown
        return shown.version, None if known == shown.version else shown.data()

    def _look(self) -> _Shown:
        return _Shown(self._read(), self._title)

    def _follow(self) -> None:
        while True:
            began = time.monotonic()
            with messages.one_line_on_failure("the runs could not be looked at; looking again"):
                shown = self._look()
                if shown.version != self._shown.version:
                    self._shown = shown
            time.sleep(max(_PAUSE_SECONDS, 2 * (time.monotonic() - began)))  # a third of one core at the most


class Server(http.server.ThreadingHTTPServer):
    """On the loopback address, at a path that nobody else on this machine can guess."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, live: Live, port: int = 0, most: Optional[int] = None) -> None:
        self.live, self.secret = live, secrets.token_urlsafe(16)
        self.connections = Connections(most or _most_connections())
        super().__init__((HOST, port), _Handler)

    @property
    def address(self) -> str:
        """What a browser opens."""
        return f"http://{HOST}:{self.server_address[1]}/{self.secret}/"

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Whether there is room for another connection."""
        return self.connections.admit(request)

    def service_actions(self) -> None:
        """Twice a second, and after each new connection."""
        self.connections.end_late()

    def shutdown_request(self, request: Any) -> None:
        """It is answered, or was not."""
        super().shutdown_request(request)
        self.connections.closed(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that went away is nothing to tell of."""
        error = sys.exc_info()[1]
        if isinstance(error, Exception) and not isinstance(error, OSError):
            messages.warn_of("a request was not answered", error)


def _most_connections() -> int:
    try:
        import resource
        limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    except (ImportError, OSError):  # Windows
        return MOST_CONNECTIONS
    return MOST_CONNECTIONS if limit < 0 else max(8, min(MOST_CONNECTIONS, limit // 8))


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def setup(self) -> None:
        """The request's head, as a whole: who keeps us waiting for it is thrown out by `Connections` alone."""
        super().setup()
        self.rfile = io.BytesIO(_head(self.connection))

    def do_GET(self) -> None:
        """The page or its data; anything else is not found, and another host's name is refused (DNS rebinding)."""
        self.server.connections.asked(self.connection)
        path, _, query = self.path.partition("?")
        secret, _, what = path[1:].partition("/")
        if self.headers.get("Host") not in (f"{HOST}:{self.server.server_address[1]}",
                                            f"localhost:{self.server.server_address[1]}"):
            self._answer(403)
        elif not hmac.compare_digest(secret.encode(errors="replace"), self.server.secret.encode()):
            self._answer(404)
        elif what == "":
            self._answer(200, self.server.live.page(), {"Content-Type": "text/html; charset=utf-8"})
        elif what == "data":
            known = urllib.parse.parse_qs(query).get("known", [""])[0]
            version, content = self.server.live.data(known)
            headers = {"Content-Type": "application/json", "ETag": version}
            self._answer(204 if content is None else 200, content or b"", headers)
        else:
            self._answer(404)

    def _answer(self, status: int, content: bytes = b"", headers: Optional[Dict[str, str]] = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
                            "Referrer-Policy": "no-referrer", "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        whole = memoryview(content)
        for place in range(0, len(content), _AT_ONCE):
            self.server.connections.goes_on(self.connection)
            self.wfile.write(whole[place:place + _AT_ONCE])

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing: its address holds the secret."""


def _head(connection: socket.socket) -> bytes:
    """A request up to its empty line; nothing where it does not come, or is too long."""
    head = b""
    while len(head) < _LONGEST_HEAD:
        piece = connection.recv(4096)
        head += piece
        if not piece:
            return b""
        if b"\n\r\n" in head[-len(piece) - 3:] or b"\n\n" in head[-len(piece) - 3:]:
            return head
    return b""
