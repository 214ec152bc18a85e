"""The Python in a command, and whether what `run` does reaches it."""
from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from typing import Dict, List, NamedTuple, Optional, Sequence

_PYTHON = re.compile(r"(i?python|pypy)[\d.]*(\.exe)?", re.IGNORECASE)
_WITH_VALUE = "WX"
_PROBE = "_NEPTUNE_RUN_PROBE"
_REACHED = 87  # no status of Python's own
_SECONDS = 30
_OPTIONS = {"I": "-I (isolated) makes Python ignore PYTHONPATH", "E": "-E makes Python ignore PYTHONPATH",
            "S": "-S makes Python skip sitecustomize"}
_PREFIXES = {"env", "nice", "nohup", "time", "stdbuf", "ionice"}
"""Commands that only start another, and can be part of the question."""
_LAUNCHERS = _PREFIXES | {
    "mpirun", "mpiexec", "mpiexec.hydra", "orterun", "prterun", "srun", "jsrun", "aprun", "horovodrun", "xvfb-run",
    "timeout", "taskset", "numactl", "chrt", "setsid", "caffeinate", "conda", "mamba", "micromamba", "uv", "poetry",
    "pipenv", "pdm", "hatch", "rye", "pixi", "nsys", "ncu", "strace", "ltrace", "gdb", "valgrind", "perf", "catchsegv",
    "py-spy"}
"""Those, and more that start the Python named after them. Not torchrun, coverage: their own first line names it."""
_ELSEWHERE = {"sudo", "su", "ssh", "docker", "podman", "kubectl"}
"""Commands that start another one with variables of its own."""


class Unreached(Exception):
    """A training would not log; the message is one line: what is wrong, what to do."""


class Start(NamedTuple):
    """How a command starts Python.

    Attributes:
        at: the index of the word that is the Python, or the script whose first line names one.
        python: the Python, with what starts that.
        options: those of its options that say how it runs, not what.
        script: the file that it runs, where it is one.
    """

    at: int
    python: List[str]
    options: List[str]
    script: Optional[str] = None


def with_python(command: Sequence[str], python: str) -> List[str]:
    """The command, with this Python where it says `python` or `python3`."""
    at = next((at for at, word in enumerate(command) if word in ("python", "python3")), None)
    return [*command[:at], python, *command[at + 1:]] if at is not None else list(command)


def expect_passed_on(command: Sequence[str]) -> None:
    """Raises `Unreached` for a command that is known to start what it starts without our variables."""
    found = [os.path.basename(command[0])] + [word for word in command if word == "--export=NONE"]
    if found[0] in _ELSEWHERE or found[1:]:
        raise Unreached(f"{found[-1]} does not pass PYTHONPATH on, so nothing would be logged; put run after it, "
                        "before the training's own command")


def start_of(command: Sequence[str], path: Optional[str] = None) -> Optional[Start]:
    """How a command starts Python; None where it does not say, as a shell script.

    Args:
        path: where programs are looked for; PATH by default.
    """
    at = _python_at(command, path)
    if at is not None:
        programs = [os.path.basename(word) for word in command[:at]]
        is_prefixed = at > 0 and programs[0] in _PREFIXES and not (_LAUNCHERS - _PREFIXES) & set(programs)
        return _start(at, list(command[:at]) if is_prefixed else [], command[at], command[at + 1:])
    place = shutil.which(command[0], path=path)
    line = _first_line(place) if place else ""
    words = line[2:].split() if line.startswith("#!") else []
    for at, word in enumerate(words):
        if _PYTHON.fullmatch(os.path.basename(word)):
            return _start(0, [], word, [*words[at + 1:], place or ""])
    return None


def _python_at(command: Sequence[str], path: Optional[str]) -> Optional[int]:
    """Where the Python stands that is started, if only by what starts others; None where another program is."""
    for at, word in enumerate(command):
        name = os.path.basename(word)
        if _PYTHON.fullmatch(name):
            return at
        # after a launcher come its options and their values, which are not programs
        is_program = at == 0 or word.endswith(".py") or (
            not word.startswith("-") and shutil.which(word, path=path) is not None)
        if is_program and name not in _LAUNCHERS:
            return None
    return None


def _start(at: int, before: List[str], python: str, words: Sequence[str]) -> Start:
    options: List[str] = []
    rest = list(words)
    while rest and rest[0].startswith("-") and rest[0] != "-":
        word = rest.pop(0)
        if word.startswith("--"):
            options += [word, *rest[:1]] if word == "--check-hash-based-pycs" else [word]
            rest = rest[1:] if word == "--check-hash-based-pycs" else rest
            continue
        end = next((index for index, letter in enumerate(word) if letter in "cm" + _WITH_VALUE), None)
        if end is None:
            options.append(word)
        elif word[end] in _WITH_VALUE:
            options += [word] if word[end + 1:] else [word, *rest[:1]]
            rest = rest if word[end + 1:] else rest[1:]
        else:
            options += [word[:end]] if word[:end] != "-" else []
            return Start(at, [*before, python], options)
    return Start(at, [*before, python], options, rest[0] if rest and rest[0] != "-" else None)


def expect_reached(start: Start, variables: Dict[str, str]) -> None:
    """See that the Python of a command, started as there, imports what is put before it.

    Raises:
        Unreached: it does not; the message says why.
    """
    name = start.python[-1]
    command = [*start.python, *start.options, "-c", "pass"]
    try:
        done = subprocess.run(command, env={**variables, _PROBE: str(_REACHED)}, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=_SECONDS)
    except OSError as error:
        raise Unreached(f"{command[0]}: cannot be run: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise Unreached(f"{name} did not answer within {_SECONDS} s, as a Python would") from None
    if done.returncode == _REACHED:
        version = done.stdout.decode("ascii", "replace")
        if tuple(map(int, re.findall(r"\d+", version))) < (3, 6):
            raise Unreached(f"{name} is Python {version}; 3.6 or newer is needed")
        return
    letters = "".join(re.findall(r"^-([^-WX]*)", option)[0] for option in start.options if re.match("-[^-]", option))
    reason = next((text for letter, text in _OPTIONS.items() if letter in letters), None)
    if done.returncode and reason is None:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise Unreached(f"{name} is not a Python: {lines[-1] if lines else f'it ended with status {done.returncode}'}")
    reason = reason or f"{shlex.join(start.python)} does not pass PYTHONPATH on"
    raise Unreached(f"{reason}, so nothing would be logged; leave that out, or install into the framework instead")


def _first_line(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return file.readline(500).decode("utf-8", "replace")
    except OSError:
        return ""
