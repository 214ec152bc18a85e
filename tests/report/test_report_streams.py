"""Runs whose metrics have several x axes, as Acme's: a learner's steps are not those of an evaluation."""
import json

import pytest
from report_runs import index_of, read, report, write_journal
from shown_report import choose, drawn

pytest_plugins = "report_pages"
AXIS = "name => (({min, max}) => [min, max])(report.panels.get(name).chart.scales.x)"
LABEL = "name => report.panels.get(name).chart.axes[0].label ?? ''"


@pytest.fixture
def acme(tmp_path):
    """A learner of 50 steps beside a loop of 5,000."""
    rows = [(step, {"%s/%s" % (stream, name): float(step)}) for n in range(1, 51) for stream, name, step in (
        ("learner", "loss", n), ("train_loop", "episode_return", 100 * n))]
    path = write_journal(tmp_path / "runs" / "neptune-1.jsonl", *rows, framework="acme")
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    for line in lines:
        line.update({"stream": next(iter(line["values"])).split("/")[0]} if "values" in line else {})
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def drag(page, name, first, last):
    """Select a stretch of a chart, given as parts of its width."""
    box = page.locator("[data-metric='%s'] .u-over" % name).bounding_box()
    page.mouse.move(box["x"] + box["width"] * first, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * last, box["y"] + 30, steps=4)
    page.mouse.up()


def test_a_journal_tells_whose_steps_are_the_x_of_a_metric(acme, tmp_path):
    run, = read(acme)[0]
    assert run.clocks == {"learner/loss": "learner", "train_loop/episode_return": "train_loop"}
    report(acme, "-o", tmp_path / "r.html")
    units = [metric["unit"] for metric in index_of(tmp_path / "r.html")["metrics"]]
    assert units == ["train_loop steps", "learner steps"]


@pytest.mark.slow
def test_each_chart_says_what_its_steps_are(show, acme):
    page = show()
    drawn(page, "learner/loss")
    assert page.evaluate(LABEL, "learner/loss") == "learner steps"
    assert page.evaluate(LABEL, "train_loop/episode_return") == "train_loop steps"
    page.locator("[data-metric='learner/loss'] .u-over").hover()
    assert page.inner_text("#tip p").startswith("learner steps 2")
    choose(page, "time")
    drawn(page, "learner/loss")
    assert page.evaluate(LABEL, "learner/loss") == ""


@pytest.mark.slow
def test_a_run_of_one_axis_says_what_it_is(show, runs):
    page = show()
    drawn(page, "EpRet")
    assert page.evaluate(LABEL, "EpRet") == "steps, as logged" and page.locator("#curves").is_visible()


@pytest.mark.slow
def test_a_stretch_of_one_streams_steps_is_none_of_anothers(show, acme):
    page = show()
    drawn(page, "learner/loss")
    drag(page, "train_loop/episode_return", 0.5, 0.75)
    drawn(page, "learner/loss")
    assert page.evaluate(AXIS, "learner/loss") == [1, 50]
    assert page.evaluate(AXIS, "train_loop/episode_return") == [pytest.approx(2550, abs=60),
                                                                pytest.approx(3775, abs=60)]
    choose(page, "time")
    drag(page, "train_loop/episode_return", 0.5, 0.75)
    drawn(page, "learner/loss")
    assert page.evaluate(AXIS, "learner/loss")[0] > 40  # of the hundred seconds that both have


@pytest.mark.slow
def test_what_was_selected_is_undone_by_a_button_that_is_there_then(show, acme):
    page = show()
    drawn(page, "train_loop/episode_return")
    assert page.locator("#whole").is_hidden()
    drag(page, "train_loop/episode_return", 0.5, 0.75)
    page.locator("#whole").click()
    drawn(page, "train_loop/episode_return")
    assert page.evaluate(AXIS, "train_loop/episode_return") == [100, 5000] and page.locator("#whole").is_hidden()


@pytest.mark.slow
def test_the_cursor_is_in_charts_of_the_same_axis_alone(show, acme):
    page = show()
    drawn(page, "learner/loss")
    page.locator("[data-metric='train_loop/episode_return'] .u-over").hover()
    left = "name => report.panels.get(name).chart.cursor.left"
    assert page.evaluate(left, "train_loop/episode_return") > 0 and page.evaluate(left, "learner/loss") < 0


@pytest.mark.slow
def test_a_single_run_has_no_choice_of_means(show, acme):
    page = show()
    assert page.locator("#curves").is_hidden() and page.locator("#band").is_hidden()
