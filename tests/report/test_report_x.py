"""Where the points of past runs stand: each case X as its small files, through report.py, and as what replay.py sends.

Cases X of the issue "x belongs to the metric"; the rule itself is tested in test_points.py.
"""
import errno
import hashlib
import json
import math
import os
from pathlib import Path

import pytest
from framework_files import X6, X7, events, export, labels, offline, result_csv, results, rows_of, table
from report_runs import HEADER, index_of, points, report, write_journal
from random_runs import NAMES, run_of

from neptune_writer.journal import journal, reading
from neptune_writer.delivery.run_journals import RunJournal
from neptune_writer.resend import dry_run, found_runs
from neptune_writer.delivery.unsent_points import UnsentPoints
from neptune_writer.points.rows import RESUMED
from neptune_writer.points.whole import WholeRun
from neptune_writer.points.rows import Row
from neptune_writer.delivery.stopping import Stopping
from neptune_writer.values import NOT_FINITE

from scripts.replaying import as_journals
from scripts.runs.readers import rllib
from scripts.runs.reading import Reading
from scripts.runs.said import How, Said

TELL = ("iterations_since_restore", "time_this_iter_s")


def seen(folder, how=How()):
    """{metric: [(x, value)]} of the one run in a folder, and what is said."""
    (run,), problems = Reading([folder], how).read()
    return {name: points(run, name) for name in run.series}, [problem.what for problem in problems]


def sent(folder, tmp_path, **how):
    """The same of what replay.py sends of it."""
    there, found = Stopping(follow=False), {}
    paths = as_journals.sources([str(folder)], tmp_path / "cache")
    for of_run in found_runs.group(found_runs.journals(paths), None).values():
        several = [RunJournal.of_target(part.path, "nowhere", there) for part in of_run]
        feed = UnsentPoints(several, there.is_set, **how)
        for part in several:
            due, reader = feed.begin(part), reading.Reader(part.path)
            for record in reader.read(10 ** 6):
                due += feed.take(part, record)
            due += feed.read(part, reader.offset)
            reader.close()
            if part is several[-1]:
                due += feed.end()
            for placed in due:
                for name, value in placed.values.items():
                    value = NOT_FINITE.get(value, value)
                    found.setdefault(name, []).append((placed.x, value))
    return found


def plain(found):
    """NaN is NaN."""
    return {name: [(x, repr(float(value))) for x, value in points] for name, points in found.items()}


def xs(found, name):
    return [x for x, _ in found[name]]


def batches(write):
    """Three epochs of four batches."""
    return lambda folder: write(folder, *[one for epoch in range(3) for one in [
        (4 * epoch + batch, "train/batch_loss", float(batch)) for batch in range(4)] + [
            (epoch, "val/acc", float(epoch))]])


# The cases: what makes the files, {metric: x}, and what is said, a part of one line each

