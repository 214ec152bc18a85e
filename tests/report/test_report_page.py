"""The page in a real browser: opened from the disk, with no network."""
import math
import struct

import pytest
from report_runs import write_journal, write_spinningup
from shown_report import choose, drawn

pytest_plugins = "report_pages"
HOSTILE = "<img src=x onerror=document.title='caught'>"
POINTS = "async name => (await report.pointsOf(report.data.index.metrics.findIndex(metric => metric.name === name)))" \
         ".map(one => [one.run, [...one.steps], [...one.values].map(String)])"


# Numbers

def test_every_number_in_the_page_is_the_journals_to_the_last_bit(show, tmp_path):
    values = [0.1 + 0.2, 1 / 3, -5e-324, 1.7976931348623157e308, math.nan, math.inf, -math.inf, 0.0, 12345678.12345678]
    write_journal(tmp_path / "runs" / "neptune-1.jsonl", *[(7 * n, {"loss": value}) for n, value in enumerate(values)])
    (run, steps, found), = show().evaluate(POINTS, "loss")
    assert steps == [7 * n for n in range(len(values))]
    as_bits = [struct.pack("d", float(text.replace("Infinity", "inf"))) for text in found]
    assert as_bits == [struct.pack("d", value) for value in values]


def test_metrics_that_come_in_some_rows_keep_their_steps(show, tmp_path):
    write_journal(tmp_path / "runs" / "neptune-1.jsonl", *[(n, {"a": n} if n % 3 else {"a": n, "b": -n})
                                                           for n in range(10)])
    page = show()
    assert page.evaluate(POINTS, "b") == [[0, [0, 3, 6, 9], ["0", "-3", "-6", "-9"]]]
    assert page.evaluate(POINTS, "a")[0][1] == list(range(10))


def test_runs_that_are_packed_together_keep_their_own_rows(show, tmp_path, monkeypatch):
    monkeypatch.setattr("scripts.report.contents.TOGETHER", 9)
    many = [3, 0, 5, 4, 12, 1]
    for run, rows in enumerate(many):
        lines = [(n + 10 * run, {"a": n} if n % 2 else {"a": n, "b": -n}) for n in range(rows)]
        write_journal(tmp_path / f"runs/{run}/neptune-1.jsonl", *lines, run=str(run))
    page = show()
    assert page.evaluate("report.data.index.runs.map(run => [run.pack, run.first])") == [
        [0, 0], [0, 3], [0, 3], [1, 0], [2, 0], [3, 0]]
    for name, kept in (("a", [list(range(rows)) for rows in many]), ("b", [list(range(0, rows, 2)) for rows in many])):
        sign = "-" if name == "b" else ""
        assert page.evaluate(POINTS, name) == [
            [run, [n + 10 * run for n in own], [sign * (n > 0) + str(n) for n in own]]
            for run, own in enumerate(kept) if own]


def test_a_long_series_is_reduced_and_its_spike_is_there(show, tmp_path, monkeypatch):
    monkeypatch.setattr("scripts.report.contents.BUDGET", 500)
    monkeypatch.setattr("scripts.report.contents.contents.__defaults__", (500,))
    rows = [(n, {"loss": 777.0 if n == 4321 else 1.0}) for n in range(9000)]
    write_journal(tmp_path / "runs" / "neptune-1.jsonl", *rows)
    page = show()
    (_, steps, values), = page.evaluate(POINTS, "loss")
    assert len(steps) <= 500 and values[steps.index(4321)] == "777"
    assert page.inner_text(".reduced") == "reduced"


# What is drawn

@pytest.mark.slow
def test_runs_of_a_group_are_a_mean_with_a_band_and_single_ones_on_demand(show, runs):
    page = show()
    assert list(drawn(page, "EpRet")) == ["lr=0.01", "lr=0.1"]
    assert drawn(page, "EpRet")["lr=0.1"] == [(100 * n, pytest.approx(n * 10 + 2.1)) for n in range(20)]
    band = page.evaluate("report.panels.get('EpRet').chart.curves.map(curve => [curve.low[3], curve.high[3]])")
    assert band[1] == [pytest.approx(30.1), pytest.approx(34.1)]  # a deviation of 2
    choose(page, "runs")
    assert drawn(page, "EpRet")["lr=0.01 seed 1"][2] == (200, 24.01) and len(drawn(page, "EpRet")) == 4


def test_a_band_of_extremes_is_as_wide_as_the_runs(show, runs):
    page = show()
    choose(page, "min/max")
    drawn(page, "EpRet")
    band = page.evaluate("report.panels.get('EpRet').chart.curves.map(curve => [curve.low[3], curve.high[3]])")
    assert band[1] == [pytest.approx(30.1), pytest.approx(34.1)]


def test_a_mean_is_over_the_runs_that_have_got_so_far(show, tmp_path):
    for seed, last in ((0, 4), (1, 2)):
        write_journal(tmp_path / "runs" / ("neptune-%d.jsonl" % seed), *[(n, {"loss": seed}) for n in range(last + 1)],
                      run=str(seed), config={"seed": seed})
    page = show()
    assert [y for _, y in drawn(page, "loss")["ppo"]] == [0.5, 0.5, 0.5, 0, 0]
    assert page.evaluate("[...report.panels.get('loss').chart.curves[0].counts]") == [2, 2, 2, 1, 1]


