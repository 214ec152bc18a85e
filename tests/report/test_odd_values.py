"""scripts/runs/readers: names, parameters and numbers of odd but legal shapes.

Kind: a value that costs more than itself, or comes out as another one, without a word (cases G and R)."""
import contextlib
import json
import math
import sqlite3
import struct
import sys
import zlib

import pytest
from protobuf_records import field
from neptune_writer.frameworks.summary_writer import told
from report_runs import points, read

from scripts.runs.groups import grouping, labels
from scripts.runs.readers import mlflow_database

TEXTS = ["007", "1e5", "1e-3", "+5", "017", "[64]", "[0.5]", "tensor(0.5)", "1e400", "12345678e1234567", "0x1F",
         "1_000", "", "true", "2.0.1", "53e6b9a5a9f846dca2fed76997a35fe4"]


def write(folder, **files):
    """Each where its name says, ``__`` for ``/``."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_yaml", ".yaml").replace("_csv", ".csv")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.mark.parametrize("text, found", [
    *zip(TEXTS, TEXTS), ("9007199254740993", 2**53 + 1), ("9223372036854775807", 2**63 - 1), ("-3", -3),
    ("1e-05", 1e-5), ("0.1", 0.1), ("1e+22", 1e22), ("-inf", -math.inf), ("True", True), ("None", None)])
def test_a_parameter_of_mlflow_is_what_was_logged(text, found):
    """A seed of 2**53 + 1 lost its last digit, ``007`` was 7, and a list of one width that width."""
    assert mlflow_database.value_of(text) == found and type(mlflow_database.value_of(text)) is type(found)


@pytest.mark.parametrize("name", ["1e5", "53e6", "1234567e8", "1e400", "-1E3"])
def test_a_name_of_mlflow_is_no_number(tmp_path, name):
    """PyYAML writes these bare: a run ``1e5`` was called 100000.0."""
    write(tmp_path / "1", meta_yaml=f"name: {name}\n")
    write(tmp_path / "1" / "a", meta_yaml=f"run_id: a\nrun_name: {name}\n", metrics__loss="1000 0.5 1\n")
    (run,), problems = read(tmp_path)
    assert (run.name, run.config) == (name, {"experiment": name}) and not problems


def test_a_model_of_mlflow_is_no_run(tmp_path):
    """MLflow 3 keeps its metrics, too, in lines of more columns; two messages told of it as of a run."""
    write(tmp_path / "1" / "a", meta_yaml="run_id: a\n", metrics__loss="1000 0.5 1\n")
    write(tmp_path / "1" / "models" / "m-b", meta_yaml="model_id: m-b\n", metrics__loss="1000 0.5 1 a\n")
    runs, problems = read(tmp_path)
    assert [run.id for run in runs] == ["a"] and not problems


def mlflow(path, *metrics):
    """A database with these metrics of a run, one without any, and one that was deleted."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE runs (run_uuid, name, status, lifecycle_stage)")
        database.execute("CREATE TABLE metrics (run_uuid, key, value, timestamp, step, is_nan)")
        database.executemany("INSERT INTO runs VALUES (?, ?, 'FINISHED', ?)", [
            ("a", "007", "active"), ("b", "empty", "active"), ("c", "gone", "deleted")])
        database.executemany("INSERT INTO metrics VALUES ('a', 'loss', ?, ?, ?, 0)", metrics)
        database.commit()


def test_what_is_not_shown_of_a_database_of_mlflow_is_counted(tmp_path):
    mlflow(tmp_path / "mlflow.db", (0.5, 1000, 1))
    (run,), problems = read(tmp_path)
    assert (run.name, points(run, "loss")) == ("007", [(1, 0.5)])
    assert [problem.what for problem in problems] == [
        "1 of 3 runs deleted in MLflow; not shown", "1 of 2 runs of MLflow without a metric; not shown"]


def test_infinity_in_a_database_of_mlflow_is_none_of_its_largest_numbers(tmp_path):
    """MLflow keeps it as the largest number that there is, to which a chart would reach."""
    mlflow(tmp_path / "mlflow.db", (0.5, 1000, 1), (sys.float_info.max, 2000, 2), (-sys.float_info.max, 3000, 3))
    (run,), _ = read(tmp_path)
    assert points(run, "loss") == [(1, 0.5), (2, math.inf), (3, -math.inf)]


def test_an_odd_cell_of_a_database_of_mlflow_costs_itself(tmp_path):
    """It cost all runs in there."""
    mlflow(tmp_path / "mlflow.db", (0.5, None, 1), ("x", 2000, 2), (None, 3000, 3), (0.25, 4000, None))
    (run,), problems = read(tmp_path)
    assert points(run, "loss") == [(0, 0.25), (1, 0.5)]
    assert problems[0].what == "2 points left out: the value is no number"