EVALUATED = ("time/total_timesteps", "eval/mean", "rollout/mean")
RETURN = "monitor/episode_return"
CASES = {
    "X2 batches and epochs, in the exporter's Parquet": (
        batches(export), {"train/batch_loss": range(12), "val/acc": range(3)}),
    "X2 batches and epochs, in an offline run of neptune 1.14": (
        batches(offline), {"train/batch_loss": range(12), "val/acc": range(3)}),
    "X3 an event file that goes on without a purge": (
        lambda folder: events(folder, [(s, float(i)) for i, s in enumerate((0, 10, 20, 30, 40, 30, 40, 50))]),
        {"a": [0, 10, 20, 30, 40, 50]}, "2 points at 30 to 40 superseded"),
    "X3 in a second file": (
        lambda folder: events(folder, [(0, 0.0), (10, 1.0), (20, 2.0)], [(20, 2.0), (30, 3.0)]),
        {"a": [0, 10, 20, 30]}),
    "X3 with a purge": (
        lambda folder: events(folder, [(s, float(s)) for s in (0, 10, 20, 30)], [("start", 15), (20, 7.0)]),
        {"a": [0, 10, 20]}, "2 points at 20 to 30 superseded"),
    "X3 with a purge, and a gap": (
        lambda folder: events(folder, [(s, float(s)) for s in (0, 10, 20, 30)], [("start", 10), (25, 7.0)]),
        {"a": [0, 25]}, "3 points at 10 to 30 superseded"),
    "X3 two that write to one folder, at steps that are epochs too": (
        lambda folder: events(folder, *[[one for step in range(4) for one in [(step, float(step), "epoch"),
                                                                              (step, 0.5, tag)]] for tag in "ab"]),
        {"a": range(4), "b": range(4)}, "4 points of epoch at 0 to 3 superseded"),
    "X4 a restored trial": (
        lambda folder: results(folder, 1000, 2000, 3000, 4000, 5000, 4000, 5000, 6000),
        {"ret": range(1000, 7000, 1000)}, "at 4000 to 5000 superseded"),
    "X4 a trial that is tried again from scratch": (
        lambda folder: results(folder, 1000, 2000, 3000, 1000, 2000), {"ret": [1000, 2000]}, "at 1000 to 3000"),
    "X4 a restore at an equal step": (
        lambda folder: results(folder, 1000, 2000, {"timesteps_total": 2000, "training_iteration": 2}, 3000),
        {"ret": [1000, 2000, 3000]}, "at 2000 superseded"),
    "X4 in Ray's table": (
        lambda folder: result_csv(folder, 1000, 2000, 3000, 1000, 2000), {"ret": [1000, 2000]}, "at 1000 to 3000"),
    "X5 an evaluation at a rollout's step": (
        lambda folder: rows_of(folder, EVALUATED, (64, 1, ""), (64, "", 1), (128, 2, ""), (128, "", 2)),
        {"eval/mean": [64, 128], "rollout/mean": [64, 128], "time/total_timesteps": [64, 128]}),
    "X6 evaluations without a step": (
        lambda folder: table(folder, X6),
        {"rollout/ep_rew_mean": [2048, 4096], "eval/mean_reward": [2048, 4096]}),
    "X6 beside a monitor": (
        lambda folder: table(table(folder, X6), X7, "monitor.csv"),
        {"rollout/ep_rew_mean": [2048, 4096], "eval/mean_reward": [2048, 4096], RETURN: [10, 20, 30, 40, 50]}),
    "X7 a second session in a monitor's file": (lambda folder: table(folder, X7, "monitor.csv"),
                                                {RETURN: [10, 20, 30, 40, 50]}),
    "X7 whose header says so": (
        lambda folder: table(folder, '#{"t_start":10}\nr,l,t\n1,10,10\n#{"t_start":90}\nr,l,t\n101,10,15\n',
                             "monitor.csv"), {RETURN: [10, 20]}),
    "X7 of two environments": (
        lambda folder: table(table(folder, X7, "0.monitor.csv"), X7, "1.monitor.csv"), {RETURN: range(10, 110, 10)}),
    "X8 two rows an epoch": (
        lambda folder: rows_of(folder, ("epoch", "loss"), *[(e, e + k) for e in range(1, 6) for k in (0, .5)]),
        {"loss": [1, 1, 2, 2, 3, 3, 4, 4, 5, 5], "epoch": [1, 2, 3, 4, 5]}),
    "X8 fractional steps": (
        lambda folder: export(folder, *[(s, "a", float(i)) for i, s in enumerate((.1, .2, .2, .3, .4))]),
        {"a": [.1, .2, .2, .3, .4]}),
    "learnt twice": (lambda folder: rows_of(folder, ("total_timesteps", "loss"), (512, 1), (1024, 2), (512, 3),
                                            (1024, 4)), {"loss": [512, 1024, 1536, 2048]}),
    "workers whose rows come out of order": (
        lambda folder: rows_of(folder, ("total_timesteps", "loss"), *[(s, s) for s in (100, 200, 190, 300, 290, 400)]),
        {"loss": [100, 190, 200, 290, 300, 400]}),
    "a step that is NaN": (lambda folder: rows_of(folder, ("Epoch", "loss"), (1, 5), ("nan", 6), (3, 7),
                                                  name="progress.txt", separator="\t"), {"loss": [1, 3, 3]}),
    "a table without any step": (
        lambda folder: rows_of(folder, ("Loss", "n"), (0.5, 7), (0.7, 8), (0.6, 9), name="progress.txt",
                               separator="\t"), {"Loss": [0, 1, 2]}, "x counts rows; rising in every row: n; name one"),
    "Acme's labels, each by its own": (
        lambda folder: labels(folder, environment_loop=(("environment_loop_steps", "episode_return"), (200, 1.0),
                                                        (400, 2.0)),
                              learner=(("loss", "learner_steps"), (0.5, 10), (0.25, 20), (0.125, 30))),
        {"environment_loop/episode_return": [200, 400], "learner/loss": [10, 20, 30]}),
    "Acme's actor went on from a checkpoint": (
        lambda folder: labels(folder, actor=(("actor_steps", "ret"), *[(s, float(i)) for i, s in enumerate(
            (100, 200, 300, 250, 290, 350))]), learner=(("learner_steps", "loss"), (1, 1.0), (2, 1.0))),
        {"actor/ret": [100, 200, 250, 290, 350], "learner/loss": [1, 2]}, "2 points at 300 superseded"),
    "Acme's evaluator counts nothing": (
        lambda folder: labels(folder, evaluator=(("ret",), (1.0,), (2.0,)), learner=(("learner_steps", "loss"), (5, 1),
                                                                                     (6, 1))),
        {"evaluator/ret": [0, 1], "learner/loss": [5, 6]}),
}
CASES = [pytest.param(*case, *[""] * (3 - len(case)), id=name) for name, case in CASES.items()]


