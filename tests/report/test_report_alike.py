"""Names that begin alike, in the page's table and at its cursor: what differs in them is seen, however narrow."""
import zlib

import pytest
from report_runs import write_journal
from shown_report import drawn

pytest_plugins = "report_pages"
SEEN = """found => found.map(one => {
    const box = one.closest("td, .tip").getBoundingClientRect();
    const parts = one.children.length ? [...one.children] : [one];
    const last = parts[parts.length - 1];
    return {name: one.textContent, last: last.textContent, begins: parts[0].getBoundingClientRect().width,
            whole: last.scrollWidth <= last.clientWidth && last.getBoundingClientRect().right <= box.right}; })"""


def write(folder, name, **config):
    write_journal(folder / ("%s.jsonl" % name), *[(n, {"EpRet": n}) for n in range(5)], run=name,
                  name="proximal-policy-optimization-with-a-long-name", group=str(config["n_steps"]),
                  config=dict(config, env_id="CartPole-v1"))


@pytest.fixture
def alike(tmp_path):
    """Groups that differ in one entry, beside one of another name; of one group, runs of one seed in two folders."""
    for n_steps in (2048, 256):
        for folder in "ab":
            for minute in (0, 7):
                number = zlib.crc32(("%s%s" % (folder, n_steps)).encode()) + minute
                name = "neptune-20261126T16%02d00-2238-%08x" % (minute, number)
                write(tmp_path / "runs" / folder, name, n_steps=n_steps, seed=0)
    write_journal(tmp_path / "runs" / "neptune-1.jsonl", *[(n, {"EpRet": n}) for n in range(5)], name="sac", run="sac",
                  group="sac", config={})


@pytest.mark.slow
@pytest.mark.parametrize("width", [800, 1024, 1500])
def test_what_tells_names_apart_is_not_cut_off(show, alike, width):
    page = show(width=width)
    page.locator("#curves").get_by_text("runs").click()
    for rows, names in (("tr.group", 3), ("tr[data-run='0'], tr[data-run='0'] ~ tr.member", 4)):
        seen = page.eval_on_selector_all("#runs :is(%s) .name" % rows, SEEN)
        assert len(seen) == len({one["last"] for one in seen}) == names
        assert all(one["whole"] and (one["begins"] > 10 or width < 1500) for one in seen), seen
    group = page.locator("#runs tr.group .name").first
    assert group.text_content() == "proximal-policy-optimization-with-a-long-name n_steps=2048"


def test_the_tip_does_not_cut_it_off_either(show, alike):
    page = show()
    drawn(page, "EpRet")
    page.locator("[data-metric=EpRet] .u-over").hover()
    seen = page.eval_on_selector_all("#tip .label", SEEN)
    assert [one["last"] for one in seen if "proximal" in one["name"]] == ["n_steps=2048", "n_steps=256"]
    assert all(one["whole"] for one in seen)


@pytest.mark.slow
def test_runs_of_groups_whose_names_begin_alike_are_told_apart(show, tmp_path):
    """Of all that differed the last digit was seen, which is a seed of each group."""
    for name in ("aaa", "bbb"):
        for seed in (0, 1):
            rows = [(n, {"EpRet": n}) for n in range(5)]
            write_journal(tmp_path / "runs" / ("neptune-%s%d.jsonl" % (name, seed)), *rows,
                          run="%s%d" % (name, seed), name="proximal_policy_optimization_with_a_long_name_" + name,
                          config={"seed": seed})
    page = show()
    page.locator("#curves").get_by_text("runs").click()
    drawn(page, "EpRet")
    page.locator("[data-metric=EpRet] .u-over").hover()
    seen = page.eval_on_selector_all("#tip .label", SEEN)
    assert sorted(one["last"] for one in seen) == ["aaa seed 0", "aaa seed 1", "bbb seed 0", "bbb seed 1"]
    assert all(one["whole"] for one in seen)
