"""What counts as refused is what a client says is refused (S4); what no client takes for long does not hold up other
runs (S27)."""
import sqlite3
import subprocess
import sys

import pytest
from small_deliveries import END, Kept, write
from trainings import RECORDING, environment, recorded_points
from journal_records import FIRST, row

from neptune_writer.trackers import config_entries
from neptune_writer.delivery import forwarder
from neptune_writer import messages
from neptune_writer.delivery.cursor import Cursor
from neptune_writer.delivery.run_delivery import Delivery
from neptune_writer.trackers.series import Row
from neptune_writer.delivery.stopping import Stopping
from neptune_writer.trackers import base, goodseed, mlflow, neptune_experiment, neptune_run, neptune_scale
from neptune_writer.trackers import tensorboard, trackio, wandb
from neptune_writer.trackers.base import ClientClosed, Refused, Tracker


def exception(name, *bases):
    """An instance of a client's exception, ``package.Type``."""
    package, _, kind = name.rpartition(".")
    return type(kind, bases or (Exception,), {"__module__": package})("it says so")


TRACKERS = [goodseed.Goodseed, mlflow.MLflow, neptune_experiment.NeptuneExperiment, neptune_run.NeptuneRun,
            neptune_run.MinfxRun, neptune_scale.ScaleRun, tensorboard.TensorBoard, trackio.Trackio, wandb.Wandb]
NOT_REACHED = [
    sqlite3.DatabaseError("database disk image is malformed"), sqlite3.OperationalError("database is locked"),
    OSError(28, "No space left on device"), RuntimeError("server error 500"), KeyError("run"), AttributeError("x"),
    RecursionError("too deep"), MemoryError(), ClientClosed("for good"),
    exception("json.decoder.JSONDecodeError", ValueError),
    exception("neptune.exceptions.InactiveRunException"), exception("neptune.exceptions.NeptuneLimitExceedException"),
    exception("neptune_scale.exceptions.NeptuneUnableToLogData"), exception("sqlalchemy.exc.DatabaseError"),
    exception("mlflow.exceptions.MlflowException"), exception("wandb.errors.CommError"),
]
REFUSED = [
    (goodseed.Goodseed, sqlite3.IntegrityError("NOT NULL constraint failed")),
    (neptune_run.NeptuneRun, exception("neptune.exceptions.MetadataInconsistency")),
    (neptune_run.NeptuneRun, exception("neptune.new.exceptions.MetadataInconsistency")),
    (neptune_run.MinfxRun, exception("minfx.neptune_v2.exceptions.MetadataInconsistency")),
    (neptune_run.NeptuneRun, TypeError("value must be a str")),
    (neptune_scale.ScaleRun, exception("neptune_scale.exceptions.NeptuneAttributePathInvalid")),
    (neptune_scale.ScaleRun, ValueError("step must have a value between 0 and 1000000000000")),
    (neptune_experiment.NeptuneExperiment, exception("neptune.api_exceptions.ChannelsValuesSendBatchError")),
    (trackio.Trackio, TypeError("str is not valid UTF-8")),
]


def bare(kind):
    tracker = kind.__new__(kind)
    Tracker.__init__(tracker, None, ours=True)
    return tracker


