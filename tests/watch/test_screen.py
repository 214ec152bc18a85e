"""The screen, moved by keys."""
import argparse
import asyncio
import os
import signal

import numpy as np
import pytest
from watched_runs import NOW, named, returns, run

from scripts.watching import judged, table
from scripts.watching.follow import Look

pytest.importorskip("textual_plotext", reason="NO SCREEN: textual is missing; make setup brings it")
from scripts.watching import screen  # noqa: E402
from scripts.watching.listing import Listing  # noqa: E402
from scripts.watching.plot import Plot  # noqa: E402

LEARNED = np.linspace(0, 500, 100)


def look(*runs, now=NOW):
    """What a look at the runs of groups has found; a run's group is in front of its name."""
    found, before = [], {}
    for one in runs:
        group = one.name.partition(" ")[0]
        found.append(judged.judge(named(one)[0], group, list(before.setdefault(group, [])), now))
        before[group] += named(one)
    return Look(found, [], now)


def runs():
    """Two groups, one with a run that learned nothing."""
    before = [returns(LEARNED + seed, name=f"ppo seed {seed}", end="end", began=NOW - 5000 + seed) for seed in range(3)]
    return [*before,
            returns(np.full(100, 9.0), name="ppo seed 3", ended=False, began=NOW - 250),
            returns(LEARNED, name="dqn seed 0", end="end", began=NOW - 5000)]


def watched(work, *, size=(80, 24), found=None, **arguments):
    """Do the work on a screen with runs: ``work(app, pilot, text of the screen)``."""
    async def play():
        app = screen.Watch(None, argparse.Namespace(**{"group_by": None, "on_bad": None, "all": False, **arguments}))
        app._follow.start = lambda: None
        async with app.run_test(size=size) as pilot:
            app._take(found or look(*runs()))
            await pilot.pause()
            await work(app, pilot, lambda: shown(app))
    asyncio.run(play())


def shown(app):
    """The lines of the screen as text."""
    return ["".join(segment.text for segment in strip).rstrip()
            for strip in app.screen._compositor.render_strips()]


@pytest.mark.parametrize("size", [(20, 5), (60, 8), (300, 100)])
def test_runs_come_first_on_a_small_screen(size):
    """On 20x5 there was no run at all, only what is said of one. Kind: sizes of terminals."""
    async def work(app, pilot, text):
        assert any("seed 3" in line for line in text()) and text()[-1].startswith("enter curves")
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert any("the first of its group" in line or "after 3 runs" in line for line in text())
    watched(work, size=size)


def test_letters_as_wide_as_two_stay_in_their_columns():
    """Each was counted as one column, so that the line wrapped. Kind: letters that take two columns."""
    async def work(app, pilot, text):
        lines = text()
        assert len([line for line in lines if "ended  " in line and line.endswith("500")]) == 3
        assert all(table.wide(line) <= 80 for line in lines)
    name = "日本語" * 12
    watched(work, found=look(*(returns(LEARNED, name=f"{name}{seed}", end="end") for seed in range(3))))


def test_a_signal_ends_it_as_q_does(monkeypatch):
    """SIGTERM left the --on-bad command running, and the terminal without echo. Kind: ways to end."""
    async def work(app, pilot, text):
        ended = []
        monkeypatch.setattr(app, "exit", ended.append)
        os.kill(os.getpid(), signal.SIGTERM)
        while not ended:
            await pilot.pause()
        assert ended == [128 + signal.SIGTERM]
        monkeypatch.undo()
    watched(work)


def test_the_list_by_group_with_what_is_wrong():
    async def work(app, pilot, text):
        lines = text()
        assert lines[0] == "1 running, 4 ended; 1 needs a look"
        assert lines[1].split() == ["run", "state", "steps", "steps/s", "left", "last", "row", "value"]
        assert lines[2] == "ppo: rollout/ep_rew_mean"
        assert lines[3].startswith(">!  seed 3  running, below  10,000") and lines[4].startswith("    seed 2  ended")
        assert lines[7] == "dqn: rollout/ep_rew_mean"
        assert any("! below: rollout/ep_rew_mean 9, the lowest of 3 predecessors" in line for line in lines)
        assert len(lines) == 24 and max(map(len, lines)) <= 80
    watched(work)


@pytest.mark.slow
def test_keys_choose_a_run_and_what_is_said_of_it_is_below():
    async def work(app, pilot, text):
        await pilot.press("down")
        assert text()[4].startswith(">   seed 2") and any("ended: its file says so" in line for line in text())
        assert any("  after 2 runs of its group; /runs/" in line for line in text())
        await pilot.press("up", "up", "down", "down", "down", "home")
        assert text()[3].startswith(">!  seed 3")
        await pilot.press("end")
        assert text()[8].startswith(">   seed 0") and any("  the first of its group; /" in line for line in text())
    watched(work)


def test_curves_with_the_band_of_those_before_and_keys_that_change_the_view():
    async def work(app, pilot, text):
        await pilot.press("enter")
        await pilot.pause()
        plot = app.screen
        assert isinstance(plot, Plot)
        assert text()[0] == "rollout/ep_rew_mean  ppo seed 3: 9 at 10,000"
        assert any("3 earlier runs, lowest and highest" in line for line in text())
        assert [curve.label for curve in plot.drawing.curves] == ["ppo seed 3"]
        await pilot.press("b")
        assert not any("earlier runs" in line for line in text()) and plot.drawing.band == []
        await pilot.press("plus", "plus")
        assert plot.view.within(plot.drawing.extent) == (10000 - 9900 / 4, 10000)
        await pilot.press("left", "minus", "0", "s", "s")
        assert plot.view.low is None and "smoothed 0.9" in text()[0]
        await pilot.press("down")
        assert "ppo seed 2" in text()[0]
        await pilot.press("escape")
        assert not isinstance(app.screen, Plot) and text()[4].startswith(">   seed 2")
    watched(work)


