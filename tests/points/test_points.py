"""neptune_writer.points: where the points of a run stand. Each case as it is logged, and as it is to be seen."""
import json
import math
import pickle

import pytest

from neptune_writer.points import step_metrics
from neptune_writer.points.growing import GrowingRun
from neptune_writer.points.rows import RESUMED
from neptune_writer.points.whole import WholeRun
from neptune_writer.points.rising import Rising
from neptune_writer.points.rows import Placed, Row
from neptune_writer.points.x_rule import Rule
from neptune_writer.points.first_pass import LowestAfter, Revisits
from neptune_writer.points.survey import Survey

T = ("t",)


def rows_of(said):
    """(step, values[, mark[, clock]]) -> rows; "resumed" stays."""
    return [one if isinstance(one, str) else Row(
        one[0], one[3] if len(one) > 3 else None, one[2] if len(one) > 2 else None, one[1], float(number),
        "run-%d" % number) for number, one in enumerate(said)]


def told(*steps, **more):
    """Rows whose step is the metric t."""
    return [(None, dict({"r": number, "t": t}, **more)) for number, t in enumerate(steps)]


def given(*steps, name="r"):
    """Rows that come with their step."""
    return [(step, {name: number}) for number, step in enumerate(steps)]


def seen(said, steps=T, user=(), **how):
    """{metric: [(x, value)]} and how many points were superseded."""
    rows = rows_of(said)
    past, found = WholeRun(lambda: rows, steps, user, **how), {}
    for placed in past.points():
        for metric, value in placed.values.items():
            found.setdefault(metric, []).append((placed.x, value))
    return found, past.superseded.count


def xs(said, *args, **how):
    return {metric: [x for x, _ in points] for metric, points in seen(said, *args, **how)[0].items()}


def case(name, said, expected, superseded=0, **how):
    return pytest.param(said, expected, superseded, how, id=name)


RAY = {"every_fall_is_a_checkpoint": True}


