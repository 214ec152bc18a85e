"""neptune_writer.series: rows to points, whose steps rise however often the framework starts again."""
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from neptune_writer.series import Points, Series, columns
from neptune_writer.writer import Writer


def rows_of(steps, restarts=()):
    """Rows with the segments that the writer gives them; ``restarts``: numbers of those where the steps begin anew."""
    writer, rows = Writer("journal", True, {}), []
    for number, step in enumerate(steps):
        begins_anew = number in restarts and number > 0
        writer._advance(step, {"loss": 1.0}, begins_anew)
        rows.append({"t": float(number), "step": step, "segment": writer._segment, "values": {"loss": float(number)},
                     "offset": 100 * number})
        if begins_anew:
            rows[-1]["restart"] = True
    return rows


def xs(records, **how):
    return [row.step for row in Series().rows(records, "run", **how)]


def test_no_records_are_no_rows():
    assert Series().rows([], "run") == [] and columns([]) == {}


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


@pytest.mark.parametrize("steps, expected", [
    ([512, 512], [512, 1024]),  # learn(512) twice
    ([480, 500], [480, 980]),  # the first row of the second time lies beyond the last one of the first
    ([100, 0], [100, 101]),
    ([100, 50, 100], [100, 150, 200]),
])
def test_x_carries_on_where_a_row_says_that_steps_begin_anew(steps, expected):
    assert xs(rows_of(steps, restarts=[1])) == expected


def test_metrics_of_one_step_in_two_rows_share_their_x():
    writer = Writer("journal", True, {})
    for names in ({"loss": 1}, {"return": 2}):
        writer._advance(1000, names)
    assert writer._segment == 0


def record(step, **values):
    return {"t": float(step), "step": step, "segment": 0, "values": values, "offset": 7 * step}


def test_each_metric_has_the_rows_it_was_in():
    points = columns(Series().rows([record(10, a=1, b=2), record(20, a=3)], "run"))
    assert points == {"a": Points([1.0, 3.0], [10, 20], [10.0, 20.0]), "b": Points([2.0], [10], [10.0])}
    assert list(points) == ["a", "b"]


def test_numbers_that_are_not_finite_stay_in_the_journal_unless_the_tracker_takes_them():
    records = [record(1, loss="NaN", gain=5), record(2, loss="-Infinity")]
    assert [row.values for row in Series().rows(records, "run")] == [{"gain": 5}, {}]
    first, second = Series().rows(records, "run", takes_non_finite=True)
    assert first.values["loss"] != first.values["loss"] and second.values == {"loss": -float("inf")}


def test_each_row_has_a_key_of_its_own_that_is_the_same_whenever_it_is_sent():
    records = rows_of([1, 2, 1, 2])
    keys = [row.key for row in Series().rows(records, "run")]
    assert len(set(keys)) == 4 and keys == [row.key for row in Series().rows(records, "run")]
    assert not set(keys) & {row.key for row in Series().rows(records, "another")}


def test_rows_that_another_journal_supersedes_are_left_out():
    assert xs(rows_of([100, 200, 300, 400]), below=300) == [100, 200]


@settings(derandomize=True)
@given(some.lists(some.integers(-5, 50), max_size=40), some.integers(0, 40), some.sets(some.integers(0, 40)))
def test_steps_always_rise_and_a_restart_between_two_batches_changes_nothing(steps, cut, restarts):
    rows = rows_of(steps, restarts)
    whole = xs(rows)
    assert all(before < after for before, after in zip(whole, whole[1:]))
    first = Series()
    before = first.rows(rows[:cut], "run")
    after = Series(first.state()).rows(rows[cut:], "run")
    assert [row.step for row in before + after] == whole
