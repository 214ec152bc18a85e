"""No secret leaves: a recognisable token, passed wherever one can be, and every byte that a run writes."""
import functools
import json
import sys
import time

import pytest
from test_experiments import Run
from trainings import TOKEN, connected, everything_written, wait_until

import neptune_writer

pytestmark = pytest.mark.usefixtures("folder")
STEP = ("TotalEnvInteracts", "Epoch")


# No secret leaves

class CarriesAToken(Run):
    def __init__(self):
        class Backend:
            pass
        self._backend = Backend()
        self._backend.credentials = Backend()
        self._backend.credentials.api_token = TOKEN


def make_run(project, api_token):
    """What a script may hand over in a partial."""
    raise RuntimeError("cannot reach it with " + api_token)


@pytest.mark.parametrize("how", ["environment", "argument", "live run"])
def test_no_byte_of_a_token_is_in_any_file_or_output(folder, monkeypatch, capfd, how):
    experiment = "journal"
    if how == "environment":
        monkeypatch.setenv("NEPTUNE_API_TOKEN", TOKEN)
    elif how == "argument":
        monkeypatch.setattr(sys, "argv", ["train.py", "--api_token", TOKEN, "--api-key=" + TOKEN])
    else:
        experiment = CarriesAToken()
    logger_kwargs = {"exp_name": "toy", "api_token": TOKEN,
                     "neptune_experiment": functools.partial(make_run, api_token=TOKEN)}
    if how != "argument":  # then it is known, wherever it stands
        logger_kwargs.update(note="is " + TOKEN, make=functools.partial(make_run, "ws/project", TOKEN))
    owner = connected(experiment, exp_name="toy" if how == "argument" else "toy-" + TOKEN)
    config = neptune_writer.write_config(owner, {"lr": 1e-3, "logger_kwargs": logger_kwargs})
    print(json.dumps(config, default=str), neptune_writer.hide_experiment(logger_kwargs))
    neptune_writer.write_row(owner, {"Epoch": 0, "Note": TOKEN}, STEP)
    neptune_writer.close(owner)
    time.sleep(0.3 if how == "live run" else 0)
    assert b"1e-3" in everything_written(".") or b"0.001" in everything_written(".")
    assert TOKEN.encode() not in everything_written(".")
    output = "".join(capfd.readouterr())
    assert "lr" in output and TOKEN not in output


def test_a_callable_that_fails_shows_no_token(folder, monkeypatch, capfd, warnings):
    monkeypatch.setenv("NEPTUNE_API_TOKEN", TOKEN)
    owner = connected(functools.partial(make_run, "ws/project", TOKEN))
    neptune_writer.write_row(owner, {"Epoch": 0}, STEP)
    output = []
    assert wait_until(lambda: output.append(capfd.readouterr().err) or "cannot reach it with ***" in "".join(output))
    assert TOKEN not in "".join(output) + "".join(warnings)
