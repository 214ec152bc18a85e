"""scripts/compare.py: algorithms over seeds and tasks; what is compared is said, and what is left out is named."""
import csv
import io
import json
import math
import os
import re
import subprocess
import sys

import numpy as np
import pytest
from compared_runs import runs_of
from report_runs import write_journal, write_spinningup
from trainings import ROOT

from scripts.paper import algorithms, compare_command, scores, written
from scripts.runs.alignment import Line, at, centered


@pytest.fixture
def compare(capsys):
    """Runs the command; what it printed, and what it said besides."""
    def compare(*arguments, status=0):
        found = compare_command.main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        assert found == status, printed
        return printed.out, printed.err
    return compare


def tables_of(text):
    return {one["task"]: one for one in json.loads(text)["tables"]}


# What is in the table

def test_a_row_an_algorithm_a_table_a_task(compare, tmp_path):
    out, err = compare(runs_of(tmp_path), "--metric", "ret")
    assert "ret, CartPole-v1; at 500 steps, which all runs reached" in out
    assert re.search(r"PPO +3 +1 +51 ± 0.816 +51.* +-\n", out)
    assert re.search(r"A2C +3 +1 +61 ± 0.816 +61.* +1 \[1, 1\]\n", out)
    assert "there is no table over all 2 tasks, since their scores have no common scale" in err


def test_normalised_scores_are_added_up_over_tasks(compare, tmp_path):
    (tmp_path / "scores.csv").write_text("task,random,reference\nCartPole-v1,0,100\nAcrobot-v1, -50, 50\n")
    out, _ = compare(runs_of(tmp_path / "runs"), "--metric", "ret", "--normalise", tmp_path / "scores.csv", "--json")
    found = tables_of(out)
    assert list(found) == ["all tasks", "Acrobot-v1", "CartPole-v1"]
    ppo, a2c = found["all tasks"]["rows"]
    assert ppo["mean"]["value"] == pytest.approx((0.51 + 1.01) / 2) and ppo["seeds"] == [3, 3]
    assert a2c["optimality_gap"]["value"] == pytest.approx((0.39 + 0) / 2) and a2c["apart"] is True
    assert found["CartPole-v1"]["rows"][0]["scores"][0]["PPO CartPole-v1 seed 2"] == pytest.approx(0.52)


@pytest.mark.parametrize("where, expected", [("last", 52), ("best", 52), ("mean-last-50%", 42), ("300", 32),
                                             ("250", 27)])
def test_at(compare, tmp_path, where, expected):
    runs_of(tmp_path, tasks=("A",), algos=("PPO",), seeds=3)
    out, _ = compare(tmp_path, "--metric", "ret", "--at", where, "--json")
    assert tables_of(out)["A"]["rows"][0]["scores"][0]["PPO seed 2"] == expected


def test_several_x_tell_the_sample_efficiency(compare, tmp_path):
    out, _ = compare(runs_of(tmp_path, tasks=("A",)), "--metric", "ret", "--at", "100,300", "--csv")
    assert [(row["algorithm"], row["x"], row["iqm"]) for row in csv.DictReader(io.StringIO(out))] == [
        ("PPO", "100.0", "11.0"), ("A2C", "100.0", "21.0"), ("PPO", "300.0", "31.0"), ("A2C", "300.0", "41.0")]


def test_of_a_loss_the_lower_one_is_better(compare, tmp_path):
    for seed in range(4):
        for algo in ("PPO", "A2C"):
            row = (1, {"loss": seed + 9.0 * (algo == "PPO")})
            write_journal(tmp_path / ("neptune-%s%d.jsonl" % (algo, seed)), row, run=algo + str(seed),
                          t=1000.0 + (algo == "A2C"), config={"seed": seed, "algorithm": algo})
    out, _ = compare(tmp_path, "--metric", "loss", "--json")
    ppo, a2c = tables_of(out)["all runs"]["rows"]
    assert a2c["beats_first"]["value"] == 1 and (ppo["apart"], a2c["apart"]) == (False, True)


