"""neptune_writer.points: row after row it says what the whole run, looked at slowly, says; for any rows."""
import pytest
from points_reference import Reference
from random_runs import NAMES, run_of

from neptune_writer.points.growing import GrowingRun
from neptune_writer.points.rising import Rising
from neptune_writer.points.rows import RESUMED
from neptune_writer.points.whole import WholeRun


def series(placed):
    found = {}
    for one in placed:
        for metric, value in one.values.items():
            found.setdefault(metric, []).append((one.x, value))
    return found


def plain(found):
    """NaN is NaN, and 7 is 7.0."""
    return {metric: [(float(x), repr(value)) for x, value in points] for metric, points in found.items()}


def a_whole_run_is_what_the_reference_says(run):
    rows, user, how = run
    whole, reference = WholeRun(lambda: rows, NAMES, user, **how), Reference(rows, NAMES, user, **how)
    placed = list(whole.points())
    assert plain(series(placed)) == plain(reference.points())
    assert whole.superseded.count == reference.superseded()
    assert len({(one.key, one.x) for one in placed}) == len(placed)
    rising = Rising()
    for one in placed:
        rising.rows(one)
    assert not rising.left_out


def a_growing_run_is_the_whole_one_where_the_choice_stays(run):
    rows, user, how = run
    rows = [row for row in rows if row is not RESUMED]
    whole, growing, placed = WholeRun(lambda: rows, NAMES, user, **how), GrowingRun(NAMES, user, **how), []
    for row in rows:
        placed += growing.feed(row._replace(time=0.0))
        if growing.changed is not None:
            return  # what came before stands elsewhere
    placed += growing.finish()
    if growing.changed is None and growing.choice == whole.choice:
        placed = [one._replace(time=0.0) for one in placed]
        assert repr(placed) == repr([one._replace(time=0.0) for one in whole._placed()])


SAY = [a_whole_run_is_what_the_reference_says, a_growing_run_is_the_whole_one_where_the_choice_stays]
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
