"""What is said of a run, and from what: each verdict where it is due, and where it nearly is."""
import math
import os

import numpy as np
import pytest
from watched_runs import LOSS, NOW, RETURN, named, returns, run

from scripts.watching import below, judged, not_finite, pace, rhythm
from scripts.watching.verdict import ENDED, FAILED, RUNNING, SILENT, number, span

LEARNED = np.linspace(0, 500, 100)


def seeds(*offsets, **other):
    return [returns(LEARNED + offset, name=f"seed {place}", **other) for place, offset in enumerate(offsets)]


# Below the lowest predecessor

def test_a_run_that_learned_nothing_is_below_those_that_did_and_says_by_what():
    verdict = below.below(returns(np.full(100, 9.0)), named(*seeds(0, 20, -10)))
    assert verdict.is_bad and verdict.why == (
        "rollout/ep_rew_mean 9, the lowest of 3 predecessors 467.3 (seed 2), from 9,100 to 10,000 (10 points)")


@pytest.mark.parametrize("many", [2, 3, 5, 9])
def test_few_predecessors_are_enough(many):
    assert below.below(returns(np.full(100, 9.0)), named(*seeds(*range(many))))


def test_one_predecessor_is_none():
    assert below.below(returns(np.full(100, 9.0)), named(*seeds(0))) is None


def test_a_run_that_fell_back_is_below():
    fallen = LEARNED.copy()
    fallen[80:] = 5
    assert below.below(returns(fallen), named(*seeds(0, 20, -10)))


@pytest.mark.parametrize("offset", [-30, 0, 30, 500])
def test_a_run_among_its_predecessors_is_not(offset):
    assert below.below(returns(LEARNED + offset), named(*seeds(0, 20, -10))) is None


def test_the_lowest_run_by_a_little_is_not():
    """Of three healthy seeds one is always the lowest."""
    assert below.below(returns(LEARNED * 0.8), named(*seeds(0, 5, -5))) is None


def test_a_late_seed_is_not():
    """Where the others were at half of its x, and a little further."""
    late = np.interp(np.arange(100) - 40, np.arange(100), LEARNED)
    assert below.below(returns(late), named(*seeds(0, 20, -10))) is None


def test_a_seed_that_is_where_the_others_were_at_half_of_its_x_is_not():
    """They learned all at once, a moment after that; it may yet."""
    def learned_at(row):
        return 20 + 480 / (1 + np.exp(-5 * (np.arange(100.0) - row)))
    late = returns(np.full(100, 22.0))
    assert below.below(late, named(*(returns(learned_at(55 + seed / 10)) for seed in range(4)))) is None
    assert below.below(late, named(*(returns(learned_at(51 + seed / 10)) for seed in range(4))))


def test_where_the_others_gained_nothing_a_seed_may_wander_off():
    """As in a few steps of a hard task."""
    flat = [returns(np.full(100, -1200.0 + 30 * seed) + np.tile([20, -20], 50)) for seed in range(4)]
    assert below.below(returns(np.full(100, -1400.0)), named(*flat)) is None
    assert below.below(returns(np.full(100, -1900.0)), named(*flat))


def test_predecessors_that_have_not_come_so_far_do_not_count():
    short = [returns(LEARNED[:50], name=f"short {place}") for place in range(3)]
    assert below.below(returns(np.full(100, 9.0)), named(*short)) is None


def test_fewer_than_five_points_in_the_last_tenth_say_nothing():
    sparse = run(np.arange(1, 41) * 250.0, {RETURN: np.full(40, 9.0)})
    assert below.below(sparse, named(*seeds(0, 20, -10))) is None


def test_predecessors_that_vary_as_much_say_nothing():
    noise = np.random.default_rng(0).normal(0, 200, (3, 100))
    assert below.below(returns(np.full(100, 9.0)), named(*(returns(300 + own) for own in noise))) is None


def test_a_failed_predecessor_is_the_lowest():
    failed = returns(np.full(100, 8.0), name="failed")
    assert below.below(returns(np.full(100, 7.0)), named(failed, *seeds(0, 20))) is None


def test_of_a_loss_the_highest_counts():
    def losses(values, **other):
        return run(np.arange(1, 101) * 100.0, {LOSS: values}, **other)
    verdict = below.below(losses(np.full(100, 600.0)), named(*(
        losses(500 - LEARNED + offset, name=f"seed {offset}") for offset in (0, 1, 2))))
    assert verdict.text.startswith("above: train/loss 600, the highest of 3 predecessors 24.73 (seed 2), from ")