@pytest.mark.parametrize("name, is_lower", [
    ("error_rate", True), ("EpCosts", True), ("AverageEpCost", True), ("eval/rmse", True), ("collisions", True),
    ("costume", False), ("ret", False), ("PPO_err_1", True)])
def test_which_values_are_better_is_said_and_can_be_named(compare, tmp_path, name, is_lower):
    """An error_rate was compared as if more were better, and nothing said so. Kind: a direction that is guessed."""
    for seed in range(4):
        for algo in ("PPO", "A2C"):
            write_journal(tmp_path / f"neptune-{algo}{seed}.jsonl", (1, {name: seed + 9.0 * (algo == "A2C")}),
                          run=algo + str(seed), t=1000.0 + (algo == "A2C"), config={"seed": seed, "algorithm": algo})
    for better, lower in (([], is_lower), (["--better", "lower"], True), (["--better", "higher"], False)):
        out, _ = compare(tmp_path, "--metric", name, *better)
        assert out.startswith(f"{name}, lower is better, all runs;" if lower else f"{name}, all runs;")
        assert out.endswith("0 [0, 0]\n" if lower else "1 [1, 1]\n")


def test_settings_tuned_for_each_task_are_one_algorithm_and_this_is_said(compare, tmp_path):
    runs_of(tmp_path, tasks=("CartPole-v1",), lr=0.5)
    runs_of(tmp_path, tasks=("Acrobot-v1",))
    out, err = compare(tmp_path, "--metric", "ret")
    assert out.count("PPO") == 4 and "settings of an algorithm differ between tasks (lr)" in err


def test_two_settings_on_one_task_are_two_algorithms(compare, tmp_path):
    runs_of(tmp_path / "1", tasks=("A",), algos=("PPO",), lr=0.5)
    runs_of(tmp_path / "2", tasks=("A",), algos=("PPO",))
    out, _ = compare(tmp_path, "--metric", "ret", "--json")
    assert [row["algorithm"] for row in tables_of(out)["A"]["rows"]] == ["lr=0.5", "lr=0.1"]


def test_keys_are_those_of_group_by(compare, tmp_path):
    runs_of(tmp_path, algos=("PPO",), gamma=0.9)
    out, _ = compare(tmp_path, "--metric", "ret", "--group-by", "lr,gamma", "--task", "env", "--json")
    assert set(tables_of(out)) == {"CartPole-v1", "Acrobot-v1"}
    out, _ = compare(tmp_path, "--metric", "ret", "--group-by", "env", "--task", "algo", "--json")
    assert [row["algorithm"] for row in tables_of(out)["PPO"]["rows"]] == ["Acrobot-v1", "CartPole-v1"]


def test_a_task_is_named_by_the_last_part_of_its_key(compare, tmp_path):
    """--task experiment_name, for ``agent/experiment_name``."""
    runs_of(tmp_path, tasks=("A",), agent={"experiment_name": "rough"})
    runs_of(tmp_path / "more", tasks=("A",), agent={"experiment_name": "flat"})
    out, _ = compare(tmp_path, "--metric", "ret", "--task", "experiment_name", "--json")
    assert list(tables_of(out)) == ["flat", "rough"]


def test_a_metric_may_have_another_name_in_another_framework(compare, tmp_path):
    runs_of(tmp_path / "1", tasks=("A",), algos=("PPO",))
    for seed in range(3):
        write_spinningup(tmp_path / "2" / ("sac_s%d" % seed), seed, env="A", epochs=3)
    out, _ = compare(tmp_path, "--metric", "ret", "--metric", "AverageEpRet", "--at", "last", "--json")
    assert len(tables_of(out)["A"]["rows"]) == 2 and json.loads(out)["metric"] == "ret or AverageEpRet"


# What is said

