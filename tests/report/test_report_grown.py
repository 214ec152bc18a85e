"""A run of several files that are looked at while they are written: each point goes into its journal once (R9)."""
import json
import math
import os
import random
import sqlite3

import pytest
from neptune_writer.journal import encoding
from neptune_writer.points.rows import Row
from report_runs import write_journal

from scripts.replaying import following, grown, journal_lines, journal_rows
from scripts.runs import reading
from scripts.runs.rows import Block
from scripts.runs.said import How, Said


def row(step, **values):
    return {"t": 0.0, "step": step, "values": values}


def since(old, rows):
    """The rows that a journal lacks."""
    return list(map(json.loads, grown.since(map(encoding.encode, old), map(encoding.encode, rows))))


def points(rows):
    return sorted((one.get("step", 0), name, value) for one in rows for name, value in one["values"].items())


def test_rows_at_the_end_are_new():
    old = [row(1, loss=1.0), row(2, loss=2.0)]
    assert since(old, [*old, row(3, loss=3.0)]) == [row(3, loss=3.0)]
    assert since(old, old) == [] == since(old, old[:1])


def test_a_row_that_has_grown_is_new_in_what_has_come():
    """By a clock of its own where rows of higher steps went before it: no step falls."""
    old = [row(1, loss=1.0), row(2, loss=2.0)]
    new = [row(1, loss=1.0, reward=5.0), row(2, loss=2.0), row(3, loss=3.0)]
    assert since(old, new) == [dict(row(1, reward=5.0), clock="late 2"), row(3, loss=3.0)]
    assert since(old, [row(1, loss=1.0), row(2, loss=2.0, reward=5.0)]) == [row(2, reward=5.0)]


@pytest.mark.parametrize("seed", range(20))
def test_each_point_comes_once_however_a_run_was_looked_at(seed):
    """Rows that grow, and rows between others, at any look."""
    chance = random.Random(seed)
    all_points = [(step, name, chance.randrange(3)) for step in range(30) for name in "abc" if chance.random() < 0.8]
    kept, seen = [], []
    for point in chance.sample(all_points, len(all_points)):
        seen.append(point)
        if chance.random() < 0.3 or len(seen) == len(all_points):
            whole = {}
            for step, name, value in sorted(seen):
                whole.setdefault(step, {})[name] = value
            kept += since(kept, [row(step, **values) for step, values in whole.items()])
    assert points(kept) == sorted(all_points)


def test_a_table_that_was_cut_back_loses_no_step():
    """Its rows have no step; one of their values is it, which an old row may have had, too."""
    def rows(*points):
        return [{"t": 0.0, "values": {"steps": step, "loss": loss}} for step, loss in points]
    old = rows((0, .9), (10, .8), (20, .7), (30, .6), (40, .5))
    assert since(old, rows((0, .9), (10, .8), (20, .7), (30, .65), (40, .55), (50, .45))) == rows(
        (30, .65), (40, .55), (50, .45))
    assert since(rows((0, 0), (10, .5), (20, .25)), rows((0, 0), (5, .25), (10, .5), (20, .1))) == rows(
        (5, .25), (20, .1))


def test_a_run_that_was_begun_again_with_as_many_rows_is_seen(tmp_path):
    path = tmp_path / "progress.csv"
    path.write_text("total_timesteps,loss\n10,0.5\n20,0.25\n")
    looks = following.Looks([str(tmp_path)], tmp_path / "kept")
    looks.look()
    path.write_text("total_timesteps,loss\n10,0.75\n20,0.7\n")
    looks.look()
    told = [json.loads(line).get("values", {}).get("loss") for one in (tmp_path / "kept").glob("neptune-*.jsonl")
            for line in one.read_text().splitlines()]
    assert sorted(filter(None, told)) == [0.25, 0.5, 0.7, 0.75]


@pytest.mark.parametrize("seed", range(40))
def test_the_lines_of_a_journal_are_those_of_its_rows_one_by_one(seed):
    """Whether rows are written many at once or not: steps, times and clocks that some have, marks, odd names, NaN."""
    dice = random.Random(seed)
    told = Said()
    names, clocks = ["a", "b%s", "é☃", 'q"x', "%", "c/d", "{}"], dice.choice([[None], [None, "epoch"]])
    has_steps, numbers = dice.choice([[0], [1], [0, 1]]), [0.1, 1.0, -0.0, 1e-320, 1e308, 5]
    many_alike, are_odd = dice.choice([1, 4, 100]), dice.random() < 0.5
    for number in range(400):
        if number % many_alike == 0:
            metrics, clock = dice.sample(names, dice.choice([1, 3])), dice.choice(clocks)
        step = dice.choice([1, 2.5, 2 ** 60, 2 ** 70, -3, 1e300]) if dice.choice(has_steps) else math.nan
        odd = [math.nan, math.inf, -math.inf] if are_odd and dice.random() < 0.02 else []
        told.add({name: dice.choice(numbers + odd) for name in metrics}, dice.choice([1.5, 3, math.nan]), step, clock,
                 dice.choice(["restart", "checkpoint"]) if dice.random() < 0.01 else None)
        if dice.random() < 0.01:
            told.add_between(Row(7, "epoch", "checkpoint", {}, 3.0, ""))
    run = told.run(How(is_for_replay=True), lambda path, what: None, source=__file__, name="a", group="a", config={})
    rows = list(journal_rows.said(run))
    assert list(journal_lines.of(run)) == list(map(encoding.encode, rows)) and len(rows) >= 400
    assert any(isinstance(one, Block) for one in told.blocks()) == (many_alike == 100)


