"""What was read is kept in the user's cache folder: a second look reads what has changed, and shows what a first does.

To delete the cache costs nothing but time, and so does whatever is wrong with it.
"""
import os
import sqlite3
import time

import pytest

from scripts.runs import kept, reading
from scripts.runs.said import How


def table(seed):
    return "step\tloss\n" + "".join(f"{number}\t{seed + number / 7}\n" for number in range(20))


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "neptune-writer" / "runs" / "runs.sqlite"


def write(path, text, age=3600):
    """A file that was written so many seconds ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    then = time.time() - age
    os.utime(path, (then, then))
    return path


@pytest.fixture
def lab(tmp_path):
    for seed in range(3):
        write(tmp_path / "lab" / f"seed_{seed}" / "progress.txt", table(seed))
        write(tmp_path / "lab" / f"seed_{seed}" / "config.json", '{"exp_name": "ppo", "seed": %d, "lr": 0.1}' % seed)
    return tmp_path / "lab"


@pytest.fixture
def read_now(monkeypatch):
    """The files that were read, not taken from the cache."""
    found, read = [], reading._read_job

    def spy(job):
        found.extend(path.parent.name for path in job[1])
        return read(job)
    monkeypatch.setattr(reading, "_read_job", spy)
    return found


def look(lab, **how):
    """What a look finds, as a text."""
    runs, problems = reading.Reading([lab], How(**how)).read()
    return repr(([(run.name, run.group, run.source, sorted(run.config.items()), run.steps.tolist(), run.times, [
        (name, series.rows.tolist(), series.values.tolist()) for name, series in run.series.items()], run.clocks)
        for run in runs], problems))


def test_a_second_look_reads_nothing_and_shows_the_same(lab, read_now):
    first = look(lab)
    assert sorted(read_now) == ["seed_0", "seed_1", "seed_2"] and first.count('ppo-') == 3
    read_now.clear()
    assert look(lab) == first and read_now == []


@pytest.mark.parametrize("change", [
    lambda run: write(run / "progress.txt", table(7) + "20\t3\n"),
    lambda run: write(run / "config.json", '{"exp_name": "ppo", "seed": 1, "lr": 0.2}'),
    lambda run: (run / "config.json").unlink(),
    lambda run: os.replace(write(run / "new", table(7)), run / "progress.txt"),
], ids=["rows", "a config", "no config", "another file"])
def test_what_has_changed_is_read_again(lab, read_now, change):
    look(lab)
    change(lab / "seed_1")
    read_now.clear()
    found = look(lab)
    assert read_now == ["seed_1"]
    (lab.parent / "cache" / "neptune-writer" / "runs" / "runs.sqlite").unlink()
    assert found == look(lab)


def test_a_config_that_was_not_there_is_seen(lab, read_now):
    (lab / "seed_1" / "config.json").unlink()
    look(lab)
    write(lab / "seed_1" / "config.json", '{"exp_name": "new", "seed": 1}')
    read_now.clear()
    assert "'new'" in look(lab) and read_now == ["seed_1"]


def test_a_file_that_is_still_written_to_is_not_kept(lab, read_now):
    write(lab / "seed_1" / "progress.txt", table(7), age=0)
    look(lab)
    read_now.clear()
    look(lab)
    assert read_now == ["seed_1"]


def test_what_is_asked_otherwise_is_read(lab, read_now):
    look(lab)
    read_now.clear()
    assert look(lab, user=("loss",)) != look(lab) and len(read_now) == 3


def test_a_token_that_became_known_is_masked(lab, monkeypatch):
    write(lab / "seed_1" / "config.json", '{"exp_name": "ppo", "note": "hunter2hunter2hunter2"}')
    assert "hunter2" in look(lab)
    monkeypatch.setenv("WANDB_API_KEY", "hunter2hunter2hunter2")
    assert "hunter2" not in look(lab)


@pytest.mark.parametrize("harm", [
    lambda cache: cache.write_bytes(b"no database" * 1000),
    lambda cache: cache.write_bytes(b""),
    lambda cache: cache.write_bytes(cache.read_bytes()[:5000]),
    lambda cache: cache.unlink(),
    lambda cache: (cache.unlink(), cache.mkdir()),
    lambda cache: cache.write_bytes(cache.read_bytes().replace(b"loss", b"lose")),
    lambda cache: change_table(cache, "DROP TABLE kept"),
    lambda cache: change_table(cache, "UPDATE kept SET content = x'00'"),
], ids=["no database", "empty", "torn", "gone", "a folder", "flipped", "no table", "other content"])
def test_whatever_is_wrong_with_it_costs_only_time(lab, cache, harm):
    first = look(lab)
    harm(cache)
    assert look(lab) == first
    assert look(lab) == first


def change_table(cache, statement):
    with sqlite3.connect(cache) as database:
        database.execute(statement)


def test_a_database_that_is_in_use_is_not_waited_for_long(lab, cache):
    first = look(lab)
    with sqlite3.connect(cache, isolation_level=None) as database:
        database.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        assert look(lab) == first
        assert time.monotonic() - began < 30
        database.execute("ROLLBACK")


def test_it_is_bounded(lab, cache, monkeypatch):
    monkeypatch.setattr(kept, "_AT_MOST", 3000)
    first = look(lab)
    with sqlite3.connect(cache) as database:
        (taken, many), = database.execute("SELECT total(length(content)), count(*) FROM kept")
    assert 0 < taken <= 3000 and 0 < many < 3
    assert look(lab) == first
