"""The command `neptune-rl-logging`: every script of this folder is a subcommand of it.

It is an application in a process of its own. So it does what Python does for a file that is run, it puts that file's
folder first on the path, and runs the file: `neptune-rl-logging install X` and `python scripts/install.py X` are one.
"""
from __future__ import annotations

import argparse
import ast
import shutil
import sys
import textwrap
import types
from pathlib import Path
from typing import Dict

HERE = Path(__file__).resolve().parent
_IS_RUN = 'if __name__ == "__main__":'


def main() -> None:
    """Run the subcommand that the arguments name; SystemExit with its exit code."""
    sys.path.insert(0, str(HERE.parent))
    from scripts.this_release import NAME, release, revision

    if sys.argv[1:2] == ["--version"]:
        print(f"{NAME} {release()} ({revision()})")
        return
    names = subcommands()
    parser = argparse.ArgumentParser(
        prog=NAME, description="Drop-in Neptune logging for RL frameworks whose loggers are hard-coded.",
        epilog="\n".join(["commands:", *(_row(name, what) for name, what in names.items())]),
        formatter_class=argparse.RawDescriptionHelpFormatter, usage="%(prog)s [-h] [--version] COMMAND ...")
    parser.add_argument("--version", action="store_true", help="print the release and the revision")
    parser.add_argument("command", metavar="COMMAND", choices=names,
                        help="one of those below; COMMAND --help explains it")
    name = parser.parse_args(sys.argv[1:2]).command
    sys.path[0] = str(HERE)
    sys.argv[:2] = [f"{NAME} {name}"]  # what its help calls it
    _run(HERE / f"{name}.py")


def _row(name: str, what: str) -> str:
    """A command in the list of all, as wide as argparse's own lines."""
    return textwrap.fill(what, shutil.get_terminal_size().columns - 2, initial_indent=f"  {name:<10} ",
                         subsequent_indent=" " * 13)


def _run(path: Path) -> None:
    """As the main module, which processes that a command starts look for; `runpy` would change `sys.argv` again."""
    module = types.ModuleType("__main__")
    module.__file__ = str(path)
    sys.modules["__main__"] = module
    exec(compile(path.read_bytes(), str(path), "exec"), vars(module))


def subcommands() -> Dict[str, str]:
    """Name -> what it does, of each script; a new one needs no entry here."""
    found = {}
    for path in sorted(HERE.glob("[a-z]*.py")):
        source = path.read_text(encoding="utf-8")
        if _IS_RUN in source:
            found[path.stem] = (ast.get_docstring(ast.parse(source)) or "").split("\n")[0]
    return found


if __name__ == "__main__":
    main()