@pytest.mark.parametrize("kind", TRACKERS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("error", NOT_REACHED, ids=lambda error: type(error).__name__)
def test_what_no_client_calls_a_refusal_is_a_tracker_that_was_not_reached(kind, error):
    """S4: a malformed database was taken for a refusal of each value, and 50 rows for sent."""
    with pytest.raises(type(error)):
        bare(kind).guarded("loss", raising(error))


@pytest.mark.parametrize("kind, error", REFUSED, ids=lambda part: getattr(part, "__name__", type(part).__name__))
def test_what_a_client_calls_a_refusal_costs_that_value_alone_and_is_named(kind, error, warnings):
    bare(kind).guarded("loss", raising(error))
    assert warnings == ["loss is not tracked: " + messages.short(error)]


@pytest.mark.parametrize("kind", TRACKERS, ids=lambda kind: kind.__name__)
def test_a_name_that_is_no_text_is_refused_everywhere(kind, warnings):
    bare(kind).guarded("loss", lambda: "\udcff".encode("utf-8"))
    assert len(warnings) == 1


class Namespaces:
    """Stands for a run of the second generation, which stumbles over a name that others go on from."""

    def __getitem__(self, name):
        raise AttributeError("'list' object has no attribute 'keys'")

    def get_structure(self):
        return {"dir": {"file": object()}, "loss": object()}


def test_a_name_that_others_go_on_from_is_refused_by_name(warnings):
    tracker = neptune_run.NeptuneRun(Namespaces(), ours=True)
    tracker.write_rows([Row(1, 1.0, {"dir": 1.0}, "r-1", "")])
    assert warnings == ["dir is not tracked: other names begin with dir/"]
    with pytest.raises(AttributeError):
        tracker.write_rows([Row(1, 1.0, {"loss": 1.0}, "r-2", "")])


def raising(error):
    def call():
        raise error
    return call


def test_of_an_object_of_no_client_whatever_does_not_speak_of_a_server_is_a_refusal(warnings):
    live = Tracker(object(), ours=False)
    live.guarded("loss", raising(RuntimeError("server error 500")))
    assert warnings == ["loss is not tracked: RuntimeError: server error 500"]
    with pytest.raises(ConnectionError):
        live.guarded("loss", raising(ConnectionError("away")))


def test_what_was_written_of_a_row_before_its_tracker_went_away_is_not_written_twice(warnings):
    """The kind of S4: a row that goes metric by metric, because one is refused."""
    told, away = [], [1]

    def take(rows):
        (name,) = rows[0].values if len(rows[0].values) == 1 else ("bad",)
        if name == "bad":
            raise Refused("no")
        if name == "c" and away:
            away.pop()
            raise ConnectionError("away")
        told.append(name)

    tracker, rows = Tracker(None, ours=True), [Row(1, 1.0, dict.fromkeys(["a", "bad", "b", "c"], 1.0), "r-1", "")]
    with pytest.raises(ConnectionError):
        tracker.one_by_one(rows, take)
    tracker.one_by_one(rows, take)
    assert told == ["a", "b", "c"] and warnings == ["bad is not tracked: no"]


@pytest.mark.parametrize("step", [2 ** 63, -2 ** 63 - 1, 1e300])
def test_a_step_of_more_than_64_bits_is_refused_by_name(step):
    """S27: MLflow was tried again for ever, because it calls such a step an internal error."""
    with pytest.raises(Refused, match="its step .* does not fit in 64 bits"):
        base.whole(step)
    assert base.whole(2 ** 63 - 1) == 2 ** 63 - 1 and base.whole(1.5) == 1


@pytest.mark.parametrize("seconds", [1e12, 1e18, 1e300, -1e300])
def test_a_time_that_is_no_date_is_refused_by_name(seconds):
    with pytest.raises(Refused, match="is no Unix time"):
        base.date(seconds)


@pytest.mark.parametrize("inner", [lambda deep: {"d": deep}, lambda deep: [deep]], ids=["dict", "list"])
def test_a_config_of_900_levels_is_made_fit(inner):
    """S27: trackio was tried again for ever."""
    deep = 1
    for _ in range(900):
        deep = inner(deep)
    made, levels = config_entries.fitted({"lr": 0.1, "deep": deep}), 0
    assert made["lr"] == 0.1
    entry = made["deep"]
    while not isinstance(entry, str):
        entry, levels = next(iter(entry.values() if isinstance(entry, dict) else entry)), levels + 1
    assert levels <= 12 and entry.count("1") == 1


def test_what_is_no_deeper_than_ours_stays_as_it_is():
    plain = {"a": {"b": [1, {"c": None}]}, "d": "text"}
    assert config_entries.fitted(plain) == plain


# What is never reached gives way to other runs

class Away(Kept):
    def write_rows(self, rows):
        raise sqlite3.DatabaseError("database disk image is malformed")


@pytest.fixture
def briefly(monkeypatch):
    monkeypatch.setattr(forwarder, "REACHED_WITHIN_SECONDS", 0.05)
    monkeypatch.setattr(forwarder, "CONFIRMED_WITHIN_SECONDS", 0.05)


@pytest.mark.parametrize("tracker, why", [
    (Away(), "DatabaseError: database disk image is malformed"),
    (Kept(confirms=False), "the tracker did not confirm what it was sent")], ids=["away", "silent"])
def test_where_other_runs_wait_what_is_not_reached_gives_way(path, opened, briefly, tracker, why):
    write(path, FIRST, row(1), END)
    opened.next = [tracker]
    with Delivery("x", Stopping(follow=False), patient=False) as made:
        made.add(path)
        assert not made.run()
    assert why in made.why and made.rows == 0 and Cursor(path, "x").offset == 0


def test_where_nobody_waits_it_is_tried_again_for_ever(path, opened, briefly):
    write(path, FIRST, row(1), END)
    opened.next = [Kept(unreached=30)]
    with Delivery("x", Stopping(), patient=True) as made:
        made.add(path)
        assert made.run() and not made.why


def test_the_command_names_the_run_that_was_not_reached_and_why_and_sends_the_others(tmp_path):
    """S4, S27: exit 1, its name and the reason; all others arrive."""
    for number, run in enumerate(("a", "away", "z")):
        write(str(tmp_path / ("neptune-%d.jsonl" % number)), dict(FIRST, run=run), row(number), END)
    (tmp_path / "send.py").write_text("""
import sqlite3, sys
import neptune
from neptune_writer.delivery import forwarder
from neptune_writer.resend import command
from neptune_writer.trackers.neptune_run import NeptuneRun
forwarder.REACHED_WITHIN_SECONDS, forwarder._PAUSES = 0.1, (0.05,)
write = NeptuneRun.write_rows
def write_rows(self, rows):
    if rows[0].key.startswith("away"):
        raise sqlite3.DatabaseError("database disk image is malformed")
    write(self, rows)
NeptuneRun.write_rows = write_rows
command.run(sys.argv[1:])
""")
    done = subprocess.run([sys.executable, "send.py", ".", "--to", "offline"], cwd=str(tmp_path), timeout=60,
                          env=environment(RECORDING), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    said = done.stderr.decode()
    assert done.returncode == 1 and [step for step, _, _ in recorded_points(tmp_path, "loss")] == [0, 2]
    why = "gave up after 0 s: DatabaseError: database disk image is malformed"
    assert "neptune-1.jsonl: offline does not have all of it (%s). To send the rest, run" % why in said
    assert said.splitlines()[-1] == (
        "neptune: 1 of 3 runs was not sent completely: ./neptune-1.jsonl (%s)" % why)