def test_shorter_runs_are_counted_and_named(compare, tmp_path):
    runs_of(tmp_path, tasks=("A",))
    write_journal(tmp_path / "neptune-A-PPO-9.jsonl", (100, {"ret": 1}), (200, {"ret": 2}), run="short", name="PPO",
                  group="PPO", framework="sb3", ended=False,
                  config={"seed": 9, "algorithm": "PPO", "env": "A", "lr": 0.1})
    out, err = compare(tmp_path, "--metric", "ret")
    assert "at 200 steps, which all runs reached" in out
    assert "1 run of 7 did not get as far as the longest (500), so all scores are those at 200; --at takes others: " \
        "PPO seed 9 (to 200)" in err and "1 run did not end (crashed, or still running): PPO seed 9" in err
    out, err = compare(tmp_path, "--metric", "ret", "--at", "500")
    assert "1 run did not get to 500 and is left out: PPO seed 9 (to 200)" in err and re.search(r"PPO +3 ", out)


def test_a_single_seed_gets_no_interval_and_says_so(compare, tmp_path):
    out, err = compare(runs_of(tmp_path, tasks=("A",), seeds=1), "--metric", "ret")
    assert "[" not in out.split("P(beats PPO)")[1] and "±" not in out.split("P(beats PPO)")[1]
    assert "PPO, A2C: a single run has no interval" in err


def test_labels_that_hold_commas_are_told_apart_in_a_sentence_and_no_head_is_wider_than_its_column(compare, tmp_path):
    """``lr=1, n=6, lr=1, n=12: a single run ...``, and P(beats lr=1, n=6, ...). Kind: lists of labels."""
    for lr, gamma in ((0.0001, 0.99), (0.0003, 0.999)):
        write_journal(tmp_path / f"neptune-{lr}.jsonl", (100, {"ret": 1}), run=str(lr), name="x", group=str(lr),
                      config={"seed": 1, "learning_rate": lr, "gamma": gamma})
    out, err = compare(tmp_path, "--metric", "ret")
    assert "learning_rate=0.0001, gamma=0.99; learning_rate=0.0003, gamma=0.999: a single run" in err
    assert "P(beats the first)" in out


def test_a_metric_that_is_not_named_is_asked_for_with_those_that_there_are(capsys, tmp_path):
    """Argparse asked for --metric, which was to be looked up elsewhere."""
    assert compare_command.main([str(runs_of(tmp_path, tasks=("A",)))]) == 2
    assert capsys.readouterr().err == "compare: --metric is missing; there is loss, ret\n"


def test_a_run_that_became_nan_is_no_run_that_ended(compare, tmp_path):
    """Its last number counted as its last score, and it was said to have ended. One NaN at the end is no more than a
    row in which no episode ended. Kind: what only looks shorter."""
    runs_of(tmp_path, tasks=("A",), rows=100)
    for seed, first in ((8, 61), (9, 100)):
        write_journal(tmp_path / f"neptune-{seed}.jsonl", *[(100 * n, {"ret": 1.0 if n < first else math.nan})
                                                            for n in range(1, 101)],
                      run=str(seed), name="PPO", group="PPO", framework="sb3",
                      config={"seed": seed, "algorithm": "PPO", "env": "A", "lr": 0.1})
    _, err = compare(tmp_path, "--metric", "ret", "--at", "last")
    assert "1 run ended with NaN or infinity; only the points before that count: PPO seed 8 (from 6,100)\n" in err
    assert "1 run of 8 did not get as far as the longest (10,000), whose own end counts: PPO seed 8 (to 6,000)" in err


def test_how_far_a_run_got_is_measured_from_where_runs_begin(compare, tmp_path):
    """Training that goes on from step 1,000,000: half of its way is not 95 % of it. Kind: x that begins elsewhere."""
    for seed in range(4):
        write_journal(tmp_path / f"neptune-{seed}.jsonl", *[(1_000_000 + 100 * n, {"ret": 1.0})
                                                            for n in range(5 if seed else 9)],
                      run=str(seed), config={"seed": seed})
    _, err = compare(tmp_path, "--metric", "ret")
    assert "3 runs of 4 did not get as far as the longest (1,000,800)" in err


