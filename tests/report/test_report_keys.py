"""Keys that JavaScript's own objects have are ordinary keys, metrics, runs and groups on the page (S31)."""
import numpy as np
import pytest
from shown_report import drawn

from scripts.report import page
from scripts.report.contents import contents
from scripts.runs.table import Run, Series

pytest_plugins = ["report_pages"]
KEYS = ["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf", "__defineGetter__", "isPrototypeOf"]
CELLS = """() => [...document.querySelectorAll('#runs tbody tr')].map(
    row => [...row.cells].map(cell => cell.textContent))"""
HEADS = "() => [...document.querySelectorAll('#runs thead button')].map(button => button.dataset.key)"
LISTED = "where => [...document.querySelectorAll(`${where} dt`)].map(one => one.textContent)"


def run(name, config, metrics=KEYS, group=None):
    series = {metric: Series(np.arange(2), np.array([1.0, 2.0]) + place) for place, metric in enumerate(metrics)}
    return Run(name, group or name, config, name, np.array([1.0, 2.0]), np.array([1.0, 2.0]), series)


@pytest.fixture
def show(chromium, tmp_path):
    """Opens a page of these runs; nothing may be said on its console."""
    said, contexts = [], []

    def show(*runs):
        (tmp_path / "report.html").write_text(page.written(contents(runs, []), "toy"))
        contexts.append(chromium.new_context(viewport={"width": 1500, "height": 1000}))
        shown = contexts[-1].new_page()
        shown.on("console", lambda message: said.append(message.text))
        shown.on("pageerror", lambda error: said.append(str(error)))
        shown.goto((tmp_path / "report.html").as_uri())
        shown.wait_for_selector(".panel canvas")
        return shown
    yield show
    for context in contexts:
        context.close()
    assert said == []


@pytest.mark.slow
def test_a_key_that_one_run_has_and_another_has_not(show):
    """Each is a column, empty where a run has no such entry; sorting by it puts that run last."""
    shown = show(run("without", {"lr": 2}), run("with", dict({key: "own " + key for key in KEYS}, lr=1)))
    heads = shown.evaluate(HEADS)
    assert set(heads) >= {"config:" + key for key in KEYS}
    cells = {row[0]: dict(zip(heads, row)) for row in shown.evaluate(CELLS)}
    for key in KEYS:
        assert cells["with"]["config:" + key] == "own " + key and cells["without"]["config:" + key] == ""
        shown.locator('thead button[data-key="config:%s"]' % key).click()
        assert [row[0] for row in shown.evaluate(CELLS)] == ["with", "without"]
    assert "native code" not in shown.inner_text("body") and "[object" not in shown.inner_text("body")
    shown.get_by_role("button", name="without", exact=True).first.click()
    assert shown.evaluate(LISTED, "#about")[-1] == "lr" and not set(shown.evaluate(LISTED, "#about")) & set(KEYS)


def test_keys_that_all_runs_share_are_listed(show):
    shown = show(*(run(name, dict(dict.fromkeys(KEYS, 1), seed=name), group="a") for name in ("one", "two")))
    assert sorted(shown.evaluate(LISTED, "#common")) == sorted(KEYS)


@pytest.mark.slow
def test_metrics_runs_and_groups_of_such_names_are_drawn(show):
    shown = show(*(run(key, {"x": key}) for key in KEYS))
    for place, key in enumerate(KEYS):
        shown.locator("#search").fill(key)
        curves = drawn(shown, key)
        assert sorted(curves) == sorted("x=" + key for key in KEYS) or sorted(curves) == sorted(KEYS)
        assert all(points == [(1, 1 + place), (2, 2 + place)] for points in curves.values())
    shown.locator("#search").fill("")
    shown.locator("#metric").select_option("__proto__")
    shown.locator('thead button[data-key="last"]').click()
    assert sorted(row[0] for row in shown.evaluate(CELLS)) == sorted(KEYS)
    shown.locator("#none").click()
    shown.locator("#all").click()
    assert shown.evaluate("report.state.off.size") == 0
