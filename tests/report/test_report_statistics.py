"""The page's statistics, its view "compare", what it saves and copies, and videos: in a real browser."""
import json
import math
import xml.dom.minidom

import numpy as np
import pytest
from report_runs import index_of, read, report, write_journal, write_spinningup
from shown_report import choose, drawn

from scripts.paper import algorithms, compare_command
from scripts.runs import alignment
from scripts.runs import random_draws, statistics, videos

pytest_plugins = "report_pages"


@pytest.fixture
def two_tasks(tmp_path):
    """Two algorithms with five seeds on two environments, whose steps are not all the same."""
    random = np.random.default_rng(3)
    for place, algo in enumerate(("PPO", "A2C")):
        for env, scale in (("CartPole-v1", 1), ("Acrobot-v1", -10)):
            for seed in range(5):
                rows = [(100 * n + 7 * seed, {"EpRet": scale * (n + 3 * place + random.normal()), "loss": 2.0 ** -n})
                        for n in range(1, 9 - (seed == 4))]
                write_journal(tmp_path / "runs" / ("neptune-%s-%s-%d.jsonl" % (algo, env, seed)), *rows,
                              run="%s-%s-%d" % (algo, env, seed), name=algo, group=algo, framework="sb3",
                              t=1000.0 + place, config={"seed": seed, "algorithm": algo, "env": env})
    return tmp_path / "runs"


def compare_view(page):
    page.locator("#view").get_by_text("compare", exact=True).click()
    page.wait_for_selector("#results table")
    return page.evaluate("""async () => {
        const {index} = report.data, metric = index.metrics.findIndex(one => one.name === "EpRet");
        return report.resultsOf(index, metric, await report.pointsOf(metric));
    }""")


# The same numbers as in Python