def test_what_lacks_on_many_tasks_is_summed_up(compare, tmp_path):
    """A line for each of 57 games. Kind: lines that grow with the runs."""
    tasks = [f"Game{place:02}" for place in range(9)]
    runs_of(tmp_path, tasks=tasks, algos=("PPO",), seeds=2)
    runs_of(tmp_path, tasks=tasks[:1], algos=("A2C",), seeds=2)
    for task in tasks:
        write_journal(tmp_path / f"neptune-{task}-9.jsonl", (100, {"ret": 1}), run=task, name="PPO", group="PPO",
                      framework="sb3", config={"seed": 9, "algorithm": "PPO", "env": task, "lr": 0.1})
    _, err = compare(tmp_path, "--metric", "ret", "--at", "last")
    assert "no score for A2C on Game01, A2C on Game02, A2C on Game03 and 5 more\n" in err
    assert err.count("did not get as far") == 3 and "6 more tasks with notes like these; --json has them all\n" in err


def test_many_files_with_one_problem_are_summed_up(compare, tmp_path):
    runs_of(tmp_path, tasks=("A",))
    for place in range(9):
        (tmp_path / f"neptune-x{place}.jsonl").write_bytes(b"\x00\xff")
    (tmp_path / "progress.csv").write_bytes(b"")
    _, err = compare(tmp_path, "--metric", "ret")
    assert err.count("x0.jsonl") == err.count("and 6 more: not a journal; `report` lists them all\n") == 1
    assert "x3.jsonl" not in err


def test_runs_without_the_metric_are_named(compare, tmp_path):
    runs_of(tmp_path, tasks=("A",))
    write_journal(tmp_path / "neptune-x.jsonl", (1, {"other": 1}), run="x", name="odd", config={"seed": 1})
    _, err = compare(tmp_path, "--metric", "ret")
    assert "1 run left out (no ret): odd" in err


def test_what_counts_something_else_is_left_out_and_named(compare, tmp_path):
    """Epochs and environment steps are not one x, whatever metrics they count."""
    runs_of(tmp_path / "1", tasks=("A",))
    for seed in range(2):
        folder = write_spinningup(tmp_path / "2" / ("sac_s%d" % seed), seed, env="A")
        text = (folder / "progress.txt").read_text()
        (folder / "progress.txt").write_text(text.replace("TotalEnvInteracts", "Other"))
    write_spinningup(tmp_path / "2" / "sac_s2", 2, env="A")
    _, err = compare(tmp_path, "--metric", "AverageEpRet", "--metric", "ret", "--at", "last")
    assert "(x is " in err


@pytest.mark.parametrize("arguments, said", [
    (["--metric", "rett"], "--metric rett: no run has that; there is ret"),
    (["--metric", "los"], "--metric los: no run has that; there is loss"),
    (["--metric", "ret", "--task", "envv"], "--task envv: no run has that; there is env"),
    (["--metric", "ret", "--group-by", "lrr"], "--group-by lrr: no run has that; there is lr"),
    (["--metric", "ret", "--x", "losss"], "--x losss: no run has that; there is loss and 1 more"),
    (["--metric", "ret", "--at", "9000"], "--at 9000: no run has got there; the longest ends at 500 steps"),
    (["--metric", "ret", "--at", "50"],
     "--at 50: no run has a value there; the first begins at 100 steps, the longest ends at 500"),
    (["--metric", "ret", "--normalise", "{tmp}/d.csv"],
     "d.csv: line 3: it has more cells than the header; write numbers as 1234.5"),
    (["--metric", "ret", "--normalise", "{tmp}/e.csv"], "e.csv: it is not UTF-8; save it as a UTF-8 CSV"),
    (["--metric", "ret", "--normalise", "{tmp}/none.csv"], "none.csv: No such file or directory"),
    (["--metric", "ret", "--normalise", "{tmp}/a.csv"], "it has no row for Acrobot-v1; it has CartPole-v1"),
    (["--metric", "ret", "--normalise", "{tmp}/b.csv"], "expected the columns task, random, reference; found env, x"),
    (["--metric", "ret", "--normalise", "{tmp}/c.csv"],
     "line 2: random and reference must be numbers that differ, not 1 and 1"),
])
def test_clear_errors(compare, tmp_path, arguments, said):
    (tmp_path / "a.csv").write_text("task,random,reference\nCartPole-v1,0,100\n")
    (tmp_path / "b.csv").write_text("env,x\nCartPole-v1,0\n")
    (tmp_path / "c.csv").write_text("task,random,reference\nCartPole-v1,1,1\n")
    (tmp_path / "d.csv").write_text("task,random,reference\n\nCartPole-v1,1,000,3,000\n")
    (tmp_path / "e.csv").write_bytes(b"\xff\xfet\x00a\x00")
    out, err = compare(runs_of(tmp_path / "runs"), *[one.format(tmp=tmp_path) for one in arguments], status=1)
    assert out == "" and said in err and err.count("\n") == 1


