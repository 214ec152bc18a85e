"""Labels of the page's axes, and rounded numbers of its table, over values as frameworks log them."""
import pytest
from report_runs import write_journal
from shown_report import drawn

pytest_plugins = "report_pages"
LABELS = "([name, axis]) => report.panels.get(name).chart.axes[axis]._values.filter(text => text)"


def labels_of(page, name, axis):
    drawn(page, name)
    return page.evaluate(LABELS, [name, "xy".index(axis)])


@pytest.mark.slow
@pytest.mark.parametrize("name, values, expected", [
    ("time/iterations", [1, 2, 3], ["1", "2", "3"]),
    ("timestamp", [1795709354, 1795709360, 1795709371], ["1,795,709,355", "1,795,709,360", "1,795,709,365",
                                                         "1,795,709,370"]),
    ("loss", [1.0, 1.5, 2.0], ["1.00", "1.25", "1.50", "1.75", "2.00"])])
def test_labels_are_as_whole_as_the_values_and_differ(show, tmp_path, name, values, expected):
    write_journal(tmp_path / "runs" / "neptune-1.jsonl", *[(n, {name: value}) for n, value in enumerate(values)])
    assert labels_of(show(), name, "y") == expected


@pytest.mark.slow
def test_steps_have_no_fractions(show, tmp_path):
    write_journal(tmp_path / "runs" / "neptune-1.jsonl", (27138, {"evaluation": 1.0}))
    assert labels_of(show(), "evaluation", "x") == ["27.138k"]


def test_values_that_are_alike_do_not_deviate(show, tmp_path):
    for seed in (0, 1, 2):
        write_journal(tmp_path / "runs" / ("neptune-%d.jsonl" % seed), *[(n, {"EpRet": 26.6}) for n in range(3)],
                      run=str(seed), config={"seed": seed})
    assert show().locator("tr.group td").nth(1).inner_text() == "26.6 ± 0"


def test_an_arrow_in_the_head_of_the_table_means_the_order_alone(show, runs):
    page = show()
    head = "found => found.map(one => one.textContent + getComputedStyle(one, '::after').content)"
    assert not [text for text in page.eval_on_selector_all("thead button", head) if set(text) & set("↑↓")]
    page.locator("thead button", has_text="best").click()
    assert [text for text in page.eval_on_selector_all("thead button", head) if set(text) & set("↑↓")] == [
        'best (max)" ↓"']
