"""The page says for each chart what its x is, and marks where a run started over or went on from a checkpoint."""
import pytest
from framework_files import X6, X7, events, labels, results, rows_of, table
from report_runs import index_of, report
from shown_report import choose, drawn

pytest_plugins = "report_pages"
LABEL = "name => report.panels.get(name).chart.axes[0].label ?? ''"
MARKS = "name => report.panels.get(name).chart.marks.map(one => [one.x, one.checkpoint])"
SB3 = ("time/total_timesteps", "loss")


def axes(folder, tmp_path):
    """{metric: what its x is} of the page of a folder."""
    report(folder, "-o", tmp_path / "r.html")
    return {metric["name"]: metric["x"] for metric in index_of(tmp_path / "r.html")["metrics"]}


@pytest.mark.parametrize("write, name, text", [
    (lambda folder: rows_of(folder, SB3, (64, 1), (128, 2)), "loss", "env steps, from time/total_timesteps"),
    (lambda folder: rows_of(folder, ("Epoch", "loss"), (1, 1), (2, 2), name="progress.txt", separator="\t"), "loss",
     "epochs, from Epoch"),
    (lambda folder: rows_of(folder, ("loss",), (1,), (2,)), "loss", "rows, counted"),
    (lambda folder: events(folder, [(1, 1.0), (2, 2.0)]), "a", "steps, as logged"),
    (lambda folder: results(folder, 1000, 2000), "ret", "env steps, from timesteps_total"),
    (lambda folder: table(folder, X7, "monitor.csv"), "monitor/episode_return", "env steps"),
    (lambda folder: labels(folder, learner=(("learner_steps", "loss"), (1, 1), (2, 1))), "learner/loss",
     "learner steps"),
])
def test_what_x_is(tmp_path, write, name, text):
    assert axes(write(tmp_path / "run"), tmp_path)[name] == text


def test_two_clocks_of_one_unit_share_their_zoom_and_cursor(tmp_path):
    """A monitor beside a table: both count the environment's steps."""
    folder = table(table(tmp_path / "run", X6), X7, "monitor.csv")
    report(folder, "-o", tmp_path / "r.html")
    assert {metric["unit"] for metric in index_of(tmp_path / "r.html")["metrics"]} == {"env steps"}


@pytest.mark.slow
def test_a_run_that_counts_something_else_is_not_drawn_over_the_others_and_that_is_said(show, tmp_path):
    for seed in (0, 1):
        rows_of(tmp_path / "runs" / ("run_%d" % seed), SB3, (1000, 1 + seed), (2000, 2 + seed))
    rows_of(tmp_path / "runs" / "run_2", ("epoch", "loss"), (1, 9), (2, 9))
    page = show()
    assert [len(points) for points in drawn(page, "loss").values()] == [2]
    assert page.evaluate(LABEL, "loss") == "env steps, from time/total_timesteps"
    told = page.locator("[data-metric=loss] .reduced")
    assert told.inner_text() == "1 run not drawn" and told.get_attribute("title").endswith("counts epochs")
    choose(page, "row")
    assert [y for _, y in list(drawn(page, "loss").values())[0]] == pytest.approx([4, 14 / 3])  # of all three
    assert told.inner_text() == ""


def test_steps_of_which_nobody_says_what_they_count_are_taken_for_those_of_the_others(tmp_path):
    rows_of(tmp_path / "runs" / "run_0", SB3, (1000, 1), (2000, 2))
    events(tmp_path / "runs" / "run_1", [(1000, 1.0), (2000, 2.0)], tag="loss")
    report(tmp_path / "runs", "-o", tmp_path / "r.html")
    metric, = [metric for metric in index_of(tmp_path / "r.html")["metrics"] if metric["name"] == "loss"]
    assert metric["unit"] == "env steps" and [entry[6] for entry in metric["entries"]] == ["", ""]


@pytest.mark.slow
def test_it_is_marked_where_a_run_went_on_from_a_checkpoint_or_began_anew(show, tmp_path):
    results(tmp_path / "runs" / "exp" / "trial", 1000, 2000, 3000, 2000, 3000, 4000)
    page = show()
    drawn(page, "ret")
    assert page.evaluate(MARKS, "ret") == [[2000, True]]
    box = page.locator("[data-metric=ret] .u-over").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 3, box["y"] + 20)
    assert page.inner_text("#tip p").endswith("exp restarted from a checkpoint")
    choose(page, "time")
    drawn(page, "ret")
    assert page.evaluate(MARKS, "ret") == []
    rows_of(tmp_path / "runs" / "trial" / "again", SB3, (10, 1), (20, 2), (10, 3), (20, 4))
    page = show()
    drawn(page, "loss")
    assert page.evaluate(MARKS, "loss") == [[30, False]]


@pytest.mark.slow
def test_a_mark_that_a_later_checkpoint_lies_before_is_none(show, tmp_path):
    results(tmp_path / "runs" / "trial", 1000, 2000, 3000, 2500, 3000, 1500, 2000)
    page = show()
    drawn(page, "ret")
    assert page.evaluate(MARKS, "ret") == [[1500, True]]


@pytest.mark.slow
def test_by_wall_time_points_are_in_the_order_of_their_times(show, tmp_path):
    """An evaluation of an earlier step comes later."""
    events(tmp_path / "runs", [(100, 1.0), (300, 3.0), (200, 2.0), (400, 4.0)])
    page = show()
    assert [x for points in drawn(page, "a").values() for x, _ in points] == [100, 200, 300, 400]
    choose(page, "time")
    assert list(drawn(page, "a").values()) == [[(0, 1), (1, 3), (2, 2), (3, 4)]]