def test_a_row_is_the_same_whenever_it_was_written_and_however_its_numbers_are():
    old = [dict(row(1, loss=1.0), t=5.0), row(2, loss=2)]
    assert since(old, [row(1, loss=1), row(2.0, loss=2.0), row(3, loss=3.0)]) == [row(3, loss=3.0)]


def journals(folder):
    """run -> its points, of the journals that were made."""
    found = {}
    for path in folder.glob("neptune-*.jsonl"):
        header, _, *rows = [json.loads(line) for line in path.read_text().splitlines()]
        found[path.name] = points(rows)
    return list(found.values())


def test_a_first_row_that_grows_makes_no_second_run(tmp_path):
    """d3rlpy writes one table per metric, one behind the other."""
    place = tmp_path / "run"
    place.mkdir()
    (place / "params.json").write_text('{"lr": 0.1}')
    (place / "loss.csv").write_text("1,100,0.5\n")
    looks = following.Looks([str(place)], tmp_path / "kept")
    assert len(looks.look()) == 1 and looks.look() == []
    (place / "actor.csv").write_text("1,100,0.25\n")
    assert looks.look() == []
    assert following.Looks([str(place)], tmp_path / "kept").look() != []  # another process: the same journal
    assert journals(tmp_path / "kept") == [[(100, "actor", 0.25), (100, "loss", 0.5)]]


def test_another_training_in_the_same_place_is_another_run(tmp_path):
    (tmp_path / "progress.csv").write_text("total_timesteps,loss\n10,0.5\n")
    looks = following.Looks([str(tmp_path / "progress.csv")], tmp_path / "kept")
    looks.look()
    (tmp_path / "progress.csv").write_text("total_timesteps,loss\n10,0.125\n20,0.5\n")
    assert len(looks.look()) == 1 and len(journals(tmp_path / "kept")) == 2


def test_runs_of_a_database_that_begin_alike_stay_apart(tmp_path):
    """Two trials of one study, whose first value is the same."""
    database = sqlite3.connect(tmp_path / "study.db")
    database.executescript("""
        CREATE TABLE studies (study_id, study_name);
        CREATE TABLE trials (trial_id, number, study_id, state);
        CREATE TABLE trial_params (trial_id, param_name, param_value, distribution_json);
        CREATE TABLE trial_intermediate_values (trial_id, step, intermediate_value, intermediate_value_type);
        INSERT INTO studies VALUES (1, 'ppo');
        INSERT INTO trials VALUES (1, 0, 1, 'RUNNING'), (2, 1, 1, 'RUNNING');
        INSERT INTO trial_intermediate_values VALUES (1, 0, 0.0, 'FINITE'), (1, 1, 1.5, 'FINITE'),
            (2, 0, 0.0, 'FINITE'), (2, 1, 2.5, 'FINITE');""")
    database.commit()
    following.Looks([str(tmp_path)], tmp_path / "kept").look()
    name = "intermediate value"
    assert sorted(journals(tmp_path / "kept")) == [[(0, name, 0.0), (1, name, 1.5)], [(0, name, 0.0), (1, name, 2.5)]]


@pytest.mark.parametrize("name, whole, torn", [
    ("loss.csv", "1,100,0.5\n", "2,200,0.12"), ("metrics/loss", "1000 0.5 100\n", "2000 0.12")])
def test_half_a_number_is_no_point(tmp_path, name, whole, torn):
    """Of files that are looked at while a line is written; the rest of it comes with the next look."""
    (tmp_path / "metrics").mkdir()
    (tmp_path / "params.json").write_text('{"lr": 0.1}')
    (tmp_path / "meta.yaml").write_text("run_id: a\n" if "/" in name else "- no run")
    (tmp_path / name).write_text(whole + torn)
    runs, problems = reading.Reading([tmp_path]).read()
    assert [series.values.tolist() for run in runs for series in run.series.values()] == [[0.5]]
    assert (str(tmp_path / name), "its last line has no end, and is left out") in problems


def test_a_run_whose_journal_gets_its_first_row_in_a_moment_is_not_sent_twice(tmp_path):
    """The table of a patched framework may be a row ahead."""
    (tmp_path / "progress.csv").write_text("total_timesteps,loss\n10,0.5\n")
    path = write_journal(tmp_path / "neptune-1.jsonl", ended=False)
    looks = following.Looks([str(tmp_path)], tmp_path / "kept")
    assert looks.look() == []
    write_journal(path, (10, {"loss": 0.5}))
    assert looks.look() == []
    write_journal(path, ended=False)
    os.utime(path, (1e9, 1e9))  # a training that was killed before its first row, long ago
    assert len(looks.look()) == 1
