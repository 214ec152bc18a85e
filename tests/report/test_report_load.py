"""scripts/report.py --serve under load (S32): whoever keeps it waiting, or does not read, starves nobody else."""
import contextlib
import multiprocessing
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest
from browser import browser
from report_runs import grow, read, write_journal
from trainings import ROOT, wait_until

from scripts.report import connections, page, serve
from scripts.report.contents import contents
from scripts.runs import discovery, reading
from scripts.runs.cache import database, packed
from scripts.runs.said import How

IDLE = 1026


@contextlib.contextmanager
def server_of(folder, most=4):
    """A server of the runs in a folder, in this process."""
    server = serve.Server(serve.Live(lambda: contents(*read(folder)), "toy"), most=most)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@pytest.fixture
def server(tmp_path):
    write_journal(tmp_path / "runs" / "neptune-1.jsonl", (100, {"EpRet": 1.0}), ended=False)
    with server_of(tmp_path / "runs") as server:
        yield server


@pytest.fixture
def connect(server):
    """Opens connections to it, and sends the beginning of a request; all are closed in the end."""
    opened = []

    def connect(sent=b""):
        opened.append(socket.create_connection(server.server_address, 10))
        if sent:
            opened[-1].sendall(sent)
        return opened[-1]
    yield connect
    for one in opened:
        one.close()


def get(server, what=""):
    with urllib.request.urlopen(server.address + what, timeout=10) as answer:
        return answer.read()


def is_closed(one, seconds=5):
    """Whether the other side ends the connection within that time, with or without an answer."""
    one.settimeout(seconds)
    try:
        while one.recv(65536):
            pass
        return True
    except ConnectionError:
        return True
    except socket.timeout:
        return False


@pytest.mark.parametrize("sent", [b"", b"G", b"GET /", b"GET / HTTP/1.1\r\nHost: x\r\n"], ids=repr)
def test_connections_that_keep_it_waiting_give_way_to_others(server, connect, sent):
    idle = [connect(sent) for _ in range(40)]
    for _ in range(3):
        assert b"EpRet" in get(server)
    assert is_closed(idle[0])


def test_a_request_that_trickles_is_not_waited_for(server, connect, monkeypatch):
    """Slow loris: each byte in time, and never the last one."""
    monkeypatch.setattr(connections, "REQUEST_SECONDS", 0.3)
    one, began = connect(), time.monotonic()
    with contextlib.suppress(OSError):
        while time.monotonic() - began < 10:
            one.sendall(b"G")
            time.sleep(0.02)
    assert time.monotonic() - began < 9
    assert b"EpRet" in get(server)


@pytest.mark.parametrize("head", [
    b"GET /" + b"x" * 200000, b"GET / HTTP/1.0\r\n" + b"X: y\r\n" * 50000, b"\0" * 100000, b"\r\n\r\n", b"GET\r\n\r\n",
    b"POST / HTTP/1.0\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET http://[x/ HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n",
    "GET /é HTTP/1.0\r\n\r\n".encode()], ids=lambda head: repr(head[:30]))
def test_a_request_that_is_none_ends_and_says_nothing_on_stderr(server, connect, head, capfd):
    one = connect()
    with contextlib.suppress(ConnectionError):
        one.sendall(head)
    assert is_closed(one)
    assert b"EpRet" in get(server) and capfd.readouterr().err == ""


def test_who_does_not_read_the_answer_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(connections, "PROGRESS_SECONDS", 0.3)
    write_journal(tmp_path / "runs" / "neptune-1.jsonl", (1, {"EpRet": 1.0}))
    with server_of(tmp_path / "runs", most=2) as server:
        server.live._shown._page = b"x" * 30_000_000  # more than two sockets keep
        stuck = [socket.create_connection(server.server_address, 10) for _ in range(2)]
        for one in stuck:
            one.sendall(b"GET /%s/ HTTP/1.0\r\nHost: 127.0.0.1:%d\r\n\r\n" % (
                server.secret.encode(), server.server_address[1]))
            assert one.recv(1)
        with pytest.raises(urllib.error.HTTPError, match="503"):  # at once: all are being answered
            get(server, "data")
        assert wait_until(lambda: server.connections._open == {}, 10)
        assert b"EpRet" in get(server, "data")
        for one in stuck:
            one.close()


def test_an_answer_is_made_once_however_many_ask(server, monkeypatch):
    made, written = [], page.written
    monkeypatch.setattr(page, "written", lambda *what, **how: made.append(1) or written(*what, **how))
    answers = []
    for _ in range(5):
        asking = [threading.Thread(target=lambda: answers.append(get(server))) for _ in range(4)]
        for one in asking:
            one.start()
        for one in asking:
            one.join()
    assert len(set(answers)) == 1 and len(made) == 1


def test_answers_name_their_page_to_nobody(server):
    """S18: what a link of the page leads to is not told the secret."""
    with urllib.request.urlopen(server.address) as answer:
        assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_connections_leave_descriptors_for_the_runs(monkeypatch):
    for limit, most in ((256, 32), (1024, 64), (20, 8), (resource.RLIM_INFINITY, 64)):
        monkeypatch.setattr(resource, "getrlimit", lambda which, limit=limit: (limit, limit))
        assert serve._most_connections() == most