ROW = {"loss": 0.5, "bad": "NaN", "run": "007", "id": "1e5", "dims": "[64]", "flag": True,
       "nested": {"a": 1, "b": {"c": 2.5}}, "image": {"_type": "trackio.image", "size": 3}, "old": "tensor(0.25)"}


def trackio(folder, row):
    with contextlib.closing(sqlite3.connect(folder / "p.db")) as database:
        database.execute("CREATE TABLE metrics (run_id, run_name, step, timestamp, metrics)")
        database.execute("INSERT INTO metrics VALUES ('a', 'a', 1, '2026-01-01T00:00:00', ?)", (json.dumps(row),))
        database.commit()


def wandb(folder, row):
    record = field(2, b"".join(field(1, field(1, name.encode()) + field(16, json.dumps(value).encode()))
                               for name, value in dict(row, _step=1).items()))
    (folder / "run-a.wandb").write_bytes(
        b":W&B\0\0\0" + struct.pack("<IHB", zlib.crc32(record, zlib.crc32(b"\1")), len(record), 1) + record)


@pytest.mark.parametrize("tracker, between", [(trackio, "/"), (wandb, ".")])
def test_what_is_logged_as_json_is_shown_as_it_was_or_named(tmp_path, tracker, between):
    """A text ``007`` was a metric of 7, and a dict in a row of trackio vanished."""
    tracker(tmp_path, ROW)
    (run,), (problem,) = read(tmp_path)
    found = {name: value for name in run.series for _, value in points(run, name)}
    assert math.isnan(found.pop("bad"))
    assert found == {"loss": 0.5, "flag": 1, "old": 0.25, f"nested{between}a": 1, f"nested{between}b{between}c": 2.5}
    assert problem.what == "dims, id, image and 1 more: not shown, since they are no numbers"


def texts_in_events(folder, *texts):
    """An event file with a scalar and, below ``config``, these texts."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
    from tensorboard.compat.proto.tensor_pb2 import TensorProto
    from tensorboard.summary.writer.event_file_writer import EventFileWriter
    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="text"))
    writer = EventFileWriter(str(folder))
    for value in [*(Summary.Value(tag="config/text_summary", metadata=metadata, tensor=TensorProto(
            dtype="DT_STRING", string_val=[text.encode()])) for text in texts), Summary.Value(tag="a", simple_value=1)]:
        writer.add_event(Event(wall_time=1.0, step=0, summary=Summary(value=[value])))
    writer.close()


@pytest.mark.parametrize("text, found", [
    *((text, text) for text in TEXTS if text[:1] != "["), ("9007199254740993", 2**53 + 1), ("0.0003", 0.0003),
    ("True", True), ("None", None), ("[64]", [64]), ("a|b", "a|b"), ("two\nlines", "two\nlines"), ("nan", "nan")])
def test_a_table_of_hyper_parameters_says_what_was_logged(text, found):
    table = told.table(f"|param|value|\n|-|-|\n|lr|0.5|\n|odd|{text}|\n|seed|1|\n\nof CleanRL")
    assert table == {"lr": 0.5, "odd": found, "seed": 1} and type(table["odd"]) is type(found)


def test_a_config_in_an_event_file_is_what_its_journal_would_have(tmp_path):
    """An entry ``a|b`` vanished, a list of one width was that width, ``None`` was a text, an object of JSON no config:
    runs from before an install and after it were two groups."""
    table = "|param|value|\n|-|-|\n|odd|a|b|\n|dims|[64]|\n|target_kl|None|\n|lr|0.5|"
    texts_in_events(tmp_path, table, json.dumps({"id": "007", "net": {"width": 64}}), '{"a":' * 10000)
    (run,), problems = read(tmp_path)
    assert run.config == {"odd": "a|b", "dims": "[64]", "target_kl": "null", "lr": 0.5, "id": "007", "net/width": 64}
    assert points(run, "a") == [(0, 1)] and not problems


def test_an_environment_without_a_name_is_no_environment_called_none(tmp_path):
    """Stable-Baselines3's Monitor writes ``"None"`` for one that was not made by its name."""
    for env in ("CartPole", "Ant"):
        write(tmp_path / env / "seed_1", monitor_csv='#{"t_start": 1000.0, "env_id": "None"}\nr,l,t\n1,10,0.5\n')
    runs, problems = read(tmp_path)
    assert [run.config for run in runs] == [{}, {}] and not problems
    assert grouping.line(runs) == "2 runs in 2 groups (env; seed 1)"


@pytest.mark.parametrize("began", [(1.7e18, 1.8e18), (1e300, 1.0), (-1e18, 1.0), (math.nan, 1.0), (math.inf, 1.0)])
def test_moments_that_no_clock_shows_end_no_command(began):
    """Nanoseconds where seconds were meant: the whole report ended where two labels were alike."""
    assert labels._times(began) == []
