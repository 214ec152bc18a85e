"""scripts/report.py: what is said, and what is written."""
import os
import socket
import stat
import subprocess
import sys

import pytest
from report_runs import index_of, read, report, write_journal, write_spinningup
from trainings import ROOT

from scripts.report import serve
from scripts.report.contents import contents
from scripts.runs.readers import all_readers

SCRIPT = ROOT / "scripts" / "report.py"


def test_a_page_is_written_from_any_folder_by_any_user_of_the_command(tmp_path):
    write_journal(tmp_path / "runs" / "neptune-1.jsonl", (1, {"loss": 1.0}))
    done = subprocess.run([sys.executable, str(SCRIPT), "runs"], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "1 run, 1 metric: report.html\n", "")
    assert index_of(tmp_path / "report.html")["title"] == "runs"
    assert stat.S_IMODE(os.stat(tmp_path / "report.html").st_mode) == 0o600  # hyper-parameters are in it
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.html", "runs"]


def test_any_mix_of_paths_is_one_page_and_the_same_run_is_there_once(tmp_path, capsys):
    path = write_journal(tmp_path / "a" / "neptune-1.jsonl", (1, {"loss": 1.0}))
    write_spinningup(tmp_path / "b")
    said = report(path, tmp_path / "a", tmp_path / "b", tmp_path, "-o", tmp_path / "r.html", capsys=capsys)
    assert "2 runs, " in said


def test_open_shows_the_page_in_the_browser(tmp_path, monkeypatch):
    shown = []
    monkeypatch.setattr("webbrowser.open", shown.append)
    write_journal(tmp_path / "neptune-1.jsonl", (1, {"loss": 1.0}))
    report(tmp_path, "-o", tmp_path / "r.html", "--open")
    assert shown == [(tmp_path / "r.html").as_uri()]


def test_where_no_browser_is_found_the_page_to_open_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("webbrowser.open", lambda address: False)
    write_journal(tmp_path / "neptune-1.jsonl", (1, {"loss": 1.0}))
    said = report(tmp_path, "-o", tmp_path / "r.html", "--open", capsys=capsys)
    assert said.splitlines()[-1] == f"report: --open: no browser found; open {tmp_path / 'r.html'} yourself"


def test_a_page_that_cannot_be_written_leaves_the_old_one_and_says_why_before_anything_is_read(tmp_path, capsys):
    (tmp_path / "file").write_text("kept")
    for output, expected in (
            (tmp_path / "no" / "r.html", "there is no folder {0}; mkdir -p {0}"),
            (tmp_path / "file" / "r.html", "{0} is a file, not a folder"),
            (tmp_path, "this is a folder; write {1}/report.html")):
        said = report(tmp_path / "unread", "-o", output, status=1, capsys=capsys)
        assert said == f"report: -o {output}: {expected.format(output.parent, output)}\n"
    assert (tmp_path / "file").read_text() == "kept" and len(list(tmp_path.iterdir())) == 1


def test_what_cannot_be_a_path_or_a_port_is_said_in_one_line(tmp_path, capsys):
    for arguments, expected in (([""], "argument path: the path is empty"),
                                (["x", "--port", "65536"], "argument --port: '65536' is not a port"),
                                ([], "the following arguments are required: path")):
        with pytest.raises(SystemExit, match="2"):
            report(*arguments)
        assert expected in capsys.readouterr().err.splitlines()[-1]


def test_an_x_that_no_run_has_is_said_once_with_what_there_is(tmp_path, capsys):
    for seed in range(3):
        write_spinningup(tmp_path / "runs" / ("s%d" % seed), seed)
    said = report(tmp_path / "runs", "-o", tmp_path / "r.html", "--x", "Epochs", status=1, capsys=capsys)
    assert said == "report: --x Epochs: no run has that; there is Epoch and 3 more\n"
    assert not (tmp_path / "r.html").exists()


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = report(write_spinningup(tmp_path / "a"), "--serve", "--port", port, status=1, capsys=capsys)
    assert said == f"report: --port {port}: Address already in use; leave it out for one that is free\n"


