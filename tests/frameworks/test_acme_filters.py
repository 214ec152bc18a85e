"""neptune_writer.frameworks.acme: the two filters, against numpy and against the formula."""
import math
import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from neptune_writer import ending
from neptune_writer.frameworks.acme import AggregateFilter, SmoothingFilter

MANY = settings(derandomize=True, deadline=None)
EXAMPLES = pytest.mark.parametrize("examples", [100, pytest.param(1000, marks=pytest.mark.slow)])
STATISTICS = {"mean": np.mean, "std": np.std, "median": np.median, "max": np.max, "min": np.min}


class Kept:
    """A logger that keeps rows."""

    def __init__(self):
        self.rows, self.closed = [], 0

    def write(self, data):
        self.rows.append(data)

    def close(self):
        self.closed += 1


numbers = some.one_of(
    some.floats(-1e9, 1e9), some.integers(-10**9, 10**9), some.just(math.nan), some.just(math.inf),
    some.floats(-1e3, 1e3, width=32).map(np.float32), some.floats(-1e3, 1e3).map(np.array),
    some.floats(-1e3, 1e3).map(lambda number: np.array([number])))
others = some.one_of(
    some.none(), some.text(max_size=3), some.lists(some.integers(), max_size=3),
    some.lists(some.floats(-5, 5), min_size=2, max_size=3).map(np.array),
    some.dictionaries(some.text(max_size=1), numbers))
keys = some.sampled_from(["return", "episode_return", "loss", "steps", "return_scale"])
rows = some.lists(some.dictionaries(keys, some.one_of(numbers, numbers, others), max_size=4), max_size=8)


def plain(value):
    """A number as a float; None where it is none."""
    if isinstance(value, (str, list, dict, type(None))) or np.size(value) != 1:
        return None
    return float(np.asarray(value).reshape(()))


def copied(data):
    return [{key: np.array(value) if isinstance(value, np.ndarray) else value for key, value in row.items()}
            for row in data]


def same(found, expected):
    return np.array_equal(np.asarray(found, dtype=object), np.asarray(expected, dtype=object)) or \
        isinstance(expected, float) and expected != expected and found != found


@pytest.mark.slow
@EXAMPLES
def test_aggregated_numbers_are_those_of_numpy_and_others_the_last_value(examples):
    settings(MANY, max_examples=examples)(given(rows)(check_aggregated))()


def check_aggregated(data):
    """The numbers of one dump."""
    kept = Kept()
    aggregate = AggregateFilter(kept, "return")
    before = copied(data)
    for row in data:
        aggregate.write(row)
        for value in row.values():
            if isinstance(value, np.ndarray):
                value += 1  # the caller goes on with its arrays
    assert not kept.rows
    aggregate.dump()
    expected = {}
    for row in before:
        for key, value in row.items():
            if value is not None and ("return" not in key or plain(value) is None):
                expected[key] = value
    row, = kept.rows or [{}]
    for key, value in expected.items():
        assert same(row.pop(key), value), key
    for key in sorted({key for row in before for key in row if "return" in key}):
        found = [plain(row[key]) for row in before if key in row and plain(row[key]) is not None]
        for name, function in STATISTICS.items() if found else ():
            with np.errstate(invalid="ignore"):
                wanted = float(function(np.array(found)))
            found_here = row.pop("%s_%s" % (key, name))
            assert math.isclose(found_here, wanted, rel_tol=1e-9, abs_tol=1e-6) or \
                found_here != found_here and wanted != wanted, (key, name)
    assert not row  # and nothing else


@pytest.mark.slow
@EXAMPLES
def test_a_second_dump_forwards_nothing(examples):
    settings(MANY, max_examples=examples)(given(rows)(check_second_dump))()


def check_second_dump(data):
    """Dump twice."""
    kept = Kept()
    aggregate = AggregateFilter(kept, "return")
    for row in data:
        aggregate.write(row)
    aggregate.dump()
    before = len(kept.rows)
    aggregate.dump()
    assert len(kept.rows) == before == any(value is not None for row in data for value in row.values())


@EXAMPLES
def test_averages_are_those_of_the_formula_and_rows_go_on_whole(examples):
    settings(MANY, max_examples=examples)(given(rows, some.floats(0, 1))(check_averages))()


def check_averages(data, coeff):
    """The averages of one series of rows."""
    kept = Kept()
    smoothing = SmoothingFilter(kept, "return", coeff)
    for row in data:
        smoothing.write(row)
    assert len(kept.rows) == len(data)
    for key in sorted({key for row in data for key in row}):
        series = [(plain(row[key]), found) for row, found in zip(data, kept.rows) if key in row]
        values = [value for value, _ in series if value is not None and math.isfinite(value)]
        found = [row["%s_smoothed_%s" % (key, coeff)] for _, row in series if "%s_smoothed_%s" % (key, coeff) in row]
        assert np.allclose(found, closed_formula(values, coeff) if "return" in key else [], rtol=1e-9, atol=1e-6)
    for row, found in zip(data, kept.rows):
        assert all(found[key] is value for key, value in row.items())
        assert all(key in row or "_smoothed_" in key for key in found)


def closed_formula(values, coeff):
    """Average n is the sum of all values so far, each with its weight times the coefficients of those after it.

    The coefficient of value n is ``coeff * (1 - 0.9 ** n)``, that of the first 0.
    """
    coefficients = [coeff * (1 - 0.9 ** number) for number in range(len(values))]
    return [sum((1 - coefficients[index]) * values[index] * math.prod(coefficients[index + 1:last + 1])
                for index in range(last + 1)) for last in range(len(values))]


