"""The real clients of trackers, one environment for all, and what they hold, read back by their own readers."""
import subprocess
import json
import os
import pytest
from environment import EnvironmentUnavailable, python_of
from trainings import ROOT
import collections
Client = collections.namedtuple("Client", "spec repeats takes_non_finite")
CLIENTS = {
    "scale": Client("scale:offline", True, True),
    "minfx": Client("minfx:offline", True, True),
    "goodseed": Client("goodseed:offline", False, False),
    "wandb": Client("wandb:offline", True, True),
    "mlflow": Client("mlflow:", False, True),
    "tensorboard": Client("tensorboard:", False, True),
    "trackio": Client("trackio:", False, True),
}
_OF_THE_SHELL = ("WANDB_", "MLFLOW_", "GOODSEED_", "TRACKIO_")


@pytest.fixture(scope="module")
def python():
    try:
        return str(python_of("trackers-py311"))
    except EnvironmentUnavailable as error:
        pytest.skip("NO REAL CLIENT: %s" % error)


@pytest.fixture
def client_folder(training_folder, monkeypatch):
    """An empty folder, in which every client keeps what it keeps anywhere."""
    for name in list(os.environ):
        if name.startswith(_OF_THE_SHELL):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(training_folder / "home"))
    monkeypatch.setenv("TRACKIO_DIR", str(training_folder / "trackio"))
    return training_folder


_readers = {}


def runs_in(folder, client, python):
    """What the client's own reader finds. It stays for other folders: importing some clients takes seconds."""
    reader = _readers.pop(client, None) or subprocess.Popen(
        [python, str(ROOT / "tests" / "read_tracker.py"), client], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        universal_newlines=True)
    if client == "trackio":  # which asks for its folder once, when it is imported
        return json.loads(reader.communicate(str(folder))[0])
    reader.stdin.write("%s\n" % folder)
    reader.stdin.flush()
    answer = json.loads(reader.stdout.readline())
    _readers[client] = reader
    return answer


@pytest.fixture(scope="module", autouse=True)
def readers():
    yield
    for reader in _readers.values():
        reader.communicate()
    _readers.clear()