def test_a_long_name_is_no_head_of_a_column_of_numbers(compare, tmp_path):
    runs_of(tmp_path, algos=("PPO", "PPO with a longer name"), tasks=("A",))
    out, _ = compare(tmp_path, "--metric", "ret")
    assert "P(beats PPO)\n" in out
    runs_of(tmp_path / "other", algos=("PPO with a longer name", "A2C"), tasks=("A",))
    out, _ = compare(tmp_path / "other", "--metric", "ret")
    assert "P(beats the first)\n" in out


@pytest.mark.parametrize("epochs, told", [(1, "at epoch 0, which"), (2, "at epoch 1, which"), (9, "at epoch 8, which")])
def test_an_epoch_is_called_by_its_number(compare, tmp_path, epochs, told):
    """What counts from 0 is no amount: SpinningUp's eighth epoch is its epoch 7."""
    for seed in range(2):
        write_spinningup(tmp_path / ("s%d" % seed), seed, epochs)
    out, _ = compare(tmp_path, "--metric", "AverageEpRet", "--x", "Epoch")
    assert told in out


def test_one_run_only(compare, tmp_path):
    runs_of(tmp_path, tasks=("A",), algos=("PPO",), seeds=1)
    out, err = compare(tmp_path, "--metric", "ret", status=1)
    assert (out, err) == ("", "compare: only one run has ret: PPO; there is nothing to compare it with, "
                          "but `report` shows it\n")


def test_an_algorithm_without_a_task_is_named(compare, tmp_path):
    runs_of(tmp_path / "runs", algos=("PPO",))
    runs_of(tmp_path / "runs", tasks=("CartPole-v1",), algos=("A2C",))
    (tmp_path / "scores.csv").write_text("task,random,reference\nCartPole-v1,0,100\nAcrobot-v1,-50,50\n")
    out, err = compare(tmp_path / "runs", "--metric", "ret", "--normalise", tmp_path / "scores.csv", status=1)
    assert out == "" and "A2C has no run on Acrobot-v1" in err
    out, err = compare(tmp_path / "runs", "--metric", "ret")
    assert "no score for A2C on Acrobot-v1" in err


# How it is written

def test_latex_has_what_stands_apart_in_bold_and_no_letter_that_breaks_it(compare, tmp_path):
    runs_of(tmp_path, tasks=("A_1&B",), algos=("PPO", "A2C"))
    out, _ = compare(tmp_path, "--metric", "ret", "--latex")
    assert r"\textbf{A2C} & 3 & 1 & 61 $\pm$ 0.816 & \textbf{61 [60, 62]} & 1 [1, 1] \\" in out
    assert out.count(r"\begin{tabular}") == out.count(r"\end{tabular}") == 1
    body = [line for line in out.splitlines() if line.endswith(r"\\")]
    assert len({line.count("&") for line in body}) == 1