@pytest.mark.parametrize("name", ["rollout/ep_len_mean", "EpLen", "time/fps", "train/learning_rate"])
def test_where_nobody_knows_which_way_is_better_nothing_is_said(name):
    others = [run(np.arange(1, 101) * 100.0, {name: LEARNED + offset}) for offset in (0, 1, 2)]
    assert below.below(run(np.arange(1, 101) * 100.0, {name: np.full(100, 9.0)}), named(*others)) is None


# NaN

def nan_verdict(values, metric=LOSS, before=(), is_over=False):
    found = not_finite.not_finite(run(100.0 * np.arange(1, len(values) + 1), {metric: values}), named(*before), is_over)
    return found and found.why


@pytest.mark.parametrize("values, why", [
    ([1, 2, math.nan, math.nan], "train/loss is NaN since step 300 (2 rows), 2 before"),
    ([1, 2, math.inf, math.inf], "train/loss is infinite since step 300 (2 rows), 2 before"),
    ([math.nan, 2, math.nan, math.nan, math.nan], "train/loss is NaN since step 300 (3 rows), 2 before"),
    ([math.nan] * 25, "train/loss is NaN in all 25 rows"),
    ([1, 2, math.nan], None), ([1, math.nan, 2], None), ([math.nan] * 10, None), ([math.nan, math.nan, 1], None),
    ([1, math.nan, 2, math.nan, math.nan], None)])
def test_a_loss_that_became_nan_stays_it(values, why):
    assert nan_verdict(values) == why


def test_the_last_row_of_a_run_that_is_over_tells_why():
    assert nan_verdict([1, 2, math.nan], is_over=True)


@pytest.mark.parametrize("values", [
    [math.nan] * 10 + [1] + [math.nan] * 9, [1, 2, math.nan, math.nan, math.nan],
    [1, math.nan, math.nan, math.nan, 2] + [math.nan] * 6, [math.nan] * 100])
def test_a_return_may_be_nan_where_no_episode_ended(values):
    assert nan_verdict(values, RETURN) is None


def test_a_return_that_was_never_nan_and_is_it_now_is_said():
    assert nan_verdict([1.0] * 20 + [math.nan] * 5, RETURN).startswith("rollout/ep_rew_mean is NaN since step 2,100")


@pytest.mark.parametrize("metric", ["train/explained_variance", "ExplainedVariance"])
def test_a_share_of_what_does_not_vary_may_be_nan(metric):
    assert nan_verdict([1.0] * 20 + [math.nan] * 20, metric) is None


def test_a_loss_that_its_predecessors_had_by_now_is_missed_soon():
    whole = run(100.0 * np.arange(1, 11), {LOSS: [math.nan] * 3 + [1.0] * 7})
    assert nan_verdict([math.nan] * 3, before=[whole]) is None
    assert nan_verdict([math.nan] * 6, before=[whole])


def test_several_metrics_are_one_verdict():
    rows = {name: [1, math.nan, math.nan] for name in ("a/loss", "b/loss", "c/loss", "d/loss", "e/loss")}
    assert not_finite.not_finite(run([1, 2, 3], rows), [], False).why == (
        "a/loss is NaN since step 2 (2 rows), 1 before; b/loss, c/loss, d/loss and 1 more too")


# No row for a while

def silent(every=2.0, rows=50, silence=0.0, before=(), **other):
    one = returns(np.arange(float(rows)), every=every, **other)
    return rhythm.silence(one, named(*before), rhythm.last_row(one) + silence)


@pytest.mark.parametrize("every, silence, is_long", [
    (2, 290, False), (2, 310, True), (60, 1100, False), (60, 1300, True), (600, 1790, False), (600, 1810, True),
    (3600, 3 * 3590, False), (3600, 3 * 3610, True)])
def test_a_silence_is_long_by_the_runs_own_rhythm(every, silence, is_long):
    assert silent(every, silence=silence).is_long is is_long


