"""neptune_writer.points.lines: the journal's two formats as rows. X1: journals of format 1 come out right."""
import pytest

from neptune_writer.points.lines import Lines, is_of_ray, steps_of
from neptune_writer.points.whole import WholeRun
from neptune_writer.points.rows import Row

OLD = {"format": 1, "run": "run", "framework": "stable_baselines3"}
NEW = dict(OLD, format=2)
STEP = "time/total_timesteps"


def old(step, values, **more):
    return dict({"t": 1.0, "step": step, "segment": 0, "values": values}, **more)


def rows_of(records, header=OLD):
    lines, rows = Lines(header), []
    for number, record in enumerate(records):
        rows += lines.rows(dict(record, offset=10 * number))
    return rows


def seen(records, header=OLD):
    rows, found = rows_of(records, header), {}
    for placed in WholeRun(lambda: rows, *steps_of(header), every_fall_is_a_checkpoint=is_of_ray(header)).points():
        for metric in placed.values:
            found.setdefault(metric, []).append(placed.x)
    return found


def test_episodes_between_rollouts_in_a_journal_of_format_1():
    """X1, as today's writer has written it: it counts a segment at each row that falls."""
    records, episode = [], 0
    for rollout in range(64, 384, 64):
        for _ in range(3):
            episode += 1
            records.append(old(episode, {"episode/return": 1.0}))
        records.append(old(rollout, {"rollout/ep_rew_mean": 1.0, STEP: rollout}))
    assert seen(records) == {"episode/return": list(range(1, 16)), STEP: [64, 128, 192, 256, 320],
                             "rollout/ep_rew_mean": [64, 128, 192, 256, 320]}


def test_learnt_again_with_the_mark_in_an_episode_s_row():
    """The mark of format 1 stands in whatever row came next: it is the model's, not the episode's."""
    records = [old(1, {"e": 1}), old(64, {"r": 1, STEP: 64}), old(2, {"e": 1}, restart=True),
               old(64, {"r": 1, STEP: 64}), old(3, {"e": 1})]
    assert seen(records) == {"e": [1, 2, 3], "r": [64, 128], STEP: [64, 128]}


def test_a_row_of_format_1_that_had_no_step_stands_with_the_row_before():
    records = [old(64, {"r": 1, STEP: 64}), old(64, {"v": 1}), old(64, {"r": 1, STEP: 64}, restart=True),
               old(64, {"v": 2})]
    assert seen(records)["v"] == [64, 128]


def test_streams_of_format_1_are_clocks():
    records = [old(10, {"a/r": 1}, stream="a"), old(1, {"b/r": 1}, stream="b"), old(20, {"a/r": 1}, stream="a"),
               old(10, {"a/r": 2}, stream="a", rewind=True)]
    assert seen(records) == {"a/r": [10], "b/r": [1]}


def test_ray_s_falls_are_checkpoints():
    header, step = dict(OLD, framework="rllib"), "timesteps_total"
    assert seen([old(t, {"r": 1, step: t}) for t in (1000, 2000, 1000, 2000, 3000)], header)["r"] == [1000, 2000, 3000]


@pytest.mark.parametrize("record, row", [
    ({"t": 1.0, "values": {"r": 1}}, Row(None, None, None, {"r": 1}, 1.0, "run-7")),
    ({"t": 1.0, "step": 5, "values": {"r": 1}}, Row(5, None, None, {"r": 1}, 1.0, "run-7")),
    ({"t": 1.0, "step": 5, "clock": STEP, "mark": "restart", "values": {"r": 1}},
     Row(5, STEP, "restart", {"r": 1}, 1.0, "run-7")),
    ({"t": 1.0, "mark": "checkpoint", "clock": STEP}, Row(None, STEP, "checkpoint", {}, 1.0, "run-7")),
    ({"t": 1.0, "mark": "checkpoint"}, Row(None, None, "checkpoint", {}, 1.0, "run-7")),
])
def test_format_2_is_what_was_said(record, row):
    assert Lines(NEW).rows(dict(record, offset=7)) == [row]


@pytest.mark.parametrize("record", [{"t": 1.0, "config": {}}, {"t": 1.0, "end": True}, {}])
@pytest.mark.parametrize("header", [OLD, NEW])
def test_other_records_are_no_rows(record, header):
    assert Lines(header).rows(dict(record, offset=0)) == []


def test_what_the_header_names():
    header = dict(NEW, steps=["mine", "Epoch"], x=["theirs"])
    assert steps_of(header)[0][:3] == ("mine", "Epoch", STEP) and steps_of(header)[1] == ("theirs",)
    assert len(set(steps_of(header)[0])) == len(steps_of(header)[0])
    records = [{"t": 1.0, "step": 9, "values": {"r": 1, "theirs": step}} for step in (10, 20)]
    assert seen(records, header) == {"r": [10, 20], "theirs": [10, 20]}