def test_smoothing_is_the_running_average_with_a_warm_up(show, tmp_path):
    values = [5.0, 1.0, math.nan, 4.0, 2.0, 8.0]
    write_journal(tmp_path / "runs" / "neptune-1.jsonl", *[(n, {"loss": value}) for n, value in enumerate(values)])
    page = show()
    page.locator("#smoothing").fill("0.8")
    expected, average, coefficient = [], 0.0, 0.0
    for value in values:
        if math.isfinite(value):
            average = coefficient * average + (1 - coefficient) * value
            coefficient = 0.9 * coefficient + 0.1 * 0.8
            expected.append(average)
    found = [y for _, y in drawn(page, "loss")["ppo"] if y is not None and math.isfinite(y)]
    assert found == pytest.approx(expected) and page.inner_text("#smoothed") == "0.8"


def test_x_is_steps_wall_time_or_row(show, runs):
    page = show()
    choose(page, "runs")
    for name, expected in (("steps", 300), ("time", 4.5), ("row", 3)):
        choose(page, name)
        assert drawn(page, "EpRet")["lr=0.1 seed 0"][3] == (expected, 30.1)


def test_a_logarithmic_axis_leaves_out_what_it_cannot_show(show, tmp_path):
    write_journal(tmp_path / "runs" / "neptune-1.jsonl", (0, {"loss": 0}), (1, {"loss": 1}), (2, {"loss": 1000}))
    page = show()
    page.get_by_text("log y").click()
    drawn(page, "loss")
    scale = page.evaluate("(({min, max, distr}) => [min, max, distr])(report.panels.get('loss').chart.scales.y)")
    assert 0 < scale[0] <= 1 and 1000 <= scale[1] < 2000 and scale[2] == 3


@pytest.mark.slow
def test_a_stretch_that_is_selected_is_shown_in_all_charts(show, runs):
    page = show()
    drawn(page, "EpRet")
    box = page.locator("[data-metric=EpRet] .u-over").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 30, steps=4)
    page.mouse.up()
    drawn(page, "loss")
    low, high = page.evaluate("(({min, max}) => [min, max])(report.panels.get('loss').chart.scales.x)")
    assert low == pytest.approx(475, abs=30) and high == pytest.approx(950, abs=30)
    page.locator("[data-metric=EpRet] .u-over").dblclick()
    drawn(page, "loss")
    assert page.evaluate("report.panels.get('loss').chart.scales.x.max") == 1900


def test_the_episode_return_comes_first_and_search_finds_metrics(show, runs):
    page = show()
    names = "found => found.map(one => one.dataset.metric)"
    assert page.eval_on_selector_all(".panel", names) == ["EpRet", "loss", "time/fps"]
    page.locator("#search").fill("FP ti")
    assert page.eval_on_selector_all(".panel", names) == ["time/fps"]
    page.locator("#search").fill("nothing like that")
    assert page.inner_text("main") == "No metric is called that."


# For everyone

@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_follows_the_theme_of_the_system_and_changes_on_demand(show, runs, theme):
    page = show(theme)
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator("#theme").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before


@pytest.mark.slow
def test_the_cursor_says_what_stands_there_with_mouse_and_keys(show, runs):
    page = show()
    drawn(page, "EpRet")
    page.locator("[data-metric=EpRet] .u-over").hover()
    assert "lr=0.1" in page.inner_text("#tip") and "n=2" in page.inner_text("#tip")
    page.mouse.move(5, 5)
    assert page.locator("#tip").is_hidden()
    page.locator("[data-metric=loss]").focus()
    page.keyboard.press("ArrowRight")
    assert "steps" in page.inner_text("#tip")


def test_every_control_has_a_name(show, runs):
    page = show()
    nameless = """() => [...document.querySelectorAll("button, input, select, [tabindex='0']")].filter(one =>
        !(one.getAttribute("aria-label") || one.textContent.trim() || one.labels?.length)).map(one => one.outerHTML)"""
    assert page.evaluate(nameless) == []


# Nothing in a name is ever executed

def test_names_and_configs_that_are_programs_are_only_shown(show, tmp_path):
    end = "</script><script>document.title='caught'</script>"
    for seed in (0, 1):
        write_journal(tmp_path / "runs" / ("neptune-%d.jsonl" % seed), (1, {HOSTILE: 1.0}), (2, {HOSTILE: 2.0}),
                      name=HOSTILE, group="%s%d" % (HOSTILE, seed), run=HOSTILE + str(seed),
                      config={"seed": seed, HOSTILE: HOSTILE + str(seed), "end": end, "link": "javascript:alert(1)"})
    write_spinningup(tmp_path / "runs" / "x onerror=alert(1)", seed=0, exp_name=end)
    page = show(title=end)
    drawn(page, HOSTILE)
    page.locator("[data-metric*=img] .u-over").hover()
    page.locator("button.name").first.click()
    assert page.title() == end and page.locator("#about").is_visible()
    assert page.locator("img").count() == 0 and page.locator("script:not([type])").count() == 1
    assert HOSTILE in page.inner_text("main") and HOSTILE in page.inner_text("#runs") and end in page.inner_text("h1")


def test_what_could_not_be_read_is_named_in_the_page(show, runs):
    (runs / "neptune-broken.jsonl").write_text(HOSTILE)
    page = show()
    page.locator("#problems summary").click()
    assert page.inner_text("#problems summary") == "4 files read, 1 not read"
    path, outcome, why = page.locator("#problems [role=cell]").all_inner_texts()
    assert path.endswith("neptune-broken.jsonl") and (outcome, why) == ("not read", "not a journal")


def test_what_others_tell_too_is_nothing_to_warn_of(show, runs):
    """A patched framework leaves its table beside the journal."""
    (runs / "progress.csv").write_text("total_timesteps,loss\n1,1\n")
    assert not show().locator("#problems").is_visible()