@pytest.mark.parametrize("said, expected, superseded, how", [
    # begins anew
    case("a model learns twice", told(512, 1024, 512, 1024), {"r": [512, 1024, 1536, 2048]}),
    case("a model learns twice, from step 0", told(0, 1, 2, 0, 1, 2), {"r": [0, 1, 2, 3, 4, 5]}),
    case("it says so, at a step above the last", [(0, {"r": 1}), (100, {"r": 1}), (150, {"r": 1}, "restart"),
                                                  (300, {"r": 1})], {"r": [0, 100, 250, 400]}),
    # goes on from a checkpoint
    case("a trial is restored", told(1000, 2000, 3000, 4000, 5000, 4000, 5000, 6000),
         {"r": [1000, 2000, 3000, 4000, 5000, 6000]}, 4),
    case("Ray tries a trial again from scratch", told(1000, 2000, 3000, 1000, 2000, 3000, 4000),
         {"r": [1000, 2000, 3000, 4000]}, 6, **RAY),
    case("a checkpoint of one clock leaves what others count", [
        (None, {"r": 1, "t": 100}), (900, {"l": 1}), (None, {"r": 1, "t": 200}), (1800, {"l": 1}),
        (None, {"r": 1, "t": 100}, "checkpoint"), (None, {"r": 2, "t": 200})], {"r": [100, 200], "l": [900, 1800]}, 4),
    # nothing else moves anything
    case("episodes between rollouts", [
        (1, {"e": 1}), (2, {"e": 2}), (64, {"r": 1, "t": 64}), (3, {"e": 3}), (128, {"r": 1, "t": 128}), (4, {"e": 1}),
        (192, {"r": 1, "t": 192})], {"e": [1, 2, 3, 4], "r": [64, 128, 192]}),
    case("episodes between rollouts that begin anew", [
        (64, {"r": 1, "t": 64}), (1, {"e": 1}), (128, {"r": 1, "t": 128}), (2, {"e": 1}),
        (64, {"r": 1, "t": 64}, "restart"), (3, {"e": 1}), (128, {"r": 1, "t": 128}), (4, {"e": 1})],
         {"e": [1, 2, 3, 4], "r": [64, 128, 192, 256]}),
    case("an evaluation at a rollout's step", [
        (64, {"v": 1, "t": 64}), (64, {"r": 1, "t": 64}), (128, {"v": 2, "t": 128}), (128, {"r": 2, "t": 128})],
         {"v": [64, 128], "r": [64, 128], "t": [64, 128]}),
    case("an evaluation of an earlier step", [
        (100, {"r": 1}), (200, {"r": 1}), (200, {"v": 1}), (100, {"v": 2}), (300, {"r": 1})],
         {"r": [100, 200, 300], "v": [100, 200]}),
    case("a loss per batch, an accuracy per epoch", [row for epoch in range(3) for row in (
        given(*range(4 * epoch, 4 * epoch + 4), name="loss") + given(epoch, name="acc"))],
         {"loss": list(range(12)), "acc": [0, 1, 2]}),
    case("env steps and gradient steps", [
        (100, {"w": 1}), (1, {"l": 1}), (2, {"l": 1}), (200, {"w": 1}), (3, {"l": 1}), (300, {"w": 1}), (4, {"l": 1})],
         {"w": [100, 200, 300], "l": [1, 2, 3, 4]}),
    case("steps that are given, and a known name that counts anew", [
        (100, {"r": 1, "t": 0}), (200, {"r": 1, "t": 1}), (300, {"r": 1, "t": 0}), (400, {"r": 1, "t": 1})],
         {"r": [100, 200, 300, 400]}),
    case("two that write to one folder", given(0, 10, 20) + given(0, 10, 20, name="b"),
         {"r": [0, 10, 20], "b": [0, 10, 20]}),
    case("a training that went on, and nothing was purged", given(0, 10, 20, 30, 40, 30, 40, 50),
         {"r": [0, 10, 20, 30, 40, 50]}, 2),
    case("asynchronous workers", told(100, 200, 190, 300, 290, 400), {"r": [100, 190, 200, 290, 300, 400]}),
    case("the second row comes late", told(100, 95, 200), {"r": [95, 100, 200]}),
    # again at its step
    case("two rows an epoch", given(1, 1, 2, 2, 3, 3), {"r": [1, 1, 2, 2, 3, 3]}),
    case("four environments end at one step", [(8, {"r": value}) for value in (500, 500, 500, 100)],
         {"r": [8, 8, 8, 8]}),
    case("a fractional step comes twice", given(.1, .2, .2, .3, .4), {"r": [.1, .2, .2, .3, .4]}),
    # the step metric
    case("the first row has no step", [
        (None, {"v": 1}), (None, {"r": 1, "t": 64}), (None, {"v": 2}), (None, {"r": 2, "t": 128})],
         {"v": [64, 128], "r": [64, 128]}),
    case("only evaluations have the higher rank", [
        (None, dict({"r": e, "Epoch": e}, **({"t": 3000} if e == 5 else {}))) for e in range(6)],
         {"r": [0, 1, 2, 3, 4, 5]}, steps=("t", "Epoch")),
    case("the higher rank", [(None, {"r": 1, "Epoch": 0, "t": 4000}), (None, {"r": 2, "Epoch": 1, "t": 8000})],
         {"r": [4000, 8000]}, steps=("t", "Epoch")),
    case("a step is NaN", told(10, math.nan, 30), {"r": [10, 30, 30]}),
    case("a given step is NaN", given(100, math.nan, 300), {"r": [100, 300, 300]}),
    case("the last rows have no step", [(None, {"r": 1, "t": 10}), (None, {"v": 1}), (None, {"v": 2})],
         {"r": [10], "v": [10, 10]}),
    case("no step anywhere", [(None, {"r": 1}), (None, {"r": 2})], {"r": [0, 1]}),
    case("one metric has to wait for the next step, another has not", [
        (None, {"r": 1, "t": 64}), (None, {"v": 1}), (None, {"v": 2, "w": 5}), (None, {"r": 2, "t": 128})],
         {"v": [64, 128], "w": [64], "r": [64, 128]}),
    case("evaluations without a step, learnt twice", [row for t in (64, 128, 64, 128) for row in (
        (None, {"v": 1}), (None, {"r": 1, "t": t}))], {"v": [64, 128, 192, 256], "r": [64, 128, 192, 256]}),
    # ten more
    case("SAC learns twice, and nothing says so", [(step, {"r": 1, "t": step}) for step in (400, 800, 400, 800)],
         {"r": [400, 800, 1200, 1600]}),
    case("three times, each shorter", told(10, 20, 30, 5, 10, 5), {"r": [10, 20, 30, 35, 40, 45]}),
    case("steps below 0", given(-3, -2, -1, 0), {"r": [-3, -2, -1, 0]}),
    case("restarted below 0", [(None, {"r": 1, "t": t}) for t in (-2, -1, -2, -1)], {"r": [-2, -1, 0, 1]}),
    case("millions, as floats", told(1e6, 2e6, 1e6), {"r": [1000000, 2000000, 3000000]}),
    case("only the evaluation is logged", [(None, {"eval/mean": 1}), (None, {"eval/mean": 2})], {"eval/mean": [0, 1]}),
    case("loops that count for themselves", [
        (1, {"a/r": 1}, None, "a"), (10, {"b/r": 1}, None, "b"), (2, {"a/r": 1}, None, "a"),
        (1, {"a/r": 2}, "restart", "a"), (20, {"b/r": 1}, None, "b")], {"a/r": [1, 2, 3], "b/r": [10, 20]}),
    case("a loop that counts nothing", [
        (None, {"a/r": 1}, None, "a"), (10, {"b/r": 1}, None, "b"), (None, {"a/r": 1}, None, "a")],
         {"a/r": [0, 1], "b/r": [10]}),
    case("the model's step without its metric", [
        (64, {"r": 1, "t": 64}), (64, {"u": 1}, None, "t"), (64, {"r": 1, "t": 64}, "restart"),
        (64, {"u": 1}, None, "t")], {"r": [64, 128], "u": [64, 128]}),
    case("a mark by itself, before an episode", [
        (64, {"r": 1, "t": 64}), (1, {"e": 1}), (None, {}, "restart", "t"), (2, {"e": 1}), (64, {"r": 1, "t": 64})],
         {"r": [64, 128], "e": [1, 2]}),
    case("a mark by itself that says from where", [
        *given(0, 10, 20, 30), (15, {}, "checkpoint", ""), (25, {"r": 9}), (35, {"r": 9})], {"r": [0, 10, 25, 35]}, 2),
    case("another process goes on", told(100, 200, 300) + [RESUMED] + told(200, 300, 400),
         {"r": [100, 200, 300, 400]}, 4),
    case("another process begins from scratch", told(100, 200, 100, 200) + [RESUMED] + told(100, 200),
         {"r": [100, 200]}, 8),
    case("another process goes on where it learnt twice", told(100, 200, 100, 200) + [RESUMED] + told(300, 400),
         {"r": [100, 200, 300, 400, 500, 600]}),
    case("another process, episodes by number",
         given(1, 2, name="e") + given(500) + [RESUMED] + given(3, name="e") + given(600),
         {"e": [1, 2, 3], "r": [500, 600]}),
])
def test_where_points_stand(said, expected, superseded, how):
    found, left_out = seen(said, **how)
    assert {metric: [x for x, _ in found[metric]] for metric in expected} == expected
    assert left_out == superseded