def test_letters_of_latex():
    expected = r"a\_b\textasciicircum{}c\textasciitilde{}\%\$\#\{\}\textbackslash{}\textbar{}\textless{}"
    assert written._latex(r"a_b^c~%$#{}\|<") == expected
    assert written._latex_cells(["a-1", "3-5", "-1.5 ± 2", "-"]) == ["a-1", "3--5", r"$-$1.5 $\pm$ 2", "--"]


@pytest.mark.filterwarnings("error")
def test_values_near_the_largest_there_is(compare, tmp_path):
    """Six warnings of numpy, with its sources. Kind: values that overflow."""
    for seed in range(4):
        write_journal(tmp_path / f"neptune-{seed}.jsonl", (1, {"ret": 1.7e308 if seed else -1.7e308}), run=str(seed),
                      config={"seed": seed})
    out, err = compare(tmp_path, "--metric", "ret")
    assert "± inf" in out and err == ""
    json.loads(compare(tmp_path, "--metric", "ret", "--json")[0], parse_constant=pytest.fail)


def test_a_locale_without_the_letters_of_a_table(tmp_path):
    """UnicodeEncodeError, for ±. Kind: what stdout cannot say."""
    runs_of(tmp_path, tasks=("日",), seeds=2)
    code = "from scripts.paper import compare_command; exit(compare_command.main(['.', '--metric', 'ret']))"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, env={
        **os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "vendored")))})
    assert done.returncode == 0 and r"50.50 \xb1 0.500" in done.stdout and r"\u65e5;" in done.stdout, done.stderr


NAMES = ["*star*", "_und_", "[256]", "a|b", "x<b>", "$x$", "two\nlines", "\x1b[31m", "[a](b)", "&amp;", "plain_name"]


def test_no_name_breaks_a_table(compare, tmp_path):
    """``\\\\`` and ``[256]`` in the next line are one command of LaTeX; a line break ended the row. Kind: names that
    are markup."""
    for place, name in enumerate(NAMES):
        runs_of(tmp_path / str(place), tasks=("A",), algos=(name,), seeds=2, nr=str(place))
    keys = ["--metric", "ret", "--group-by", "algo"]
    rows = [line for line in compare(tmp_path, *keys, "--latex")[0].splitlines() if line.endswith(r"\\")]
    assert len(rows) == len(NAMES) + 1 and not any(row.startswith(("[", "*")) for row in rows)
    assert any(row.startswith("{[}256]") for row in rows) and any(r"two\textbackslash{}nlines" in row for row in rows)
    lines = compare(tmp_path, *keys, "--markdown")[0].splitlines()[4:]
    assert {line.split(" | ")[0] for line in lines} == {
        r"| \*star\*", r"| \_und\_", "| [256]", r"| a\|b", r"| x\<b>", r"| \$x\$", r"| two\\nlines", r"| \\x1b[31m",
        r"| \[a](b)", r"| \&amp;", "| plain_name"}
    assert len(compare(tmp_path, *keys)[0].splitlines()) == len(NAMES) + 3
    found = csv.DictReader(io.StringIO(compare(tmp_path, *keys, "--csv", "--at", "last,best")[0]))
    assert [row["at"] for row in found] == ["last"] * len(NAMES) + ["best"] * len(NAMES)


def test_a_name_that_is_a_formula_is_text_to_a_spreadsheet(compare, tmp_path):
    runs_of(tmp_path, tasks=("+A",), algos=("=1+1", "B"))
    found = csv.DictReader(io.StringIO(compare(tmp_path, "--metric", "ret", "--csv")[0]))
    assert [(row["task"], row["algorithm"]) for row in found] == [(" +A", " =1+1"), (" +A", "B")]


def test_a_table_of_references_as_a_spreadsheet_writes_it(compare, tmp_path):
    """Semicolons, a byte order mark, capitals, more tasks than there are. Kind: forms of CSV."""
    runs_of(tmp_path / "runs", tasks=("A",))
    (tmp_path / "x.csv").write_bytes(b"\xef\xbb\xbfTask ;Random;Reference\r\nA;0;100\r\nB;0;1\r\n")
    (tmp_path / "y.csv").write_text("task\trandom\treference\nA\t0\t100\n")
    found = {compare(tmp_path / "runs", "--metric", "ret", "--normalise", tmp_path / name)[0]
             for name in ("x.csv", "y.csv")}
    assert len(found) == 1 and "0.5100 ±" in found.pop()