def test_rows_of_a_clock_that_is_ahead_are_as_old_as_their_file(tmp_path):
    """A machine an hour ahead: its run was "running" for an hour after its end. Kind: clocks of machines."""
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"")
    os.utime(path, (NOW - 5000, NOW - 5000))
    one = returns(np.arange(50.0), began=NOW + 3600)
    one.source = str(path)
    assert rhythm.silence(one, [], NOW).seconds == 5000 and rhythm.last_row(one, NOW + 9000) == NOW + 3700
    one.source = str(tmp_path / "gone")
    assert rhythm.silence(one, [], NOW).seconds == 0


def test_a_pause_that_came_before_may_come_again():
    times = np.arange(50.0) * 2
    times[25:] += 400
    assert not silent(times=NOW + times, began=NOW, silence=1100).is_long


def test_a_pause_that_predecessors_made_may_come():
    times = np.arange(50.0) * 2
    times[40:] += 400
    before = returns(np.arange(50.0), times=NOW + times, began=NOW)
    assert not silent(rows=20, before=[before], silence=1100).is_long
    assert silent(rows=20, silence=1100).is_long


def test_a_run_just_begun_is_given_time():
    assert not silent(rows=1, silence=1500).is_long and silent(rows=1, silence=1900).is_long


# Its state

@pytest.mark.parametrize("end, state, why, is_bad", [
    ("end", ENDED, "its file says so", False), ("FINISHED", ENDED, "its file says: FINISHED", False),
    ("exit code 0", ENDED, "its file says: exit code 0", False), ("PRUNED", ENDED, "its file says: PRUNED", False),
    ("FAILED", FAILED, "its file says: FAILED", True), ("FAIL", FAILED, "its file says: FAIL", True),
    ("uncaught ValueError", FAILED, "its file says: uncaught ValueError", True),
    ("uncaught KeyboardInterrupt", ENDED, "its file says: uncaught KeyboardInterrupt", False),
    ("KILLED", FAILED, "its file says: KILLED", True), ("exit code 1", FAILED, "its file says: exit code 1", True)])
def test_a_recorded_end_is_believed(end, state, why, is_bad):
    found, verdict = judged.state(returns(LEARNED, end=end), [], NOW + 1e6)
    assert (found, verdict.why, verdict.is_bad) == (state, why, is_bad)


def test_a_run_with_a_row_lately_goes_on():
    assert judged.state(returns(LEARNED, ended=False), [], NOW - 9700) == (RUNNING, None)


@pytest.mark.parametrize("config, rows, early, state", [
    ({"epochs": 10, "steps_per_epoch": 100}, 10, 0, ENDED),
    ({"epochs": 10, "steps_per_epoch": 100}, 10, 1, ENDED),  # SAC's last row of SpinningUp is at 999
    ({"epochs": 10, "steps_per_epoch": 100}, 9, 0, SILENT),
    ({"total_timesteps": 950}, 10, 0, ENDED),
    ({"total_timesteps": 950, "agent/max_frames": 5000}, 10, 0, SILENT),
    ({"total_timesteps": 100}, 1, 0, ENDED),
    ({"lr": 100}, 10, 0, SILENT),
])
def test_a_run_whose_format_records_no_end_has_ended_where_its_config_ends_it(config, rows, early, state):
    """The kind: old runs, which a person only wants to see; none of them waits for a row."""
    steps = 100.0 * np.arange(1, rows + 1) - early
    assert judged.state(run(steps, {RETURN: np.arange(rows)}, config=config), [], NOW)[0] == state
    found, _ = judged.state(run(steps, {RETURN: np.arange(rows)}, config=config, ended=False), [], NOW)
    assert found == SILENT, "a journal records its end"


def test_a_silent_run_is_bad_only_where_its_format_records_ends():
    found, verdict = judged.state(returns(LEARNED, ended=False), [], NOW)
    assert (found, verdict.is_bad) == (SILENT, True)
    assert verdict.text == "no row for 2.7 h; its longest pause was 2 s"
    found, verdict = judged.state(returns(LEARNED), [], NOW)
    assert (found, verdict.is_bad) == (SILENT, False)
    assert verdict.why.endswith("its format records no end, so it may have ended")


def test_a_setting_far_below_x_is_no_end():
    """``num_frames: 4``, frames that an environment stacks, ended each run that was silent."""
    found, _ = judged.state(returns(LEARNED, config={"env_config/num_frames": 4}), [], NOW)
    assert found == judged.SILENT


