"""scripts/export.py and its frame(paths): every point once, in a tidy table."""
import csv
import io
import math
import os
import subprocess
import sys

import numpy as np
import pyarrow.parquet
import pytest
from report_runs import points, read, write_journal
from compared_runs import runs_of
from trainings import ROOT

from scripts.refusal import Refusal
from scripts.paper import export_command, tidy
from scripts.paper import frame as frames


@pytest.fixture
def export(capfdbinary):
    """Runs the command; what it printed, and what it said besides."""
    def export(*arguments, status=0):
        found = export_command.main([str(argument) for argument in arguments])
        sys.stdout.flush()
        printed = capfdbinary.readouterr()
        assert found == status, printed
        return printed.out.decode(), printed.err.decode()
    return export


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_every_point_once_with_all_its_digits(export, tmp_path):
    runs_of(tmp_path / "runs")
    out, _ = export(tmp_path / "runs", "-o", "-")
    rows = rows_of(out)
    assert list(rows[0]) == ["run", "group", "framework", "metric", "x", "time", "value"]
    expected = sorted((x, value) for run in read(tmp_path / "runs")[0] for name in run.series
                      for x, value in points(run, name))
    assert sorted((float(row["x"]), float(row["value"])) for row in rows) == expected and len(rows) == 120
    assert {row["group"] for row in rows} == {"PPO CartPole-v1", "A2C CartPole-v1", "PPO Acrobot-v1", "A2C Acrobot-v1"}
    assert rows[0]["time"] == "1970-01-01 00:16:41.500Z" and rows[0]["framework"] == "sb3"


def test_numbers_that_are_none_are_kept(export, tmp_path):
    write_journal(tmp_path / "neptune-1.jsonl", *enumerate([{"a": math.nan}, {"a": math.inf}, {"a": -math.inf}]))
    assert [row["value"] for row in rows_of(export(tmp_path, "-o", "-")[0])] == ["nan", "inf", "-inf"]


def test_config_metric_and_wide(export, tmp_path):
    runs_of(tmp_path / "runs", tasks=("A",), clip=True)
    out, _ = export(tmp_path / "runs", "-o", "-", "--config", "--metric", "r*")
    row = rows_of(out)[0]
    assert (row["config/lr"], row["config/env"], row["config/seed"], row["config/clip"]) == ("0.1", "A", "0", "true")
    assert {row["metric"] for row in rows_of(out)} == {"ret"}
    out, _ = export(tmp_path / "runs", "-o", "-", "--wide")
    rows = rows_of(out)
    assert list(rows[0]) == ["run", "group", "framework", "x", "time", "loss", "ret"] and len(rows) == 30
    assert (rows[0]["x"], rows[0]["loss"], rows[0]["ret"]) == ("100", "0.5", "10")


def test_in_a_wide_table_what_was_not_logged_is_empty(export, tmp_path):
    write_journal(tmp_path / "neptune-1.jsonl", (0, {"a": 1.0}), (1, {"a": 2.0, "b": 3.0}))
    rows = rows_of(export(tmp_path, "-o", "-", "--wide")[0])
    assert [(row["a"], row["b"]) for row in rows] == [("1", ""), ("2", "3")]


def test_metrics_that_are_called_as_a_column_are_in_columns_of_their_own(export, tmp_path):
    values = {"time": 1.0, "x": 2.0, "run": 3.0, "config/lr": 4.0, "value": 5.0}
    write_journal(tmp_path / "neptune-1.jsonl", (7, values), config={"lr": 0.5})
    row, = rows_of(export(tmp_path, "-o", "-", "--wide", "--config")[0])
    assert row["x"] == "7" and row["time"].startswith("1970") and row["run"] == "ppo" and row["config/lr"] == "0.5"
    assert [row["metric/" + name] for name in ("time", "x", "run", "config/lr")] == ["1", "2", "3", "4"]
    assert row["value"] == "5"


@pytest.mark.parametrize("wide", [[], ["--wide"]])
def test_parquet_has_the_same_as_csv(export, tmp_path, wide):
    runs_of(tmp_path / "runs")
    out, _ = export(tmp_path / "runs", "-o", tmp_path / "x.parquet", "--config", *wide)
    assert out.startswith("12 runs, 2 metrics, %d rows: " % (60 if wide else 120))
    export(tmp_path / "runs", "-o", tmp_path / "x.csv", "--config", *wide)
    table = pyarrow.parquet.read_table(tmp_path / "x.parquet")
    rows = rows_of((tmp_path / "x.csv").read_text())
    assert table.column_names == list(rows[0])
    for name in ("x", "ret" if wide else "value", "config/lr"):
        assert table.column(name).to_pylist() == [float(row[name]) for row in rows]
    assert table.column("run").to_pylist() == [row["run"] for row in rows]