def test_a_look_without_descriptors_left_loses_no_run(tmp_path, monkeypatch):
    """What cannot be opened now is no broken run; it is shown as it was, and read again."""
    path = write_journal(tmp_path / "neptune-1.jsonl", (100, {"EpRet": 1.0}), ended=False)
    runs = reading.Reading([tmp_path])
    assert len(runs.read()[0]) == 1
    path.write_bytes(path.read_bytes() + b"\n")

    def none_left(job):
        problem = reading.Problem(str(path), "cannot be read (OSError: [Errno 24] Too many open files)")
        return database.Made([], packed.pack([], [problem]))
    with monkeypatch.context() as full:
        full.setattr(reading, "_read_job", none_left)
        with pytest.raises(OSError, match="Too many open files"):
            runs.read()
    assert len(runs.read()[0]) == 1


def test_a_run_that_cannot_be_packed_hides_no_other(tmp_path, monkeypatch):
    for number in (1, 2):
        write_journal(tmp_path / f"neptune-{number}.jsonl", (100, {"EpRet": number}), run=f"r{number}")
    pack = packed.pack

    def refused(runs, problems):
        if any(run.id == "r1" for run in runs):
            raise TypeError("no JSON")
        return pack(runs, problems)
    monkeypatch.setattr(packed, "pack", refused)
    (run,), (problem,) = reading.Reading([tmp_path]).read()
    assert run.id == "r2" and problem == (str(tmp_path / "neptune-1.jsonl"), "cannot be read (TypeError: no JSON)")


def test_a_link_that_leads_elsewhere_since_the_last_look_hides_no_run(tmp_path):
    for number in (1, 2):
        write_journal(tmp_path / f"run{number}" / f"neptune-{number}.jsonl", (100, {"EpRet": number}), run=f"r{number}")
    latest = tmp_path / "latest"
    latest.symlink_to("run1")
    runs = reading.Reading([latest, tmp_path / "run1", tmp_path / "run2"])
    assert sorted(run.id for run in runs.read()[0]) == ["r1", "r2"]
    latest.unlink()
    latest.symlink_to("run2")
    assert sorted(run.id for run in runs.read()[0]) == ["r1", "r2"]


# As a whole, with a browser

@pytest.fixture
def address(training_folder):
    """Of a server that may open as many files as most systems let it."""
    write_journal(training_folder / "runs" / "neptune-1.jsonl", (100, {"EpRet": 1.0}), ended=False)
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "scripts" / "report.py"), "runs", "--serve"], cwd=training_folder,
        stdout=subprocess.PIPE, text=True, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024)))
    yield process.stdout.readline().split()[0]
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0


@contextlib.contextmanager
def many_idle(port):
    """That many connections that say nothing, until the block ends."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4096)), hard))
    opened = []
    try:
        for _ in range(IDLE):
            opened.append(socket.create_connection(("127.0.0.1", port), 30))
        yield
    finally:
        for one in opened:
            one.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.slow
def test_1026_idle_connections_stop_neither_answers_nor_the_live_page(address, training_folder):
    with browser() as chromium:
        shown, said = chromium.new_page(), []
        shown.add_init_script(HURRY)
        shown.on("pageerror", lambda error: said.append(str(error)))
        shown.goto(address)
        shown.wait_for_selector(".panel canvas")
        with many_idle(urlsplit(address).port):
            with urllib.request.urlopen(address, timeout=20) as answer:
                assert b"EpRet" in answer.read()
            grow(training_folder, 200)
            shown.wait_for_function("() => report.panels.get('EpRet').chart?.curves[0]?.xs[1] === 200", timeout=60000)
        assert shown.evaluate("report.data.index.runs.length") == 1 and "live" in shown.inner_text("#counts")
        assert said == []


HURRY = "const wait = setTimeout; setTimeout = (done, time, ...more) => wait(done, time / 20, ...more)"
SAYS = "text => document.getElementById('counts').textContent.includes(text)"
ANSWERS = {"busy": dict(status=503), "gone": dict(status=404), "half": dict(status=200, body='{"index": '),
           "nonsense": dict(status=200, body='{"index": {"runs": 3}, "packed": []}')}


@pytest.mark.slow
def test_the_page_keeps_its_runs_while_the_server_is_busy_restarts_or_answers_by_halves(tmp_path):
    write_journal(tmp_path / "runs" / "neptune-1.jsonl", (100, {"EpRet": 1.0}), ended=False)
    with server_of(tmp_path / "runs", most=16) as server, browser() as chromium:
        shown = chromium.new_page()
        shown.add_init_script(HURRY)
        shown.goto(server.address)
        shown.wait_for_selector(".panel canvas")
        for kind, expected in (("busy", "is busy"), ("gone", "started again"), ("half", "does not answer"),
                               ("nonsense", "does not answer")):
            answer = dict(ANSWERS[kind], headers={"ETag": "another"}, content_type="application/json")
            shown.route("**/data*", lambda route: route.fulfill(**answer))
            shown.wait_for_function(SAYS, arg=expected, timeout=30000)
            assert shown.evaluate("report.data.index.runs.length") == 1
            shown.unroute("**/data*")
        shown.wait_for_function(SAYS, arg="live", timeout=30000)
        write_journal(tmp_path / "runs" / "neptune-2.jsonl", (100, {"loss": 1.0}), run="2", name="sac")
        shown.wait_for_function("() => report.data.index.runs.length === 2", timeout=60000)


def test_processes_that_read_end_with_who_takes_no_more(tmp_path, monkeypatch):
    for place in range(30):
        write_journal(tmp_path / f"neptune-{place}.jsonl", (1, {"EpRet": 1.0}), run=str(place))
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    before = set(multiprocessing.active_children())
    results = reading._results(discovery.jobs([tmp_path], print, print), reading._WORTH_A_PROCESS, How())
    next(results)
    children = set(multiprocessing.active_children()) - before
    assert len(children) == 2 and signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])
    results.close()
    assert not any(child.is_alive() for child in children)
