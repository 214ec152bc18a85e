"""What every benchmark is given: how much to do, a folder, and workers in the environments of the tests."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple, Optional, Sequence

from environment import EnvironmentUnavailable, python_of, variables
from trainings import CLIENTS, VENDORED

WORKERS = Path(__file__).resolve().parent / "workers"
QUIET = {
    "NEPTUNE_WRITER_EXIT_SECONDS": "1", "NEPTUNE_DISABLE_TELEMETRY": "1", "WANDB_ERROR_REPORTING": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true", "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore",
}
_OF_THE_SHELL = ("NEPTUNE_", "WANDB_", "MLFLOW_", "GOODSEED_", "TRACKIO_", "PMI_", "OMPI_", "SLURM_")


class Unavailable(Exception):
    """This machine, or this effort, has not what a worker needs."""


class Effort(NamedTuple):
    """How much is done. Only the whole of it gives figures that mean something."""

    name: str
    rounds: int  # turns of each way of logging a row
    turn: float  # seconds
    rate_seconds: float  # of rows at a steady rate
    backlog: int  # rows
    million: int  # rows
    widest: int  # metrics of a row
    journals: "tuple[int, ...]"
    checkouts: "tuple[int, ...]"  # files
    timesteps: int  # of a training
    waits_for_client: bool  # minutes, for one that a dead server keeps
    environments: bool  # otherwise everything runs in this Python, as far as it can


EFFORTS = {effort.name: effort for effort in (
    Effort("whole", 8, 0.12, 10, 100000, 1000000, 10000, (1, 10, 100), (10, 100, 1000, 10000, 100000), 20480,
           True, True),
    Effort("quick", 2, 0.03, 3, 5000, 50000, 1000, (1, 10), (10, 100, 1000), 4096, False, True),
    Effort("smoke", 1, 0.005, 1, 400, 2000, 100, (1, 2), (10, 100), 512, False, False),
)}


class Bench:
    """One run of the benchmarks.

    Args:
        effort: how much to do.
        folder: empty, for all that is written.
    """

    def __init__(self, effort: Effort, folder: Path) -> None:
        self.effort = effort
        self.folder = folder
        self._began = time.monotonic()
        self._numbers = 0

    def say(self, text: str) -> None:
        """Progress, on stderr."""
        print(f"[{time.monotonic() - self._began:4.0f} s] {text}", file=sys.stderr, flush=True)

    def python(self, environment: Optional[str]) -> str:
        """The interpreter of an environment of the tests; of this process where everything runs in it.

        Raises:
            Unavailable: it cannot be had.
        """
        if environment is None or not self.effort.environments:
            return sys.executable
        try:
            return str(python_of(environment))
        except EnvironmentUnavailable as error:
            raise Unavailable(str(error)) from error

    def new_folder(self, name: str) -> Path:
        """An empty one."""
        self._numbers += 1
        folder = self.folder / f"{self._numbers:03}-{name}"
        folder.mkdir()
        return folder

    def start(self, script: str, *arguments: Any, environment: Optional[str] = None, clients: Sequence[str] = (),
              path: Sequence[str] = (str(VENDORED),), **more: str) -> "subprocess.Popen[str]":
        """Start a script of `workers` in a folder of its own.

        Args:
            environment: a list of ``tests/environments``.
            clients: stand-ins of ``tests/standin/clients``.
            path: what is importable besides.
            **more: variables.
        """
        python = self.python(environment)
        folder = self.new_folder(script.partition(".")[0])
        kept = {name: value for name, value in variables(Path(python)).items() if not name.startswith(_OF_THE_SHELL)}
        kept.update(QUIET, HOME=str(folder / "home"), GOODSEED_HOME=str(folder / "goodseed"),
                    TRACKIO_DIR=str(folder / "trackio"), **more)
        kept["PYTHONPATH"] = os.pathsep.join([*path, *(str(CLIENTS / client) for client in clients)])
        with open(folder / "stderr", "w") as errors:
            process = subprocess.Popen([python, str(WORKERS / script), *map(str, arguments)], cwd=folder, text=True,
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=kept)
        process.folder = folder  # type: ignore[attr-defined]
        return process

    def result(self, process: "subprocess.Popen[str]", seconds: float = 600) -> Any:
        """The JSON that a worker prints in its last line.

        Raises:
            Unavailable: it failed; the last line of what it said.
        """
        folder = process.folder  # type: ignore[attr-defined]
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            output, _ = process.communicate()
            raise Unavailable(f"no result in {seconds} s, see {folder / 'stderr'}") from None
        if process.returncode:
            said = (folder / "stderr").read_text().strip().splitlines() or ["it failed"]
            raise Unavailable(said[-1])
        result = json.loads(output.splitlines()[-1])
        shutil.rmtree(folder, ignore_errors=True)
        return result

    def run(self, script: str, *arguments: Any, seconds: float = 600, **how: Any) -> Any:
        """Start a worker and wait for its result."""
        return self.result(self.start(script, *arguments, **how), seconds)


def scratch() -> "tempfile.TemporaryDirectory[str]":
    """A folder for one run, on a real disk."""
    build = Path(__file__).resolve().parents[2] / "build"
    build.mkdir(exist_ok=True)
    return tempfile.TemporaryDirectory(prefix="bench-", dir=build)