@pytest.mark.parametrize("wide", [[], ["--wide"]])
def test_whatever_a_name_holds_a_row_stays_a_row(export, tmp_path, wide):
    """A config entry with a line break was two rows, and a name of no letters ended in a traceback. Kind: texts that
    are no words."""
    texts = {"a": "two\nlines", "b": "\r", "c": 'a,b"c', "d\udcff": "P\udcffO", "e": "=1+1", "f": 2 ** 70}
    for seed in range(2):
        write_journal(tmp_path / "runs" / f"neptune-{seed}.jsonl", (1, {"m\ud800\n": 1.5}), (2, {"m\ud800\n": 2.5}),
                      run=str(seed), name="x\udcff", config=dict(texts, seed=seed))
    export(tmp_path / "runs", "-o", tmp_path / "x.PARQUET", "--config", *wide)
    table = pyarrow.parquet.read_table(tmp_path / "x.PARQUET").to_pylist()
    export(tmp_path / "runs", "-o", tmp_path / "x.csv", "--config", *wide)
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 4 and set(rows[0]) == set(table[0])
    for name, text in (("a", "two\nlines"), ("b", "\r"), ("c", 'a,b"c'), ("d\\udcff", "P\\udcffO"), ("e", "=1+1"),
                       ("f", str(2 ** 70))):
        assert {row["config/" + name] for row in rows} == {row["config/" + name] for row in table} == {text}
    assert len(frames.frame(tmp_path / "runs", config=True, wide=bool(wide))) == 4


@pytest.mark.parametrize("wide", [[], ["--wide"]])
def test_a_long_run_is_written_some_rows_at_a_time(export, tmp_path, monkeypatch, wide):
    """A series of a million points was made into text as a whole: 330 MB more than the run. Kind: memory that grows
    with rows."""
    runs_of(tmp_path / "runs", tasks=("A",), seeds=1, rows=11)
    whole = {}
    for most in (1 << 16, 4):
        monkeypatch.setattr(tidy, "ROWS", most)
        export(tmp_path / "runs", "-o", tmp_path / "x.parquet", *wide)
        found = export(tmp_path / "runs", "-o", "-", *wide), pyarrow.parquet.read_table(tmp_path / "x.parquet")
        assert whole.setdefault("table", found) == found
    groups = pyarrow.parquet.ParquetFile(tmp_path / "x.parquet").metadata
    assert max(groups.row_group(place).num_rows for place in range(groups.num_row_groups)) <= 2 * 4
    every = tidy.found(read(tmp_path / "runs")[0])
    for made in tidy.tables(every, tidy.Shape(is_wide=bool(wide))):
        assert made.num_rows <= 4
    for part in tidy.parts(every, tidy.Shape(is_wide=bool(wide))):
        assert len(part.columns["x"]) <= 4


@pytest.mark.parametrize("file", ["x.csv", "x.parquet", "-"])
@pytest.mark.parametrize("wide", [[], ["--wide"]])
def test_a_name_that_utf8_has_not_costs_no_table(export, tmp_path, file, wide):
    """Half a pair of surrogates in a JSON text, or a folder that is no UTF-8: the whole command ended in an error."""
    folder = tmp_path / "runs" / os.fsdecode(b"ppo-\xff")
    folder.mkdir(parents=True)
    (folder / "progress.json").write_text('{"time/total_timesteps": 1, "lo\\ud800ss": 0.5}\n')
    (folder / "config.json").write_text('{"a\\udfff": "\\ud800", "lr": 1}')
    out, _ = export(tmp_path / "runs", "-o", tmp_path / file if file != "-" else file, "--config", *wide)
    assert "1 run, " in out or "lo\\ud800ss" in out and "config/a\\udfff" in out
    assert "lo\\ud800ss" in frames.frame([tmp_path / "runs"], wide=bool(wide)).to_csv()


@pytest.mark.parametrize("arguments, said", [
    (["-o", "{tmp}/x.xlsx"], "expected a name that ends in .csv or .parquet, or - for stdout"),
    (["-o", "{tmp}/no/x.csv"], "there is no folder"), (["-o", "{tmp}"], "expected a name that ends in"),
    (["-o", "{tmp}/x.csv", "--metric", "rett"], "--metric rett: no run has that; there is ret"),
    (["-o", "{tmp}/x.csv", "--group-by", "nope"], "--group-by nope: no run has that")])
