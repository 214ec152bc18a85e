"""neptune_writer.delivery.stopping: when a forwarder stops, and when it leaves the training alone."""
import threading

import pytest
from small_experiments import Recorder
from trainings import connected, wait_until

import neptune_writer
from neptune_writer.delivery import stopping
from neptune_writer.delivery.stopping import Stopping


@pytest.fixture
def waits(monkeypatch):
    """The seconds of each wait, none of which is waited."""
    waits = []
    monkeypatch.setattr(Stopping, "wait", lambda self, seconds: waits.append(seconds))
    return waits


def test_it_rests_as_many_times_as_long_as_it_worked_and_never_long(waits):
    Stopping(rest=3).rest(0.125)
    Stopping(rest=3).rest(1000)
    assert waits == [0.375, stopping._LONGEST_REST]


def test_in_a_process_of_its_own_it_does_not_rest(waits):
    Stopping().rest(1)
    assert waits == []


def test_the_end_is_told_to_one_that_rests(monkeypatch):
    monkeypatch.setattr(stopping, "_LONGEST_REST", 3600)
    resting = Stopping(rest=3)
    thread = threading.Thread(target=resting.rest, args=(1000,), daemon=True)
    thread.start()
    resting.finish(1)
    thread.join(30)
    assert not thread.is_alive()


@pytest.mark.slow
def test_the_thread_of_a_live_run_rests_after_what_it_handed_over(folder, monkeypatch):
    rests, experiment = [], Recorder()
    monkeypatch.setattr(Stopping, "rest", lambda self, worked: rests.append((self._rest, worked)))
    logger = connected(experiment)  # kept: with it, its run would end
    neptune_writer.write_row(logger, {"Loss": 0.5}, 0)
    assert wait_until(lambda: experiment.points and rests)
    assert experiment.points and rests[0][0] == 3 and rests[0][1] > 0