def test_the_first_average_is_the_first_value():
    kept = Kept()
    SmoothingFilter(kept, "return", 0.99).write({"return": 500.0, "loss": 1.0})
    assert kept.rows == [{"return": 500.0, "return_smoothed_0.99": 500.0, "loss": 1.0}]


def test_the_coefficient_comes_from_0_with_a_warm_up_of_10():
    kept = Kept()
    smoothing = SmoothingFilter(kept, "x", 0.5)
    for value in (10.0, 20.0, 40.0):
        smoothing.write({"x": value})
    first, second = 10.0, 0.05 * 10.0 + 0.95 * 20.0
    assert [row["x_smoothed_0.5"] for row in kept.rows] == pytest.approx([first, second, 0.095 * second + 0.905 * 40.0])


def test_statistics_of_one_dump():
    kept = Kept()
    aggregate = AggregateFilter(kept, "return")
    returns = [3.0, 1.0, 8.0, 2.0]
    for number, value in enumerate(returns):
        aggregate.write({"episode_return": np.array(value), "steps": 10 * number})
    aggregate.dump()
    assert kept.rows == [{"steps": 30, "episode_return_mean": 3.5, "episode_return_std": statistics.pstdev(returns),
                          "episode_return_median": 2.5, "episode_return_max": 8.0, "episode_return_min": 1.0}]


def test_numbers_beyond_what_a_sum_can_hold_have_a_mean():
    kept = Kept()
    aggregate = AggregateFilter(kept, "x")
    aggregate.write({"x": 1.6e308})
    aggregate.write({"x": 1.2e308})
    aggregate.dump()
    assert kept.rows[0]["x_mean"] == pytest.approx(1.4e308) and kept.rows[0]["x_std"] == pytest.approx(2e307)


# What the article's filters did

def test_rows_with_different_keys_do_not_mix_metrics():
    kept = Kept()
    aggregate = AggregateFilter(kept, ".*")
    aggregate.write({"n": 1000, "return": 1})
    aggregate.write({"return": 3})
    aggregate.dump()
    assert kept.rows[0]["n_mean"] == 1000 and kept.rows[0]["return_mean"] == 2


def test_an_empty_dump_does_not_raise():
    kept = Kept()
    AggregateFilter(kept, "return").dump()
    assert kept.rows == []


def test_an_error_does_not_poison_what_comes_after():
    class Fails(Kept):
        def write(self, data):
            Kept.write(self, data)
            if len(self.rows) == 1:
                raise OSError("full")

    kept = Fails()
    aggregate = AggregateFilter(kept, "return")
    aggregate.write({"return": 1.0})
    with pytest.raises(OSError):
        aggregate.dump()
    aggregate.write({"return": 5.0})
    aggregate.dump()
    assert kept.rows[1]["return_mean"] == 5.0


def test_no_reference_to_the_callers_arrays_is_kept():
    kept = Kept()
    aggregate = AggregateFilter(kept, "return")
    image, returned = np.zeros(3), np.array(1.0)
    aggregate.write({"image": image, "return": returned})
    image += 7
    returned += 7
    aggregate.dump()
    assert list(kept.rows[0]["image"]) == [0, 0, 0] and kept.rows[0]["return_mean"] == 1.0


def test_one_nan_does_not_stick():
    kept = Kept()
    smoothing = SmoothingFilter(kept, "return", 0.9)
    for value in (1.0, math.nan, 3.0):
        smoothing.write({"return": value})
    assert "return_smoothed_0.9" not in kept.rows[1]
    assert kept.rows[2]["return_smoothed_0.9"] == pytest.approx(0.09 * 1.0 + 0.91 * 3.0)


@pytest.mark.parametrize("value", [None, "high", [1, 2], {}, np.zeros(2), object()])
def test_what_is_no_number_does_not_crash_the_smoothing(value):
    kept = Kept()
    SmoothingFilter(kept, "return", 0.9).write({"return": value})
    assert kept.rows == [{"return": value}]


def test_close_without_dump_loses_nothing():
    kept = Kept()
    aggregate = AggregateFilter(SmoothingFilter(kept, "mean", 0.9), "return")
    aggregate.write({"return": 2.0})
    aggregate.close()
    assert kept.rows[0]["return_mean"] == 2.0 and kept.closed == 1


def test_nothing_is_kept_for_the_exit_once_it_is_dumped():
    aggregate = AggregateFilter(Kept(), "return")
    aggregate.write({"return": 1.0})
    assert aggregate.dump in ending._flushes
    aggregate.dump()
    assert aggregate.dump not in ending._flushes


def test_where_the_row_stands_is_kept_beside_its_statistics():
    kept = Kept()
    aggregate = AggregateFilter(kept, ".")
    for number in (1, 2):
        aggregate.write({"steps": number, "eval_episodes": number, "return": number})
    aggregate.dump()
    assert (kept.rows[0]["steps"], kept.rows[0]["eval_episodes"], kept.rows[0]["steps_mean"]) == (2, 2, 1.5)
    assert "return" not in kept.rows[0]


def test_a_variable_that_the_learner_goes_on_to_change_is_copied():
    class Variable:
        def __init__(self):
            self.values = [1, 2]

        def numpy(self):
            return np.array(self.values)

    kept, variable = Kept(), Variable()
    aggregate = AggregateFilter(kept, "return")
    aggregate.write({"weights": variable})
    variable.values[:] = [9, 9]
    aggregate.dump()
    assert kept.rows[0]["weights"].values == [1, 2]
