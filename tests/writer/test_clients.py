"""neptune_writer.experiment.clients: what a spec needs, and what is said where it is not installed."""
import sys

import pytest
from trainings import FIRST_ROW, command_in, only_journal, run

from neptune_writer.experiment import clients

ON_DISK = ("mlflow", "tensorboard")  # whose target is a file or a folder
ROWS = [client for client in clients.TABLE if client.scheme != "neptune"]


@pytest.mark.parametrize("client", ROWS, ids=[client.scheme for client in ROWS])
def test_a_client_that_is_not_installed_is_named_at_the_start_with_the_command_that_installs_it(tmp_path, client):
    if not clients.missing(client):
        pytest.skip("%s is installed" % client.install)
    spec = client.scheme + ":ws/project"
    shown = spec.replace("ws/project", str(tmp_path / "ws/project")) if client.scheme in ON_DISK else spec
    errors = run(FIRST_ROW, tmp_path, NEPTUNE_EXPERIMENT=spec)
    first, last = errors.splitlines()[0], errors.splitlines()[-1]
    assert first.startswith("neptune: %s: %s has no %s; %s -m pip install %s, " % (
        shown, sys.executable, clients.missing(client), sys.executable, client.install))
    assert len(only_journal(tmp_path).rows) == 1
    assert last.startswith("neptune: 1 row of ") and command_in(errors.replace("send it", "send them")).endswith(shown)


def test_the_first_module_that_is_missing_is_named():
    client = clients.TABLE[0]._replace(modules=("json", "no_such_module", "nor_this_one"))
    assert clients.missing(client) == "no_such_module"
    assert clients.missing(client._replace(modules=("json",))) is None
