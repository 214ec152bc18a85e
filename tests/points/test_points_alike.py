"""neptune_writer.points: row after row it says what the whole run, looked at slowly, says; for any rows."""
import json
import math
from random import Random

import pytest
from points_reference import Reference

from neptune_writer.points.live import Live
from neptune_writer.points.past import FILE, PART, Past
from neptune_writer.points.rising import Rising
from neptune_writer.points.rows import Row
from neptune_writer.points.rule import Rule

NAMES = ("env", "epoch")


def run_of(seed):
    """Rows of a run: restarts, checkpoints, episodes between steps, repeated and out-of-order steps, steps that are
    NaN, several writers; and how they are read. The first seeds make the shortest runs."""
    random, rows, env, episode = Random(seed), [], 0, 0
    style = random.choice(["env", "env", "given", "mixed", "words"])
    for _ in range(2 + min(14, seed // 20)):
        values = {name: random.choice([1, 2, 2.5, math.nan]) for name in "abc" if random.random() < 0.6}
        env = max(0, env + random.choice([1, 1, 1, 2, 0, -1, -3, -env]))
        step = clock = mark = None
        if style in ("env", "mixed") and random.random() < 0.75:
            values["env"] = env if random.random() < 0.9 else math.nan
        if random.random() < 0.3:
            values["epoch"] = len(rows) // 2
        if style == "given" or style == "mixed" and random.random() < 0.5:
            episode += 1
            step = random.choice([env, env, episode, env + 0.5, None, math.nan])
        if style == "words":
            clock = random.choice(["loop", "learner", "env", None])
            step = random.choice([env, episode, None])
        if random.random() < 0.08:
            mark = random.choice(["restart", "checkpoint"])
        if mark and random.random() < 0.5:
            of = random.choice([None, "env", "", "loop"])
            rows.append(Row(random.choice([None, env]), of, mark, {}, float(len(rows)), ""))
            mark = None
        if random.random() < 0.06:
            rows.append(random.choice([FILE, PART]))
        rows.append(Row(step, clock, mark, values or {"a": 1}, float(len(rows)), "run-%d" % len(rows)))
    how = {"every_fall_is_a_checkpoint": random.random() < 0.15,
           "restarts": random.choice([None, None, None, "continue", "supersede"])}
    return rows, ("b",) if random.random() < 0.1 else (), how


def series(placed):
    found = {}
    for one in placed:
        for metric, value in one.values.items():
            found.setdefault(metric, []).append((one.x, value))
    return found


def plain(found):
    """NaN is NaN, and 7 is 7.0."""
    return {metric: [(float(x), repr(value)) for x, value in points] for metric, points in found.items()}


def past_is_what_the_reference_says(run):
    rows, user, how = run
    past, reference = Past(lambda: rows, NAMES, user, **how), Reference(rows, NAMES, user, **how)
    placed = list(past.points())
    assert plain(series(placed)) == plain(reference.points())
    assert past.later.superseded == reference.superseded()
    assert len({(one.key, one.x) for one in placed}) == len(placed)
    rising = Rising()
    for one in placed:
        rising.rows(one)
    assert not rising.left_out


def a_state_at_any_row_changes_nothing(run):
    rows, user, how = run
    choice = Past(lambda: rows, NAMES, user, **how).choice
    whole, stored = Rule(choice, **how), Rule(choice, **how)
    for row in rows:
        if row in (FILE, PART):
            border = "begin_" + row
            assert repr(getattr(whole, border)()) == repr(getattr(stored, border)())
            if row == FILE:
                return  # values, which tell equal points of two files, are in no state
            continue
        assert repr(whole.feed(row)) == repr(stored.feed(row))
        stored = Rule(choice, state=json.loads(json.dumps(stored.state())), **how)
    assert repr(whole.finish()) == repr(stored.finish())


def live_is_past_where_the_choice_stays(run):
    rows, user, how = run
    rows = [row for row in rows if row not in (FILE, PART)]
    past, live, placed = Past(lambda: rows, NAMES, user, **how), Live(NAMES, user, **how), []
    for row in rows:
        placed += live.feed(row._replace(time=0.0))
        if live.changed is not None:
            live.begin_anew(rows[:rows.index(row) + 1])
            return  # what came before stands elsewhere
        live = Live(NAMES, user, json.loads(json.dumps(live.state())), **how)
    placed += live.finish()
    if live.changed is None and live.choice == past.choice:
        placed = [one._replace(time=0.0) for one in placed]
        assert repr(placed) == repr([one._replace(time=0.0) for one in past._placed()])


SAY = [past_is_what_the_reference_says, a_state_at_any_row_changes_nothing, live_is_past_where_the_choice_stays]
ALIKE = pytest.mark.parametrize("says", SAY)


@ALIKE
def test_a_few_runs(says):
    for seed in range(120):
        says(run_of(seed))


@pytest.mark.slow
@ALIKE
def test_a_thousand_runs(says):
    for seed in range(120, 1120):
        says(run_of(seed))
