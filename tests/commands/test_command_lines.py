"""scripts/command_lines.py: the commands that messages suggest are those that whoever runs this can type."""
import importlib.metadata
import json
import sys

import pytest

from scripts import command_lines


@pytest.fixture(autouse=True)
def in_a_clone(tmp_path, monkeypatch):
    """As `python scripts/status.py` has it, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("UV", raising=False)
    monkeypatch.setattr(sys, "argv", ["scripts/status.py"])
    monkeypatch.setattr(sys, "executable", str(tmp_path / ".venv/bin/python"))


@pytest.fixture
def installed(monkeypatch):
    """As pip or uv installs it from what is given."""
    def installed(**origin):
        class Distribution:
            def read_text(self, name):
                assert name == "direct_url.json"
                return json.dumps(origin) if origin else None
        monkeypatch.setattr(importlib.metadata, "distribution", lambda name: Distribution())
        monkeypatch.setattr(command_lines, "IS_INSTALLED", True)
        monkeypatch.setattr(command_lines, "_IS_SUBCOMMAND", True)
    return installed


def test_of_a_clone(monkeypatch):
    line = command_lines.command_line
    assert line("diff", "../a b") == ".venv/bin/python scripts/diff.py '../a b'"
    monkeypatch.setattr(sys, "executable", "/usr/bin/python3")
    assert line("diff", "x") == "/usr/bin/python3 scripts/diff.py x"
    monkeypatch.setenv("UV", "/bin/uv")
    assert line("diff", "x") == "uv run scripts/diff.py x"


def test_of_an_environment_that_is_not_active_and_of_one_that_is(installed, tmp_path, monkeypatch):
    installed(url="file:///clone")
    program = tmp_path / ".venv/bin/neptune-rl-logging"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert command_lines.command_line("diff", "x") == ".venv/bin/neptune-rl-logging diff x"
    monkeypatch.setenv("PATH", str(program.parent))
    assert command_lines.command_line("diff", "x") == "neptune-rl-logging diff x"


def test_of_the_folder_that_is_run(tmp_path, monkeypatch):
    """`python scripts status X` in a clone that nobody installed."""
    monkeypatch.setattr(command_lines, "_IS_SUBCOMMAND", True)
    monkeypatch.setattr(command_lines, "ROOT", tmp_path)
    assert command_lines.command_line("diff", "x") == ".venv/bin/python scripts diff x"


@pytest.mark.parametrize("origin, source, with_extra", [
    ({"url": "file:///my%20clone", "dir_info": {}}, "'/my clone'", "file:///my%20clone"),
    ({"url": "https://host/repo.git", "vcs_info": {"vcs": "git"}}, "git+https://host/repo.git",
     "git+https://host/repo.git"),
    ({}, "neptune-rl-logging", None)])
def test_what_uvx_made_for_once_is_asked_for_by_its_source(installed, monkeypatch, origin, source, with_extra):
    installed(**origin)
    monkeypatch.setenv("UV", "/bin/uv")
    assert command_lines.command_line("diff", "x") == f"uvx --from {source} neptune-rl-logging diff x"
    wanted = f"'neptune-rl-logging[report]{' @ ' * bool(with_extra)}{with_extra or ''}'"
    assert command_lines.lacking("numpy", "report").endswith(
        f"numpy is missing in {sys.executable}; run uvx --from {wanted} neptune-rl-logging report")
    monkeypatch.delenv("UV")
    assert command_lines.lacking("numpy", "report").endswith(f"; run .venv/bin/python -m pip install {wanted}")


@pytest.mark.parametrize("name, advice", [
    ("report", "run `make setup` and use .venv/bin/python, or `uv run scripts/report.py`"),
    ("replay", "run `make setup` and use .venv/bin/python")])  # no uv: it runs where the tracker's client is
def test_what_is_missing_in_a_clone(name, advice):
    assert command_lines.lacking("numpy", name) == f"numpy is missing in {sys.executable}; {advice}"
