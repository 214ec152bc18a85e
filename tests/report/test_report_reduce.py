"""scripts/runs/reduce.py: fewer points, the same picture."""
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as some

from scripts.runs.reduce import AT_LEAST, all_reduced, quota, reduced
from scripts.runs.table import Series


def series(values):
    return Series(np.arange(len(values), dtype=np.int64) * 3, np.array(values, dtype=np.float64))


def test_a_short_series_stays_as_it_is():
    short = series([3.0, 1.0, 2.0])
    assert reduced(short, 3) is short


def test_series_of_the_same_rows_are_reduced_as_each_by_itself():
    dice = np.random.default_rng(0)
    rows = np.arange(1000, dtype=np.int64)
    whole = {name: Series(rows, dice.normal(size=1000)) for name in "abc"}
    whole["b"].values[::7] = np.nan
    whole["d"] = series([1.0, 2.0])
    whole["e"] = Series(rows[:700], dice.normal(size=700))
    found = all_reduced(whole, 100)
    assert list(found) == list(whole)
    for name, one in whole.items():
        alone = reduced(one, 100)
        assert np.array_equal(found[name].rows, alone.rows)
        assert np.array_equal(found[name].values, alone.values, equal_nan=True)
    assert len(found["a"].rows) <= 100 and found["d"] is whole["d"]


def test_a_spike_of_one_point_is_kept():
    values = [0.0] * 100_000
    values[77_777], values[12_345] = 1000.0, -1000.0
    kept = reduced(series(values), 400)
    assert len(kept.rows) <= 400 and {3 * 77_777, 3 * 12_345} <= set(kept.rows.tolist())
    assert kept.values.max() == 1000 and kept.values.min() == -1000


@settings(max_examples=300, deadline=None, derandomize=True)
@given(some.lists(some.floats(width=64), min_size=1, max_size=400), some.integers(4, 100))
def test_points_are_some_of_the_old_ones_with_all_extremes(values, at_most):
    whole = series(values)
    kept = reduced(whole, at_most)
    assert len(kept.rows) <= max(at_most, 1) and (np.diff(kept.rows) > 0).all()
    assert np.array_equal(whole.values[kept.rows // 3], kept.values, equal_nan=True)
    assert kept.rows[0] == 0 and kept.rows[-1] == 3 * (len(values) - 1)
    if not np.isnan(whole.values).all():
        assert np.nanmax(kept.values) == np.nanmax(whole.values)
        assert np.nanmin(kept.values) == np.nanmin(whole.values)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(some.lists(some.integers(1, 10_000), min_size=1, max_size=50), some.integers(10_000, 100_000))
def test_all_series_together_stay_within_the_budget(lengths, budget):
    at_most = quota(lengths, budget)
    assert sum(min(length, at_most) for length in lengths) <= max(budget, AT_LEAST * len(lengths))
    assert sum(lengths) > budget or at_most >= max(lengths)
