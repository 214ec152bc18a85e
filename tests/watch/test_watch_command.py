"""watch.py where there is no screen: the table, JSON, --check, --on-bad."""
import json
import math
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from watched_runs import named, returns, write

from scripts.watching import command, on_bad, table
from scripts.watching.judged import judge

ROOT = Path(__file__).resolve().parents[2]


LEARNED = np.linspace(0, 500, 100).tolist()


def seeds(folder, many=3, **other):
    for seed in range(many):
        write(folder, f"s{seed}", [value + seed for value in LEARNED], ago=1000 - 100 * seed, seed=seed, **other)


def watch(*arguments, status=0, capsys=None):
    """(stdout, stderr) of the command."""
    found = command.main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    assert found == status, (out, err)
    return out, err


def test_the_table_says_what_goes_on_and_what_is_wrong(tmp_path, capsys, monkeypatch):
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    seeds(tmp_path)
    write(tmp_path, "s3", [9.0] * 100, seed=3, end=False)
    out, err = watch("--once", tmp_path, capsys=capsys)
    assert out == """\
    run     state            steps  steps/s  left  last row  value
ppo: AverageEpRet
!   seed 3  running, below  10,000       50   0 s       0 s      9
        below: AverageEpRet 9, the lowest of 3 predecessors 477.3 (ppo seed 0), from 9,100 to 10,000 (10 points)
    seed 2  ended           10,000                   13 min    502
    seed 1  ended           10,000                   15 min    501
    seed 0  ended           10,000                   17 min    500
1 running, 3 ended; 1 needs a look
"""
    assert err == ""


def test_runs_that_ended_long_ago_are_kept_back_unless_asked_for_or_there_are_no_others(tmp_path, capsys):
    write(tmp_path, "old", LEARNED, ago=90_000)
    out, _ = watch("--once", tmp_path, capsys=capsys)
    assert "25 h" in out and out.endswith("\n1 ended\n")
    write(tmp_path, "new", LEARNED, ago=1000, seed=1)
    out, _ = watch("--once", tmp_path, capsys=capsys)
    assert "25 h" not in out and out.endswith("\n1 ended; 1 older run is not shown\n")
    assert watch("--once", "--all", tmp_path, capsys=capsys)[0].endswith("\n2 ended\n")


def test_json_has_all_that_the_table_has_and_more(tmp_path, capsys):
    seeds(tmp_path)
    write(tmp_path, "s3", [9.0] * 100, seed=3, end=False)
    found = json.loads(watch("--json", tmp_path, capsys=capsys)[0])
    assert (found["format"], found["ok"], found["problems"]) == (1, False, [])
    last = found["runs"][0]
    assert last["end"] == {"x": 10000, "from": "as 3 predecessors"}
    assert last["verdicts"][0]["kind"] == "below" and last["bad"] and last["state"] == "running"
    assert last["predecessors"] == ["ppo seed 0", "ppo seed 1", "ppo seed 2"]
    assert (last["run"], last["group"], last["metric"], last["value"], last["x"]) == (
        "ppo seed 3", "ppo", "AverageEpRet", 9, 10000)
    assert (last["x_per_second"], last["seconds_left"]) == (50, 0)
    assert [one["bad"] for one in found["runs"]] == [True, False, False, False]


def test_what_is_no_number_is_null(tmp_path, capsys):
    write(tmp_path, "s0", [math.nan], end=False)
    found = json.loads(watch("--json", tmp_path, capsys=capsys)[0])["runs"][0]
    assert found["value"] is found["seconds_left"] is found["x_per_second"] is None


def test_check_exits_with_1_where_a_verdict_is_bad(tmp_path, capsys):
    seeds(tmp_path)
    watch("--check", tmp_path, capsys=capsys)
    write(tmp_path, "s3", [9.0] * 100, seed=3, end=False)
    watch("--check", tmp_path, status=1, capsys=capsys)
    watch("--check", "--json", tmp_path, status=1, capsys=capsys)
    watch("--once", tmp_path, capsys=capsys)


def test_where_there_is_nothing_it_says_so(tmp_path, capsys):
    out, err = watch("--once", tmp_path, status=1, capsys=capsys)
    assert out == "" and err.splitlines()[-1] == "watch: nothing could be read"
    assert json.loads(watch("--json", tmp_path, status=1, capsys=capsys)[0])["runs"] == []