def test_the_later_of_two_points_counts():
    assert seen(given(0, 10, 20, 30, 40, 30, 40, 50))[0]["r"] == [(0, 0), (10, 1), (20, 2), (30, 5), (40, 6), (50, 7)]
    assert dict(seen(told(1000, 2000, 3000, 4000, 5000, 4000, 5000, 6000))[0]["r"])[4000] == 5
    assert dict(seen(told(1000, 2000, 3000, 1000, 2000), **RAY)[0]["r"]) == {1000: 3, 2000: 4}


@pytest.mark.parametrize("said, restarts, expected", [
    (told(10, 20, 30, 20, 30), "continue", [10, 20, 30, 50, 60]),
    (told(10, 20, 10, 20), "supersede", [10, 20]),
    (given(0, 10, 20, 5, 15), "continue", [0, 10, 20, 25, 35]),
    (given(0, 10, 20, 5, 15), "supersede", [0, 5, 15]),
    (given(0, 10, 20, 5, 15), None, [0, 5, 10, 15, 20]),
    (told(100, 200, 190, 300), "continue", [100, 190, 200, 300]),  # out of order is no restart
])
def test_the_user_says_what_a_fall_is(said, restarts, expected):
    assert xs(said, restarts=restarts)["r"] == expected


@pytest.mark.parametrize("before, after, expected", [
    (told(100, 200, 300), told(100, 200), [100, 200, 300, 400, 500]),  # steps count from 0 again
    (told(100, 200, 300), told(200, 400), [100, 200, 300, 500, 700]),  # none is out of order across processes
    (told(100, 200, 300), told(300, 400), [100, 200, 300, 600, 700]),  # the same step would supersede
    (told(100, 200, 300), told(400, 500), [100, 200, 300, 400, 500]),
    (told(100), told(100), [100, 200]),
    (told(100, 200, 100, 200), told(100, 200), [100, 200, 300, 400, 500, 600]),
    (told(100, 200, 100, 200), told(300, 400), [100, 200, 300, 400, 500, 600]),
    (told(0, 100), told(0, 100), [0, 100, 101, 201]),
    (given(0, 10, 20), given(0, 10, 20), [0, 10, 20, 21, 31, 41]),
    (given(10, 20), given(20, 30), [10, 20, 40, 50]),
    (given(10, 20), given(30), [10, 20, 30]),
    ([(1, {"r": 1}, None, "e"), (2, {"r": 2}, None, "e")], [(1, {"r": 3}, None, "e")], [1, 2, 3]),
    (given(10, 20), [(5, {"r": 9}, "checkpoint")], [10, 20, 25]),
    ([(None, {"r": 1}), (None, {"r": 2})], [(None, {"r": 3})], [0, 1, 2]),
])
@pytest.mark.parametrize("how", [{}, RAY], ids=["", "Ray"])
def test_a_resumed_training_goes_on_behind_where_the_user_says_so(before, after, expected, how):
    """`--restarts continue` was told of a run that another process resumed, and changed nothing. The kind: a fall
    that another rule had judged already."""
    found, left_out = seen(before + [RESUMED] + after, restarts="continue", **how)
    assert [x for x, _ in found["r"]] == expected and left_out == 0


