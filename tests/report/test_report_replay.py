"""scripts/replay.py of runs that unpatched frameworks left: they are sent as ours are, every point once."""
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from report_runs import write_journal, write_spinningup
from trainings import RECORDING, ROOT, environment, recorded, recorded_points

from neptune_writer.experiment import prerequisites

from scripts import replay as replay_command
from scripts.replaying import as_journals
from scripts.runs import reading


@pytest.fixture
def folder(training_folder):
    return training_folder


def replay(folder, *arguments, status=0):
    """Run it to its end; what it says."""
    done = subprocess.run([sys.executable, str(ROOT / "scripts" / "replay.py"), *map(str, arguments)], cwd=folder,
                          capture_output=True, text=True, timeout=100,
                          env=environment(RECORDING, XDG_CACHE_HOME=str(folder / "cache")))
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def kept_journal(folder):
    """The journal that is made of the one run below ``runs``."""
    return Path(*as_journals.sources([str(folder / "runs")], folder / "kept"))


def steps(folder, metric):
    return [(step, value) for step, value, _ in recorded_points(folder, metric)]


@pytest.mark.parametrize("other", [False, True])
def test_without_the_client_nothing_is_written(folder, monkeypatch, other):
    """N8: journals of all runs were made before the client was missed."""
    write_spinningup(folder / "runs" / "ppo")
    if other:
        python = folder / "python"
        python.write_text('#!/bin/sh\nexec "%s" "$@"\n' % sys.executable)
        python.chmod(0o755)
        monkeypatch.setenv("NEPTUNE_WRITER_PYTHON", str(python))
    said = replay(folder, "runs", "--to", "trackio:", status=1)
    assert said.count("\n") == 1 and "-m pip install trackio" in said
    assert not (folder / "cache").exists()


def test_a_python_that_nobody_named_is_not_said_to_be_named(tmp_path, monkeypatch, capsys):
    """The base of an environment whose own Python this user may not run: another than this one sends."""
    python = tmp_path / "python3"
    python.write_text('#!/bin/sh\nexec "%s" "$@"\n' % sys.executable)
    python.chmod(0o755)
    monkeypatch.delenv("NEPTUNE_WRITER_PYTHON", raising=False)
    monkeypatch.setattr(prerequisites, "interpreter", lambda: str(python))
    with pytest.raises(SystemExit):
        replay_command._expect_client("trackio:")
    assert capsys.readouterr().err == (f"neptune: {python} has no trackio; {python} -m pip install trackio, or point "
                                       "NEPTUNE_WRITER_PYTHON at a Python that has it\n")


@pytest.mark.slow
def test_a_copy_that_is_sent_as_another_run_is_warned_of(folder):
    """N2: `cp -r old moved` made 32 runs of 16, in silence."""
    for seed in range(2):
        write_spinningup(folder / "runs" / ("ppo%d" % seed), seed=seed)
    assert "sent before" not in replay(folder, "runs", "--to", "offline")
    assert "sent before" not in replay(folder, "runs", "--to", "offline")
    for seed in range(2, 4):
        write_spinningup(folder / "more" / ("ppo%d" % seed), seed=seed)
    assert "sent before" not in replay(folder, "more", "--to", "offline")
    shutil.copytree(folder / "runs", folder / "moved")
    os.utime(folder / "moved" / "ppo0" / "progress.txt", (2e9, 2e9))  # as `cp -r` does
    assert replay(folder, "moved", "--to", "offline").count("which was sent before from another folder; it is") == 2


def test_a_past_run_is_sent_once_and_then_what_has_come_since(folder):
    write_spinningup(folder / "runs" / "ppo")
    assert "3 rows sent to offline" in replay(folder, "runs", "--to", "offline")
    assert steps(folder, "AverageEpRet") == [(4000 * n, 20.123456789 * n) for n in (1, 2, 3)]
    assert "offline has all of it" in replay(folder, "runs", "--to", "offline")
    write_spinningup(folder / "runs" / "ppo", epochs=5)
    os.utime(folder / "runs" / "ppo" / "progress.txt", (2e9, 2e9))
    assert "2 rows sent to offline" in replay(folder, "runs", "--to", "offline")
    assert steps(folder, "AverageEpRet") == [(4000 * n, 20.123456789 * n) for n in (1, 2, 3, 4, 5)]


