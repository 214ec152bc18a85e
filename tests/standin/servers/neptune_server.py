"""A Neptune server on the loopback: real clients open runs there, append, sync and stop, and it can misbehave.

    with NeptuneServer() as server:
        subprocess.run([python, "training.py"], env=dict(os.environ, **server.variables()))
        assert server.runs["the custom run id"].series["Loss"] == [(0, 0.5, 1789000000.25)]

Spoken to by neptune-client 0.9 and 0.16 (`neptune.new`), neptune 1.11 and 1.14, and minfx 0.7. It takes fields, tags
and series of numbers and texts; no files (`source_files=[]`), and it has no web socket for stopping a run from afar.
"""
import base64
import collections
import contextlib
import json
import socket
import socketserver
import sys
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler

from .neptune_api import Api, NotFound

FAULTS = {
    "unavailable": 503,
    "bad_request": 400,
    "close": "the connection is closed without an answer",
    "hang": "there is no answer while the server is in this mode",
    "slow": "the answer comes after `delay` seconds",
    "lost_reply": "the operations of one request are taken, the answer is lost; then all is well again",
}


class NeptuneServer(Api):
    """The server, in threads of this process, on a port of 127.0.0.1 that stays the same.

    Attributes:
        delay: seconds before a slow answer.
        calls: how often each operation of the API (`executeOperations`) was called, answered or not.
    """

    def __init__(self):
        self._reserved = socket.socket()  # never listens: a stopped server's port goes to nobody else
        self._reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._reserved.bind(("127.0.0.1", 0))
        self.port = self._reserved.getsockname()[1]
        super().__init__("http://127.0.0.1:%d" % self.port)
        self.token = base64.b64encode(json.dumps(
            {"api_address": self.url, "api_url": self.url, "api_key": "key-of-nobody"}).encode()).decode()
        self.delay, self.calls = 10, collections.Counter()
        self._mode, self._changed, self._listener = None, threading.Condition(), None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *error):
        self.stop()
        self._reserved.close()

    def variables(self):
        """The variables with which a client finds this server."""
        return {"NEPTUNE_API_TOKEN": self.token, "NEPTUNE_PROJECT": "ws/project", "OAUTHLIB_INSECURE_TRANSPORT": "1",
                "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}

    def start(self):
        """Listen; what arrived before is still there."""
        self._listener = _Listener(self)
        threading.Thread(target=self._listener.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self):
        """Refuse connections and cut the open ones; from here on nothing arrives."""
        if self._listener:
            with self._changed:
                self._listener.stopped = True
                self._changed.notify_all()
            self._listener.shutdown()
            self._listener.server_close()
            self._listener = None

    @property
    def mode(self):
        """None, or one of `FAULTS` for every request, or "<fault> operations" for those only that log something."""
        return self._mode

    @mode.setter
    def mode(self, mode):
        if mode is not None and mode.replace(" operations", "") not in FAULTS:
            raise ValueError("%r is none of %s" % (mode, ", ".join(FAULTS)))
        with self._changed:
            self._mode = mode
            self._changed.notify_all()

    def reply(self, listener, method, url, body):
        """The status and the answer to a request; None where there is to be no answer."""
        name = self.name_of(method, url.path)
        with self._changed:  # one at a time
            self.calls[name or url.path] += 1
            self._changed.wait_for(lambda: listener.stopped or self._fault(name) != "hang")
            if self._fault(name) == "slow":
                self._changed.wait_for(lambda: listener.stopped, self.delay)
            fault = self._fault(name)
            if listener.stopped or fault == "close":
                return None
            if fault in ("unavailable", "bad_request"):
                return FAULTS[fault], {"code": FAULTS[fault], "title": fault}
            try:
                answer = 200, self.answer(method, url.path, dict(urllib.parse.parse_qsl(url.query)), body)
            except NotFound as missing:
                answer = 404, {"code": 404, "errorType": "EXPERIMENT_NOT_FOUND", "title": "no %s here" % missing}
            if fault == "lost_reply":
                self._mode = answer = None
            return answer

    def _fault(self, name):
        fault, _, only_operations = (self._mode or "").partition(" ")
        spared = (only_operations or fault == "lost_reply") and name != "executeOperations"
        return None if spared else fault


class _Listener(socketserver.ThreadingTCPServer):
    """From one `start` to the next `stop`, with the connections of that time."""

    allow_reuse_address = daemon_threads = True
    request_queue_size = 128

    def __init__(self, neptune):
        self.neptune, self.stopped, self._open = neptune, False, set()
        super().__init__(("127.0.0.1", neptune.port), _Connection)

    def process_request(self, request, client_address):
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self):
        super().server_close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):  # the client was first
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):  # a client that is gone is no error
            super().handle_error(request, client_address)


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one packet

    def do_GET(self):
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        url = urllib.parse.urlsplit(self.path)
        reply = self.server.neptune.reply(self.server, self.command, url, body) if len(body) == length else None
        self.close_connection = self.close_connection or reply is None
        if reply:
            status, content = reply[0], json.dumps(reply[1]).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    do_POST = do_GET

    def log_message(self, *_):
        pass