@pytest.mark.parametrize("write, expected, said", CASES)
def test_the_report_shows_each_point_where_it_stands(tmp_path, write, expected, said):
    found, told = seen(write(tmp_path / "run"))
    assert {name: xs(found, name) for name in expected} == {name: list(x) for name, x in expected.items()}
    assert said in "\n".join(told) and len(told) == bool(said)


@pytest.mark.parametrize("write, expected, said", CASES)
def test_what_is_sent_is_what_the_report_shows(tmp_path, write, expected, said):
    folder = write(tmp_path / "run")
    assert plain(sent(folder, tmp_path)) == plain(seen(folder)[0])


@pytest.mark.parametrize("write, expected, said", CASES)
def test_the_report_of_the_journal_that_is_sent_is_the_same(tmp_path, write, expected, said):
    folder = write(tmp_path / "run")
    as_journals.sources([str(folder)], tmp_path / "cache")
    assert plain(seen(tmp_path / "cache")[0]) == plain(seen(folder)[0])


@pytest.mark.parametrize("restarts", ["continue", "supersede"])
@pytest.mark.parametrize("write, expected, said", CASES)
def test_what_is_sent_is_what_the_report_shows_where_the_user_says_what_a_fall_is(
        tmp_path, write, expected, said, restarts):
    folder = write(tmp_path / "run")
    assert plain(sent(folder, tmp_path, restarts=restarts)) == plain(seen(folder, How(restarts=restarts))[0])


def test_what_comes_to_lie_beside_a_run_sends_nothing_twice(tmp_path):
    """Rows without a step say then what they are counted by, which they need not before."""
    folder = table(tmp_path / "run", X6)
    path, = as_journals.sources([str(folder)], tmp_path / "cache")
    before = Path(path).read_bytes()
    table(folder, X7, "monitor.csv")
    assert as_journals.sources([str(folder)], tmp_path / "cache") == [path]
    assert Path(path).read_bytes().startswith(before)
    with (folder / "progress.csv").open("a") as file:
        file.write("70,,\n,3,6144\n")
    assert plain(sent(folder, tmp_path)) == plain(seen(folder)[0])


def test_the_tenth_file_of_one_second_comes_behind_the_ninth(tmp_path):
    """Ten SummaryWriters of a process that are opened and closed quickly: the later file was read first."""
    events(tmp_path / "a", [(0, 0.0), (10, 1.0), (20, 2.0)], [(20, 2.0), (30, 3.0)])
    for path, number in zip(sorted((tmp_path / "a").iterdir()), (9, 10)):
        path.rename(tmp_path / "a" / f"events.out.tfevents.1700000000.host.7.{number}")
    found, told = seen(tmp_path / "a")
    assert xs(found, "a") == [0, 10, 20, 30] and not told


