"""The page's groups in a real browser: chosen, kept in the address, told of, compared."""
import pytest
from report_runs import write_journal
from shown_report import drawn

pytest_plugins = "report_pages"
SHOWN = "found => found.map(one => one.textContent)"
CELLS = "found => found.map(one => [...one.cells].map(cell => cell.textContent))"
PANELS = "found => found.map(one => one.dataset.metric)"


@pytest.fixture
def grid(tmp_path):
    """Two algorithms in two environments with two learning rates, two seeds each."""
    for algo in ("ppo", "sac"):
        for env, top in (("Ant-v4", 100), ("Hopper-v4", -10)):
            for lr in (0.1, 0.2):
                for seed in (0, 1):
                    write_journal(
                        tmp_path / "runs" / algo / ("neptune-%s-%s-%d.jsonl" % (env, lr, seed)),
                        *[(n, {"eval/return": top * n * lr + seed, "loss": n}) for n in range(4)], name=algo,
                        run="%s-%s-%s-%d" % (algo, env, lr, seed), config={"env_id": env, "lr": lr, "seed": seed})
    return tmp_path / "runs"


def groups(page):
    return page.eval_on_selector_all("tr.group .name", SHOWN)


def heading(page):
    return page.inner_text("#counts").rpartition(" · ")[0]


def choose(page, *keys):
    page.locator("#groupby summary").click()
    for key in keys:
        page.locator("#groupby input[value='%s']" % key).click()
    page.locator("h1").click()
    assert page.locator("#groupby div").is_hidden()


@pytest.mark.slow
def test_it_groups_by_two_keys_and_the_address_keeps_them(show, grid):
    page = show()
    assert heading(page) == "16 runs · 8 groups by algo, env, lr; seeds 0-1 · 2 metrics" and len(groups(page)) == 8
    choose(page, "key:algo", "key:env")
    wanted = ["ppo Ant-v4", "ppo Hopper-v4", "sac Ant-v4", "sac Hopper-v4"]
    assert groups(page) == wanted and page.url.endswith("#group=algo%2Cenv")
    assert heading(page) == "16 runs · 4 groups by algo, env; lr mixed; seeds 0-1 · 2 metrics"
    assert drawn(page, "eval/return · Ant-v4")["ppo Ant-v4"][2] == (2, pytest.approx(30.5))
    page.reload()
    page.wait_for_selector(".panel canvas")
    assert groups(page) == wanted
    choose(page, "")
    assert len(groups(page)) == 8 and "#" not in page.url


@pytest.mark.slow
def test_a_link_that_is_opened_anew_shows_the_same(show, grid, chromium):
    page = show()
    choose(page, "key:lr")
    page.locator("#split").uncheck()
    context = chromium.new_context()
    other = context.new_page()
    other.goto(page.url)
    other.wait_for_selector(".panel canvas")
    assert groups(other) == groups(page) == ["lr=0.1", "lr=0.2"] and not other.locator("#split").is_checked()
    assert other.eval_on_selector_all(".panel", PANELS) == ["eval/return", "loss"]
    other.evaluate("location.hash = 'group=none'")
    other.wait_for_function("() => report.data.index.groups.length === 16")
    assert "nothing is grouped" in other.inner_text("#counts")
    context.close()


@pytest.mark.slow
def test_an_address_that_names_what_no_run_has_is_the_page_as_it_was_made(show, grid):
    page = show()
    page.evaluate("location.hash = 'group=nonsense,%E0%A4%A'")
    page.wait_for_timeout(100)
    assert len(groups(page)) == 8


@pytest.mark.slow
def test_nothing_is_grouped_where_nothing_is_chosen(show, grid):
    page = show()
    choose(page, "none")
    assert len(page.locator("#runs tr[data-run]").all()) == 16 and page.locator("tr[data-group]").count() == 0
    assert len(drawn(page, "loss · Ant-v4")) == 8 and page.locator("#curves").is_hidden()
    choose(page, "key:path1")
    assert groups(page) == ["ppo", "sac"] and page.locator("#curves").is_visible()


@pytest.mark.slow
def test_two_groups_are_compared_differences_first(show, grid):
    page = show()
    assert page.locator("#compare").is_disabled()
    choose(page, "key:algo", "key:env")
    page.locator("#none").click()
    for name in ("ppo Ant-v4", "sac Ant-v4"):
        page.get_by_label("Draw %s" % name, exact=True).check()
    page.locator("#compare").click()
    assert page.eval_on_selector_all("#sides thead th", SHOWN) == [" ppo Ant-v4", " sac Ant-v4"]
    rows = page.eval_on_selector_all("#sides tbody tr", CELLS)
    assert rows == [["2 differences"], ["algo", "ppo", "sac"], ["path1", "ppo", "sac"], ["alike"],
                    ["env", "Ant-v4", "Ant-v4"], ["framework", "spinup", "spinup"], ["lr", "0.1, 0.2", "0.1, 0.2"],
                    ["seed", "0, 1", "0, 1"]]
    page.keyboard.press("Escape")
    page.locator("#none").click()
    for seed in (0, 1):
        page.get_by_label("Draw ppo Ant-v4 lr=0.1 seed %d" % seed).check()
    page.locator("#compare").click()
    assert page.locator("#sides .differs").all_inner_texts() == ["seed\t0\t1"]


