"""neptune_writer.trackers.series: what rows are to a tracker."""
from neptune_writer.points.rows import Placed
from neptune_writer.trackers.series import Points, columns, row


def placed(x, key="run-7", time=None, **values):
    return Placed(x, float(x) if time is None else time, values, "", key, 0, None, False, None)


def test_no_rows_are_no_series():
    assert columns([]) == {}


def test_each_metric_has_the_rows_it_was_in():
    points = columns([row(placed(10, a=1, b=2)), row(placed(20, a=3))])
    assert points == {"a": Points([1.0, 3.0], [10, 20], [10.0, 20.0]), "b": Points([2.0], [10], [10.0])}
    assert list(points) == ["a", "b"]


def test_numbers_that_are_not_finite_stay_in_the_journal_unless_the_tracker_takes_them():
    both = placed(1, loss="NaN", gain=5), placed(2, loss="-Infinity")
    assert [row(one).values for one in both] == [{"gain": 5}, {}]
    first, second = [row(one, takes_non_finite=True) for one in both]
    assert first.values["loss"] != first.values["loss"] and second.values == {"loss": -float("inf")}


def test_a_row_has_the_same_key_whenever_it_is_sent_and_another_row_at_its_place_another():
    one = row(placed(1, loss=1.0))
    assert one.key == row(placed(1, loss=1.0)).key == row(placed(5, time=1.0, loss=1.0)).key
    assert len({one.key, row(placed(1, key="run-8", loss=1.0)).key, row(placed(1, time=2.0, loss=1.0)).key,
                row(placed(1, gain=1.0)).key}) == 4