@pytest.mark.slow
def test_draws_and_estimates_are_those_of_python(show, runs):
    page = show()
    assert page.evaluate("[...report.statistics.picks(7, 3)]") == random_draws.picks(7, 3).ravel().tolist()
    random = np.random.default_rng(0)
    for many in (2, 3, 4, 5, 10, 11):
        values, others = np.round(random.normal(size=many) * 3), np.round(random.normal(size=4) * 3)
        for center in ("mean", "median", "iqm"):
            found = page.evaluate("([values, center]) => report.statistics.estimateOf(values, center)",
                                  [values.tolist(), center])
            line = alignment.centered([alignment.Line(np.zeros(1), np.array([value])) for value in values], center)
            expected = [line.ys[0], line.low[0], line.high[0]]
            assert [found["value"], found["low"], found["high"]] == pytest.approx(expected, abs=1e-9)
        found = page.evaluate("([one, other]) => report.statistics.improvementOf(one, other)",
                              [values.tolist(), others.tolist()])
        expected = statistics.estimate_improvement([values], [others])
        assert [found["value"], found["low"], found["high"]] == pytest.approx(list(expected), abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("center, band", [("mean", "ci"), ("median", "ci"), ("iqm", "ci"), ("median", "std"),
                                          ("iqm", "range")])
def test_what_is_drawn_is_what_figure_draws(show, two_tasks, center, band):
    page = show()
    choose(page, {"iqm": "IQM"}.get(center, center))
    choose(page, {"ci": "95 %", "range": "min/max"}.get(band, band))
    name = "EpRet · CartPole-v1"
    drawn(page, name)
    curves = page.evaluate("name => report.panels.get(name).chart.curves.map(one => [one.label, one.xs, one.ys, "
                           "one.low, one.high, one.counts].map(part => typeof part === 'string' ? part : [...part]))",
                           name)
    found = read(two_tasks)[0]
    groups = algorithms.of(found)
    for label, *parts in curves:
        lines = [alignment.line_of(run, "EpRet") for place, run in enumerate(found)
                 if groups.names[groups.of[place]] == label.split()[0] and run.config["env"] == "CartPole-v1"]
        expected = alignment.centered(lines, center, band)
        for ours, theirs in zip(parts, expected):
            known = ~np.isnan(theirs)
            assert np.array(ours, dtype=float)[known] == pytest.approx(theirs[known], abs=1e-9)
    assert [label for label, *_ in curves] == ["PPO CartPole-v1", "A2C CartPole-v1"]


@pytest.mark.slow
def test_the_view_compare_has_the_numbers_of_compare_py(show, two_tasks, capsys):
    found = compare_view(show())
    capsys.readouterr()
    assert compare_command.main([str(two_tasks), "--metric", "EpRet", "--json"]) == 0
    theirs = {one["task"]: one for one in json.loads(capsys.readouterr().out)["tables"]}
    assert [one["env"] for one in found] == list(theirs) == ["Acrobot-v1", "CartPole-v1"]
    for section in found:
        expected = theirs[section["env"]]
        assert section["x"] == expected["x"][section["env"]]
        for row, other in zip(section["rows"], expected["rows"]):
            assert row["mean"] == pytest.approx(other["mean"]["value"]) and row["std"] == pytest.approx(other["std"])
            for name, theirs_name in (("iqm", "iqm"), ("beats", "beats_first")):
                if other[theirs_name] is None:
                    assert row[name] is None
                else:
                    assert row[name] == pytest.approx(other[theirs_name], abs=1e-9)
            assert row["isApart"] == other["apart"]


@pytest.mark.slow
def test_the_view_compare_shows_what_is_selected(show, two_tasks):
    page = show()
    compare_view(page)
    assert page.locator("#results section").count() == 2 and page.locator("#charts").is_hidden()
    assert "at 728 steps" in page.inner_text("#results") and "[" in page.inner_text("#results tbody")
    page.get_by_label("Draw A2C CartPole-v1", exact=True).click()
    page.wait_for_function("document.querySelectorAll('#results tbody tr').length === 3")
    page.locator("#at").select_option("last")
    page.wait_for_function("!document.querySelector('#results').innerText.includes('at 728')")
    page.locator("#view").get_by_text("charts", exact=True).click()
    assert page.locator("#results").is_hidden() and page.locator("#charts").is_visible()


def test_a_single_run_has_no_interval_and_shorter_ones_are_named(show, tmp_path):
    for name, last in (("a", 10), ("b", 5)):
        write_journal(tmp_path / "runs" / ("neptune-%s.jsonl" % name), *[(n, {"EpRet": n}) for n in range(last + 1)],
                      run=name, name=name, config={"seed": 0, "algorithm": name})
    page = show()
    found, = compare_view(page)
    assert found["x"] == 5 and found["rows"][0]["iqm"]["value"] == 5
    text = page.inner_text("#results")
    assert "1 run of 2 did not get as far as the longest (10): b" in text
    assert "[" not in page.inner_text("#results tbody")


def test_the_view_compare_says_which_way_is_better_and_what_became_nan(show, tmp_path):
    """As compare does. Kind: what only looks shorter, and a direction that is guessed."""
    for name, last in (("a", 30), ("b", 20)):
        write_journal(tmp_path / "runs" / f"neptune-{name}.jsonl",
                      *[(1000 + n, {"loss": 1.0 if n <= last else math.nan}) for n in range(31)],
                      run=name, name=name, config={"seed": 0, "algorithm": name})
    page = show()
    page.locator("#view").get_by_text("compare", exact=True).click()
    page.wait_for_selector("#results table")
    text = page.inner_text("#results")
    assert "loss, lower is better" in text and "1 run ended with NaN or infinity" in text
    assert "1 run of 2 did not get as far as the longest (1,030): b" in text


def test_environments_that_a_config_calls_env_have_charts_of_their_own(show, two_tasks):
    """N9: a run's fact; an entry of the config with just that name is one, too."""
    page = show()
    names = page.eval_on_selector_all(".panel", "found => found.map(one => one.dataset.metric)")
    assert names[:2] == ["EpRet · Acrobot-v1", "EpRet · CartPole-v1"]


# What is saved and copied

@pytest.mark.slow
def test_a_chart_is_saved_as_svg_with_text_and_as_csv(show, two_tasks, tmp_path):
    page = show()
    choose(page, "95 %")
    name = "EpRet · CartPole-v1"
    curves = drawn(page, name)
    for form in ("svg", "csv"):
        with page.expect_download() as download:
            page.locator("[data-metric='%s']" % name).hover()
            page.get_by_label("Save %s as %s" % (name, form.upper()), exact=True).click()
        download.value.save_as(tmp_path / ("chart." + form))
        assert download.value.suggested_filename == "EpRet_CartPole-v1." + form
    svg = xml.dom.minidom.parse(str(tmp_path / "chart.svg"))
    texts = [one.firstChild.data for one in svg.getElementsByTagName("text")]
    assert {name, "PPO CartPole-v1", "A2C CartPole-v1", "steps, as logged"} <= set(texts)
    drawn_paths = [one.getAttribute("d") for one in svg.getElementsByTagName("path")]
    assert len(drawn_paths) == 5 and not any("NaN" in one for one in drawn_paths)  # two bands, two lines, the axes
    header, *rows = (tmp_path / "chart.csv").read_text().splitlines()
    assert header == "curve,x,y,low,high,runs"
    table = [row.split(",") for row in rows]
    assert [(float(x), float(y)) for curve, x, y, *_ in table if curve == "A2C CartPole-v1"] == \
        curves["A2C CartPole-v1"]


def test_a_hostile_name_is_text_in_an_svg(show, tmp_path):
    name = "a</text><script>alert(1)</script>&\"\x01"
    write_journal(tmp_path / "runs" / "neptune-1.jsonl", (0, {name: 1.0}), (1, {name: 2.0}), name=name)
    page = show()
    script = "() => { const [name, {chart}] = [...report.panels][0]; return report.svgOfChart(chart, name); }"
    found = xml.dom.minidom.parseString(page.evaluate(script))
    assert not found.getElementsByTagName("script")
    assert name.replace("\x01", "\ufffd") in [one.firstChild.data for one in found.getElementsByTagName("text")]


@pytest.mark.slow
def test_the_table_is_copied(show, runs):
    page = show()
    page.evaluate("navigator.clipboard.writeText = async text => { globalThis.copied = text; }")
    for form, expected in (
            ("CSV", "lr=0.1,2,192.1,2,"), ("Markdown", "| lr=0.1 | 2 | 192.1 | 2 |"),
            ("LaTeX", "lr=0.1 & 2 & 192.1 & 2 &")):
        page.locator(".asidehead .copy summary").click()
        page.locator(".asidehead .copy").get_by_text(form, exact=True).click()
        page.wait_for_function("globalThis.copied")
        text = page.evaluate("() => { const text = globalThis.copied; globalThis.copied = null; return text; }")
        assert expected in text and "EpRet last" in text.splitlines()[0 if form != "LaTeX" else 2]


def test_cells_break_no_table(show, runs):
    page = show()
    rows = [["name", "x"], ["a|b_c&d\"\n,e", 1 / 3], ["=1+1", None]]
    found = {form: page.evaluate("([rows, form]) => report.tableText(rows, form)", [rows, form])
             for form in ("csv", "markdown", "latex")}
    assert found["csv"] == 'name,x\n"a|b_c&d""\n,e",0.3333333333333333\n =1+1,\n'
    assert found["markdown"].splitlines()[2] == '| a\\|b_c&d" ,e | 0.33333 |'
    assert r"a\textbar{}b\_c\&d" in found["latex"]
    rows = [["name", "x"], ["[256]", 1], ["*a* _b_ c_d [x](y) $z$ &lt;", 2]]
    found = {form: page.evaluate("([rows, form]) => report.tableText(rows, form)", [rows, form]).splitlines()
             for form in ("markdown", "latex")}
    assert found["markdown"][2:] == ["| [256] | 1 |", r"| \*a\* \_b\_ c_d \[x](y) \$z\$ \&lt; | 2 |"]
    assert [line.split(" ")[0] for line in found["latex"][4:6]] == ["{[}256]", "{*}a*"]


def test_the_spread_of_a_group_is_its_deviation_or_its_interval(show, runs):
    page = show()
    cell = page.locator("tr.group td").nth(1)
    assert cell.inner_text() == "192 ± 2"
    choose(page, "95 %")
    assert cell.inner_text() == "192 [190, 194]"
    cell.hover()
    assert "95 % interval of the mean: 190.01 … 194.01" in cell.get_attribute("title")


# Videos

def test_videos_beside_a_run_are_listed_at_their_step_and_linked(show, tmp_path):
    folder = write_spinningup(tmp_path / "runs" / "ppo & co" / "s0")
    for name in ("rl-video-step-2000-to-step-2200.mp4", "rl-video-step-0-to-step-200.mp4", "x-episode-8.mp4"):
        (folder / "videos").mkdir(exist_ok=True)
        (folder / "videos" / name).write_bytes(b"")
    page = show()
    page.get_by_label("3 videos of ppo", exact=True).click()
    items = page.locator("#about .videos li")
    assert items.all_inner_texts() == ["step 0 rl-video-step-0-to-step-200.mp4",
                                       "step 2,000 rl-video-step-2000-to-step-2200.mp4", "episode 8 x-episode-8.mp4"]
    address = items.first.locator("a").evaluate("link => [link.getAttribute('href'), link.href]")
    assert address[0] == "runs/ppo%20%26%20co/s0/videos/rl-video-step-0-to-step-200.mp4"
    assert address[1] == (folder / "videos" / "rl-video-step-0-to-step-200.mp4").as_uri()


def test_videos_of_a_folder_with_several_runs_are_nobodys(tmp_path):
    for name in ("a", "b"):
        write_journal(tmp_path / "runs" / ("neptune-%s.jsonl" % name), (0, {"EpRet": 1.0}), run=name)
    (tmp_path / "runs" / "x-step-1.mp4").write_bytes(b"")
    write_spinningup(tmp_path / "runs" / "own")
    (tmp_path / "runs" / "own" / "x-step-7.mp4").write_bytes(b"")
    report(tmp_path / "runs", "-o", tmp_path / "page.html")
    assert sorted(len(run["videos"]) for run in index_of(tmp_path / "page.html")["runs"]) == [0, 0, 1]


@pytest.mark.parametrize("name, step, episode", [
    ("rl-video-step-2000-to-step-2500.mp4", 2000, None), ("rl-video-episode-8.mp4", None, 8),
    ("openaigym.video.0.4711.video000064.mp4", None, 64), ("eval.mp4", None, None), ("agent-step-5.mp4", 5, None)])
def test_what_the_name_of_a_video_says(name, step, episode):
    assert videos.read_name("/x/" + name)[1:] == (step, episode)


def test_a_video_is_a_relative_link_whatever_its_folder_is_called(tmp_path):
    video = videos.Video(str(tmp_path / "javascript:alert(1)" / "a b.mp4"), 1)
    found, = videos.links([video], tmp_path, str)
    assert found == {"href": "javascript%3Aalert%281%29/a%20b.mp4", "name": "a b.mp4", "at": "step 1"}
    assert videos.links([video], None, str)[0]["href"] == ""
