"""The logarithmic axis of the page: round labels over any values, and a note where there is nothing to show."""
import re

import pytest
from report_runs import write_journal
from shown_report import drawn

pytest_plugins = "report_pages"
LABELS = "name => report.panels.get(name).chart.axes[1]._values.filter(text => text)"
HEIGHTS = """name => { const {axes, valToPos} = report.panels.get(name).chart;
    return axes[1]._splits.map(split => valToPos(split, "y")); }"""
VALUES = {
    "episode_return": [9.3, 21.0, 120.0, 87.5],  # CartPole
    "learning_rate": [1.01e-3, 9.9e-4, 1.08e-3, 1.02e-3],
    "loss": [2.61e-4, 0.7, 18.279177, 1000.0],
    "std": [0.996, 0.999, 1.001, 1.004],
    "kl": [6.771087868173709e-08, 3e-6, 2.1e-5, 4.4e-5],
    "value_loss": [210.0, 240.0, 262.0, 278.3398132324219],
    "steps_per_second": [27138.0] * 4,
    "parameters": [1e-9, 1e-3, 1e3, 1e12],
    "edges": [5e-324, 1.0, 2.0, 1.7976931348623157e308]}
NOTHING = {"DeltaLossPi": [-0.02, -0.03, -0.01, -2.0], "n_updates": [0.0] * 4}


@pytest.fixture
def logarithmic(show, tmp_path):
    """A page with these values of metrics, after a tick at ``log y``; nothing may be said on its console."""
    def logarithmic(**metrics):
        rows = zip(*([(name, value) for value in values] for name, values in metrics.items()))
        write_journal(tmp_path / "runs" / "neptune-1.jsonl", *((n, dict(row)) for n, row in enumerate(rows)))
        page = show()
        page.get_by_text("log y").click()
        return page
    return logarithmic


def number(label):
    return float(label.rstrip("kMGT").replace("−", "-").replace(",", "")) * {
        "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}.get(label[-1], 1)


@pytest.mark.slow
def test_labels_are_round_differ_and_stand_where_they_say(logarithmic):
    page = logarithmic(**VALUES)
    for name, values in VALUES.items():
        page.locator("[data-metric=%s]" % name).scroll_into_view_if_needed()
        assert [y for _, y in drawn(page, name)["ppo"]] == values
        labels, heights = page.evaluate(LABELS, name), page.evaluate(HEIGHTS, name)
        assert len(labels) == len(heights) == len(set(labels)) >= 2, name
        for label in labels:
            digits = re.sub(r"e.*|\D", "", label).strip("0")
            assert 1 <= len(digits) <= 3, (name, labels)
        gaps = [below - above for below, above in zip(heights, heights[1:])]
        assert min(gaps) > 12, "labels of %s that cover one another: %s" % (name, labels)
        at = page.evaluate("([name, ys]) => ys.map(y => report.panels.get(name).chart.valToPos(y, 'y'))",
                           [name, list(map(number, labels))])
        assert at == pytest.approx(heights, abs=0.01), name


@pytest.mark.slow
@pytest.mark.parametrize("name", NOTHING)
def test_a_chart_without_a_positive_value_says_so(logarithmic, name):
    page = logarithmic(loss=VALUES["loss"], **{name: NOTHING[name]})
    drawn(page, "loss")
    panel = page.locator("[data-metric=%s]" % name)
    assert panel.locator(".note").inner_text() == "no value above zero"
    assert panel.locator("canvas").count() == 0
    page.get_by_text("log y").click()
    assert [y for _, y in drawn(page, name)["ppo"]] == NOTHING[name] and panel.locator(".note").is_hidden()


def test_zeros_among_others_are_left_out(logarithmic):
    page = logarithmic(loss=[0.0, 10.0, 0.0, 20.0])
    drawn(page, "loss")
    assert page.evaluate("[...report.panels.get('loss').chart.data[1][1]]") == [None, 10, None, 20]
    assert page.evaluate(LABELS, "loss") == ["10", "15", "20"]


@pytest.mark.slow
def test_a_stretch_without_a_positive_value_says_so(logarithmic):
    page = logarithmic(loss=[-1.0, -2.0, 3.0, 4.0])
    drawn(page, "loss")
    box = page.locator(".u-over").bounding_box()
    page.mouse.move(box["x"] + 2, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 30, steps=4)
    page.mouse.up()
    page.locator(".note").wait_for(state="visible")
    page.locator("#whole").click()
    assert drawn(page, "loss") and page.locator(".note").is_hidden()