def test_an_x_that_no_run_has_is_said_once_with_what_there_is(tmp_path, capsys):
    seeds(tmp_path)
    assert watch("--once", "--x", "Envs", tmp_path, status=1, capsys=capsys) == (
        "", "watch: --x Envs: no run has that; there is AverageEpRet, TotalEnvInteracts\n")


def test_a_name_that_a_terminal_would_obey_is_shown_as_text(tmp_path, capsys):
    write(tmp_path, "s0", LEARNED)
    (tmp_path / "a\x1b[2J").mkdir()
    (tmp_path / "s0").rename(tmp_path / "a\x1b[2J" / "s0")
    for form in ("--once", "--json"):
        assert "\x1b" not in watch(form, tmp_path, capsys=capsys)[0]


def test_a_secret_in_a_config_or_a_name_is_not_shown(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("NEPTUNE_API_TOKEN", "eyJhcGlfYWRkcmVzcyI6Imh0dHBzOi8v")
    write(tmp_path / "eyJhcGlfYWRkcmVzcyI6Imh0dHBzOi8v", "s0", LEARNED)
    for form in ("--once", "--json"):
        assert "eyJhcGlf" not in "".join(watch(form, tmp_path, capsys=capsys))


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_the_table_is_no_wider_than_it_may_be(width):
    runs = [judge(one, "a group with a long name that goes on and on", [], 1e6) for one in named(
        *(returns(LEARNED, name=f"a run with a long name that goes on and on {seed}") for seed in range(3)))]
    head, lines = table.table(runs, 1e6, width)
    assert max(map(len, [head, *(line.text for line in lines)])) <= width
    assert [line.text.split()[0][-2:] for line in lines if line.one] or width
    assert all(("~" in line.text) is (width < 70) for line in lines if not line.one)  # what is cut says so


# Without a terminal, and without what draws on one

def script(*arguments, **variables):
    return subprocess.run([sys.executable, str(ROOT / "scripts" / "watch.py"), *map(str, arguments)], text=True,
                          capture_output=True, stdin=subprocess.DEVNULL, env={**os.environ, **variables})


def test_a_pipe_gets_the_table(tmp_path):
    write(tmp_path, "s0", LEARNED)
    done = script(tmp_path)
    assert done.returncode == 0 and done.stdout.endswith("\n1 ended\n") and done.stderr == ""


@pytest.mark.slow
def test_once_needs_nothing_that_draws(tmp_path):
    """And where a screen is asked for, one line says what is missing, and what helps."""
    write(tmp_path, "s0", LEARNED)
    code = ("import sys; sys.modules['textual'] = None; sys.path[:0] = [%r, %r]; from scripts.watching import command;"
            "command._has_screen = lambda: True; sys.exit(command.main(sys.argv[1:]))" % (
                str(ROOT), str(ROOT / "vendored")))
    for arguments, status in ((["--check"], 0), ([], 1)):
        done = subprocess.run([sys.executable, "-c", code, *arguments, str(tmp_path)], text=True, capture_output=True)
        assert done.returncode == status, done.stderr
    assert done.stdout == "" and done.stderr.count("\n") == 1
    assert done.stderr == (f"watch: textual is missing in {sys.executable}; run {sys.executable} -m pip install "
                           "textual textual-plotext; --once needs nothing more\n")


@pytest.mark.parametrize("encoding, can", [("utf-8", True), ("latin-1", False), ("ascii", False), ("none", False)])
def test_a_locale_without_what_curves_are_drawn_with_gets_the_table(tmp_path, capsys, monkeypatch, encoding, can):
    """Every letter of a curve was \\u28ff. Kind: what a terminal cannot say."""
    assert command._can_draw(encoding) is can
    if not can:
        seeds(tmp_path)
        monkeypatch.setattr(command, "_has_screen", lambda: True)
        monkeypatch.setattr(command, "_can_draw", lambda encoding: False)
        out, err = watch(tmp_path, capsys=capsys)
        assert "3 ended" in out and err.endswith("cannot draw the screen, so here is the table of --once; "
                                                 "LC_ALL=C.UTF-8 can\n")


# --on-bad

def bad_run(**other):
    return judge(named(returns([1.0, 2.0], end="FAILED", **other))[0], "g", [], 1e6)


def test_the_command_runs_once_for_each_bad_verdict_with_the_run_in_its_environment(tmp_path, capsys):
    write(tmp_path, "s0", [1.0] * 10 + [math.nan] * 5, end=True)
    log = tmp_path / "log"
    watch("--once", "--on-bad", f"echo $WATCH_RUN: $WATCH_VERDICT: $WATCH_WHY: $WATCH_SOURCE >> {log}", tmp_path,
          capsys=capsys)
    assert log.read_text() == (f"ppo: NaN: AverageEpRet is NaN since step 1,100 (5 rows), 1 before: "
                               f"{tmp_path}/s0/neptune-s0.jsonl\n")


def test_while_it_watches_only_what_turns_bad_counts_and_once(tmp_path):
    log = tmp_path / "log"
    bell = on_bad.OnBad(f"echo $WATCH_RUN >> {log}")
    old, new = bad_run(name="old"), bad_run(name="new")
    bell.look([old], is_first=True)
    for _ in range(3):
        bell.look([old, new])
        bell.finish()
    assert log.read_text() == "new\n" and bell.said == []


def test_a_verdict_that_went_away_and_comes_again_counts_again(tmp_path):
    log = tmp_path / "log"
    bell = on_bad.OnBad(f"echo $WATCH_RUN >> {log}")
    for found in ([bad_run(name="a")], [], [bad_run(name="a")]):
        bell.look(found)
        bell.finish()
    assert log.read_text() == "a\na\n"


def test_a_command_that_fails_or_takes_too_long_is_said_and_ended(tmp_path):
    bell = on_bad.OnBad("echo no such host; exit 3")
    bell.look([bad_run(name="a")])
    bell.finish()
    assert bell.said == ["--on-bad: exit status 3, for a: no such host"]
    bell = on_bad.OnBad("sleep 60 & sleep 60", seconds=0.2)
    bell.look([bad_run(name="a")])
    bell.finish()
    assert bell.said == ["--on-bad: ended after 0.2 s, for a"]


def test_there_are_not_more_than_so_many_an_hour(tmp_path):
    log = tmp_path / "log"
    bell = on_bad.OnBad(f"echo $WATCH_RUN >> {log}", an_hour=2)
    bell.look([bad_run(name=name) for name in "abc"])
    bell.finish()
    assert log.read_text() == "a\nb\n"
    assert bell.said == ["--on-bad: not run for c: it ran 2 times in the last hour"]


def test_runs_for_which_the_command_does_not_run_are_summed_up():
    """Of 150 runs 70 had a line each, and 50 were dropped without a word. Kind: lines that grow with the runs."""
    bell = on_bad.OnBad("true", an_hour=1)
    bell.look([bad_run(name=f"run {place}") for place in range(150)])
    bell.finish()
    assert bell.said == ["--on-bad: not run for run 1, run 2, run 3 and 146 more: it ran 1 times in the last hour"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_runs_ends_with_whoever_watches(tmp_path, number):
    """Ctrl-C left it running, and nobody bounded it. Kind: ways to end."""
    write(tmp_path, "s0", [1.0] * 50 + [math.nan] * 50)
    os.mkfifo(tmp_path / "told")
    told = os.open(tmp_path / "told", os.O_RDONLY | os.O_NONBLOCK)
    code = "import sys; from scripts.watching import command; sys.exit(command.main(sys.argv[1:]))"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "--once", "--on-bad", "exec > told; echo x; sleep 60", "s0"], cwd=tmp_path,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "vendored")))})
    with open(told, "rb") as alive:
        assert select.select([alive], [], [], 60)[0] and os.read(told, 9) == b"x\n"
        process.send_signal(number)
        assert process.wait() == 128 + number
        os.set_blocking(told, True)
        assert alive.read() == b""  # all that held the other end are gone


def test_what_is_said_of_a_run_is_no_part_of_the_command(tmp_path):
    bell = on_bad.OnBad("echo $WATCH_RUN")
    bell.look([bad_run(name="$(touch broken)")])
    bell.finish()
    assert not Path("broken").exists() and bell.said == []
