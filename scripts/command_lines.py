"""Command lines of ours, as whoever runs this would type them: of a clone, of uv, or of what pip installed."""
from __future__ import annotations

import importlib.metadata
import json
import os
import shlex
import shutil
import sys
from urllib.parse import unquote

from scripts.this_release import IS_INSTALLED, NAME, ROOT

_IS_SUBCOMMAND = sys.argv[0].startswith(f"{NAME} ")  # as scripts/__main__.py calls it


def prog(name: str) -> str:
    """What the help of a command calls it."""
    return f"{NAME} {name}" if _IS_SUBCOMMAND else f"{name}.py"


def command_line(name: str, *arguments: str) -> str:
    """What runs a script of ours."""
    if _IS_SUBCOMMAND:
        return shlex.join([*_installed(), name, *arguments])
    place = os.path.join(os.path.dirname(sys.argv[0]) or ".", f"{name}.py")
    python = ["uv", "run"] if "UV" in os.environ else [_short(sys.executable or "python")]
    return shlex.join([*python, os.path.normpath(place), *arguments])


def lacking(module: str, name: str, extra: str = "report") -> str:
    """What to say where a package is missing that a command needs; ``extra``: of `setup.cfg`, which has it."""
    missing = f"{module} is missing in {sys.executable}"
    if not IS_INSTALLED:
        script = ROOT / "scripts" / f"{name}.py"
        by_uv = f", or `uv run scripts/{name}.py`" if script.read_text(encoding="utf-8").startswith("# ///") else ""
        return f"{missing}; run `make setup` and use .venv/bin/python{by_uv}"
    if _is_of_uvx():
        return f"{missing}; run {shlex.join(['uvx', '--from', _requirement(extra), NAME, name])}"
    return f"{missing}; run {shlex.join([_short(sys.executable), '-m', 'pip', 'install', _requirement(extra)])}"


def _installed() -> list[str]:
    """How the installed command is typed: what uvx made for once is asked for by where it came from."""
    if _is_of_uvx():
        return ["uvx", "--from", _requirement(), NAME]
    program = os.path.join(os.path.dirname(sys.executable), NAME)
    if not os.path.exists(program):
        return [_short(sys.executable), _short(str(ROOT / "scripts"))]  # which is how it was run
    return [NAME if shutil.which(NAME) == program else _short(program)]


def _is_of_uvx() -> bool:
    return "UV" in os.environ and IS_INSTALLED


def _requirement(extra: str = "") -> str:
    """What to give to pip or uv to have this again, such as a folder; its name where nobody wrote down what it was."""
    named = f"{NAME}[{extra}]" if extra else NAME
    try:
        written = importlib.metadata.distribution(NAME).read_text("direct_url.json")
    except importlib.metadata.PackageNotFoundError:
        written = None
    if written is None:
        return named
    origin = json.loads(written)
    url = f"git+{origin['url']}" if "vcs_info" in origin else str(origin["url"])
    return f"{named} @ {url}" if extra else unquote(url[len("file://"):]) if url.startswith("file://") else url


def _short(path: str) -> str:
    """A path as a user would type it."""
    place = os.path.relpath(path)
    return path if place.startswith("..") else place