@pytest.mark.slow
def test_its_name_group_and_config_go_with_it(folder):
    write_spinningup(folder / "runs" / "ppo", seed=3)
    replay(folder, "runs", "--to", "offline")
    opened, = [how for function, how, *_ in recorded(folder) if function == "init_run"]
    assert opened["name"] == "ppo seed 3" and opened["tags"] == ["spinup"]
    assert "config/gamma" in json.dumps(recorded(folder))


def headers(folder):
    """name -> group of the journals that were made."""
    kept = (folder / "cache").rglob("neptune-*.jsonl")
    return sorted((one["name"], one["group"]) for one in (json.loads(path.read_text().split("\n")[0]) for path in kept))


def write_tables(folder):
    for env in ("Ant", "Hopper"):
        for number in (1, 2):
            (folder / "runs" / env / f"PPO_{number}").mkdir(parents=True)
            (folder / "runs" / env / f"PPO_{number}" / "progress.csv").write_text("total_timesteps,loss\n1,1\n2,2\n")


@pytest.mark.slow
def test_groups_are_the_pages(folder):
    """G2; said in one line."""
    write_tables(folder)
    assert "neptune: 4 runs in 2 groups (env; seeds assumed)\n" in replay(folder, "runs", "--to", "offline")
    assert headers(folder) == [("PPO_1", "Ant/PPO"), ("PPO_1", "Hopper/PPO"), ("PPO_2", "Ant/PPO"),
                               ("PPO_2", "Hopper/PPO")]


@pytest.mark.slow
def test_groups_are_what_is_named(folder):
    write_tables(folder)
    assert "4 runs in 1 group (algo; seeds 1-2)" in replay(folder, "runs", "--to", "offline", "--group-by", "algo")
    assert {group for _, group in headers(folder)} == {"algo=PPO"}
    assert "there is algo, env, path1, path2" in replay(folder, "runs", "--to", "offline", "--group-by=x", status=1)
    assert "names nothing to group by" in replay(folder, "runs", "--to", "offline", "--group-by", ",", status=2)


def test_groups_of_journals_are_said_too(folder):
    for lr in (0.1, 0.2):
        for seed in (0, 1):
            write_journal(folder / "runs" / f"neptune-{lr}-{seed}.jsonl", (1, {"loss": 1.0}), run=f"{lr}-{seed}",
                          group=f"ppo-{lr}", config={"lr": lr, "seed": seed})
    assert "neptune: 4 runs in 2 groups (lr; seeds 0-1)\n" in replay(folder, "runs", "--to", "offline")


@pytest.mark.slow
def test_journals_and_past_runs_go_together(folder):
    write_spinningup(folder / "runs" / "ppo")
    write_journal(folder / "runs" / "neptune-1.jsonl", (1, {"loss": 1.0}))
    replay(folder, "runs", "--to", "offline")
    assert steps(folder, "loss") == [(1, 1)] and len(steps(folder, "AverageEpRet")) == 3


def test_a_dry_run_says_what_would_be_sent_of_which_file_and_writes_nothing(folder):
    write_spinningup(folder / "runs" / "ppo")
    write_journal(folder / "runs" / "neptune-1.jsonl", (1, {"loss": 1.0}), name="toy")
    before = sorted(folder.rglob("*"))
    assert replay(folder, "runs", "--to", "offline", "--dry-run") == (
        "rows  run  file\n"
        "   1  toy  runs/neptune-1.jsonl\n"
        "   3  ppo  runs/ppo/progress.txt\n"
        "4 rows of 2 runs to offline\n"
        "neptune: 2 runs in 2 groups (algo; seed 0)\n")
    assert sorted(folder.rglob("*")) == before and recorded(folder) == []


@pytest.mark.slow
def test_a_dry_run_tells_what_has_come_since_a_past_run_was_sent(folder):
    write_spinningup(folder / "runs" / "ppo")
    replay(folder, "runs", "--to", "offline")
    assert "0 rows of 1 run to offline" in replay(folder, "runs", "--to", "offline", "--dry-run")
    write_spinningup(folder / "runs" / "ppo", epochs=5)
    kept = {path: path.read_bytes() for path in (folder / "cache").rglob("*") if path.is_file()}
    assert "2 rows of 1 run to offline" in replay(folder, "runs", "--to", "offline", "--dry-run")
    assert {path: path.read_bytes() for path in (folder / "cache").rglob("*") if path.is_file()} == kept
    assert "2 rows sent to offline" in replay(folder, "runs", "--to", "offline")


