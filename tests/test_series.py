"""neptune_writer.series: rows to points, whose steps rise however often the framework starts again."""
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from neptune_writer.axis import Axis
from neptune_writer.series import Points, Series, columns


def rows_of(steps, restarts=(), rewinds=()):
    """Rows with the segments that the writer gives them.

    ``restarts``: numbers of those where the steps begin anew; ``rewinds``: of those that go on from a checkpoint.
    """
    axis, rows = Axis(), []
    for number, step in enumerate(steps):
        if number in restarts:
            axis.begin_segment()
        if number in rewinds:
            axis.rewind()
        mark = axis.advance({"loss": 1.0}, step)
        rows.append({"t": float(number), "step": step, "segment": axis.segment, "values": {"loss": float(number)},
                     "offset": 100 * number})
        if mark is not None:
            rows[-1][mark] = True
    return rows


def rewinds_in(records):
    """What `reading.rewinds` finds."""
    return [(record["offset"], record.get("stream", ""), record["step"]) for record in records if record.get("rewind")]


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


@pytest.mark.parametrize("steps, rewinds, live, whole", [
    ([1, 2, 3, 4], [], "0123", "0123"),
    ([1, 2, 3, 2, 3, 4], [3], "0125", "0345"),  # from the checkpoint of step 1
    ([1, 2, 1, 2, 3], [2], "014", "234"),  # from none
    ([10, 20, 30, 20], [3], "012", "03"),  # and no further yet
    ([1, 2, 3, 3, 4], [3], "0124", "0134"),
    ([1, 2, 3, 2, 1, 2, 3, 4], [3, 4], "0127", "4567"),  # twice
    ([1, 2, 5, 6], [2], "0123", "0123"),  # on, as from the checkpoint of another trial
])
def test_rows_behind_a_checkpoint_stand_where_they_stand(steps, rewinds, live, whole):
    """``live``: the rows that a tracker gets that had those before; ``whole``: that is sent all later. By number."""
    records = rows_of(steps, rewinds=rewinds)
    got = [Series().rows(records, "run", rewinds=known) for known in ((), rewinds_in(records))]
    assert ["".join("%d" % row.time for row in rows) for rows in got] == [live, whole]
    assert all(row.step == steps[int(row.time)] for rows in got for row in rows)


def test_a_second_row_of_a_step_that_is_left_out_is_left_out_too():
    again = [dict(record, offset=record["offset"] + 1) for record in rows_of([1, 2, 2, 3], rewinds=[2])]
    again.insert(3, dict(again[2], offset=201, values={"return": 1.0}))
    del again[3]["rewind"]
    assert [row.time for row in Series().rows(again, "run")] == [0.0, 1.0, 3.0]


def test_metrics_of_one_step_in_two_rows_share_their_x():
    axis = Axis()
    for metrics in ({"loss": 1}, {"return": 2}):
        axis.advance(metrics, 1000)
    assert (axis.step, axis.segment) == (1000, 0)


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
    assert xs(rows_of([100, 200, 300, 400]), below=lambda stream: 300) == [100, 200]


@settings(derandomize=True)
@given(some.lists(some.integers(-5, 50), max_size=40), some.integers(0, 40), some.sets(some.integers(0, 40)),
       some.sets(some.integers(0, 40)))
def test_steps_always_rise_and_a_restart_between_two_batches_changes_nothing(steps, cut, restarts, rewinds):
    rows = rows_of(steps, restarts, rewinds)
    whole = xs(rows)
    assert all(before < after for before, after in zip(whole, whole[1:]))
    first = Series()
    before = first.rows(rows[:cut], "run")
    after = Series(first.state()).rows(rows[cut:], "run")
    assert [row.step for row in before + after] == whole


@settings(derandomize=True)
@given(some.lists(some.tuples(some.sampled_from(["", "learner", "train"]), some.integers(-5, 50)), max_size=40),
       some.integers(0, 40))
def test_each_stream_of_a_run_has_the_x_it_would_have_alone(rows, cut):
    records = []
    for stream in {name for name, _ in rows}:
        own = iter(rows_of([step for name, step in rows if name == stream]))
        records += [(number, dict(next(own), stream=stream)) for number, (name, _) in enumerate(rows) if name == stream]
    records = [record for _, record in sorted(records, key=lambda pair: pair[0])]
    first = Series()
    found = first.rows(records[:cut], "run")
    found += Series(json.loads(json.dumps(first.state()))).rows(records[cut:], "run")
    for stream in {name for name, _ in rows}:
        alone = xs(rows_of([step for name, step in rows if name == stream]))
        assert [row.step for row in found if row.stream == stream] == alone


def test_a_cursor_of_a_run_without_streams_is_what_it_always_was():
    series = Series()
    series.rows(rows_of([512, 512]), "run")
    assert series.state() == {"segment": 1, "step": 512, "base": 0, "last": 513, "at": 513, "behind": False}