def test_marked_runs_are_drawn_together():
    async def work(app, pilot, text):
        await pilot.press("space", "down", "space", "end", "enter")
        assert [curve.label for curve in app.screen.drawing.curves] == ["dqn seed 0", "ppo seed 2", "ppo seed 3"]
    watched(work)


@pytest.mark.slow
def test_a_metric_is_chosen_by_a_part_of_its_name():
    both = returns(LEARNED, name="ppo seed 0", end="end")
    both.series["train/loss"] = both.series["rollout/ep_rew_mean"]

    async def work(app, pilot, text):
        await pilot.press("enter", "m", "l", "o", "s", "enter")
        await pilot.pause()
        assert app.screen.metric == "train/loss" and text()[0].startswith("train/loss  ppo seed 0")
        await pilot.press("n")
        assert app.screen.metric == "rollout/ep_rew_mean"
        await pilot.press("m", "escape")
        assert isinstance(app.screen, Plot)
    watched(work, found=look(both))


def test_search_narrows_the_list_while_one_types():
    async def work(app, pilot, text):
        await pilot.press("slash", "d", "q", "n")
        await pilot.pause()
        assert text()[0].endswith("1 shown for 'dqn'") and text()[2].startswith("dqn")
        await pilot.press("enter", "escape")
        await pilot.pause()
        assert "shown for" not in text()[0]
    watched(work)


def test_only_what_is_bad_and_all_that_is_old():
    old = returns(LEARNED, name="old seed 0", end="end", began=NOW - 1e6)

    async def work(app, pilot, text):
        assert text()[0].endswith("1 older run is not shown")
        await pilot.press("a")
        assert "not shown" not in text()[0]
        await pilot.press("x")
        assert text()[0].endswith("1 shown") and text()[3].startswith(">!  seed 3")
    watched(work, found=look(old, *runs()))


def test_what_was_chosen_stays_chosen_when_runs_come():
    async def work(app, pilot, text):
        await pilot.press("down")
        app._take(look(*runs()[1:]))
        await pilot.pause()
        assert app.query_one(Listing).chosen.label == "ppo seed 2"
    watched(work)


def test_until_somebody_chooses_the_first_run_is_chosen():
    async def work(app, pilot, text):
        app._take(look(*runs(), returns(LEARNED, name="new seed 0", began=NOW - 201, ended=False)))
        await pilot.pause()
        assert app.query_one(Listing).chosen.label == "new seed 0" and text()[3].startswith(">   ")
    watched(work)


@pytest.mark.parametrize("size", [(200, 60), (20, 5)])
def test_any_size(size):
    async def work(app, pilot, text):
        await pilot.press("end", "enter")
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert max(map(len, text())) <= 80
        await pilot.press("escape")
        await pilot.resize_terminal(*size)
        await pilot.pause()
        assert len(text()) == size[1] and max(map(len, text())) <= size[0]
        assert size[1] < 10 or any("> " in line for line in text())
    watched(work, size=size)


def test_thousands_of_runs_are_scrolled_through():
    def many():
        for number in range(500):
            yield returns([1.0], name=f"g{number // 5} seed {number % 5}", end="end", began=NOW - 100)

    async def work(app, pilot, text):
        await pilot.press("end")
        assert text()[0] == "500 ended" and any(line.startswith(">   seed 0") for line in text())
        await pilot.press("pageup", "home")
        assert text()[3].startswith(">   seed 4")
    watched(work, found=look(*many()))


def test_without_colour_all_of_it_can_be_told(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")

    async def work(app, pilot, text):
        await pilot.press("space", "down", "enter")
        assert app.no_color and any("aa ppo seed 2" in line for line in text())
        assert any("bb ppo seed 3" in line for line in text())
    watched(work)


def test_a_look_that_fails_is_said_and_the_last_one_stays():
    async def work(app, pilot, text):
        app._take(Look([], [], NOW, "OSError: not read here"))
        await pilot.pause()
        assert text()[0] == "could not look: OSError: not read here; looking again"
        assert text()[3].startswith(">!  seed 3")
    watched(work)


def test_a_run_without_a_number_has_no_curve():
    async def work(app, pilot, text):
        await pilot.press("enter")
        assert not isinstance(app.screen, Plot)
    watched(work, found=look(run([], {}, name="ppo seed 0")))


def test_q_leaves_from_the_list():
    async def work(app, pilot, text):
        await pilot.press("q")
        assert app.return_value == 0
    watched(work)


def test_names_that_a_terminal_would_obey_are_shown_as_text():
    """Of a metric, in the list, above its curve and where one chooses it; brackets are no colours either."""
    one = returns(LEARNED, name="[red]ppo[/red] seed 0", end="end")
    one.series["return\x1b[2J[bold]"] = one.series.pop("rollout/ep_rew_mean")

    async def work(app, pilot, text):
        for name in ("return\\x1b[2J[bold]", "[red]ppo[/red]"):
            assert any(name in line for line in text())
        await pilot.press("enter")
        assert "return\\x1b[2J[bold]  [red]ppo[/red] seed 0" in text()[0]
        await pilot.press("m")
        await pilot.pause()
        assert not any("\x1b" in line for line in text())
    watched(work, found=look(one))