@pytest.mark.parametrize("said, user, expected", [
    (told(10, 20, u=7), ("u",), [7, 7]),
    ([(5, {"r": 1, "u": 100}), (6, {"r": 1, "u": 200})], ("u",), [100, 200]),  # before a step that came with the row
    (told(10, 20), ("none", "t"), [10, 20]),
    (told(10, 20), ("none",), [10, 20]),
])
def test_what_the_user_names_wins(said, user, expected):
    assert xs(said, user=user)["r"] == expected


def test_names_come_from_the_variable(monkeypatch):
    monkeypatch.setenv("NEPTUNE_STEP", " EnvSteps,TimeSteps, ")
    assert step_metrics.of_user() == ("EnvSteps", "TimeSteps")
    assert step_metrics.of_user("a") == ("a",) and step_metrics.of_user("") == ()


@pytest.mark.parametrize("name", [  # X9
    "timesteps", "TotalEnvSteps", "Train/TotalSteps", "EnvSteps", "TimeSteps", "train/total_num_steps", "global_step",
    "num_timesteps", "iteration", "Iteration", "epoch", "timesteps_total", "training_iteration"])
@pytest.mark.parametrize("framework", [None, "spinningup", "stable_baselines", "rllib", "unheard of"])
def test_every_name_is_one_for_every_framework(name, framework):
    said = [(None, {"r": 1, name: 100}), (None, {"r": 2, name: 200})]
    assert xs(said, step_metrics.of_framework(framework))["r"] == [100, 200]
    assert step_metrics.unit(name)


