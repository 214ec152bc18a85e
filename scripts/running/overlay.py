"""The folder in the user's cache that a training's Pythons look into; `hook/neptune_run_hook/kept.py` lists it.

One for each version of this tool: the hook, the patches and the package that is served. None is ever removed, since a
training may be using it.
"""
from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Dict, Iterator, List, Optional

if TYPE_CHECKING:  # a training waits for this module
    from scripts.running.decision import Decision

_ROOT = Path(__file__).resolve().parents[2]
_HOOK = Path(__file__).resolve().parent / "hook"
_OURS = (_ROOT / "patches", _ROOT / "vendored", _ROOT / "scripts" / "checkout", _ROOT / "scripts" / "running")


def ready() -> Path:
    """The folder for this version of the tool, made if missing. Fast where it is there: a training waits for it.

    Raises:
        OSError: the user's cache takes none.
    """
    digest = _digest()
    there = _there(digest)
    if there is not None:
        return there
    from neptune_writer.system import folders
    folder = Path(folders.cache("run")) / digest
    if not folder.is_dir():
        _put(folder, {**{f"hook/{name}": raw for name, raw in _hook().items()}, "signs": _signs(),
                      "tool.json": json.dumps(_command()).encode("utf-8"), "files/.keep": b"", "found/.keep": b""})
    return folder


def keep(folder: Path, path: str, decision: Decision) -> None:
    """Write down what was decided on a file, and all that the hook then needs.

    Raises:
        OSError: the folder takes none.
    """
    from scripts.checkout import package
    from scripts.checkout.store import FORMAT, PACKAGE
    from scripts.running.lines import line_map

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


def _there(digest: str) -> Optional[Path]:
    """The folder where it is as this made it: in the user's cache, and nobody else's to write to."""
    if not hasattr(os, "geteuid"):
        return None
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folder = os.path.join(base, "neptune-writer", "run", digest)
    for path in (folder, os.path.dirname(folder), os.path.dirname(os.path.dirname(folder))):
        try:
            status = os.lstat(path)
        except OSError:
            return None
        if not stat.S_ISDIR(status.st_mode) or stat.S_IMODE(status.st_mode) & 0o077 or status.st_uid != os.geteuid():
            return None
    return Path(folder) if os.path.isabs(base) else None


def _digest() -> str:
    """What tells this version of the tool from others."""
    found = hashlib.sha256(json.dumps(_command()).encode("utf-8"))
    for folder in _OURS:
        for path in _sources(str(folder)):
            with open(path, "rb") as file:
                found.update(b"%s\0%s\0" % (os.fsencode(path), hashlib.sha256(file.read()).digest()))
    return found.hexdigest()[:16]


def _sources(folder: str) -> Iterator[str]:
    """Every Python file below a folder, in an order that is always the same."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        yield from (os.path.join(place, name) for name in sorted(names) if name.endswith(".py"))


def _hook() -> Dict[str, bytes]:
    return {Path(path).relative_to(_HOOK).as_posix(): Path(path).read_bytes() for path in _sources(str(_HOOK))}


def _command() -> List[str]:
    return [sys.executable, "-I", str(_ROOT / "scripts" / "running" / "deciding.py")]


def _signs() -> bytes:
    """A line for each target of every patch: what its files hold, the longest, which fewer files have, first."""
    from patches import discover, known
    targets = [target.signs for patch in [*discover(), *known()] for target in patch.targets]
    longest_first: List[List[bytes]] = [sorted(signs, key=len, reverse=True) for signs in targets]
    return b"\n".join(map(b"\t".join, longest_first))


def _put(folder: Path, contents: Dict[str, bytes]) -> None:
    """Make a folder with these files, all at once; another process may have made it meanwhile."""
    import shutil
    import tempfile
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
    waiting = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    waiting.write_bytes(raw)
    os.replace(waiting, path)
