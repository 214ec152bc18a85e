"""Loggers as people treat them: copied, made again in a notebook, closed and used on, told to leave, with odd rows."""
import copy
import enum
import gc
import pickle
import signal
import time

import numpy as np
import pytest
from trainings import (
    OFFLINE, RECORDING, Logger, connected, everything_written, journals, only_journal, recorded, recorded_points,
    rows_of, run, start, stored, wait_until)

import neptune_writer

COPIES = {"pickle": lambda value: pickle.loads(pickle.dumps(value)), "deepcopy": copy.deepcopy, "copy": copy.copy}


@pytest.fixture
def by_environment(folder, monkeypatch):
    monkeypatch.setenv("NEPTUNE_EXPERIMENT", "journal")


class Algorithm:
    """Holds its logger, as Stable-Baselines3's do, and is pickled to save a model."""

    def __init__(self, logger):
        self.logger, self.weights = logger, [0.5]


def log(owner, *epochs):
    for epoch in epochs:
        neptune_writer.write_row(owner, {"Epoch": epoch}, "Epoch")


def epochs(path):
    return [row["step"] for row in stored(path).rows]


# Copies

@pytest.mark.parametrize("how", sorted(COPIES))
def test_a_logger_is_copied_as_if_nobody_had_patched_it(folder, how):
    owner = connected()
    neptune_writer.write_config(owner, {"lr": 1e-3})
    log(owner, 0)
    assert pickle.dumps(Algorithm(owner)) == pickle.dumps(Algorithm(Logger("out", "toy")))
    duplicate = COPIES[how](Algorithm(owner)).logger
    assert vars(duplicate) == vars(owner)
    log(owner, 1)
    assert epochs(journals(folder)[0]) == [0, 1]


@pytest.mark.parametrize("how", ["pickle", "deepcopy"])
def test_a_copy_is_no_part_of_the_run_and_its_end_is_not_the_runs(folder, how):
    owner = connected()
    log(owner, 0)
    duplicate = COPIES[how](owner)
    log(duplicate, 7)
    neptune_writer.close(duplicate)
    del duplicate
    gc.collect()
    log(owner, 1)
    assert [row["step"] for row in only_journal(folder).rows] == [0, 1]
    assert not only_journal(folder).ended


@pytest.mark.parametrize("how", ["pickle", "deepcopy"])
def test_by_the_environment_a_copy_that_logs_is_a_run_of_its_own(by_environment, folder, how):
    owner = connected(None)
    log(owner, 0)
    duplicate = COPIES[how](owner)
    assert len(journals(folder)) == 1
    log(duplicate, 7)
    log(owner, 1)
    assert sorted(map(epochs, journals(folder))) == [[0, 1], [7]]


@pytest.mark.parametrize("rows", [0, 1])
@pytest.mark.parametrize("duplicate", [pickle.dumps, copy.deepcopy])
def test_the_writer_itself_is_as_little_to_be_copied_as_an_open_file(folder, duplicate, rows):
    owner = connected()
    log(owner, *range(rows))
    with pytest.raises(TypeError):
        duplicate(neptune_writer._writers.get(owner))
    log(owner, rows)
    assert [row["step"] for row in only_journal(folder).rows] == list(range(rows + 1))


# Several in one process

def test_two_loggers_of_one_name_and_folder_at_once_are_two_runs(folder):
    first, second = connected(), connected()
    for epoch in range(5):
        log(first, epoch)
        log(second, 10 + epoch)
    assert sorted(map(epochs, journals(folder))) == [[0, 1, 2, 3, 4], [10, 11, 12, 13, 14]]


def test_a_cell_that_is_run_again_ends_the_run_of_the_logger_it_replaces(folder):
    logger = connected()
    log(logger, 0, 1)
    logger = connected()
    log(logger, 0)
    first, second = sorted(journals(folder), key=lambda path: -len(epochs(path)))
    assert stored(first).ended and not stored(second).ended
    assert (epochs(first), epochs(second)) == ([0, 1], [0])


def test_a_logger_that_the_notebook_keeps_is_not_ended_by_the_next(folder):
    kept = connected()
    log(kept, 0)
    log(connected(), 10)
    log(kept, 1)
    assert sorted((epochs(path), stored(path).ended) for path in journals(folder)) == [([0, 1], False), ([10], True)]


def test_loggers_in_cycles_are_ended_whenever_the_collector_comes(folder):
    threshold = gc.get_threshold()
    gc.set_threshold(5)  # in the middle of other loggers' rows
    try:
        for number in range(50):
            logger = connected()
            logger.algorithm = Algorithm(logger)
            log(logger, *range(number, number + 5))
    finally:
        gc.set_threshold(*threshold)
    del logger
    gc.collect()
    assert sorted(map(epochs, journals(folder))) == [list(range(number, number + 5)) for number in range(50)]
    assert all(stored(path).ended for path in journals(folder))


# After the end

def test_rows_after_close_are_no_second_run_and_that_is_said_once(by_environment, folder, warnings):
    owner = connected()
    log(owner, 0)
    neptune_writer.close(owner)
    log(owner, 1, 2)
    neptune_writer.write_config(owner, {"lr": 1e-3})
    path, = journals(folder)
    assert stored(path).ended and epochs(path) == [0] and stored(path).configs == []
    assert warnings == ["%s is closed; later rows are not recorded" % path]


