"""scripts/report.py --serve: a training that runs, live, for this machine and its user alone."""
import http.client
import re
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request

import pytest
from browser import browser
from report_runs import grow, write_journal
from trainings import ROOT, wait_until

from scripts.report import serve
from scripts.report.contents import contents
from scripts.runs.table import Problem


@pytest.fixture
def served(training_folder):
    """The address of a server of ``runs``, and its port."""
    write_journal(training_folder / "runs" / "neptune-1.jsonl", (100, {"EpRet": 1.0}), ended=False)
    process = subprocess.Popen([sys.executable, str(ROOT / "scripts" / "report.py"), "runs", "--serve"],
                               cwd=training_folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    address = process.stdout.readline().split()[0]
    yield address, int(re.match(r"http://127\.0\.0\.1:(\d+)/[\w-]{20,}/$", address).group(1))
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0


def test_new_rows_and_runs_are_drawn_as_they_come(served, training_folder):
    address, _ = served
    with browser() as chromium:
        page, said = chromium.new_page(), []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(address)
        page.wait_for_selector(".panel canvas")
        page.locator("#smoothing").fill("0.5")
        grow(training_folder, 200)
        page.wait_for_function("() => report.panels.get('EpRet').chart?.curves[0]?.xs[1] === 200", timeout=60000)
        write_journal(training_folder / "runs" / "neptune-2.jsonl", (100, {"loss": 1.0}), run="2", name="sac")
        page.wait_for_function("() => report.data.index.runs.length === 2", timeout=60000)
        assert page.get_by_label("has not ended").count() == 1 and "live" in page.inner_text("#counts")
        assert page.evaluate("report.state.smoothing") == 0.5
        assert said == []


def test_a_look_that_fails_is_said_and_another_follows(monkeypatch, capsys):
    monkeypatch.setattr(serve, "_PAUSE_SECONDS", 0.01)
    away = threading.Event()

    def look():
        if away.is_set() and not looks:
            looks.append("failed")
            raise OSError("the disk is away")
        return contents([], [Problem("runs", "looked at again")] if looks else [])
    looks = []
    live = serve.Live(look, "toy")
    before, _ = live.data("")
    away.set()
    assert wait_until(lambda: live.data("")[0] != before, 30) and b"looked at again" in live.page()
    assert "looking again: OSError: the disk is away" in capsys.readouterr().err


def test_it_listens_on_loopback_alone(served):
    _, port = served
    sockets = [line.split() for table in ("/proc/net/tcp", "/proc/net/tcp6") for line in open(table)]
    listening = [local for _, local, _, state, *_ in sockets if state == "0A" and local.endswith(":%04X" % port)]
    assert listening == ["0100007F:%04X" % port]


def test_nothing_is_told_without_the_secret_or_to_another_hosts_page(served):
    address, port = served
    with urllib.request.urlopen(address) as answer:
        assert b"EpRet" in answer.read() and answer.headers["Cache-Control"] == "no-store"
    for path in ("", "data", "runs/neptune-1.jsonl", "../../etc/passwd"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen("http://127.0.0.1:%d/%s" % (port, path))
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", address.partition(str(port))[2], headers={"Host": "rebound.example:%d" % port})
    assert connection.getresponse().status == 403


@pytest.mark.slow
def test_a_page_that_has_all_is_told_so(served, training_folder):
    address, _ = served
    with urllib.request.urlopen(address + "data") as answer:
        version = answer.headers["ETag"]
    with urllib.request.urlopen(address + "data?known=" + version) as answer:
        assert answer.status == 204 and answer.read() == b""
    grow(training_folder, 300)
    assert wait_until(lambda: urllib.request.urlopen(address + "data?known=" + version).status == 200, 30)
