"""Virtual environments of the real-training lane, built on demand, kept in the user's cache folder.

``environments/NAME.txt`` is a complete ``pip freeze`` list. It is installed with ``--no-deps``: the
metadata of such old sets conflicts, the packages do not. Comments at its top say with what:

    # python: 3.11 3.12                the interpreter's version, the first that is there; always the first line
    # build: mpich==4.2.3 wheel==...   installed before the list, because building it needs them
    # complete: torch==2.13.0          whose dependencies differ from machine to machine (CUDA's): installed behind it

An environment lies in ``$XDG_CACHE_HOME/neptune-rl-logging/environments/NAME-HASH``, the hash being
that of the list and the interpreter's release, so a changed list is a new environment.

    python tests/environment.py NAME   builds it unless it is there, prints its interpreter
    python tests/environment.py --all  builds each that is not there, at the lowest priority
    python tests/environment.py --list
"""
from __future__ import annotations

import argparse
import fcntl
import functools
import hashlib
import itertools
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

LISTS = Path(__file__).resolve().parent / "environments"
# Names the interpreter a virtual one was made from, so that no environment rests on another.
_PROBE = """if True:
    import os, sys
    from importlib.util import find_spec
    name = "python%d.%d" % sys.version_info[:2]
    base = os.path.join(sys.base_prefix, "bin", name)
    print(sys.implementation.name, name, sys.version.split()[0], find_spec("ensurepip") is None)
    print(base if os.path.exists(base) else sys.executable)"""
_failures: dict[str, EnvironmentUnavailable] = {}


class EnvironmentUnavailable(Exception):
    """The environment ``name`` cannot be had on this machine; ``why`` says what is missing."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"environment {name}: {why}")
        self.name, self.why = name, why


@functools.lru_cache(maxsize=None)
def _interpreters(version: str) -> list[tuple[str, str, Path]]:
    """(without venv, release, path) of each CPython that runs (pyenv's shims may not), best first.

    Looked for on PATH, then among pyenv's; those that cannot make a venv (Debian's) come last."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or "~/.pyenv").expanduser() / "versions"
    candidates = [Path(folder, f"python{version}") for folder in os.get_exec_path()]
    found = []
    for candidate in candidates + sorted(pyenv.glob(f"{version}.*/bin/python")):
        probe = [str(candidate), "-I", "-c", _PROBE]
        try:
            lines = subprocess.run(probe, capture_output=True, text=True).stdout.splitlines()
        except OSError:
            continue
        if len(lines) == 2 and lines[0].startswith(f"cpython python{version} "):
            release, no_venv = lines[0].split()[2:]
            found.append((no_venv, release, Path(lines[1])))
    return sorted(found, key=lambda one: one[0])


def interpreters() -> dict[str, Path]:
    """The CPythons of this machine, 3.6 to 3.14: version ("3.7") to interpreter."""
    found = {f"3.{minor}": _interpreters(f"3.{minor}") for minor in range(6, 15)}
    return {version: several[0][2] for version, several in found.items() if several}


def variables(python: Path) -> dict[str, str]:
    """The variables for a program of that environment: its ``bin`` first on PATH, for mpirun."""
    ours = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "PATH": os.pathsep.join([str(python.parent), kept.get("PATH", os.defpath)])}


def _built(folder: Path) -> bool:
    return (folder / "complete").exists() and (folder / "bin" / "python").exists()


class _Plan(NamedTuple):
    """The environment's folder, the interpreter that makes it, and what is installed before and behind the list."""

    folder: Path
    interpreter: Path
    build: list[str]
    complete: list[str]


