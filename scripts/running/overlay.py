"""The folder in the user's cache that a training's Pythons look into; `hook/neptune_run_hook/kept.py` lists it.

One for each version of this tool: the hook, the patches and the package that is served. None is ever removed, since a
training may be using it.
"""
from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Dict, Iterator, List

from neptune_writer import folders

from scripts.checkout import package
from scripts.checkout.store import FORMAT, PACKAGE
from scripts.running.lines import line_map

if TYPE_CHECKING:
    from scripts.running.deciding import Decision

_ROOT = Path(__file__).resolve().parents[2]
_HOOK = Path(__file__).resolve().parent / "hook"


def ready() -> Path:
    """The folder for this version of the tool, made if missing.

    Raises:
        OSError: the user's cache takes none.
    """
    cache = Path(folders.cache("run"))
    folder = cache / _digest()
    if not folder.is_dir():
        _put(folder, {**{f"hook/{name}": raw for name, raw in _hook().items()},
                      "signs.json": json.dumps(_signs()).encode("ascii"),
                      "tool.json": json.dumps(_command()).encode("utf-8"), "files/.keep": b""})
    return folder


def keep(folder: Path, path: str, decision: Decision) -> None:
    """Write down what was decided on a file, and all that the hook then needs.

    Raises:
        OSError: the folder takes none.
    """
    place = folder / "files" / hashlib.sha256(decision.raw).hexdigest()
    if decision.patch is not None and decision.form is not None:
        packages = folder / "packages" / decision.patch
        if not packages.is_dir():
            packages.parent.mkdir(exist_ok=True)
            record = {"format": FORMAT, "patch": decision.patch, "files": {}, "package": {}}
            served = {**package.vendored(), package.RECORD: json.dumps(record).encode("ascii")}
            _put(packages, {f"{PACKAGE}/{name}": content for name, content in served.items()})
        lines = " ".join(map(str, line_map(decision.raw, decision.form)))
        _write(Path(f"{place}.lines"), lines.encode("ascii"))
        _write(Path(f"{place}.py"), decision.form)
    entry = {"patch": decision.patch, "why": decision.why, "installed": decision.installed, "needs": decision.needs}
    where = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    _write(Path(f"{place}-{where}.json"), json.dumps(entry).encode("utf-8"))


def _digest() -> str:
    """What tells this version of the tool from others."""
    found = hashlib.sha256(json.dumps(_command()).encode("utf-8"))
    ours = (_ROOT / "patches", package.VENDORED, _ROOT / "scripts" / "checkout", _ROOT / "scripts" / "running")
    for folder in ours:
        for path in _sources(folder):
            found.update(b"%s\0%s\0" % (os.fsencode(path.name), hashlib.sha256(path.read_bytes()).digest()))
    return found.hexdigest()[:16]


def _sources(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*.py")) if "__pycache__" not in path.parts)


def _hook() -> Dict[str, bytes]:
    return {path.relative_to(_HOOK).as_posix(): path.read_bytes() for path in _sources(_HOOK)}


def _command() -> List[str]:
    return [sys.executable, "-I", str(_ROOT / "scripts" / "running" / "deciding.py")]


def _signs() -> List[List[str]]:
    """Of each target of every patch, what its files hold: the longest, which fewer files have, first."""
    from patches import discover, known
    return [[sign.decode("ascii") for sign in sorted(target.signs, key=len, reverse=True)]
            for patch in [*discover(), *known()] for target in patch.targets]


def _put(folder: Path, contents: Dict[str, bytes]) -> None:
    """Make a folder with these files, all at once; another process may have made it meanwhile."""
    waiting = Path(tempfile.mkdtemp(prefix=".", dir=folder.parent))
    try:
        for name, raw in contents.items():
            place = waiting / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(raw)
        waiting.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
    finally:
        shutil.rmtree(waiting, ignore_errors=True)


def _write(path: Path, raw: bytes) -> None:
    waiting = path.with_name(f".{path.name}.{os.getpid()}")
    waiting.write_bytes(raw)
    os.replace(waiting, path)
