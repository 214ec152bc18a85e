"""The page's table of runs, in a real browser."""
import pytest
from report_runs import write_journal
from shown_report import drawn

pytest_plugins = "report_pages"


def rows_of(page):
    return page.eval_on_selector_all("#runs tbody tr .name", "found => found.map(one => one.textContent)")


@pytest.mark.slow
def test_it_has_last_and_best_values_and_only_entries_that_differ(show, runs):
    page = show()
    page.locator("#metric").select_option("loss")
    assert page.eval_on_selector_all("thead th", "found => found.map(one => one.textContent)") == [
        "run", "last", "best (min)", "rows", "lr", "seed"]
    row = page.locator("tr[data-run='0'] td")
    assert [float(row.nth(column).get_attribute("title")) for column in (1, 2)] == [2.0 ** -19] * 2
    assert row.all_inner_texts()[3:] == ["20", "0.01", "0"]
    assert "gamma" in page.locator("#common").inner_html()


@pytest.mark.slow
def test_it_sorts_groups_and_their_runs(show, runs):
    page = show()
    assert rows_of(page) == ["lr=0.01", "seed 0", "seed 1", "lr=0.1", "seed 0", "seed 1"]
    page.locator("thead button", has_text="last").click()
    assert rows_of(page) == ["lr=0.1", "seed 1", "seed 0", "lr=0.01", "seed 1", "seed 0"]
    page.locator("thead button", has_text="last").press("Enter")
    assert rows_of(page) == ["lr=0.01", "seed 0", "seed 1", "lr=0.1", "seed 0", "seed 1"]


@pytest.mark.slow
def test_it_selects_what_is_drawn(show, runs):
    page = show()
    page.get_by_label("Draw lr=0.1 seed 1").press("Space")
    assert drawn(page, "EpRet")["lr=0.1 seed 0"][1] == (100, 10.1)
    page.get_by_label("Draw lr=0.1", exact=True).check()
    assert drawn(page, "EpRet")["lr=0.1"][1] == (100, pytest.approx(12.1))
    page.get_by_label("Draw lr=0.1", exact=True).uncheck()
    assert list(drawn(page, "EpRet")) == ["lr=0.01"]
    page.locator("#none").click()
    page.wait_for_timeout(300)
    assert page.locator(".panel .note:visible").first.inner_text() == "no run is selected"


# On screens of any width

WIDTHS = [800, 1024, 1280, 1440, 1920]
END = "one => { one.scrollLeft = one.scrollWidth; return one.scrollLeft; }"
BOX = "one => { const {left, right, width} = one.getBoundingClientRect(); return {left, right, width}; }"


@pytest.fixture
def wide_runs(tmp_path):
    """Runs that differ in a dozen entries, under a long name."""
    for seed in (0, 1):
        write_journal(tmp_path / "runs" / ("neptune-%d.jsonl" % seed), *[(n, {"EpRet": n * 1e3}) for n in range(5)],
                      run=str(seed), name="proximal-policy-optimization-on-CartPole", config={
                          "entry_%d" % n: seed * 10 + n for n in range(12)})


@pytest.mark.parametrize("width", WIDTHS)
def test_it_is_seen_to_its_last_column_beside_the_names_of_runs_and_what_is_left_is_shown_to_be(
        show, wide_runs, width):
    page = show(width=width)
    wrap, box = page.locator(".tablewrap"), page.locator(".tablebox")
    first, last = page.locator("thead th").first, page.locator("thead th").last
    assert last.inner_text() == "entry_11" and box.get_attribute("data-more") == "right"
    assert page.evaluate("document.documentElement.scrollWidth") == width  # the page itself never scrolls sideways
    place = wrap.evaluate(BOX)
    assert place["left"] >= 0 and place["right"] <= width
    assert wrap.evaluate(END) > 0
    page.wait_for_function("() => document.querySelector('.tablebox').dataset.more === 'left'")
    assert last.evaluate(BOX)["right"] <= place["right"] + 1
    assert first.evaluate(BOX)["left"] == pytest.approx(place["left"], abs=1)
    assert first.evaluate(BOX)["width"] < 0.6 * place["width"]
    assert last.evaluate(BOX)["left"] >= first.evaluate(BOX)["right"]


def test_nothing_is_shown_to_be_left_where_all_of_it_is_seen(show, runs):
    page = show(width=1920)
    page.get_by_label("Table above the charts").click()
    assert page.locator(".tablebox").get_attribute("data-more") == ""


def test_it_may_stand_above_the_charts_and_be_as_wide_as_the_page(show, wide_runs):
    page = show(width=1280)
    beside = page.locator(".tablewrap").evaluate(BOX)["width"]
    page.get_by_label("Table above the charts").click()
    assert page.locator(".tablewrap").evaluate(BOX)["width"] > 2.5 * beside
    assert page.locator("main").evaluate(BOX)["left"] == 0
    page.get_by_label("Table above the charts").click()
    assert page.locator(".tablewrap").evaluate(BOX)["width"] == beside


def test_a_table_that_is_drawn_wider_takes_its_room_from_the_charts(show, wide_runs):
    page = show(width=1280)
    page.eval_on_selector("aside", "one => { one.style.width = '800px'; }")  # as its handle does
    assert page.locator("main").evaluate(BOX)["left"] == pytest.approx(page.locator("aside").evaluate(BOX)["right"])