def _plan(name: str) -> _Plan:
    """How an environment is made.

    Where several interpreters would do, that of an environment which is there already."""
    if not (LISTS / f"{name}.txt").is_file():
        raise EnvironmentUnavailable(name, f"no such list in {LISTS}")
    text = (LISTS / f"{name}.txt").read_text(encoding="utf-8")
    header = dict(line[2:].split(": ", 1) for line in text.splitlines() if line.startswith("# "))
    cache = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    plans = []
    for _, release, interpreter in itertools.chain(*map(_interpreters, header["python"].split())):
        digest = hashlib.sha256(f"{release}\n{text}".encode()).hexdigest()[:12]
        folder = cache / "neptune-rl-logging" / "environments" / f"{name}-{digest}"
        plans.append(_Plan(folder, interpreter, shlex.split(header.get("build", "")),
                           shlex.split(header.get("complete", ""))))
    if not plans:
        raise EnvironmentUnavailable(name, f"no Python {header['python']} on PATH or of pyenv")
    return next((plan for plan in plans if _built(plan.folder)), plans[0])


def _build(name: str, plan: _Plan, lock: int) -> None:
    """Build in place, since scripts hold their path; ``complete`` is the last file written."""
    folder = plan.folder
    (folder / "complete").unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    python, log = folder / "bin" / "python", folder / "build.log"
    # No cache: a wheel compiled against one environment's MPI is linked to it by path.
    pip = [str(python), "-I", "-m", "pip", "install", "--no-cache-dir", "--no-input"]
    steps = [[str(plan.interpreter), "-I", "-m", "venv", str(folder)], pip + plan.build,
             pip + ["--no-deps", "-r", str(LISTS / f"{name}.txt")], pip + plan.complete]
    for step in [step for step in steps if step != pip]:
        with log.open("a", encoding="utf-8") as output:
            # The child holds the lock too: nobody builds here while the pip of a killed test runs.
            done = subprocess.run(step, stdout=output, stderr=output, stdin=subprocess.DEVNULL,
                                  env=variables(python), pass_fds=[lock])
        if done.returncode:
            tail = log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
            raise EnvironmentUnavailable(name, "\n".join([f"building failed, see {log}", *tail]))
    (folder / "complete").touch()


def python_of(name: str) -> Path:
    """The interpreter of the environment ``name``, which is built first unless it is there.

    Raises EnvironmentUnavailable if the machine lacks its Python or pip fails; a build that failed
    is not tried twice. One process at a time builds an environment, the others wait for it."""
    if name in _failures:
        raise _failures[name]
    plan = _plan(name)
    folder = plan.folder
    if not _built(folder):
        start, say = time.monotonic(), functools.partial(print, file=sys.stderr, flush=True)
        say(f"building environment {name} (first time, takes minutes) ...", end=" ")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with open(f"{folder}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                if not _built(folder):
                    _build(name, plan, lock.fileno())
            except EnvironmentUnavailable as error:
                _failures[name] = error
                raise
            finally:
                say(f"{time.monotonic() - start:.0f} s")
    return folder / "bin" / "python"


def names() -> list[str]:
    """Every environment there is a list of."""
    return sorted(path.stem for path in LISTS.glob("*.txt"))


def build_all() -> bool:
    """Build whatever is not there, beside whatever else runs; say what could not be. Whether all of it could."""
    os.nice(19)
    missing = []
    for name in sorted(names(), key=lambda name: not name.startswith("ray")):  # the training lane begins with Ray
        try:
            python_of(name)
        except EnvironmentUnavailable as error:
            print(error, file=sys.stderr, flush=True)
            missing.append(name)
    if missing:
        print("NOT BUILT, so tests that need them are skipped: " + ", ".join(missing), file=sys.stderr, flush=True)
    return not missing


def main() -> None:
    parser = argparse.ArgumentParser(description="Build environments of the real-training lane.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="built unless it is there")
    parser.add_argument("--all", action="store_true", help="build every one that is not there, at low priority")
    parser.add_argument("--list", action="store_true", help="every name, and its folder if built")
    arguments = parser.parse_args()
    try:
        for name in arguments.names:
            print(python_of(name), flush=True)
    except EnvironmentUnavailable as error:
        sys.exit(str(error))
    if arguments.all and not build_all():
        sys.exit(1)
    for name in names() if arguments.list else []:
        try:
            folder = _plan(name).folder
            print(f"{name:26}", folder if _built(folder) else "not built")
        except EnvironmentUnavailable as error:
            print(f"{name:26}", error.why)


if __name__ == "__main__":
    main()
