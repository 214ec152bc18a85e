"""neptune_writer.frameworks.acme.clocks: loggers that share a run, and those that also share a prefix."""
import threading

import pytest
from small_acme import own_runs  # noqa: F401  # a fixture
from trainings import only_journal

from neptune_writer.frameworks.acme import NeptuneLogger


def rows_by_clock():
    found = {}
    for row in only_journal(".").rows:
        found.setdefault(row["clock"], []).append(row)
    return found


def test_two_loops_of_one_label_have_a_clock_each(folder):
    """Actors whose counters take turns: what each counts rises, what both count does not."""
    loops = [NeptuneLogger("journal", "actor") for _ in range(2)]
    for steps in (100, 200, 300):
        loops[0].write({"episode_return": 1.0, "steps": steps})
        loops[1].write({"episode_return": 2.0, "steps": steps - 50})
    found = rows_by_clock()
    assert [row["step"] for row in found["actor"]] == [100, 200, 300]
    assert [row["step"] for row in found["actor_2"]] == [50, 150, 250]
    assert set(found["actor_2"][0]["values"]) == {"actor_2/episode_return", "actor_2/steps"}


def test_loggers_that_share_no_metric_share_a_prefix(folder):
    first, second = NeptuneLogger("journal", "train"), NeptuneLogger("journal", "train")
    first.write({"loss": 1.0, "updates": 1})
    second.write({"episode_return": 2.0, "steps": 100})
    assert set(rows_by_clock()["train_2"][0]["values"]) == {"train/episode_return", "train/steps"}


@pytest.mark.parametrize("end", ["close", "forget"])
def test_the_next_logger_of_a_prefix_goes_on_where_one_ended(folder, end):
    for training in range(2):
        logger = NeptuneLogger("journal", "train")
        for steps in (100, 200):
            logger.write({"steps": steps})
        if end == "close":
            logger.close()
        logger = None
    assert [row["step"] for row in rows_by_clock()["train"]] == [100, 200, 100, 200]


def test_without_a_prefix_they_are_told_apart_too(folder):
    learner, loop = NeptuneLogger("journal"), NeptuneLogger("journal")
    learner.write({"loss": 1.0, "steps": 1})
    loop.write({"episode_return": 1.0, "steps": 200})
    found = rows_by_clock()
    assert [row["step"] for row in found["steps"]] == [1] and [row["step"] for row in found["logger_2"]] == [200]
    assert set(found["logger_2"][0]["values"]) == {"episode_return", "logger_2/steps"}


def test_loggers_in_threads_that_begin_at_once_share_a_run(folder):
    """As the nodes of a Launchpad program do that runs in one process."""
    barrier = threading.Barrier(8)

    def write(label):
        barrier.wait()
        NeptuneLogger("journal", label).write({"steps": 1})

    threads = [threading.Thread(target=write, args=("node%d" % number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rows_by_clock()) == 8
