"""Names that MLflow refuses are mended, each by itself, alike after a resume, and said once (R10)."""
import itertools
import posixpath
import re
import types

import pytest

from neptune_writer.trackers import mlflow, neptune_scale
from neptune_writer.trackers.series import Row

NAMES = ["q(s,a)", "q[s,a]", "q_s_a_", "50%", "a@b", "loss (mean)", "\u03b2/\u03bb", "\udcff", "\U0001f389", ".", "..",
         "a/../b", "a/./b", "..a", "x" * 251, "x" * 240 + "(", "", "/", "train/loss", "a\nb"]


class Client:
    """What MLflow's client is asked, with the checks of its names; `runs` lie in it as on a server."""

    def __init__(self):
        self.data = types.SimpleNamespace(metrics={}, tags={}, params={})
        self.calls = []

    def log_batch(self, run, metrics=(), params=(), tags=()):
        for entity in (*metrics, *params, *tags):
            name = entity[0]
            assert re.match(r"^[/\w.\- :]*$", name) and "\n" not in name and 0 < len(name) <= 250
            norm = posixpath.normpath(name)
            assert norm == name and norm != "." and not norm.startswith(("..", "/"))
        self.calls.append((metrics, params, tags))
        self.data.metrics.update((entity[0], entity[1]) for entity in metrics)
        self.data.tags.update(tags)
        self.data.params.update(params)

    def search_runs(self, *asked):
        return [types.SimpleNamespace(info=types.SimpleNamespace(run_id="r"), data=self.data)]

    def update_run(self, run, status):
        pass

    def get_run(self, run):
        return self.search_runs()[0]


@pytest.fixture(autouse=True)
def entities(monkeypatch):
    module = types.ModuleType("mlflow.entities")
    module.Metric = lambda name, value, at, step: (name, value, at, step)
    module.Param = module.RunTag = lambda name, value: (name, value)
    errors = types.ModuleType("mlflow.exceptions")
    errors.MlflowException = type("MlflowException", (Exception,), {})
    monkeypatch.setitem(__import__("sys").modules, "mlflow.entities", module)
    monkeypatch.setitem(__import__("sys").modules, "mlflow.exceptions", errors)


def opened(client):
    tracker = mlflow.MLflow(client, ours=True)
    tracker._id = tracker._run_of(client.search_runs(), "0", "r", {"name": "r", "tags": [], "group": "g"})
    return tracker


def row(names, value=1.0):
    return Row(1, 1.0, {name: value + number for number, name in enumerate(names)}, "r-1", False)


def test_no_name_is_refused_and_no_two_are_one():
    client = Client()
    opened(client).write_rows([row(NAMES)])
    assert sorted(client.data.metrics.values()) == [1.0 + number for number in range(len(NAMES))]
    assert {"q_s_a_", "50_", "a_b", "loss _mean_", "\u03b2/\u03bb", "train/loss"} <= set(client.data.metrics)


def test_a_run_that_is_resumed_mends_them_alike():
    """Whichever comes first then."""
    for order in itertools.permutations(["q(s,a)", "q[s,a]", "q_s_a_", "q{s,a}", "\udcff"]):
        client = Client()
        opened(client).write_rows([row(order)])
        before = dict(client.data.metrics)
        for again in (order[::-1], order[2:]):
            opened(client).write_rows([row(again, 10.0)])
            assert set(client.data.metrics) == set(before)
            for place, name in enumerate(again):
                sent, = [sent for sent, value in before.items() if value == 1.0 + order.index(name)]
                assert client.data.metrics[sent] == 10.0 + place


def test_the_originals_stand_in_the_run():
    client = Client()
    opened(client).write_rows([row(["q(s,a)", "loss"])])
    assert client.data.tags == {"neptune_writer.name/q_s_a_": "q(s,a)"}


def test_it_is_said_once(capsys):
    tracker = opened(Client())
    for _ in range(3):
        tracker.write_rows([row(["loss", "q(s,a)"])])
    assert capsys.readouterr().err == "neptune: MLflow takes no ( ) , in names: 'q(s,a)' is sent as 'q_s_a_'\n"
    tracker.write_rows([row("abcde[")])
    assert capsys.readouterr().err == "neptune: MLflow takes no [ in names: '[' is sent as '_'\n"
    tracker.write_rows([row(["y" * 251, *("%d%%" % number for number in range(4))])])
    assert capsys.readouterr().err.endswith(
        "MLflow takes no % in names: '0%' is sent as '0_', '1%' is sent as '1_', '2%' is sent as '2_' and 2 more so\n")


def test_names_of_a_config_are_mended_too():
    """The kind: MLflow's parameters."""
    client = Client()
    opened(client).write_config({"a(b)": 1, "a[b]": 2, "a_b_": 3, "x" * 300: 4})
    assert sorted(client.data.params.values()) == ["1", "2", "3", "4"]
    assert client.data.params["config/a_b_"] == "3"
    opened(client).write_config({"a(b)": 1, "a[b]": 2, "a_b_": 3, "x" * 300: 4})  # none has another value
    assert len(client.data.params) == 4


def test_neptune_scale_gets_the_beginning_of_a_long_name(warnings):
    told = []
    run = types.SimpleNamespace(log_metrics=lambda values, step, timestamp: told.extend(values))
    tracker = neptune_scale.ScaleRun(run, ours=True)
    long = ["\u03b2" * 600, "\u03b2" * 599 + "x", "x" * 1024, "x" * 1025]
    tracker.write_rows([row(long), row(long)])
    assert told[:4] == told[4:] and len(set(told)) == 4 and told[2] == long[2]
    assert all(len(name.encode()) <= 1024 for name in told) and len(warnings) == 3
