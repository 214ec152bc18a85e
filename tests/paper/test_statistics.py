"""scripts/runs/statistics.py: aggregates and intervals, by hand and beside rliable."""
import json
import subprocess
import tracemalloc

import numpy as np
import pytest
from real_training import python

from scripts.runs import random_draws, statistics

# of Random123's known answers, philox 2x32, 10 rounds: counter, key, first word
KNOWN = [(0, 0, 0, 0xff1dae59), (0xffffffff, 0xffffffff, 0xffffffff, 0x2c3f628b),
         (0x243f6a88, 0x85a308d3, 0x13198a2e, 0xdd7ce038)]
AGGREGATES = {"IQM": statistics.iqm, "mean": statistics.mean, "median": statistics.median,
              "optimality_gap": statistics.optimality_gap}


def tasks(*columns):
    return [np.array(column, dtype=float) for column in columns]


def matrices():
    """Three score matrices of runs x tasks: few and many runs, ties and an outlier."""
    random = np.random.default_rng(7)
    ties = np.round(random.random((6, 3)) * 4) / 4
    heavy = random.standard_cauchy((10, 5)).clip(-3, 30)
    return {"few": random.random((3, 4)), "ties": ties, "heavy": heavy}


# The numbers

@pytest.mark.parametrize("low, high, key, word", KNOWN)
def test_draws_are_philox(low, high, key, word):
    assert random_draws.philox(np.array([low], np.uint64), np.array([high], np.uint64), key) == [word]


def test_draws_do_not_depend_on_what_else_is_drawn():
    assert (random_draws.picks(5, 3)[:, :2] == random_draws.picks(5, 0)[:, 3:]).all()
    assert (random_draws.picks(5, 0, 10) == random_draws.picks(5)[:10]).all()
    assert not (random_draws.picks(5) == random_draws.picks(5, seed=1)).all()
    counts = np.bincount(random_draws.picks(5).ravel())
    assert len(counts) == 5 and counts == pytest.approx(2000, abs=160)  # four deviations


def test_aggregates_by_hand():
    scores = tasks([0, 1, 2, 9], [1, 1, 3, 3])
    assert statistics.mean(scores) == (3 + 2) / 2
    assert statistics.median(scores) == 2.5
    assert statistics.iqm(scores) == (1 + 1 + 2 + 3) / 4  # of 0 1 1 1 2 3 3 9 the outer four are left out
    assert statistics.optimality_gap(scores) == pytest.approx(1 - (3 / 4 + 1) / 2)
    assert statistics.profile(scores, np.array([-1.0, 1.0, 9.0])).tolist() == [1, 0.5, 0]
    assert statistics.improvement(tasks([1, 2]), tasks([1, 1, 3])) == (0.5 + 0.5 + 0 + 1 + 1 + 0) / 6
    assert statistics.std(tasks([1, 3])) == 1 and statistics.std(tasks([26.6] * 3)) == 0


def test_tasks_with_other_numbers_of_runs_count_alike():
    assert statistics.mean(tasks([1, 1, 1, 1], [3])) == 2
    assert statistics.profile(tasks([1, 1, 1, 1], [3]), np.array([2.0])) == [0.5]


def test_a_single_run_has_no_interval():
    assert statistics.estimate(statistics.iqm, tasks([4])) == (4, None, None)
    assert statistics.estimate(statistics.iqm, tasks([4, 5], [4])).has_interval is False
    assert statistics.estimate_improvement(tasks([4, 5]), tasks([4])) == (0.75, None, None)
    assert statistics.overlap(statistics.Estimate(1), statistics.Estimate(9, 8, 10))


def test_intervals_are_the_same_every_time_and_hold_the_value():
    scores = tasks(range(8), range(3, 11))
    for statistic in AGGREGATES.values():
        found = statistics.estimate(statistic, scores)
        assert found == statistics.estimate(statistic, scores) and found.low <= found.value <= found.high


def test_runs_of_one_task_are_drawn_from_it_alone():
    """A stratified bootstrap: of two tasks without spread nothing is left to chance."""
    assert statistics.estimate(statistics.mean, tasks([1, 1, 1], [100, 100, 100])) == (50.5, 50.5, 50.5)


def test_tasks_and_both_sides_are_drawn_independently():
    alike = tasks(range(5), range(5))
    first, second = statistics.resampled(alike)
    assert not (first == second).all() and not (first == statistics.resampled(alike, 10)[0]).all()


