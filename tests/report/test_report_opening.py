"""scripts/report.py --serve --open (S18): the secret address is in no command line, which other users see."""
import os
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from browser import browser
from report_runs import write_journal
from trainings import ROOT, wait_until

from scripts.report import opening


@pytest.fixture
def opened(training_folder):
    """Serves, with a browser that writes its command line down; (the address, that line)."""
    write_journal(training_folder / "runs" / "neptune-1.jsonl", (100, {"EpRet": 1.0}), ended=False)
    written = training_folder / "command.txt"
    program = training_folder / "a-browser"
    program.write_text("#!/bin/sh\ntr '\\0' ' ' < /proc/$$/cmdline > %s.new && mv %s.new %s\nexec sleep 0.1\n" % (
        (written,) * 3))
    program.chmod(0o755)
    process = subprocess.Popen([sys.executable, str(ROOT / "scripts" / "report.py"), "runs", "--serve", "--open"],
                               cwd=training_folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               env=dict(os.environ, BROWSER=str(program), TMPDIR=str(training_folder)))
    address = process.stdout.readline().split()[0]
    assert wait_until(written.exists)
    yield address, written.read_text()
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    assert list(training_folder.glob("neptune-report-*")) == []


@pytest.mark.slow
def test_the_browser_is_told_a_file_of_the_user_s_alone_that_leads_to_the_address(opened, training_folder):
    address, command = opened
    secret = urlsplit(address).path.strip("/")
    assert len(secret) > 20 and secret not in command
    path = Path(unquote(urlsplit(re.search(r"file://\S+", command).group()).path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.read_text().count(address) == 2
    with browser() as chromium:
        page = chromium.new_page()
        page.goto(path.as_uri())
        page.wait_for_url(address)
        page.wait_for_selector(".panel canvas")
        assert page.evaluate("document.referrer") == ""


@pytest.mark.slow
def test_no_command_line_of_ours_has_it(opened, training_folder):
    """Of any process that runs now: the server's own is what the user typed."""
    secret = urlsplit(opened[0]).path.strip("/").encode()
    lines = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(entry.read_bytes())
        except OSError:
            continue
    assert len(lines) > 2 and not [line for line in lines if secret in line]


def test_where_there_is_no_browser_that_is_said(monkeypatch):
    monkeypatch.setattr("webbrowser.open", lambda address: False)
    failed = []
    with opening.opened("http://127.0.0.1:1/x/", lambda: failed.append(True)):
        assert wait_until(lambda: failed)


def test_what_an_address_holds_is_no_markup(monkeypatch):
    shown = []
    monkeypatch.setattr("webbrowser.open", lambda address: shown.append(
        Path(unquote(urlsplit(address).path)).read_text()) or True)
    with opening.opened('http://127.0.0.1/"><script>', lambda: None):
        assert wait_until(lambda: shown)
    assert "<script>" not in shown[0] and "&quot;&gt;&lt;script&gt;" in shown[0]
