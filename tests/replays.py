"""scripts/replay.py in a process of its own, over journals in a folder, and what the client recorded."""
import subprocess
import sys

import pytest
from trainings import QUICK, RECORDING, ROOT, environment, recorded, recorded_points

from neptune_writer.journal import encoding

SCRIPT = ROOT / "scripts" / "replay.py"


@pytest.fixture
def folder(training_folder):
    return training_folder


def write_below(path, *records):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write(b"".join(map(encoding.encode, records)))
    return path


def start(folder, *arguments, client=RECORDING, script=SCRIPT, python=sys.executable, **how):
    """Start it; where it follows, it looks often."""
    return subprocess.Popen([str(python), str(script)] + list(map(str, arguments)), cwd=str(folder),
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            **dict(dict(stderr=subprocess.PIPE, env=environment(client, QUICK)), **how))


def replay(folder, *arguments, status=0, **how):
    """Run it to its end; what it says."""
    process = start(folder, *arguments, **how)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == status, errors
    return output.decode() + errors.decode()


def steps(folder, metric="loss"):
    return [step for step, _, _ in recorded_points(folder, metric)]


def runs_opened(folder):
    return [how for function, how, *_ in recorded(folder) if function == "init_run"]