def test_a_silent_run_that_has_got_to_the_end_that_its_config_tells_has_ended():
    """Event files of rsl_rl were "no row", one line more for each. Kind: formats that record no end."""
    config = {"total_timesteps": 10_000}
    found, verdict = judged.state(returns(LEARNED, config=config), [], NOW)
    assert (found, verdict.text) == (ENDED, "ended: it has reached 10,000, the end by its config (total_timesteps)")
    assert judged.state(returns(LEARNED[:99], config=config), [], NOW)[0] == SILENT
    assert judged.state(returns(LEARNED, config=config, ended=False), [], NOW)[0] == SILENT


# Pace, and what is left

def test_a_run_at_less_than_half_the_pace_is_slower_and_that_is_not_bad():
    before = [returns(LEARNED, name=f"seed {place}", every=2.0) for place in range(2)]
    verdict = pace.slower(returns(LEARNED, every=5.0), named(*before))
    assert (verdict.is_bad, verdict.text) == (
        False, "slower: 20 a second, the slowest of 2 predecessors 50 (seed 0), from 5,100 to 10,000")
    assert pace.slower(returns(LEARNED, every=3.0), named(*before)) is None
    assert pace.slower(returns(LEARNED, every=5.0), named(before[0])) is None


def test_a_machine_that_was_busy_for_a_while_makes_no_slower_run():
    times = np.cumsum(np.where(np.arange(100) > 75, 20.0, 2.0))
    assert pace.slower(returns(LEARNED, times=NOW + times), named(*(returns(LEARNED) for _ in range(2)))) is None


def test_a_laptop_that_slept_is_no_slower():
    times = np.arange(100.0) * 2
    times[90:] += 30_000
    slept = returns(LEARNED, times=NOW + times)
    assert pace.pace(slept) == 50
    assert pace.slower(slept, named(*(returns(LEARNED) for _ in range(2)))) is None


@pytest.mark.parametrize("config, end", [
    ({"total_timesteps": 20000}, (20000, "total_timesteps")),
    ({"args/total_env_steps": 20000.0}, (20000, "total_env_steps")),
    ({"epochs": 50, "steps_per_epoch": 400}, (20000, "epochs x steps_per_epoch")),
    ({"n_steps": 20000}, None), ({"total_timesteps": 500}, None), ({"total_timesteps": "many"}, None), ({}, None)])
def test_the_end_is_what_the_config_says(config, end):
    assert pace.end_of(returns(LEARNED, config=config), []) == end


@pytest.mark.parametrize("first, end", [(0, 1499), (300, 1799)])  # the latter went on with another run
def test_the_end_of_rsl_rl_is_so_many_iterations_from_its_first(first, end):
    """Nothing stood below "left", though its config says it. Kind: ends that count from where a run began."""
    config = {"agent/max_iterations": 1500, "agent/num_steps_per_env": 24}
    training = run(first + np.arange(40), {RETURN: LEARNED[:40]}, config=config)
    assert pace.end_of(training, []) == (end, "max_iterations")
    others = {"max_iterations": 1500, "agent/num_steps_per_env": 24}
    assert pace.end_of(run(first + np.arange(40), {RETURN: LEARNED[:40]}, config=others), []) is None


def test_else_the_end_is_where_all_predecessors_ended():
    ended = [returns(np.arange(200.0), name=f"seed {place}", end="end") for place in range(3)]
    assert pace.end_of(returns(LEARNED), named(*ended)) == (20000, "as 3 predecessors")
    assert pace.end_of(returns(LEARNED), named(ended[0])) == (20000, "as seed 0")
    assert pace.end_of(returns(LEARNED), named(*ended, returns(LEARNED, end="end"))) is None
    assert pace.seconds_left(returns(LEARNED), pace.End(20000, ""), 50.0) == 200


# In words

@pytest.mark.parametrize("value, text", [(0, "0"), (0.00123456, "0.001235"), (999.95, "1000"), (12345.6, "12,346"),
                                         (1e15, "1e+15"), (-1190.2, "-1,190"), (math.nan, "NaN"), (-math.inf, "-inf")])
def test_numbers_are_short(value, text):
    assert number(value) == text


@pytest.mark.parametrize("seconds, text", [(0, "0 s"), (89, "89 s"), (90, "2 min"), (3600, "60 min"), (5400, "1.5 h"),
                                           (40 * 3600, "40 h"), (72 * 3600, "3 days")])
def test_spans_are_in_a_persons_unit(seconds, text):
    assert span(seconds) == text
