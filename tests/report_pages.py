"""Fixtures, as a plugin of pytest: a report shown in a real browser, opened from the disk with no network."""
import pytest
from browser import browser
from report_runs import report, write_journal
from shown_report import offline_page


@pytest.fixture(scope="module")
def chromium():
    with browser() as running:
        yield running


@pytest.fixture(scope="module")
def window(chromium):
    """A page that a file's tests show their reports in, one after the other, and what was said on its console."""
    page, said = offline_page(chromium)
    page.on("request", lambda request: request.url.startswith("file:") or said.append(request.url))
    yield page, said
    page.context.close()


@pytest.fixture
def show(window, tmp_path):
    """Opens the report of what lies in ``runs``; nothing may be said on its console, and no address be asked for."""
    page, said = window
    said.clear()

    def show(theme="light", title="toy", width=1500):
        report(tmp_path / "runs", "-o", tmp_path / "report.html", "--title", title)
        page.emulate_media(color_scheme=theme, media="screen")
        page.set_viewport_size({"width": width, "height": 1000})
        page.mouse.move(0, 0)  # where it is at first: another test may have left it on what is a chart here
        page.goto((tmp_path / "report.html").as_uri())
        page.wait_for_selector(".panel canvas")
        return page
    yield show
    page.evaluate("localStorage.clear()")  # the theme that was chosen
    assert [text for text in said if not text.startswith("data:")] == []


@pytest.fixture
def runs(tmp_path):
    """Two settings of two seeds each."""
    for lr in (0.1, 0.01):
        for seed in (0, 1):
            rows = [(100 * n, {"EpRet": n * 10.0 + seed * 4 + lr, "loss": 2.0 ** -n, "time/fps": 60.0 + n})
                    for n in range(20)]
            write_journal(tmp_path / "runs" / ("neptune-%s-%d.jsonl" % (lr, seed)), *rows, run="%s-%d" % (lr, seed),
                          group="ppo-%s" % lr, config={"lr": lr, "seed": seed, "gamma": 0.99})
    return tmp_path / "runs"