def test_clear_errors_that_leave_nothing_behind(export, tmp_path, arguments, said):
    runs_of(tmp_path / "runs", seeds=1)
    out, err = export(tmp_path / "runs", *[one.format(tmp=tmp_path) for one in arguments], status=1)
    assert out == "" and said in err and [path.name for path in tmp_path.iterdir()] == ["runs"]


@pytest.mark.parametrize("name", ["x.csv", "x.parquet"])
def test_a_table_that_fails_leaves_the_old_one(export, tmp_path, monkeypatch, name):
    runs_of(tmp_path / "runs", seeds=1)
    (tmp_path / name).write_text("old")

    def broken(every, shape):
        yield from ()
        raise OSError(28, "No space left on device")
    monkeypatch.setattr(tidy, "tables", broken)
    monkeypatch.setattr(tidy, "parts", broken)
    _, err = export(tmp_path / "runs", "-o", tmp_path / name, status=1)
    assert "No space left on device" in err and (tmp_path / name).read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["runs", name]


def test_many_small_runs_are_one_row_group(export, tmp_path):
    """A group for each of 2,000 runs: a file of more bytes, and slow to read."""
    runs_of(tmp_path / "runs")
    export(tmp_path / "runs", "-o", tmp_path / "x.parquet")
    assert pyarrow.parquet.ParquetFile(tmp_path / "x.parquet").metadata.num_row_groups == 1


def test_a_file_that_is_replaced_keeps_who_may_read_it(export, tmp_path):
    runs_of(tmp_path / "runs", seeds=1)
    (tmp_path / "x.csv").write_text("old")
    (tmp_path / "x.csv").chmod(0o600)
    export(tmp_path / "runs", "-o", tmp_path / "x.csv")
    assert (tmp_path / "x.csv").stat().st_mode & 0o777 == 0o600


def test_a_secret_in_a_config_does_not_leave(export, tmp_path):
    config = {"api_token": "s3cr3t-Zm9vYmFyLXRva2Vu", "lr": 1}
    write_journal(tmp_path / "neptune-1.jsonl", (0, {"a": 1.0}), config=config)
    assert "s3cr3t" not in export(tmp_path, "-o", "-", "--config")[0]


# In Python

def test_frame(tmp_path):
    pandas = pytest.importorskip("pandas")
    runs_of(tmp_path)
    found = frames.frame(tmp_path, metrics=["ret"], config=True)
    assert len(found) == 60 and found["value"].dtype == np.float64
    assert isinstance(found["time"].dtype, pandas.DatetimeTZDtype)
    means = found.groupby(["config/algorithm", "x"], observed=True)["value"].mean()
    assert means["A2C", 500.0] == 61 and sorted(found["metric"].unique()) == ["ret"]
    wide = frames.frame([tmp_path], wide=True, group_by=["algo"])
    assert len(wide) == 60 and set(wide["group"]) == {"PPO", "A2C"} and wide["loss"].max() == 0.5


def test_frame_of_a_metric_that_no_run_has(tmp_path):
    runs_of(tmp_path, seeds=1)
    with pytest.raises(Refusal, match="rett: no run has that; there is ret"):
        frames.frame(tmp_path, metrics=["rett"])


def test_frame_of_nothing_warns_and_is_empty(tmp_path):
    pytest.importorskip("pandas")
    with pytest.warns(UserWarning, match="nothing else that a framework or a tracker left"):
        assert frames.frame(tmp_path).empty
    problems = []
    assert frames.frame(tmp_path, problems=problems, wide=True).empty and len(problems) == 1


def test_the_five_lines_of_a_notebook(tmp_path):
    """As `scripts.paper.frame` has them, in a Python that knows of nothing."""
    pytest.importorskip("pandas")
    runs_of(tmp_path / "runs")
    lines = [line.strip() for line in frames.__doc__.splitlines() if line.startswith("    ")]
    text = "\n".join(lines).replace("neptune-rl-logging", str(ROOT)).replace("rollout/ep_rew_mean", "ret")
    text = text.replace("curves.interpolate().plot()", "print(curves.interpolate().round(1).to_csv())")
    done = subprocess.run([sys.executable, "-c", text], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0 and "500.0,51.0,51.0,61.0,61.0" in done.stdout, done.stderr