@pytest.mark.parametrize("few", [1, 6, 10 ** 9])
def test_improvement_is_the_same_however_it_is_counted(monkeypatch, few):
    monkeypatch.setattr(statistics, "_FEW", few)
    scores, others = tasks([1, 2, 3, 4], [2, 2]), tasks([2, 3, 3], [1, 2, 2])
    found = statistics.improvement(statistics.resampled(scores), statistics.resampled(others, 6))
    expected = [statistics.improvement([one[at] for one in statistics.resampled(scores)],
                                       [one[at] for one in statistics.resampled(others, 6)]) for at in range(20)]
    assert found[:20].tolist() == expected


# Beside the paper's library

RLIABLE = """if True:
    import json, sys
    import numpy as np
    from rliable import library, metrics
    found = {}

    def improvement(x, y):  # theirs, without scipy's test in every resample
        left, right = x[:, None], y[None]
        return np.array([((left > right).mean() + (left >= right).mean()) / 2])

    for name, scores in json.load(sys.stdin).items():
        scores = np.array(scores)
        better = scores + 0.1
        of = {name: getattr(metrics, "aggregate_" + name.lower())
              for name in ("IQM", "mean", "median", "optimality_gap")}
        taus = np.linspace(-1, 2, 31)
        one = {name: float(work(scores)) for name, work in of.items()}
        limits, lows = {}, {name: [] for name in [*of, "improvement"]}
        for repeat in range(3):  # of 2,000 resamples each, for how far they are by chance
            np.random.seed(repeat)
            _, own = library.get_interval_estimates(
                {"x": scores}, lambda x: np.array([work(x) for work in of.values()]), reps=2000)
            for place, what in enumerate(of):
                lows[what].append(own["x"][:, place].tolist())
            _, own = library.get_interval_estimates({"x": [better, scores]}, improvement, reps=2000)
            lows["improvement"].append(own["x"][:, 0].tolist())
        profile, _ = library.create_performance_profile({"x": scores}, taus, reps=10)
        found[name] = dict(one, improvement=float(metrics.probability_of_improvement(better, scores)),
                           profile=profile["x"].tolist(), limits=lows)
    print(json.dumps(found))
"""


@pytest.mark.training
def test_it_equals_rliable():
    """Values to 1e-9, the profile point by point, and intervals as far as two bootstraps of rliable itself agree."""
    given = json.dumps({name: scores.tolist() for name, scores in matrices().items()})
    done = subprocess.run([python("rliable-py311"), "-c", RLIABLE], input=given, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    theirs = json.loads(done.stdout)
    for name, matrix in matrices().items():
        scores, better = list(matrix.T), list(matrix.T + 0.1)
        ours = {one: statistics.estimate(work, scores) for one, work in AGGREGATES.items()}
        ours["improvement"] = statistics.estimate_improvement(better, scores)
        for one, found in ours.items():
            assert found.value == pytest.approx(theirs[name][one], abs=1e-9), (name, one)
            of_them = np.array(theirs[name]["limits"][one])
            spread = max(float(np.ptp(of_them, axis=0).max()), 0.01 * float(np.ptp(of_them)))
            assert found[1:] == pytest.approx(of_them.mean(axis=0), abs=2 * spread), (name, one)
        profile = statistics.profile(scores, np.linspace(-1, 2, 31))
        assert profile.tolist() == pytest.approx(theirs[name]["profile"], abs=1e-9)


@pytest.mark.parametrize("shape", [(70,), (3, 70)])
def test_many_runs_are_counted_as_few_are(monkeypatch, shape):
    """A thousand seeds took 20 s and gigabytes: each pair of each resample was compared. Kind: what grows with the
    square of the runs."""
    random = np.random.default_rng(3)
    scores, others, at = random.integers(0, 9, shape), random.integers(0, 9, (*shape[:-1], 65)), np.arange(-1.0, 10)
    found = statistics.improvement([scores], [others]), statistics.profile([scores], np.repeat(at, 9))
    monkeypatch.setattr(statistics, "_FEW", 10**9)
    expected = statistics.improvement([scores], [others]), statistics.profile([scores], np.repeat(at, 9))
    for one, other in zip(found, expected):
        assert one.shape == other.shape and one == pytest.approx(other, abs=1e-15)


def test_a_thousand_runs_need_no_memory_for_each_pair():
    random = np.random.default_rng(3)
    scores, others = random.normal(size=(20, 1000)), random.normal(size=(20, 1000))
    tracemalloc.start()
    statistics.improvement([scores], [others])
    statistics.profile([scores], np.linspace(-3, 3, 1000))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 3_000_000
