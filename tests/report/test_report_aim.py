"""Aim's repository (issue 21): as Aim 3.29 lays it out; its storage is stood in for by the same pairs in a dict."""
import sqlite3
import sys
import types

import pytest
from report_runs import points, read

RUN = "99dbfdefbc7a492e955c156d"
META = {("meta", "attrs", "hparams", "lr"): 0.1, ("meta", "attrs", "hparams", "seed"): 3,
        ("meta", "chunks", RUN, "contexts", 11, "subset"): "train"}
SEQS = {("seqs", "v2", "chunks", RUN, context, name, column, key): value
        for context, name in ((11, "loss"), (0, "reward"), (0, "__system__cpu"))
        for key in (901, 77, 5) for column, value in
        (("val", key / 8), ("step", 1000 - key), ("time", 2000.0 - key), ("epoch", None))}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A repository of one run."""
    for kind in ("meta", "seqs"):
        (tmp_path / ".aim" / kind / "chunks" / RUN).mkdir(parents=True)
        (tmp_path / ".aim" / kind / "chunks" / RUN / "CURRENT").touch()
    database = sqlite3.connect(tmp_path / ".aim" / "run_metadata.sqlite")
    database.executescript("CREATE TABLE experiment (id, name); CREATE TABLE run (hash, name, experiment_id);"
                           f"INSERT INTO experiment VALUES (1, 'ppo'); INSERT INTO run VALUES ('{RUN}', 'first', 1)")
    database.close()

    class RocksContainer:
        def __init__(self, path, read_only):
            assert read_only
            self.items = (META if "/meta/" in path else SEQS).items

        def close(self):
            pass
    encoding = types.SimpleNamespace(decode=lambda value: value, decode_path=list)
    monkeypatch.setitem(sys.modules, "aim.storage.encoding", encoding)
    storage = types.ModuleType("aim.storage")
    storage.rockscontainer = types.SimpleNamespace(RocksContainer=RocksContainer)
    monkeypatch.setitem(sys.modules, "aim.storage", storage)
    return tmp_path


def test_a_run_has_its_points_config_and_name(folder):
    (run,), problems = read(folder)
    assert points(run, "train/loss") == points(run, "reward") == [(99, 112.625), (923, 9.625), (995, 0.625)]
    assert (run.name, run.config, problems) == ("first", {"lr": 0.1, "seed": 3, "experiment": "ppo"}, [])
    assert set(run.series) == {"train/loss", "reward"} and run.times.tolist() == [1099.0, 1923.0, 1995.0]


def test_what_lacks_is_named_with_what_installs_it(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "aim.storage.encoding", None)
    runs, (problem,) = read(folder)
    assert not runs and problem.what == "Aim's repository needs its own reader: pip install aim"


def test_no_entry_or_metric_takes_the_place_of_another(folder, monkeypatch):
    """Kind: two things that come out under one name, of which one is gone (R)."""
    monkeypatch.setitem(META, ("meta", "attrs", "lr"), 0.5)
    monkeypatch.setitem(META, ("meta", "attrs", "env", "hparams", "width"), "007")
    monkeypatch.setitem(META, ("meta", "attrs", "hparams", "kl"), None)
    monkeypatch.setitem(SEQS, ("seqs", "v2", "chunks", RUN, 0, "train/loss", "val", 1), 7.5)
    (run,), problems = read(folder)
    assert run.config == {"hparams/lr": 0.1, "lr": 0.5, "seed": 3, "env/hparams/width": "007", "kl": "null",
                          "experiment": "ppo"}
    assert [value for _, value in points(run, "train/loss")] == [7.5] and not problems
    assert len(points(run, 'loss {"subset": "train"}')) == 3