@pytest.mark.parametrize("name, unit", [
    ("actor_steps", "env steps"), ("learner/learner_steps", "learner steps"), ("gradient_steps", "gradient steps"),
    ("total/steps", "env steps"), ("steps", "steps"), ("actor_episodes", "episodes"), ("Epoch", "epochs"),
    ("loss", None)])
def test_units(name, unit):
    assert step_metrics.unit(name) == unit


@pytest.mark.parametrize("framework, better, worse", [
    ("spinningup", "TotalEnvInteracts", "Epoch"), ("spinningup", "Epoch", "steps"),
    ("rllib", "num_env_steps_sampled_lifetime", "timesteps_total"), ("rllib", "training_iteration", "global_step"),
    ("stable_baselines", "total_timesteps", "step"), (None, "time/total_timesteps", "epoch")])
def test_ranks(framework, better, worse):
    known = step_metrics.of_framework(framework)
    assert known.index(better) < known.index(worse) and len(set(known)) == len(known)


def test_where_there_is_no_step_metric_what_rises_throughout_is_offered():
    survey = Survey(T)
    for row in rows_of([(None, {"n": 1, "m": 5, "Time": 0.5}), (None, {"n": 2, "m": 4, "Time": 0.7, "late": 1})]):
        survey.add(row)
    assert survey.choice().name is None and survey.candidates() == ["Time", "n"]


# Live

def live(said, **how):
    run = GrowingRun(T, **how)
    return run, [[placed.x for placed in run.feed(row)] for row in rows_of(said)]


def test_the_first_rows_wait_for_the_choice_of_the_step_metric():
    said = [(None, {"r": number}) for number in range(4)] + told(*range(100, 1100, 100))
    run, placed = live(said)
    assert placed[0] == [] and placed[1] == [0, 1]  # a second is over, and there is no step metric: rows are counted
    assert run.choice.name is None


def test_ten_rows_within_a_second_are_waited_for():
    run = GrowingRun(T)
    rows = [row._replace(time=0.0) for row in rows_of([(None, {"r": 1})] + told(*range(100, 1200, 100)))]
    placed = [[one.x for one in run.feed(row)] for row in rows]
    assert placed[:9] == [[]] * 9 and placed[9] == [100, 100] + list(range(200, 1000, 100)) and placed[10] == [1000]


@pytest.mark.parametrize("now, is_due", [(5.0, False), (5.9, False), (6.0, True), (1.0, True)])
def test_a_run_of_one_row_waits_a_second(now, is_due):
    """A clock that was set back, too, lets no run wait."""
    run = GrowingRun(T)
    run.feed(Row(None, None, None, {"r": 1, "t": 7}, 5.0, "a"))
    assert run.is_due(now) == is_due
    assert [placed.x for placed in run.choose()] == [7] and not run.is_due(99.0)


