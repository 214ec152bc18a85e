"""Trainings for tests: scripts in a process of their own, and what they leave on the disk."""
import json
import os
import re
import subprocess
import sys
import textwrap
import time
from collections import namedtuple
from pathlib import Path

import neptune_writer
from neptune_writer.points.lines import Lines, is_of_ray, steps_of
from neptune_writer.points.x_rule import Rule
from neptune_writer.points.survey import Survey

ROOT = Path(__file__).resolve().parent.parent
VENDORED = ROOT / "vendored"
PACKAGE = VENDORED / "neptune_writer"
STANDIN = ROOT / "tests" / "standin"
CLIENTS = STANDIN / "clients"
RECORDING, HANGING, FROZEN = CLIENTS / "recording", CLIENTS / "hanging", CLIENTS / "frozen"
FAILING, SLOW, STALLED = CLIENTS / "failing", CLIENTS / "slow", CLIENTS / "stalled"
QUICK = CLIENTS / "quick"  # the real one, without what takes long and is not asked for
TOKEN = "s3cr3t-Zm9vYmFyLXRva2Vu"  # no token of anyone

PROLOGUE = """
import os, sys, time
import neptune_writer
from neptune_writer.points.lines import Lines, is_of_ray, steps_of
from neptune_writer.points.x_rule import Rule
from neptune_writer.points.survey import Survey
class Logger:
    def __init__(self, output_dir=None, exp_name=None, experiment=None):
        self.output_dir, self.exp_name = output_dir, exp_name
        neptune_writer.connect(self, experiment, output_dir=output_dir, exp_name=exp_name)
"""

Stored = namedtuple("Stored", "header configs rows ended")


class Logger:
    """Holds what the writer reads of a framework's logger."""

    def __init__(self, output_dir=None, exp_name=None):
        self.output_dir, self.exp_name = output_dir, exp_name


def environment(*clients, **variables):
    """The environment of a training: the package importable, `clients` before any installed one."""
    path = [str(VENDORED)] + [str(client) for client in clients]
    return dict(os.environ, PYTHONPATH=os.pathsep.join(path), PYTHONDONTWRITEBYTECODE="1",
                NEPTUNE_DISABLE_TELEMETRY="1", **variables)


def start(code, folder, clients=(), python=sys.executable, arguments=(), **variables):
    """Start a script in `folder`; its text goes on after `PROLOGUE`."""
    script = Path(str(folder)) / "training.py"
    script.write_text(PROLOGUE + textwrap.dedent(code))
    return subprocess.Popen([str(python), str(script)] + list(arguments), cwd=str(folder), stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True,
                            env=environment(*clients, **variables))


def run(code, folder, seconds=60, status=0, **how):
    """Run a script to its end; returns what it wrote to stderr. Its exit code must be `status`."""
    process = start(code, folder, **how)
    try:
        output, errors = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    assert process.returncode == status, output + errors
    return errors


def journals(folder):
    """Every journal below `folder`, the oldest first."""
    return sorted(Path(str(folder)).rglob("neptune-*.jsonl"))


def stored(path):
    """A journal's records; every line must parse. Each row has the ``step`` and ``clock`` that the rule gives it, and
    the ``mark`` that stood before it."""
    records = [json.loads(line) for line in Path(str(path)).read_text().splitlines() if line]
    rows = _placed([dict(record, offset=number) for number, record in enumerate(records)])
    return Stored(records[0], [record["config"] for record in records if "config" in record], rows,
                  "end" in records[-1])