@pytest.mark.parametrize("name", ["X4 a restored trial", "X6 beside a monitor", "X3 in a second file"])
def test_a_dry_run_counts_what_is_sent(tmp_path, name):
    write, = [case.values[0] for case in CASES if case.id == name]
    _, planned = as_journals.planned([str(write(tmp_path / "run"))], tmp_path / "cache", "offline")
    assert not (tmp_path / "cache").exists()
    path, = as_journals.sources([str(tmp_path / "run")], tmp_path / "cache")
    assert planned[path].rows == dry_run.rows_to_send([path], "offline")[path]


SESSION = '#{"t_start":%d}\nr,l,t\n%s\n'


@pytest.mark.parametrize("files, returns", [
    ([X7], [1, 2, 3, 101, 102]),
    ([X7, X7.replace("\n1,", "\n7,")], [1, 7, 2, 2, 3, 3, 101, 101, 102, 102]),
    ([SESSION % (100, "1,10,10") + SESSION % (200, "2,10,15"), SESSION % (100, "3,10,20") + SESSION % (200, "4,10,21")],
     [1, 3, 2, 4]),
    ([SESSION % (100, "1,10,10\n2,10,5"), SESSION % (100, "3,10,12")], [1, 3, 2]),
])
def test_x7_episodes_of_a_second_session_come_behind_the_first_of_all_environments(tmp_path, files, returns):
    for number, text in enumerate(files):
        table(tmp_path / "run", text, "%d.monitor.csv" % number)
    assert seen(tmp_path / "run")[0][RETURN] == [(10 * number, r) for number, r in enumerate(returns, 1)]


@pytest.mark.parametrize("name", [
    "timesteps", "TotalEnvSteps", "Train/TotalSteps", "EnvSteps", "TimeSteps", "train/total_num_steps", "global_step",
    "num_timesteps", "iteration", "Iteration", "epoch", "timesteps_total", "training_iteration"])
@pytest.mark.parametrize("file, separator", [("progress.csv", ","), ("progress.txt", "\t")])
def test_x9_names_of_the_step_metric(tmp_path, name, file, separator):
    found, told = seen(rows_of(tmp_path / "run", (name, "ret"), (100, 1), (200, 2), name=file, separator=separator))
    assert xs(found, "ret") == [100, 200] and told == []