def test_a_later_change_of_the_step_metric_is_told_and_goes_on_as_if_it_always_were():
    said = [(None, {"r": number}) for number in range(3)] + told(*range(100, 2000, 100))
    run, _ = live(said)
    assert run.changed is not None and run.changed.name == "t"
    run, rows = GrowingRun(T, choice=run.changed), rows_of(said)
    for row in rows:
        run.feed(row)
    assert [placed.x for placed in run.feed(Row(None, None, None, {"r": 1, "t": 2000}, 99.0, "z"))] == [2000]


def test_a_fall_waits_for_what_comes_next_and_no_longer_than_to_the_end():
    run = Rule(WholeRun(lambda: rows_of(told(1, 2)), T).choice)
    placed = [[one.x for one in run.feed(row)] for row in rows_of(told(100, 200, 190, 300, 100))]
    assert placed == [[100], [200], [], [190, 300], []] and [one.x for one in run.finish()] == [400]


def test_a_point_that_waits_over_a_mark_stays():
    """It was placed behind the mark, and was taken for one that the mark supersedes."""
    found, superseded = seen([(None, {"c": 2}, None, "env"), (4, {"b": 1}, None, "loop"),
                              (4, {}, "checkpoint", "loop"), RESUMED, (7, {"t": 8})])
    assert found == {"c": [(4, 2)], "t": [(7, 8)]} and superseded == 1


# Memory

def test_a_rule_grows_with_falls_not_with_rows():
    run, sizes = Rule(WholeRun(lambda: rows_of(told(1, 2)), T).choice), []
    for number in range(3000):
        run.feed(Row(None, None, None, {"r": number, "t": number, "loss": 0.5}, float(number), "k"))
        sizes.append(len(pickle.dumps(run)) if number % 100 == 99 else 0)
    assert max(sizes) < 1500


def test_what_a_first_pass_notes_down_grows_with_falls_not_with_rows():
    rows = rows_of(given(*range(0, 20000, 10)) + given(*range(5000, 25000, 10)))
    past = WholeRun(lambda: rows, T)
    noted = past.superseded._revisits["r"][0]
    assert len(noted._single) + len(noted._long) + (noted._run is not None) < 5
    assert sum(len(placed.values) for placed in past.points()) == 2500 and past.superseded.count == 1500


@pytest.mark.parametrize("steps", [range(0, 1000, 7), range(3), [1, 2, 4, 7, 11], [0.5, 1.0, 1.5], [5], [5, 5, 5]])
def test_steps_that_are_come_by_again(steps):
    passed = Revisits()
    for x in steps:
        passed.add(x, 10)
    passed.add(7, 20)
    assert all(passed.last(x) == (20 if x == 7 else 10 if x in list(steps) else -1) for x in range(-5, 1005))


def test_the_lowest_of_what_comes_later():
    lowest = LowestAfter()
    for row, x in [(1, 50), (5, 20), (7, 30), (9, 20)]:
        lowest.add(row, x)
    assert [lowest.after(row) for row in (0, 1, 5, 8, 9)] == [20, 20, 20, 20, None]


# For trackers whose series must rise

def placed(x, **values):
    return Placed(x, 0.0, values, "", "k", 0, None, False, None)


def test_a_second_point_at_one_x_goes_a_fraction_further_and_none_falls():
    rising, got = Rising(), []
    for x in (10, 10, 10, 5, 20):
        got += [one.x for one in rising.rows(placed(x, a=1))]
        rising = Rising(json.loads(json.dumps(rising.state())))
    assert got == pytest.approx([10, 10.000001, 10.000002, 20], abs=1e-9)
    assert all(before < after for before, after in zip(got, got[1:]))


def test_a_row_that_rises_is_the_very_same():
    rising, row = Rising(), placed(10, a=1, b=2)
    assert rising.rows(row)[0] is row
    both = rising.rows(placed(10, a=1, c=3))
    assert [(one.x, one.values) for one in both] == [(10, {"c": 3}), (pytest.approx(10.000001), {"a": 1})]
    assert rising.rows(placed(5, a=1)) == [] and rising.left_out == {"a": 1}
