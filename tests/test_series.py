"""neptune_writer.series: rows to points, whose steps rise however often the framework starts again."""
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from neptune_writer.series import Series
from neptune_writer.writer import Writer


def rows_of(steps):
    """Rows with the segments that the writer gives them."""
    writer, rows = Writer("journal", True, {}), []
    for number, step in enumerate(steps):
        writer._advance(step, {"loss": 1.0})
        rows.append({"t": float(number), "step": step, "segment": writer._segment, "values": {"loss": float(number)}})
    return rows


def xs(rows, state=None):
    points = Series(state).points(rows).get("loss")
    return points.steps if points else []


def test_no_rows_are_no_points():
    assert Series().points([]) == {}


@pytest.mark.parametrize("steps, expected", [
    ([1000, 2000, 3000], [1000, 2000, 3000]),
    ([0, 1, 2], [0, 1, 2]),
    ([-2, -1], [-2, -1]),
    ([0.5, 1.5], [0.5, 1.5]),
    ([512, 1024, 512, 1024], [512, 1024, 1536, 2048]),  # learn() again
    ([100, 0, 10], [100, 101, 111]),  # again, from zero
    ([1000, 1000, 2000, 3000], [1000, 1001, 2000, 3000]),  # a repeat is no restart
    ([1, 1, 1, 2, 3], [1, 2, 3, 4, 5]),
    ([1, 2, 1, 2, 1, 2], [1, 2, 3, 4, 5, 6]),
])
def test_x_carries_on_where_steps_start_again(steps, expected):
    assert xs(rows_of(steps)) == expected


def test_metrics_of_one_step_in_two_rows_share_their_x():
    writer = Writer("journal", True, {})
    for names in ({"loss": 1}, {"return": 2}):
        writer._advance(1000, names)
    assert writer._segment == 0


def test_each_metric_has_the_rows_it_was_in():
    rows = [{"t": 1.0, "step": 10, "segment": 0, "values": {"a": 1, "b": 2}},
            {"t": 2.0, "step": 20, "segment": 0, "values": {"a": 3}}]
    points = Series().points(rows)
    assert list(points) == ["a", "b"]
    assert points["a"] == ([1, 3], [10, 20], [1.0, 2.0])
    assert points["b"] == ([2], [10], [1.0])


def test_numbers_that_are_not_finite_stay_in_the_journal():
    rows = [{"t": 1.0, "step": 1, "segment": 0, "values": {"loss": "NaN", "return": 5}},
            {"t": 2.0, "step": 2, "segment": 0, "values": {"loss": 1.0}}]
    points = Series().points(rows)
    assert points["loss"] == ([1.0], [2], [2.0])
    assert points["return"] == ([5], [1], [1.0])


@settings(derandomize=True)
@given(some.lists(some.integers(-5, 50), max_size=40), some.integers(0, 40))
def test_steps_always_rise_and_a_restart_between_two_batches_changes_nothing(steps, cut):
    rows = rows_of(steps)
    whole = xs(rows)
    assert all(before < after for before, after in zip(whole, whole[1:]))
    first = Series()
    before = first.points(rows[:cut])
    after = Series(first.state()).points(rows[cut:])
    halves = [points["loss"].steps for points in (before, after) if "loss" in points]
    assert sum(halves, []) == whole
