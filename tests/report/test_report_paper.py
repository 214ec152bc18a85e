"""The page on paper, as the browser prints it: every chart, in light colours, without what is for a hand."""
import re
import zlib

import pytest
from report_runs import write_journal
from shown_report import drawn

pytest_plugins = "report_pages"
UNPACKED = "() => report.data.unpacked.size === report.data.index.metrics.length"
TAKE = """addEventListener("beforeprint", () => queueMicrotask(() => { window.taken = (
    [...document.querySelectorAll(".panel")].map(panel => ({
        metric: panel.dataset.metric, theme: document.documentElement.dataset.theme,
        lines: report.panels.get(panel.dataset.metric).chart?.curves.length ?? 0,
        ink: inked(panel.querySelector("canvas"))}))); }))"""
INKED = """window.inked = canvas => canvas ? new Set(new Uint32Array(canvas.getContext("2d").getImageData(
    0, 0, canvas.width, canvas.height).data.buffer)).size : 0"""

THEMES = ["dark", pytest.param("light", marks=pytest.mark.slow)]  # paper is light, so it is the dark page that changes


@pytest.fixture
def many(tmp_path):
    """Two runs of forty metrics, of which a screen shows a few."""
    for seed in (0, 1):
        rows = [(n, {"metric_%02d" % one: n * one + seed for one in range(40)}) for n in range(20)]
        write_journal(tmp_path / "runs" / ("neptune-%d.jsonl" % seed), *rows, run=str(seed), config={"seed": seed})


def printed(page):
    """What each chart was when the browser took it, and the file that it made."""
    page.evaluate(INKED)
    page.evaluate(TAKE)  # behind the page's own listener
    paper = page.pdf(format="A4")
    return page.evaluate("window.taken"), paper


def strokes(paper):
    """How many lines a PDF file draws in a colour of a curve: Chromium prints a canvas as the lines drawn on it."""
    streams = re.findall(rb"stream\r?\n(.*?)endstream", paper, re.DOTALL)
    text = b"".join(zlib.decompress(stream) for stream in streams if stream[:1] == b"\x78")
    return len(re.findall(rb"0 0?\.447\d* 0?\.698\d* RG", text))


@pytest.mark.slow
@pytest.mark.parametrize("theme", THEMES)
def test_every_chart_is_printed_also_those_that_no_screen_has_shown(show, many, theme):
    page = show(theme=theme)
    page.wait_for_function(UNPACKED)
    assert page.evaluate("[...report.panels.values()].filter(panel => panel.chart).length") < 30
    taken, paper = printed(page)
    assert [one["metric"] for one in taken] == ["metric_%02d" % one for one in range(40)]
    assert {(one["lines"], one["theme"]) for one in taken} == {(1, "light")} and min(one["ink"] for one in taken) > 10
    assert strokes(paper) >= 40


@pytest.mark.slow
def test_what_the_search_leaves_is_printed_and_said(show, many):
    page = show()
    page.wait_for_function(UNPACKED)
    page.locator("#search").fill("_07")
    page.locator("#smoothing").fill("0.5")
    taken, _ = printed(page)
    assert [one["metric"] for one in taken] == ["metric_07"]
    page.emulate_media(media="print")
    assert page.inner_text("#how") == "x: steps · mean ± standard deviation · smoothing 0.5 · metrics with “_07”"


@pytest.mark.slow
@pytest.mark.parametrize("theme", THEMES)
def test_the_page_is_as_it_was_afterwards(show, many, theme):
    page = show(theme=theme)
    page.wait_for_function(UNPACKED)
    printed(page)
    assert drawn(page, "metric_00")["ppo"][3] == (3, 0.5)
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    assert page.evaluate("document.documentElement.scrollWidth") == 1500
    canvas = "document.querySelector('[data-metric=metric_00] canvas').clientWidth"
    assert page.evaluate(canvas + " === report.panels.get('metric_00').plot.clientWidth")
    page.locator("[data-metric=metric_39]").scroll_into_view_if_needed()
    assert drawn(page, "metric_39")["ppo"][3] == (3, 39 * 3 + 0.5)


def test_what_is_for_a_hand_is_not_printed_and_no_chart_is_cut(show, many):
    page = show()
    page.emulate_media(media="print")
    for what in (".tools", ".icon", "thead + tbody input", "#all", ".tip"):
        assert page.locator(what).first.is_hidden(), what
    assert page.locator("h1").is_visible() and page.locator("#runs").is_visible()
    kept = "found => [...new Set(found.map(one => getComputedStyle(one).breakInside))]"
    assert page.eval_on_selector_all(".panel, #runs tr", kept) == ["avoid"]


@pytest.mark.slow
def test_a_chart_that_is_not_unpacked_yet_says_so(show, many):
    page = show()
    page.wait_for_function(UNPACKED)
    page.evaluate("report.data.unpacked.delete(39)")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.inner_text("[data-metric=metric_39] .note") == "not unpacked yet; print again in a moment"


@pytest.mark.slow
def test_words_are_whole_in_a_wide_table(show, tmp_path):
    """N9: the column of the environment was three letters wide, and each run four lines high."""
    for lr in (0.1, 0.2):
        config = {"algorithm": "PPO %s" % lr, "env": "CartPole-v1" if lr == 0.1 else "Acrobot-v1", "seed": 0,
                  **{"a_parameter_%d" % one: lr * one for one in range(1, 8)}}
        write_journal(tmp_path / "runs" / ("neptune-%s.jsonl" % lr), (1, {"EpRet": 1.0}), run=str(lr), config=config)
    page = show(width=718)  # of A4, without its margins
    page.emulate_media(media="print")
    lines = page.evaluate("[...document.querySelectorAll('td.words')].filter(cell => cell.offsetParent && "
                          "/-v1$/.test(cell.textContent)).map(cell => cell.getClientRects()[0].height / 18)")
    assert lines and max(lines) < 2.5
