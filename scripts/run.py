# /// script
# requires-python = ">=3.9"
# dependencies = ["libcst>=1.1"]
# ///
"""Run a training that logs, patched in memory: no file changes.

    %(prog)s --to journal -- python train.py

Whatever the command starts logs too: ranks, workers, notebook kernels.
Without --to and NEPTUNE_EXPERIMENT, runs are kept in their journals.
"""
import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Dict, List, NoReturn, Optional, Sequence

if __name__ == "__main__":  # run as a file, so that only its own folder is on the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.command_lines import prog
from scripts.running import launching, overlay  # and no more: a training waits for it

EXPERIMENT = "NEPTUNE_EXPERIMENT"
FOUND = "_NEPTUNE_RUN_FOUND"  # see hook/neptune_run_hook/finder.py


def parser() -> argparse.ArgumentParser:
    """What the command takes."""
    found = argparse.ArgumentParser(
        prog=prog("run"), description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    found.add_argument("--python", metavar="PYTHON",
                       help="the Python that trains: what `python` means in the command")
    found.add_argument("--to", metavar="SPEC", help="where the run goes, written as for NEPTUNE_EXPERIMENT; "
                       "default: NEPTUNE_EXPERIMENT, otherwise journal")
    found.add_argument("command", nargs=argparse.REMAINDER, metavar="-- COMMAND",
                       help="the command that starts the training")
    return found


def main(arguments: Sequence[str]) -> int:
    """Run the command in place of this process; returns 1 for a refusal, 2 for wrong usage."""
    taking = parser()
    parsed = taking.parse_args(arguments)
    command: List[str] = parsed.command[1:] if parsed.command[:1] == ["--"] else parsed.command
    if not command:
        taking.error("expected a command after --, such as: -- python train.py")
    try:
        variables = _variables(parsed)
        if parsed.python:
            command = launching.with_python(command, parsed.python)
        launching.expect_passed_on(command)
        start = launching.start_of(command, variables.get("PATH"))
        if start:
            launching.expect_reached(start, variables)
            _note_logger(start.script)
        _become(command, variables)
    except launching.Unreached as error:
        reason = str(error)
    except OSError as error:
        from scripts.checkout import errors
        reason = errors.one_line(error, command[0])
    from scripts import output
    print(f"run: {output.plain(reason)}", file=sys.stderr)
    return 1


def _note_logger(script: Optional[str]) -> None:
    """Say where the script itself holds a logger: no import brings it, so nothing patches it."""
    if script is None or not script.endswith(".py") or not os.path.isfile(script):
        return
    path, raw = os.path.abspath(script), Path(script).read_bytes()
    signs = [line.split(b"\t") for line in (overlay.ready() / "signs").read_bytes().split(b"\n")]
    if any(all(sign in raw for sign in target) for target in signs):
        from scripts.running import deciding
        if deciding.decide(path, raw, os.path.dirname(path), False)[path].patch:
            print(f"run: {script}: a logger in the script itself is not patched, for nothing imports it; move it to a "
                  "module, or install into that folder", file=sys.stderr)


def _variables(parsed: argparse.Namespace) -> Dict[str, str]:
    """Those of the training: ours, with the hook first where Python looks for modules."""
    variables = dict(os.environ)
    if parsed.to:
        variables[EXPERIMENT] = parsed.to
    variables[EXPERIMENT] = variables.get(EXPERIMENT) or "journal"
    if parsed.python and os.path.dirname(parsed.python):
        folder = os.path.dirname(os.path.abspath(parsed.python))
        variables["PATH"] = os.pathsep.join([folder, variables.get("PATH", os.defpath)])
    folder = overlay.ready()
    hook = str(folder / "hook")
    before = variables.get("PYTHONPATH")
    variables["PYTHONPATH"] = os.pathsep.join([hook, before]) if before else hook
    variables[FOUND] = str(folder / "found" / f"{os.getpid()}-{os.urandom(4).hex()}")
    return variables


def _become(command: Sequence[str], variables: Dict[str, str]) -> NoReturn:
    program = shutil.which(command[0], path=variables.get("PATH", os.defpath))
    if program is None:
        hint = f"; a script needs its Python: run -- python {command[0]}" if os.path.isfile(command[0]) else ""
        raise launching.Unreached(f"{command[0]}: there is no such command{hint}")
    if os.name == "nt":  # where exec leaves this process, and whoever waits for it goes on
        sys.exit(subprocess.call([program, *command[1:]], env=variables))
    os.execve(program, list(command), variables)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