def test_a_logger_of_another_rank_says_nothing_after_its_close(by_environment, folder, monkeypatch, capfd):
    monkeypatch.setenv("PMI_RANK", "1")
    owner = connected()
    log(owner, 0)
    neptune_writer.close(owner)
    log(owner, 1)
    assert capfd.readouterr().err == "" and not journals(folder)


def test_a_logger_that_takes_the_place_of_a_closed_one_is_a_run(folder):
    for epoch in range(5):
        owner = connected()
        log(owner, epoch)
        neptune_writer.close(owner)
        del owner  # the next may get its address
    assert sorted(map(epochs, journals(folder))) == [[0], [1], [2], [3], [4]]


LAST_WORDS = """
import signal
logger = Logger("out", "toy")
def last_words(*_):
    neptune_writer.write_row(logger, {"Epoch": -1}, "Epoch")
    neptune_writer.close(logger)
    sys.exit(0)
signal.signal(signal.SIGTERM, last_words)
epoch = 0
while True:
    neptune_writer.write_row(logger, {"Epoch": epoch}, "Epoch")
    epoch += 1
    if epoch %% %d == 0:
        os.kill(os.getpid(), signal.SIGTERM)
"""


@pytest.mark.parametrize("moment", [1, 500])
def test_a_handler_of_sigterm_may_log_close_and_leave(training_folder, moment):
    run(LAST_WORDS % moment, training_folder, clients=[RECORDING], **OFFLINE)
    assert [row["values"]["Epoch"] for row in only_journal(training_folder).rows] == list(range(moment)) + [-1]
    assert only_journal(training_folder).ended
    assert [value for _, value, _ in recorded_points(training_folder, "Epoch")] == list(range(moment)) + [-1]
    assert recorded(training_folder)[-1][0] == "stop"


def test_it_may_do_so_in_the_middle_of_a_row(tmp_path):
    for number in range(6):  # one after another: each writes as many rows as it can, which are all read
        (tmp_path / str(number)).mkdir()
        training = start(LAST_WORDS % 10 ** 9, tmp_path / str(number), NEPTUNE_EXPERIMENT="journal")
        assert wait_until(lambda: b"values" in everything_written(tmp_path / str(number) / "out"))
        time.sleep(0.02 * number)
        training.send_signal(signal.SIGTERM)
        assert (training.wait(20), training.communicate()[1].count("Traceback")) == (0, 0)
        journal = only_journal(tmp_path / str(number))
        *rows, last = [row["values"]["Epoch"] for row in journal.rows]
        assert rows == list(range(len(rows))) and last == -1 and journal.ended


# Odd rows

def test_a_thousand_metrics_are_one_line_and_all_are_sent(training_folder):
    run("""
        logger = Logger("out", "toy")
        for epoch in range(3):
            row = {"metric %d" % number: number / 8 for number in range(1000)}
            neptune_writer.write_row(logger, dict(row, Epoch=epoch), "Epoch")
        """, training_folder, clients=[RECORDING], **OFFLINE)
    assert [len(row["values"]) for row in only_journal(training_folder).rows] == [1001] * 3
    sent = {rest[0]: rest[1] for function, *rest in recorded(training_folder) if function == "extend"}
    assert sorted(sent) == sorted(["metric %d" % number for number in range(1000)] + ["Epoch"])
    for number in range(0, 1000, 111):
        points = recorded_points(training_folder, "metric %d" % number)
        assert [(x, value) for x, value, _ in points] == [(epoch, number / 8) for epoch in range(3)]


def test_a_metric_that_appears_late_or_now_and_then_stands_at_its_steps(training_folder):
    run("""
        logger = Logger("out", "toy")
        for epoch in range(10):
            row = {"Epoch": epoch, "TotalEnvInteracts": 4000 * epoch}
            if epoch > 6:
                row["Late"] = epoch
            if epoch % 4 == 0:
                row["Evaluation"] = epoch
            neptune_writer.write_row(logger, row, "TotalEnvInteracts")
        """, training_folder, clients=[RECORDING], **OFFLINE)
    assert [(x, value) for x, value, _ in recorded_points(training_folder, "Late")] == [
        (4000 * epoch, epoch) for epoch in (7, 8, 9)]
    assert [(x, value) for x, value, _ in recorded_points(training_folder, "Evaluation")] == [
        (4000 * epoch, epoch) for epoch in (0, 4, 8)]


class Kind(enum.Enum):
    RETURN = "return"


@pytest.mark.parametrize("name, text", [
    (7, "7"), (0.5, "0.5"), (None, "None"), (("loss", 1), "('loss', 1)"), (Kind.RETURN, "Kind.RETURN"),
    (b"loss", "b'loss'"), (np.str_("loss"), "loss"), ("", ""), ("L\xf6\xdf/\u2211 \U0001f600\n", None)])
def test_a_name_may_be_anything_and_is_kept_as_text(folder, name, text):
    row, = rows_of(connected(), {name: 1.5, "Epoch": 0})
    assert row["values"] == {name if text is None else text: 1.5, "Epoch": 0}