def test_its_help_lists_what_is_read(capsys):
    with pytest.raises(SystemExit, match="0"):
        report("--help")
    said = capsys.readouterr().out
    assert [reader.WHAT for reader in all_readers() if reader.WHAT not in said] == []


@pytest.mark.parametrize("change", [lambda path: path.write_text("alert(1)"), lambda path: path.unlink()])
def test_a_chart_library_that_is_not_what_was_released_goes_into_no_page(tmp_path, monkeypatch, capsys, change):
    from scripts.report import chart_library
    library = chart_library.load()
    package = tmp_path / "youplot" / "vendor"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").touch()
    (package / "uplot.iife.min.js").write_text(library.script)
    (package / "uplot.min.css").write_text(library.style)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert chart_library.load() == library
    change(package / "uplot.iife.min.js")
    write_journal(tmp_path / "neptune-1.jsonl", (1, {"loss": 1.0}))
    said = report(tmp_path, "-o", tmp_path / "r.html", status=1, capsys=capsys)
    assert "this is not the chart library as it was released" in said and not (tmp_path / "r.html").exists()


def test_the_page_names_no_host_and_carries_its_librarys_licence(tmp_path):
    write_journal(tmp_path / "neptune-1.jsonl", (1, {"loss": 1.0}))
    report(tmp_path, "-o", tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text()
    assert "default-src &#x27;none&#x27;" in page and "MIT License" in page
    assert not [word for word in ('src="http', 'href="http', "@import", "url(") if word in page]


def test_names_and_configs_end_no_element_of_the_page(tmp_path):
    name = "</script><img src=x onerror=alert(1)>"
    write_journal(tmp_path / "neptune-1.jsonl", (1, {name: 1.0}), config={name: name}, name=name, group=name)
    report(tmp_path, "-o", tmp_path / "r.html", "--title", name)
    assert "<img" not in (tmp_path / "r.html").read_text()
    assert index_of(tmp_path / "r.html")["metrics"][0]["name"] == name


@pytest.mark.slow
def test_a_folder_whose_name_is_no_utf_8_is_shown_written_and_live(tmp_path):
    folder = tmp_path / os.fsdecode(b"d\xff")
    write_spinningup(folder)
    done = subprocess.run([sys.executable, str(SCRIPT), folder, "-o", folder / "r.html"], capture_output=True,
                          env=dict(os.environ, PYTHONIOENCODING="utf-8:strict"))
    assert (done.returncode, done.stderr) == (0, b"")
    assert index_of(folder / "r.html")["title"] == "d\udcff" and "<title>d\\udcff" in (folder / "r.html").read_text()
    live = serve.Live(lambda: contents(*read(folder)), folder.name)
    assert b"<title>d\\udcff" in live.page()


def test_no_token_gets_into_the_page(tmp_path):
    write_spinningup(tmp_path, neptune={"api_token": "eyJhcGlfYWRkcmVzcyI6Imh0dHBzOi8v"}, wandb_key="0123456789abcdef0")
    report(tmp_path, "-o", tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text()
    assert "eyJhcGlf" not in page and "0123456789abcdef0" not in page and "***" in page


def test_no_token_gets_into_the_page_by_the_name_of_a_folder_or_a_metric_or_by_what_is_said(tmp_path):
    token = "eyJhcGlfYWRkcmVzcyI6Imh0dHBzOi8v"
    runs = tmp_path / token
    for name in ("1", "2"):  # alike, so that they are called by their folders
        write_journal(runs / (name + token) / "neptune-1.jsonl", (1, {f"loss {token}": 1.0}), run=name, framework=token)
    (runs / "neptune-2.jsonl").touch()
    report(runs, "-o", tmp_path / "r.html")
    index = index_of(tmp_path / "r.html")
    assert [metric["name"] for metric in index["metrics"]] == ["loss ***"] and len(index["problems"]) == 1
    assert token not in (tmp_path / "r.html").read_text()