def _placed(records):
    header, lines, rows, marks = records[0], Lines(records[0]), [], {}
    names, user = steps_of(header)
    said = [row for record in records for row in lines.rows(record)]
    survey = Survey(names, user)
    for row in said:
        survey.add(row)
    rule = Rule(survey.choice(), every_fall_is_a_checkpoint=is_of_ray(header))
    found, placed = {}, None
    for placed in [one for row in said for one in rule.feed(row)] + rule.finish():
        found.setdefault(re.match(re.escape(header["run"]) + r"-\d+", placed.key).group(), placed)
    for record in records:
        if "values" in record:
            placed = found.get("%s-%d" % (header["run"], record["offset"]), placed)  # none where it is known already
            rows.append(dict(record, step=placed.x, clock=placed.clock))
            if record.get("mark") or placed.clock in marks or None in marks:
                rows[-1]["mark"] = record.get("mark") or marks.pop(placed.clock, None) or marks.pop(None)
        elif "mark" in record:
            marks[record.get("clock")] = record["mark"]
    return [{name: value for name, value in row.items() if name != "offset"} for row in rows]


def only_journal(folder):
    """The records of the one journal below `folder`."""
    found = journals(folder)
    assert len(found) == 1, found
    return stored(found[0])


def offline_runs(folder, python=sys.executable):
    """What the client's own reader finds in each offline run below `folder`, the oldest first."""
    runs = sorted(Path(str(folder)).rglob("data-1.log"), key=lambda path: path.stat().st_mtime)
    variables = environment(QUICK) if python == sys.executable else None
    return [json.loads(subprocess.run([str(python), str(ROOT / "tests" / "read_offline_run.py"), str(run.parent)],
                                      env=variables, stdout=subprocess.PIPE, check=True).stdout.decode())
            for run in runs]


def recorded(folder):
    """What the recording client was told: a list of [function, argument, ...]."""
    path = Path(str(folder)) / "recorded.jsonl"
    lines = path.read_text().splitlines(True) if path.exists() else []
    return [json.loads(line) for line in lines if line.endswith("\n")]  # it may be in the middle of one


def recorded_points(folder, name):
    """The points of one metric that the recording client was told."""
    return [tuple(point) for function, *rest in recorded(folder) if function == "extend" and rest[0] == name
            for point in rest[1]]


def everything_written(folder):
    """The bytes of all files below `folder`, in one."""
    return b"".join(path.read_bytes() for path in Path(str(folder)).rglob("*") if path.is_file())


def wait_until(condition, seconds=40):
    """Wait for something that happens in another process; its last value."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def processes_of(folder):
    """Processes that work in `folder`, by what /proc says."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(str(entry / "cwd")) == str(folder) and b"\0" in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def connected(experiment="journal", output_dir="out", exp_name="toy", owner=None):
    """A logger that was connected as patched code does it."""
    owner = owner or Logger(output_dir, exp_name)
    neptune_writer.connect(owner, experiment, output_dir=output_dir, exp_name=exp_name)
    return owner


def rows_of(owner, *rows, step=("TotalEnvInteracts", "Epoch")):
    """Write rows, and read them back from the one journal below the working directory."""
    for row in rows:
        neptune_writer.write_row(owner, row, step)
    return only_journal(".").rows


TRAIN = """
logger = Logger("out", "toy")
neptune_writer.write_config(logger, {"lr": 1e-3, "ac": {"sizes": [64, 64]}, "seed": 3})
for epoch in range(%d):
    neptune_writer.write_row(logger, {"Epoch": epoch, "Return": epoch * 0.5, "TotalEnvInteracts": 4000 * epoch},
                             ("TotalEnvInteracts", "Epoch"))
"""
OFFLINE = dict(NEPTUNE_EXPERIMENT="offline")
FIRST_ROW = """
logger = Logger("out", "toy")
neptune_writer.write_row(logger, {"Epoch": 0, "TotalEnvInteracts": 0}, ("TotalEnvInteracts", "Epoch"))
"""


def command_in(errors):
    """The command that the training printed for rows that were not sent."""
    line, = [line for line in errors.splitlines() if "To send them: " in line]
    return line.partition("To send them: ")[2]


def send(folder, command):
    """Run a command, a list or a shell's line, with the recording client; its exit code and what it says."""
    done = subprocess.run(command, shell=isinstance(command, str), cwd=str(folder), env=environment(RECORDING),
                          stderr=subprocess.PIPE)
    return done.returncode, done.stderr.decode()
