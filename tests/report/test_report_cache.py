"""What was read is kept in the user's cache folder: a second look reads what has changed, and shows what a first does.

To delete the cache costs nothing but time, and so does whatever is wrong with it.
"""
import os
import random
import sqlite3
import time

import pytest

from scripts.runs import reading
from scripts.runs.cache import database as the_cache
from scripts.runs.cache import traces
from scripts.runs.parsing import text_tables
from scripts.runs.said import How


def table(seed):
    return "step\tloss\n" + "".join(f"{number}\t{seed + number / 7}\n" for number in range(20))


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """Where it is. What was written just now is kept, too, but where a test asks otherwise."""
    monkeypatch.setattr(the_cache, "_SETTLED", -3600)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "neptune-writer" / "runs" / "runs.sqlite"


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (1e9, 1e9))  # all at one time
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
    lambda run: write(run / "progress.txt", table(7)),
], ids=["rows", "a config", "no config", "another file", "a file of that size and time"])
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


def test_a_file_that_is_still_written_to_is_not_kept(lab, read_now, monkeypatch):
    """It may change again at the same time of the clock."""
    monkeypatch.setattr(the_cache, "_SETTLED", 2.0)
    look(lab)
    read_now.clear()
    look(lab)
    assert len(read_now) == 3


def test_a_config_that_is_replaced_while_the_run_is_read_is_not_kept(lab, monkeypatch):
    config, read = lab / "seed_1" / "config.json", text_tables.parts

    def parts(*arguments):
        if "seed_1" in str(arguments[0]):
            write(lab / "new", '{"exp_name": "ppo", "seed": 1, "lr": 0.9}')
            os.replace(lab / "new", config)
        return read(*arguments)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(text_tables, "parts", parts)
        assert "0.9" not in look(lab)
    assert "0.9" in look(lab)


def test_a_link_that_leads_elsewhere_names_another_run(tmp_path):
    for name, seed in (("exp1", 1), ("exp2", 2)):
        write(tmp_path / "real" / name / "progress.txt", table(1))
    (tmp_path / "latest").symlink_to("real/exp1")
    assert "'exp1'" in look(tmp_path / "latest")
    (tmp_path / "real" / "exp1").rename(tmp_path / "real" / "exp3")
    (tmp_path / "latest").unlink()
    (tmp_path / "latest").symlink_to("real/exp3")
    assert "'exp3'" in look(tmp_path / "latest")


def test_what_passes_is_not_kept(lab, monkeypatch):
    """There was no memory, or a package was missing."""
    with monkeypatch.context() as once:
        once.setattr(text_tables, "parts", lambda *arguments: 1 / 0)
        assert "ZeroDivisionError" in look(lab)
    assert "ZeroDivisionError" not in look(lab)


def test_what_is_added_to_a_folder_of_mlflow_is_seen(tmp_path):
    run = tmp_path / "mlruns" / "0" / "abc"
    write(run / "meta.yaml", "run_id: abc\n")
    write(run / "metrics" / "loss", "".join(f"{number}000 {number / 7} {number}\n" for number in range(5)))
    assert "'abc'" in look(tmp_path / "mlruns")
    write(run / "params" / "lr", "0.125")
    assert "0.125" in look(tmp_path / "mlruns")
    write(run / "tags" / "mlflow.runName", "named")
    assert "named" in look(tmp_path / "mlruns")


def test_a_current_folder_that_is_gone_costs_only_time(lab, tmp_path, monkeypatch):
    first = look(lab)
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert look(lab) == first


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
    lambda cache: change_table(cache, "UPDATE kept SET content = NULL"),
    lambda cache: change_table(cache, "UPDATE kept SET stamps = '[['"),
    lambda cache: change_table(cache, "DROP TABLE kept; CREATE TABLE kept (job)"),
], ids=["no database", "empty", "torn", "gone", "a folder", "flipped", "no table", "other content", "no content",
        "other stamps", "another table"])
def test_whatever_is_wrong_with_it_costs_only_time(lab, cache, harm):
    first = look(lab)
    harm(cache)
    assert look(lab) == first
    assert look(lab) == first


def change_table(cache, statement):
    with sqlite3.connect(cache) as database:
        database.executescript(statement)


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_page_is_mended(lab, cache, read_now, seed):
    first, dice = look(lab), random.Random(seed)
    content = bytearray(cache.read_bytes())
    for _ in range(dice.choice([1, 20, 500])):
        content[dice.randrange(len(content))] = dice.randrange(256)
    cache.write_bytes(content)
    for _ in range(3):
        assert look(lab) == first
    read_now.clear()
    assert look(lab) == first and read_now == []


@pytest.mark.slow
def test_a_database_that_is_in_use_is_not_waited_for_long(lab, cache):
    first = look(lab)
    with sqlite3.connect(cache, isolation_level=None) as database:
        database.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        assert look(lab) == first
        assert time.monotonic() - began < 30
        database.execute("ROLLBACK")


def test_it_is_bounded(lab, cache, monkeypatch):
    monkeypatch.setattr(the_cache, "_AT_MOST", 3000)
    first = look(lab)
    with sqlite3.connect(cache) as database:
        (taken, many), = database.execute("SELECT total(length(content)), count(*) FROM kept")
    assert 0 < taken <= 3000 and 0 < many < 3
    assert look(lab) == first


def test_what_another_thread_opens_when_the_reading_ends_is_no_error(monkeypatch):
    """A request that came just then was not answered: TypeError, NoneType does not support item assignment."""
    def stamp(path):
        traces._seen = None  # as the thread that reads does at its end
        return path, 1, 1, 1, 1

    with traces.traced([]):
        monkeypatch.setattr(traces, "stamp", stamp)
        traces.look_for("somewhere")