def test_markdown(compare, tmp_path):
    out, _ = compare(runs_of(tmp_path, tasks=("A",)), "--metric", "ret", "--markdown")
    assert out.splitlines()[2:5] == [
        "| algorithm | seeds | tasks | mean ± std | IQM [95 % interval] | P(beats PPO) |",
        "|---|---:|---:|---:|---:|---:|", "| PPO | 3 | 1 | 51 ± 0.816 | 51 [50, 52] | - |"]


@pytest.mark.parametrize("value, told", [(0, "0"), (20480, "20,480"), (231.44, "231.4"), (0.51234, "0.5123"),
                                         (-492.13, "-492.1"), (1e-5, "1e-05"), (3.2e9, "3.2e+09"), (0.05, "0.0500")])
def test_numbers(value, told):
    assert scores.short(value) == told


# How curves are aligned

def test_between_two_points_on_the_straight_line_and_nowhere_beyond():
    line = Line(np.array([0.0, 10, 10, 20]), np.array([0.0, 1, 3, 5]))
    assert at(line, np.array([-1.0, 0, 5, 10, 15, 20, 21])).tolist() == pytest.approx(
        [np.nan, 0, 0.5, 3, 4, 5, np.nan], nan_ok=True)


def test_a_mean_is_of_the_runs_that_have_got_so_far():
    lines = [Line(np.arange(5.0), np.zeros(5)), Line(np.arange(3.0), np.ones(3))]
    for center in ("mean", "median", "iqm"):
        found = centered(lines, center, "ci")
        assert found.ys.tolist() == [0.5, 0.5, 0.5, 0, 0] and found.counts.tolist() == [2, 2, 2, 1, 1]
        assert np.isnan(found.low).tolist() == [False] * 3 + [True] * 2


@pytest.mark.parametrize("band, low, high", [("std", 1, 3), ("range", 1, 3), ("none", np.nan, np.nan)])
def test_bands(band, low, high):
    found = centered([Line(np.zeros(1), np.array([1.0])), Line(np.zeros(1), np.array([3.0]))], "mean", band)
    assert [found.low[0], found.high[0]] == pytest.approx([low, high], nan_ok=True)


def test_a_range_on_a_grid_holds_every_point():
    spike = np.zeros(3000)
    spike[1234] = 99
    found = centered([Line(np.arange(3000.0), spike), Line(np.arange(3000.0) + 0.5, np.zeros(3000))], "mean", "range")
    assert len(found.xs) == 500 and found.high.max() == 99


def test_algorithms_of_nothing_but_paths(tmp_path):
    from report_runs import read
    for algo in ("ppo", "sac"):
        for env in ("Hopper-v2", "Ant-v2"):
            for seed in range(2):
                write_spinningup(tmp_path / ("%s_%s" % (algo, env)) / ("s%d" % seed), seed)
                (tmp_path / ("%s_%s" % (algo, env)) / ("s%d" % seed) / "config.json").unlink()
    found = algorithms.of(read(tmp_path)[0])
    assert sorted(found.names) == ["ppo", "sac"] and found.tasks == ["Ant-v2", "Hopper-v2"]


def test_the_one_algorithm_of_several_tasks_is_not_called_after_a_task(tmp_path):
    """What SpinningUp's own runner calls the runs of ``--env CartPole-v0 Acrobot-v1``."""
    from report_runs import read
    for env in ("acrobot-v1", "cartpole-v0"):
        for seed in range(2):
            name = "mine_env" + env
            write_spinningup(tmp_path / name / ("%s_s%d" % (name, seed)), seed, exp_name=name)
    found = algorithms.of(read(tmp_path)[0])
    assert found.names == ["mine"] and found.tasks == ["acrobot-v1", "cartpole-v0"]
