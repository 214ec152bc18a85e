"""Which Python runs this package next to the training. `sys.executable` is not always one: in a frozen or embedding
program it is the training itself, and running that again would train twice."""
import os
import re
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterator, Optional

VARIABLE = "NEPTUNE_WRITER_PYTHON"
GUARD = "_NEPTUNE_WRITER_CHILD"
"""Set in processes that we start. A training that finds it was started by mistake: it records and starts nothing."""
OF_ANOTHER_PYTHON = ("PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__", "PYTHONEXECUTABLE")
"""Variables that are for the interpreter that trains, and would mislead another."""
_NAMES = re.compile(r"(i?python|pypy|graalpy|mayapy|hython|vtkpython|pvpython)[\w.-]*", re.IGNORECASE)


def find() -> "Optional[str]":
    """The Python that has the tracker's client: what NEPTUNE_WRITER_PYTHON names, else the one that trains, else one of
    the same installation; None where there is none."""
    return os.environ.get(VARIABLE) or next(filter(_is_python, _candidates()), None)


def for_command() -> str:
    """The Python of a command that a person is to run: one that is there, as far as any is."""
    named = os.environ.get(VARIABLE)
    if named and which(named):
        return named
    return (next(filter(_is_python, _candidates()), None)  # it runs, and says what it lacks
            or which("python3") or which("python") or "python3")


def which(program: str) -> "Optional[str]":
    """The path of a program; None where there is none of that name."""
    import shutil  # here, so that a logger with nothing configured loads next to nothing
    return shutil.which(program)


def environment(python: str, variables: "Dict[str, str]") -> "Dict[str, str]":
    """The variables for that Python, of those of the process that trains."""
    kept = dict(variables, **{GUARD: "1"})
    if os.environ.get(VARIABLE) and python != sys.executable:
        for name in OF_ANOTHER_PYTHON:
            kept.pop(name, None)
    if getattr(sys, "frozen", False) and "LD_LIBRARY_PATH" in kept:  # PyInstaller's, for the program's own libraries
        original = kept.pop("LD_LIBRARY_PATH_ORIG", None)
        kept.pop("LD_LIBRARY_PATH")
        if original is not None:
            kept["LD_LIBRARY_PATH"] = original
    return kept


def _candidates() -> "Iterator[Optional[str]]":
    """The nearest first: a virtual environment has the client, what it was made from may not."""
    yield sys.executable
    names = ["bin/python%d.%d" % sys.version_info[:2], "bin/python3", "bin/python", "Scripts/python.exe", "python.exe"]
    for name in names:
        yield os.path.join(sys.prefix, *name.split("/"))
    yield getattr(sys, "_base_executable", None)
    for name in names:
        yield os.path.join(sys.base_prefix, *name.split("/"))


def _is_python(path: "Optional[str]") -> bool:
    """By its name: what another program does with our arguments is not to be tried."""
    if not path or getattr(sys, "frozen", False) and path == sys.executable:
        return False
    return _NAMES.fullmatch(os.path.basename(path)) is not None and which(path) is not None
