"""Killed at any moment: every row whose `write_row` returned is in the journal, and the child sends it all the same."""
import json
import random
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from trainings import (
    OFFLINE, PACKAGE, RECORDING, environment, journals, only_journal, processes_of, recorded, recorded_points, run,
    wait_until)

AT_ONCE = 4

TRAINING = """
import itertools, os, sys
import neptune_writer
class Logger:
    output_dir = "out"
logger = Logger()
neptune_writer.connect(logger, sys.argv[1])
more = {"metric %d" % number: 0.5 for number in range(int(sys.argv[2]))}
for number in itertools.count():
    neptune_writer.write_row(logger, dict(more, Epoch=number), "Epoch")
    os.write(1, b"%d\\n" % number)  # past every buffer
"""


@pytest.fixture
def script(tmp_path):
    """A training beside its own copy of the package, as quick to start as Python is."""
    shutil.copytree(str(PACKAGE), str(tmp_path / "neptune_writer"), ignore=shutil.ignore_patterns("__pycache__"))
    path = tmp_path / "training.py"
    path.write_text(TRAINING)
    return path


def begin(script, folder, spec, metrics):
    folder.mkdir(parents=True)
    options = ["-S", "-E"] if spec == "journal" else []
    return subprocess.Popen([sys.executable] + options + [str(script), spec, str(metrics)], cwd=str(folder),
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
                            env=dict(environment(RECORDING), PYTHONDONTWRITEBYTECODE=""))


def seconds_to_the_first_row(script, folder, spec="journal"):
    """Of trainings that start together, as many as are killed at once."""
    begun = time.monotonic()
    trainings = [begin(script, folder / str(number), spec, 1) for number in range(AT_ONCE)]
    for training in trainings:
        training.stdout.readline()
    seconds = time.monotonic() - begun
    for training in trainings:
        training.kill()
        training.communicate()
    return seconds


def printed_until_killed(training, while_it_trains, moment):
    """Kill a training so many seconds after its start or its first row; the rows whose `write_row` had returned."""
    first = training.stdout.readline() if while_it_trains else b""
    time.sleep(moment)
    assert training.poll() is None
    training.kill()
    return [int(line) for line in (first + training.communicate()[0]).splitlines()]


def kept(folder):
    """The rows of the journal, where there is one yet; every line must parse, but for the rest of a last."""
    *lines, _rest = b"".join(path.read_bytes() for path in journals(folder)).split(b"\n")
    records = [json.loads(line.decode("ascii")) for line in lines]
    assert all("format" in record for record in records[:1])
    return [record["values"]["Epoch"] for record in records[1:]]


@pytest.mark.parametrize("moments", [16, pytest.param(200, marks=pytest.mark.slow)])
def test_killed_at_any_moment_no_row_is_missing_and_no_line_torn_but_the_last(script, tmp_path, moments):
    seconds_to_the_first_row(script, tmp_path / "compiles the package")
    seconds = seconds_to_the_first_row(script, tmp_path / "timed")
    chance = random.Random(moments)
    kills = [(chance.choice([1, 30, 3000]), index % 2, chance.uniform(0, [seconds, 0.1][index % 2]))
             for index in range(moments)]

    def killed(index):
        metrics, while_it_trains, moment = kills[index]  # with 3000, a line is many pages
        training = begin(script, tmp_path / str(index), "journal", metrics)
        return printed_until_killed(training, while_it_trains, moment), kept(tmp_path / str(index))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(killed, range(moments)))
    for printed, rows in found:
        assert printed == list(range(len(printed)))
        assert rows == list(range(len(rows)))
        assert len(printed) <= len(rows) <= len(printed) + 1  # written, and killed before it was told
    assert {bool(printed) for printed, _ in found} == {True, False}


@pytest.mark.parametrize("moments", [6, pytest.param(20, marks=pytest.mark.slow)])
def test_killed_at_any_moment_the_child_sends_every_row_once_and_leaves(script, tmp_path, moments):
    seconds_to_the_first_row(script, tmp_path / "compiles the package")
    seconds = seconds_to_the_first_row(script, tmp_path / "timed", "offline")
    chance = random.Random(moments)
    kills = [(chance.choice([1, 30]), index % 4, chance.uniform(0, seconds)) for index in range(moments)]

    def killed(index):
        metrics, while_it_trains, moment = kills[index]
        folder = tmp_path / str(index)
        printed = printed_until_killed(begin(script, folder, "offline", metrics), while_it_trains, moment)
        assert wait_until(lambda: not processes_of(folder))
        return printed, kept(folder), [step for step, _, _ in recorded_points(folder, "Epoch")], recorded(folder)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(killed, range(moments)))
    for printed, rows, sent, calls in found:
        assert len(rows) >= len(printed) and rows == list(range(len(rows)))
        assert sent == rows or not printed and not sent  # killed before the first was handed on
        assert not sent or calls[-1][0] == "stop"


ENDS = {
    "an exception": ("raise ValueError('diverged')", 1),
    "os._exit": ("os._exit(3)", 3),
    "an abort": ("os.abort()", -signal.SIGABRT),
    "the terminal closed": ("signal.signal(1, signal.SIG_DFL); os.kill(os.getpid(), signal.SIGHUP)", -signal.SIGHUP),
    "the last thread": ("threading.Thread(target=lambda: (time.sleep(0.2), train(300))).start()", 0),
}


@pytest.mark.parametrize("how", sorted(ENDS))
def test_however_the_training_ends_the_child_sends_every_row_and_leaves(training_folder, how):
    end, status = ENDS[how]
    errors = run("""
        import signal, threading
        logger = Logger("out", "toy")
        written = 0
        def train(rows):
            global written
            for _ in range(rows):
                neptune_writer.write_row(logger, {"Epoch": written}, "Epoch")
                written += 1
        train(700)
        %s
        """ % end, training_folder, clients=[RECORDING], status=status, **OFFLINE)
    assert wait_until(lambda: not processes_of(training_folder))
    rows = 1000 if "thread" in how else 700
    assert [step for step, _, _ in recorded_points(training_folder, "Epoch")] == list(range(rows))
    assert recorded(training_folder)[-1][0] == "stop"
    assert "%d rows sent to offline" % rows in errors and "not been sent" not in errors
    assert ("ValueError: diverged" in errors) == (how == "an exception")


@pytest.mark.slow
def test_rows_of_a_daemon_thread_while_the_training_ends_are_kept_up_to_its_end(training_folder):
    errors = run("""
        import itertools, threading
        logger = Logger("out", "toy")
        def train():
            for number in itertools.count():
                neptune_writer.write_row(logger, {"Epoch": number}, "Epoch")
        threading.Thread(target=train, daemon=True).start()
        while not os.path.exists("recorded.jsonl"):
            time.sleep(0.05)
        """, training_folder, clients=[RECORDING], **OFFLINE)
    rows = [row["step"] for row in only_journal(training_folder).rows]
    assert rows == list(range(len(rows))) and only_journal(training_folder).ended
    assert [step for step, _, _ in recorded_points(training_folder, "Epoch")] == rows
    assert errors.count("is closed; later rows are not recorded") == 1