def test_x1_episodes_between_rollouts_in_a_journal_of_an_older_version(tmp_path):
    rows = [one for rollout in range(64, 384, 64) for one in [
        (3 * rollout // 64 - 2 + episode, {"episode/return": 1.0}) for episode in range(3)] + [
            (rollout, {"rollout/ep_rew_mean": 1.0, "time/total_timesteps": rollout})]]
    write_journal(tmp_path / "neptune-1.jsonl", *rows, framework="stable_baselines3")
    found, told = seen(tmp_path)
    assert xs(found, "rollout/ep_rew_mean") == [64, 128, 192, 256, 320] and told == []
    assert xs(found, "episode/return") == list(range(1, 16))


# What the user says

def test_the_user_names_the_metric_that_x_is(tmp_path):
    folder = rows_of(tmp_path / "run", ("Epoch", "seconds", "loss"), (1, 7, 3), (2, 8, 2), name="progress.txt",
                     separator="\t")
    assert xs(seen(folder, How(("seconds",)))[0], "loss") == [7, 8]
    found, told = seen(folder, How(("hours",)))
    assert xs(found, "loss") == [1, 2] and told == [
        "no row has hours, which --x or NEPTUNE_STEP names; x is Epoch"]


@pytest.mark.parametrize("restarts, expected", [(None, [10, 20, 30, 40]), ("continue", [10, 20, 30, 50, 60, 70]),
                                                ("supersede", [10, 20, 30, 40])])
def test_the_user_says_what_a_fall_is(tmp_path, restarts, expected):
    folder = rows_of(tmp_path / "run", ("total_timesteps", "loss"), *[(s, s) for s in (10, 20, 30, 20, 30, 40)])
    assert xs(seen(folder, How(restarts=restarts))[0], "loss") == expected


def test_the_user_wants_what_was_purged(tmp_path):
    folder = events(tmp_path / "run", [(0, 0.0), (10, 1.0), (20, 2.0)], [("start", 10), (10, 5.0)])
    assert xs(seen(folder)[0], "a") == [0, 10] and xs(seen(folder, How(restarts="continue"))[0], "a") == [0, 10, 20, 30]


def test_a_resumed_training_is_continued_where_the_user_says_so(tmp_path, capsys):
    """`--restarts continue` shows them, it said, with that option, too."""
    for number in (1, 2):
        rows = [(s, {"loss": s + number, "total_timesteps": s}) for s in (10, 20, 30)]
        write_journal(tmp_path / "runs" / f"neptune-{number}.jsonl", *rows, steps=["total_timesteps"],
                      run=str(number), resumes="1" if number > 1 else None, t=1000.0 * number)
    said = report(tmp_path / "runs", "-o", tmp_path / "r.html", capsys=capsys)
    assert "6 points at 10 to 30 superseded by later ones; --restarts continue shows them" in said
    said = report(tmp_path / "runs", "-o", tmp_path / "r.html", "--restarts", "continue", capsys=capsys)
    assert "superseded" not in said
    assert xs(seen(tmp_path / "runs", How(restarts="continue"))[0], "loss") == [10, 20, 30, 40, 50, 60]


def test_where_few_metrics_are_superseded_they_are_named(tmp_path, capsys):
    """A resumed training of rsl_rl: "64 points at 0 to 12", whose iterations went on at 49. Kind: a number that does
    not fit what one sees, for it is of another metric."""
    for number, begin in ((1, 0), (2, 50)):
        rows = [(begin + s, {name: 1.0 * s for name in ("loss", "reward", "std")}) for s in range(3)]
        rows += [(s, {"reward/time": 1.0}) for s in range(3)]
        write_journal(tmp_path / "runs" / f"neptune-{number}.jsonl", *rows, steps=[], run=str(number),
                      resumes="1" if number > 1 else None, t=1000.0 * number)
    said = report(tmp_path / "runs", "-o", tmp_path / "r.html", capsys=capsys)
    assert "3 points of reward/time at 0 to 2 superseded by later ones" in said


def test_the_command_takes_both(tmp_path, capsys):
    rows_of(tmp_path / "run", ("total_timesteps", "n", "loss"), *[(s, i, s) for i, s in enumerate((10, 20, 30, 20))])
    said = report(tmp_path / "run", "-o", tmp_path / "r.html", "--x", "n", capsys=capsys)
    assert index_of(tmp_path / "r.html")["metrics"][0]["x"] == "n" and "superseded" not in said
    said = report(tmp_path / "run", "-o", tmp_path / "r.html", capsys=capsys)
    assert "progress.csv: 6 points at 20 to 30 superseded by later ones; --restarts continue shows them" in said
    said = report(tmp_path / "run", "-o", tmp_path / "r.html", "--restarts", "continue", capsys=capsys)
    assert "superseded" not in said
    with pytest.raises(SystemExit):
        report(tmp_path / "run", "--restarts", "maybe")


# X10: results of before the journal

def trial(folder, *said, begun=1, **header):
    """A trial's results, and a journal of those from ``begun`` on."""
    results(folder, *said)
    lines = [json.loads(line) for line in (folder / "result.json").read_text().splitlines()]
    rows = [(line["timesteps_total"], line) for line in lines[begun - 1:]]
    write_journal(folder / "neptune-1.jsonl", *rows, **dict({"framework": "rllib", "resumes": "trial"}, **header))
    return folder


def test_x10_a_trial_that_was_restored_with_a_journal_has_its_beginning(tmp_path):
    folder = trial(tmp_path / "run", *range(1000, 10000, 1000), begun=6)
    found, told = seen(folder)
    assert found["ret"] == [(1000 * n, n) for n in range(1, 10)]
    assert told == ["5 rows from before neptune-1.jsonl begins shown with it"]


def test_x10_and_what_its_checkpoint_superseded(tmp_path):
    folder = trial(tmp_path / "run", 1000, 2000, 3000, 4000, {"timesteps_total": 3000, "training_iteration": 3},
                   {"timesteps_total": 4000, "training_iteration": 4}, begun=5)
    found, told = seen(folder)
    assert found["ret"] == [(1000, 1), (2000, 2), (3000, 5), (4000, 6)]
    assert any("at 3000 to 4000 superseded" in what for what in told)


def test_x10_a_journal_that_has_it_all_is_alone(tmp_path):
    found, told = seen(trial(tmp_path / "run", 1000, 2000, 3000))
    assert xs(found, "ret") == [1000, 2000, 3000] and told == []


def test_x10_the_journal_left_out_what_tells_results_apart(tmp_path):
    folder = results(tmp_path / "run", 1000, 2000, 3000, 4000)
    write_journal(folder / "neptune-1.jsonl", (3000, {"training_iteration": 3, "other": 1.0}), framework="rllib")
    assert xs(seen(folder)[0], "ret") == [1000, 2000]


def test_x10_a_trial_that_went_on_without_the_patch_has_its_end(tmp_path):
    folder = trial(tmp_path / "run", *range(1000, 7000, 1000), begun=3)
    journal_lines = (folder / "neptune-1.jsonl").read_text().splitlines(True)
    (folder / "neptune-1.jsonl").write_text("".join(journal_lines[:4]))  # rows 3 and 4
    os.utime(folder / "neptune-1.jsonl", (1e9, 1e9))
    found, told = seen(folder)
    assert found["ret"] == [(1000 * n, n) for n in range(1, 7)]
    assert told == ["2 rows from before neptune-1.jsonl begins shown with it",
                    "2 rows from after neptune-1.jsonl ends shown with it"]


def test_x10_results_that_may_not_be_read_cost_no_journal(tmp_path, monkeypatch):
    folder = trial(tmp_path / "run", 1000, 2000, 3000, begun=2)

    def refused(path, say):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    monkeypatch.setattr(rllib, "rows_of", refused)
    found, told = seen(folder)
    assert xs(found, "ret") == [2000, 3000] and told == [
        "Permission denied; what it has of before neptune-1.jsonl is not shown"]


def test_x10_what_is_sent_has_its_beginning_too(tmp_path):
    folder = trial(tmp_path / "run", *range(1000, 10000, 1000), begun=6)
    assert sent(folder, tmp_path)["ret"] == [(1000 * n, n) for n in range(1, 10)]
    (run,), _ = Reading([tmp_path / "cache", folder / "neptune-1.jsonl"]).read()
    assert points(run, "ret") == [(1000 * n, n) for n in range(1, 10)] and run.id == "trial"


# A short way to what the rule says

def rows_that_rise(seed):
    from random import Random
    random, step, rows = Random(seed), 0, []
    has_step, word = random.random() < 0.7, random.choice([None, None, "loop", "t"])
    for number in range(random.randrange(1, 9)):
        step += random.choice([0, 1, 1, 2.5])
        values = {name: random.choice([1.0, 2.0, math.nan]) for name in "abc" if random.random() < 0.8} or {"a": 1.0}
        if random.random() < (0.6 if has_step else 1):
            values["t"] = step if random.random() < 0.9 else step + 1
        rows.append((values, float(number), step if has_step else math.nan, word if random.random() < 0.9 else None))
    return rows


@pytest.mark.parametrize("seed", range(60))
def test_rows_that_rise_stand_where_the_rule_has_them(seed):
    said = Said(("t", "epoch"))
    for row in rows_that_rise(seed):
        said.add(*row)
    run = said.run(How(), lambda path, what: None, source="", name="", group="", config={})
    past, found, clocks = WholeRun(lambda: iter(said), ("t", "epoch")), {}, {}
    for placed in past.points():
        for metric, value in placed.values.items():
            found.setdefault(metric, []).append((placed.x, value))
            clocks.setdefault(metric, set()).add(placed.clock)
    assert plain({name: points(run, name) for name in run.series}) == plain(found)
    assert all(run.clocks[name] in clocks[name] for name in found)


def test_rows_are_what_was_added():
    said = Said()
    said.add({"a": 1.0}, 5.0, 7.0, "loop", "restart")
    said.add_between(Row(None, "loop", "checkpoint", {}, 6.0, "k"))
    said.add({"b": 1.0}, math.nan)
    first, mark, second = said
    assert first[:5] == (7.0, "loop", "restart", {"a": 1.0}, 5.0) and mark.key == "k"
    assert second[:4] == (None, None, None, {"b": 1.0})


# Any journal

def journals_of(folder, rows, user, how):
    """What the writer makes of rows, see `random_runs`: a journal for each process that went on with the run."""
    folder.mkdir()
    lines, run = [], 0
    for number, row in enumerate([RESUMED, *rows]):
        if row == RESUMED:
            run += 1
            framework = "rllib" if how["every_fall_is_a_checkpoint"] else "toy"
            lines.append(dict(HEADER, format=2, run="run-%d" % run, resumes="run-1" if run > 1 else None, t=float(run),
                              framework=framework, steps=list(NAMES), x=list(user)))
        else:
            record = {"t": row.time, "step": row.step, "clock": row.clock, "mark": row.mark}
            record = {name: one for name, one in record.items() if one is not None and one == one}
            values = {name: value if value == value else "NaN" for name, value in row.values.items()}
            lines.append(dict(record, **{"values": values} if values else {}))
        with (folder / ("neptune-%d.jsonl" % run)).open("ab") as file:
            file.write(journal.encode(lines.pop()))


def the_report_shows_what_the_rule_says(run, folder):
    rows, user, how = run
    how = dict(how)
    journals_of(folder, rows, user, how)
    found = seen(folder, How(restarts=how["restarts"]))[0]
    past, expected = WholeRun(lambda: rows, NAMES, user, **how), {}
    for placed in past.points():
        for metric, value in placed.values.items():
            expected.setdefault(metric, []).append((float(placed.x), value))
    assert plain(found) == plain(expected)


def test_the_report_of_any_journal_is_what_the_rule_says(tmp_path):
    for seed in range(60):
        the_report_shows_what_the_rule_says(run_of(seed), tmp_path / str(seed))


@pytest.mark.slow
def test_the_report_of_a_thousand_journals_is_what_the_rule_says(tmp_path):
    for seed in range(60, 1060):
        the_report_shows_what_the_rule_says(run_of(seed), tmp_path / str(seed))


# Journals that an older version made of past runs

def old_journal(folder, kept, *said):
    """As it called and wrote them; ``said``: (x, values)."""
    first = json.dumps([said[0][0], said[0][1]], sort_keys=True)
    name = hashlib.sha1(("%s\n%s" % (folder / "progress.csv", first)).encode()).hexdigest()[:16]
    kept.mkdir()
    path = write_journal(kept / ("neptune-%s.jsonl" % name), *said, run=name, config={}, ended=False, framework=None)
    return path


@pytest.mark.parametrize("steps", [(512, 1024), (512, 1024, 512)])
def test_a_journal_of_an_older_version_is_gone_on_with_where_nothing_was_moved(tmp_path, steps):
    folder = rows_of(tmp_path / "run", ("total_timesteps", "loss"), *[(s, s / 512) for s in steps])
    rows = [(512 * (number + 1), {"total_timesteps": float(s), "loss": s / 512}) for number, s in enumerate(steps)]
    path = old_journal(folder, tmp_path / "kept", *rows)
    before = path.read_bytes()
    assert as_journals.sources([str(folder)], tmp_path / "kept") == [str(path)] and path.read_bytes() == before
    with (folder / "progress.csv").open("a") as file:
        file.write("%d,7.0\n" % (steps[-1] + 512))
    assert as_journals.sources([str(folder)], tmp_path / "kept") == [str(path)]
    (run,), _ = Reading([path]).read()
    assert path.read_bytes().startswith(before) and points(run, "loss") == seen(folder)[0]["loss"]


def test_a_run_that_was_sent_where_an_older_version_put_it_is_sent_anew_and_that_is_said_once(tmp_path, capsys):
    """X6."""
    folder = table(tmp_path / "run", X6)
    path = old_journal(folder, tmp_path / "kept", (0, {"eval/mean_reward": 50.0}), (
        1, {"rollout/ep_rew_mean": 1.0, "time/total_timesteps": 2048.0}))
    made, = as_journals.sources([str(folder)], tmp_path / "kept")
    name = Path(made).stem.partition("-")[2]
    assert made != str(path) and "older version put its points; it is sent again, as run %s" % name in (
        capsys.readouterr().err)
    assert as_journals.sources([str(folder)], tmp_path / "kept") == [made] and "anew" not in capsys.readouterr().err
