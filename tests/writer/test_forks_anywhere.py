"""A fork at any moment (B12), and one that goes on with what it was forked from (B15). The kind: the fork has a copy of
what other threads were in the middle of, and of runs that are not its own."""
import os
import sys

import pytest
from environment import interpreters
from trainings import OFFLINE, RECORDING, journals, only_journal, recorded_points, run, stored

PRESENT = {version: str(path) for version, path in interpreters().items()}
CASES = [(sys.executable, 25), pytest.param(sys.executable, 1000, marks=pytest.mark.slow)] + [
    pytest.param(PRESENT[version], 1000, marks=pytest.mark.slow)  # not 3.6, which crashes by itself in one of thousands
    for version in ("3.9", "3.13") if version in PRESENT]

WORKER = """
import signal, threading
def rows(logger, *epochs):
    for epoch in epochs:
        neptune_writer.write_row(logger, {"Epoch": epoch}, "Epoch")
def worker(number, *inherited):
    signal.alarm(20)  # kills one that hangs
    for logger in inherited:
        rows(logger, -1)
        neptune_writer.restart(logger)
        neptune_writer.write_config(logger, {"lr": -1})
        neptune_writer.close(logger)
    rows(Logger("own/%d" % number, "own"), 0)
    neptune_writer.messages.warn("a warning", once="in the worker")
    sys.exit(0)
"""


@pytest.fixture
def folder(training_folder):
    return training_folder


@pytest.mark.slow
def test_a_fork_while_another_thread_starts_the_child_process_gets_one_of_its_own(folder):
    """B12; on 3.6, which tells nobody of a fork, too."""
    for python in sorted({sys.executable, PRESENT.get("3.6", sys.executable)}):
        place = folder / os.path.basename(python)
        place.mkdir(exist_ok=True)
        run(WORKER + """
from neptune_writer.delivery import child_process
start, starting, forked = child_process.detached.start, threading.Event(), threading.Event()
def slowly(*arguments):
    starting.set()
    if threading.current_thread() is not threading.main_thread():
        forked.wait()
    return start(*arguments)
child_process.detached.start = slowly
logger = Logger("out", "toy")
thread = threading.Thread(target=rows, args=(logger, 0))
thread.start()
starting.wait()
process = os.fork()
if process == 0:
    worker(0, logger)
assert os.waitpid(process, 0)[1] == 0
forked.set()
thread.join()
""", place, clients=[RECORDING], python=python, **OFFLINE)
        assert sorted(recorded_points(place, "Epoch"))[0][0] == 0 and len(recorded_points(place, "Epoch")) == 2


@pytest.mark.slow
@pytest.mark.parametrize("python, forks", CASES)
def test_forks_at_random_moments_neither_hang_nor_write(folder, python, forks):
    """Beside threads that begin runs, write, warn, and end them."""
    run(WORKER + """
import glob, itertools, random
sys.setswitchinterval(1e-6)
logger, training = Logger("out", "toy"), True
def train():
    for epoch in itertools.count():
        neptune_writer.write_row(logger, {"Epoch": epoch, "Note": "text"}, "Epoch")
        neptune_writer.messages.warn("x", once=epoch)
        if not training:
            break
        time.sleep(0.0005)
def begin_and_end():
    for number in itertools.count():
        other = Logger("others/%%d" %% number, "other")
        rows(other, 0)
        neptune_writer.close(other)
        if not training:
            break
        time.sleep(0.0005)
neptune_writer.messages.say = lambda text: None
threads = [threading.Thread(target=work, daemon=True) for work in (train, train, begin_and_end)]
for thread in threads:
    thread.start()
while not glob.glob("out/*.jsonl"):  # a fork before the first row may begin a run there that is its own
    time.sleep(0.001)
chance = random.Random(0)
for number in range(%d):
    time.sleep(chance.random() * 0.002)
    process = os.fork()
    if process == 0:
        worker(number, logger)
    status = os.waitpid(process, 0)[1]
    assert status == 0, status
training = False
for thread in threads:
    thread.join()
""" % forks, folder, seconds=300, python=python, NEPTUNE_EXPERIMENT="journal")
    assert all(row["step"] >= 0 for row in only_journal(folder / "out").rows)
    assert len(journals(folder / "own")) == forks
    assert all(stored(path).ended for path in journals(folder))


def test_a_fork_that_goes_on_with_the_run_is_told_once_that_its_rows_are_not_recorded_and_how_they_are(folder):
    """B15, of any number of forks."""
    errors = run(WORKER + """
logger = Logger("out", "toy")
rows(logger, 0, 1)
for number in range(3):
    process = os.fork()
    if process == 0:
        rows(logger, 7, 8)
        rows(Logger("own/%d" % number, "own"), 0)
        sys.exit(0)
    os.waitpid(process, 0)
rows(logger, 2)
""", folder, NEPTUNE_EXPERIMENT="journal")
    said, = [line for line in errors.splitlines() if "not recorded" in line]
    path, = journals(folder / "out")
    assert said.startswith("neptune: %s: rows of process " % path)
    assert said.endswith("; to record them, make a new logger in it")
    assert [row["step"] for row in stored(path).rows] == [0, 1, 2]
    assert len(journals(folder / "own")) == 3


FORKED = """
import os
model = Walk('P', CartPole(), verbose=1)
model.learn(200)
process = os.fork()
if process == 0:
    %s
    model.learn(200)
    raise SystemExit
os.waitpid(process, 0)
model.learn(200)
"""


@pytest.mark.parametrize("own", ["", "logger.configure('own', ['neptune'])"], ids=["inherited", "own"])
def test_a_model_that_a_fork_trains_on_is_recorded_with_a_logger_of_its_own(train, training_folder, own):
    """B15."""
    _, errors = train("baselines", FORKED % (own or "pass"), NEPTUNE_EXPERIMENT="journal")
    assert ("to record them, make a new logger in it" in errors) == (not own)
    folders = {path.parent.name: [row["step"] for row in stored(path).rows] for path in journals(training_folder)}
    assert len(folders) == 2 if own else 1
    assert not own or folders["own"] == [100, 200]
