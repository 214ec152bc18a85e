"""Processes beside the training: they open and send nothing of their own accord, and what they train is theirs."""
import pytest
from trainings import (
    OFFLINE, RECORDING, journals, only_journal, processes_of, recorded, recorded_points, run, stored, wait_until)

METHODS = ["fork", pytest.param("forkserver", marks=pytest.mark.slow), "spawn"]

BESIDE = """
import multiprocessing
def rows(logger, first, last):
    for epoch in range(first, last):
        neptune_writer.write_row(logger, {"Epoch": epoch}, "Epoch")
def own_training(name):
    logger = Logger(name, name)
    rows(logger, 0, 100)
    globals()["kept"] = logger  # so that nothing but the end of the process ends its run
"""
TRAINING = BESIDE + """
logger = Logger("out", "toy")  # in every worker that imports this script, too
def main(context):
    rows(logger, 0, 10)
    %s
    rows(logger, 10, 20)
if __name__ == "__main__":
    main(multiprocessing.get_context(sys.argv[1]))
"""


@pytest.fixture
def folder(training_folder):
    return training_folder


def sent(folder):
    return [step for step, _, _ in recorded_points(folder, "Epoch")]


def runs_opened(folder):
    return [how["name"] for function, *rest in recorded(folder) if function == "init_run" for how in rest]


@pytest.mark.parametrize("method", METHODS)
def test_workers_that_have_the_logger_and_do_not_log_open_and_send_nothing(folder, method):
    errors = run(TRAINING % """
    with context.Pool(2) as pool:
        assert pool.map(abs, range(4)) == [0, 1, 2, 3]
    """, folder, clients=[RECORDING], arguments=[method], **OFFLINE)
    assert [row["step"] for row in only_journal(folder).rows] == sent(folder) == list(range(20))
    assert runs_opened(folder) == ["toy"]
    assert [line.split()[1] for line in errors.splitlines()] == ["journal", "20"]


@pytest.mark.parametrize("method", METHODS)
def test_a_logger_that_was_handed_to_a_worker_is_no_second_run(folder, method):
    run(TRAINING.replace('"toy")', '"toy", "offline")') % """
    worker = context.Process(target=rows, args=(logger, 1000, 1010))
    worker.start()
    worker.join()
    assert worker.exitcode == 0
    """, folder, clients=[RECORDING], arguments=[method])
    assert [row["step"] for row in only_journal(folder).rows] == sent(folder) == list(range(20))


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
def test_a_worker_that_trains_on_its_own_has_a_run_of_its_own_which_ends_with_it(folder, method):
    errors = run(TRAINING % """
    workers = [context.Process(target=own_training, args=(name,)) for name in "ab"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    """, folder, clients=[RECORDING], arguments=[method], **OFFLINE)
    assert sorted(runs_opened(folder)) == ["a", "b", "toy"]
    for name in "ab":
        journal = only_journal(folder / name)
        assert [row["step"] for row in journal.rows] == list(range(100)) and journal.ended
    assert sorted(sent(folder)) == sorted(list(range(100)) * 2 + list(range(20)))
    assert errors.count("100 rows sent to offline") == 2 and errors.count("20 rows sent to offline") == 1


@pytest.mark.parametrize("method", METHODS)
def test_a_worker_hands_over_to_an_experiment_of_its_own_before_it_leaves(folder, method):
    run(BESIDE.replace("Logger(name, name)", "Logger(name, name, neptune.init_run)") + """
import neptune
if __name__ == "__main__":
    worker = multiprocessing.get_context(sys.argv[1]).Process(target=own_training, args=("a",))
    worker.start()
    worker.join()
    """, folder, clients=[RECORDING], arguments=[method])
    assert sent(folder) == list(range(100)) and only_journal(folder).ended


@pytest.mark.slow
def test_workers_of_a_pool_may_train_one_run_after_the_other(folder):
    run(BESIDE + """
with multiprocessing.get_context("fork").Pool(2) as pool:
    pool.map(own_training, "abcd", chunksize=1)
    pool.close()
    pool.join()
""", folder, clients=[RECORDING], **OFFLINE)
    assert [(path.parent.name, len(stored(path).rows), stored(path).ended) for path in sorted(journals(folder))] == [
        (name, 100, True) for name in "abcd"]
    assert sorted(sent(folder)) == sorted(list(range(100)) * 4)


@pytest.mark.slow
def test_workers_that_their_pool_kills_lose_no_row(folder):
    run(BESIDE + """
with multiprocessing.get_context("fork").Pool(2) as pool:
    pool.map(own_training, "ab", chunksize=1)
""", folder, clients=[RECORDING], **OFFLINE)
    assert wait_until(lambda: not processes_of(folder))
    assert [len(stored(path).rows) for path in journals(folder)] == [100, 100]
    assert sorted(sent(folder)) == sorted(list(range(100)) * 2)


@pytest.mark.slow
def test_forks_in_the_middle_of_a_row_of_another_thread_neither_hang_nor_write(folder):
    run(BESIDE + """
import itertools, signal, threading
logger = Logger("out", "toy")
rows(logger, 0, 1)
training = True
def train():
    for epoch in itertools.count(1):
        neptune_writer.write_row(logger, {"Epoch": epoch, "Note %d" % epoch: "a warning"}, "Epoch")
        if not training:
            break
thread = threading.Thread(target=train)
thread.start()
for number in range(20):
    time.sleep(0.003)
    if os.fork() == 0:
        signal.alarm(10)  # kills a worker that hangs
        neptune_writer.write_row(logger, {"Epoch": -1}, "Epoch")
        neptune_writer.write_config(logger, {"lr": -1})
        own = Logger("own/%d" % number, "own")
        neptune_writer.write_row(own, {"Epoch": 0, "Note": "another warning"}, "Epoch")
        neptune_writer.close(logger)
        sys.exit(0)
    assert os.wait()[1] == 0
training = False
thread.join()
""", folder, NEPTUNE_EXPERIMENT="journal")
    rows = [row["step"] for row in only_journal(folder / "out").rows]
    assert rows == list(range(len(rows)))
    assert len(journals(folder / "own")) == 20
    assert all(stored(path).ended for path in journals(folder))
