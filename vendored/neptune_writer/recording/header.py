"""The header of a run's journal: its id, its name and group, and where and how it was started."""
import os
import socket
import subprocess
import sys
import time
import uuid

from .. import masking
from ..journal import records
from ..points import step_metrics
from ..system import environ, process_ids
from . import continued
from . import group as groups

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional, Tuple

    from ..journal.records import Record

_SCHEDULER_VARIABLES = ("SLURM_JOB_ID", "SLURM_ARRAY_JOB_ID", "SLURM_ARRAY_TASK_ID", "PBS_JOBID", "LSB_JOBID",
                        "JOB_ID", "SGE_TASK_ID", "HOSTNAME")
_LONGEST_ARGUMENT = 200  # SpinningUp's launcher passes a pickled function as an argument
_GIT_SECONDS = 1.0
_named: "Dict[int, str]" = {}  # process -> the id of its run that NEPTUNE_CUSTOM_RUN_ID names


def new_run_id() -> str:
    """A unique id of at most 36 characters, which sorts by time: UTC time, process, random."""
    now = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    return "%s-%d-%s" % (now, os.getpid(), uuid.uuid4().hex[:8])


def make(run: str, began: float, name: "Optional[str]", config: "Any", framework: "Tuple[Optional[str], Optional[str]]",
         known: "Optional[Record]" = None) -> "Record":
    """The journal's first record.

    Args:
        run: the run's id.
        began: when the logger was made, Unix seconds.
        name: the run's name, or None for the script's.
        config: the plain config, or None.
        framework: a pair of the framework's name and its version, either may be None.
        known: fields that the caller knows better.
    """
    known = dict(known or {})
    if isinstance(known.get("group"), str):
        known["group"] = masking.mask(known["group"])
    variables = environ.snapshot()
    name = masking.mask(str(name or os.path.basename(sys.argv[0] if sys.argv else "") or "run"))
    tags = [framework[0]] + os.environ.get("NEPTUNE_TAGS", "").split(",")
    x = step_metrics.of_user()
    return dict({
        "format": records.FORMAT,
        "t": began,
        "run": run,
        "resumes": None if "resumes" in known else _custom_id(run),
        "name": name,
        "group": groups.group(config, name),
        "tags": [masking.mask(tag.strip()) for tag in tags if tag and tag.strip()],
        "framework": framework[0],
        "framework_version": framework[1],
        "argv": [_shortened(argument) for argument in masking.mask_arguments(sys.argv)],
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "pids": process_ids.space(),
        "git": None if "git" in known else git_revision(),
        "scheduler": {name: variables[name] for name in _SCHEDULER_VARIABLES if name in variables},
    }, **dict({"x": list(x)} if x else {}, **known))


def _custom_id(run: str) -> "Optional[str]":
    """What NEPTUNE_CUSTOM_RUN_ID says, for the first run of a process; None for the others."""
    named = continued.id_of(os.environ.get("NEPTUNE_CUSTOM_RUN_ID"))
    return named if named and _named.setdefault(os.getpid(), run) == run else None


def _shortened(argument: str) -> str:
    if len(argument) <= _LONGEST_ARGUMENT:
        return argument
    return "%s... (%d characters)" % (argument[:20], len(argument))


def git_revision() -> "Optional[str]":
    """Revision of the working directory, ``-dirty`` behind it where files differ; None where git does not say.

    Not ``git describe --dirty``, which writes to the repository's index.
    """
    try:
        done = subprocess.run(["git", "status", "--porcelain=v2", "--branch", "--untracked-files=no"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              timeout=_GIT_SECONDS, env=dict(environ.snapshot(), GIT_OPTIONAL_LOCKS="0"))
    except (OSError, subprocess.SubprocessError):
        return None
    lines = done.stdout.decode("ascii", "replace").splitlines()
    revision = next((line.split()[-1] for line in lines if line.startswith("# branch.oid ")), "(initial)")
    if done.returncode != 0 or revision == "(initial)":
        return None
    return revision + "-dirty" if any(not line.startswith("#") for line in lines) else revision