def test_a_misspelt_target_is_one_line_and_leaves_no_journal_behind(folder):
    write_spinningup(folder / "runs" / "ppo")
    said = replay(folder, "runs", "--to", "offlin", status=2)
    assert said.count("\n") == 1 and "did you mean offline?" in said and not (folder / "cache").exists()


@pytest.mark.slow
def test_a_past_run_without_rows_is_one_line_and_a_failure(folder):
    write_spinningup(folder / "runs", epochs=0)
    for flags in ([], ["--dry-run"]):
        said = replay(folder, "runs", "--to", "offline", *flags, status=1)
        assert said == "neptune: runs: no run with rows\n"


@pytest.mark.slow
def test_things_that_count_steps_of_their_own_keep_them(folder):
    place = folder / "runs" / "PPO_1"
    place.mkdir(parents=True)
    (place / "progress.csv").write_text("time/total_timesteps,loss\n1000,0.5\n2000,0.25\n")
    (place / "monitor.csv").write_text('#{"t_start": 10.0}\nr,l,t\n5.0,300,1.0\n6.0,900,2.0\n')
    replay(folder, "runs", "--to", "offline")
    assert steps(folder, "loss") == [(1000, 0.5), (2000, 0.25)]
    assert steps(folder, "monitor/episode_return") == [(300, 5.0), (1200, 6.0)]


@pytest.mark.slow
@pytest.mark.parametrize("options, expected", [
    ([], [10, 20, 30]), (["--restarts", "continue"], [10, 30, 50, 60]), (["--x", "n"], [0, 1, 2, 3])])
def test_what_the_user_says_of_steps_is_handed_on(folder, options, expected):
    (folder / "runs").mkdir()
    (folder / "runs" / "progress.csv").write_text("total_timesteps,n,loss\n10,0,1\n30,1,2\n20,2,3\n30,3,4\n")
    replay(folder, "runs", "--to", "offline", *options)
    assert [step for step, _ in steps(folder, "loss")] == expected


@pytest.mark.parametrize("kept", [0.01, 0.3, 0.7, 0.95])
def test_a_journal_that_an_interrupted_replay_tore_is_made_whole(folder, kept):
    write_spinningup(folder / "runs" / "ppo")
    path = kept_journal(folder)
    whole = path.read_bytes()
    os.truncate(path, int(kept * len(whole)))
    assert kept_journal(folder) == path and path.read_bytes() == whole
    assert list(path.parent.iterdir()) == [path]


def test_a_replay_that_is_interrupted_leaves_the_journal_as_it_was(folder, monkeypatch):
    write_spinningup(folder / "runs" / "ppo")
    path = kept_journal(folder)
    before = path.read_bytes()
    write_spinningup(folder / "runs" / "ppo", epochs=5)

    def interrupted(*paths):
        raise KeyboardInterrupt
    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        kept_journal(folder)
    assert path.read_bytes() == before and list(path.parent.iterdir()) == [path]


@pytest.mark.slow
def test_a_run_in_a_folder_whose_name_is_no_utf_8_is_sent(folder):
    write_spinningup(folder / "runs" / os.fsdecode(b"d\xff"))
    assert "3 rows sent to offline" in replay(folder, "runs", "--to", "offline")


@pytest.mark.slow
def test_large_runs_are_read_by_processes_of_their_own(folder):
    for name in ("a", "b"):
        write_spinningup(folder / "runs" / name)
        os.truncate(folder / "runs" / name / "progress.txt", reading._WORTH_A_PROCESS)  # zeros, which are passed over
    assert "2 runs" in replay(folder, "runs", "--to", "offline", "--dry-run")


def test_the_runs_stay_as_they_are(folder):
    write_spinningup(folder / "runs")
    before = sorted(path.name for path in (folder / "runs").iterdir())
    replay(folder, "runs", "--to", "offline")
    assert sorted(path.name for path in (folder / "runs").iterdir()) == before


@pytest.mark.slow
def test_what_cannot_be_read_is_named(folder):
    write_spinningup(folder / "runs" / "ppo")
    with (folder / "runs" / "ppo" / "progress.txt").open("a") as file:
        file.write("1\t2\n")
    assert "1 line left out; line 5: 2 columns, not 4" in replay(folder, "runs", "--to", "offline")