@pytest.mark.slow
def test_runs_that_only_dates_tell_apart_are_said_to_be_alone(show, tmp_path):
    for day in (1, 2):
        (tmp_path / "runs" / ("2024-01-0%d" % day)).mkdir(parents=True)
        (tmp_path / "runs" / ("2024-01-0%d" % day) / "progress.csv").write_text("total_timesteps,loss\n1,1\n2,2\n")
    assert "2 groups; only dates and ids tell some runs apart" in show().inner_text("#counts")


@pytest.mark.slow
def test_a_click_on_a_group_tells_what_its_runs_differ_in(show, grid):
    page = show()
    choose(page, "key:algo")
    page.get_by_role("button", name="ppo", exact=True).click()
    assert page.inner_text("#sides p") == "8 runs · algo: ppo · seeds 0-1 · they differ in env, lr, seed"
    assert page.locator("#sides .differs th").all_inner_texts() == ["env", "lr", "seed"]


@pytest.mark.slow
def test_each_environment_has_its_own_chart_and_what_differs_besides_its_colour(show, grid):
    """N9"""
    page = show()
    assert page.eval_on_selector_all(".panel", PANELS) == [
        "eval/return · Ant-v4", "eval/return · Hopper-v4", "loss · Ant-v4", "loss · Hopper-v4"]
    assert sorted(drawn(page, "eval/return · Hopper-v4")) == [
        "ppo Hopper-v4 lr=0.1", "ppo Hopper-v4 lr=0.2", "sac Hopper-v4 lr=0.1", "sac Hopper-v4 lr=0.2"]
    places = page.evaluate("report.panels.get('loss · Ant-v4').chart.curves.map(curve => curve.place)")
    assert sorted(places) == [0, 1, 8, 9]  # one colour per algorithm, dashes a learning rate
    page.locator("#split").uncheck()
    assert len(drawn(page, "loss")) == 8
    assert sorted(page.evaluate("report.panels.get('loss').chart.curves.map(curve => curve.place)")) == [
        0, 1, 8, 9, 16, 17, 24, 25]


def test_seeds_that_are_assumed_are_said_to_be(show, tmp_path):
    for number in (1, 2):
        (tmp_path / "runs" / ("PPO_%d" % number)).mkdir(parents=True)
        (tmp_path / "runs" / ("PPO_%d" % number) / "progress.csv").write_text("total_timesteps,loss\n1,1\n2,2\n")
    page = show()
    assert "1 group; seeds assumed" in page.inner_text("#counts")
    assert page.get_by_title("seeds assumed").inner_text() == "seeds?"
    page.get_by_role("button", name="PPO", exact=True).click()
    assert "seeds assumed: bare numbers tell these runs apart" in page.inner_text("#sides p")


@pytest.mark.slow
def test_the_search_takes_patterns(show, tmp_path):
    names = ["eval/a.b", "eval/loss", "loss", "x[0]*"]
    write_journal(tmp_path / "runs" / "neptune-1.jsonl", (1, dict.fromkeys(names, 1.0)), (2, dict.fromkeys(names, 2.0)))
    page = show()
    for text, found in (
            ("eval/*", ["eval/a.b", "eval/loss"]), ("*loss", ["eval/loss", "loss"]), ("l?ss", ["eval/loss", "loss"]),
            ("a.b", ["eval/a.b"]), ("*a.?", ["eval/a.b"]), ("eval *s", ["eval/loss"]), ("x*", ["x[0]*"]), ("[0]*", []),
            ("*", names)):
        page.locator("#search").fill(text)
        assert sorted(page.eval_on_selector_all(".panel", PANELS)) == found, text


@pytest.mark.slow
@pytest.mark.parametrize("key", ["a,b", "constructor", "50% & more=#", "a/b c", "<img src=x>"])
def test_any_entry_may_be_grouped_by_and_stands_in_the_address(show, tmp_path, key):
    for number in range(4):
        write_journal(tmp_path / "runs" / ("neptune-%d.jsonl" % number), (1, {"loss": 1.0}), (2, {"loss": 2.0}),
                      run=str(number), config={key: number % 2, "other": number // 2, "seed": 0})
    page = show()
    choose(page, "key:" + key)
    name = key.split("/")[-1]
    assert groups(page) == ["%s=0" % name, "%s=1" % name]
    page.reload()
    page.wait_for_selector(".panel canvas")
    assert groups(page) == ["%s=0" % name, "%s=1" % name] and page.evaluate("report.state.by") == [key]
