"""neptune_writer.trackers of both generations of Neptune's client, over objects that keep what they are told."""
import itertools

import pytest
from told_runs import Told

from neptune_writer.trackers.series import Row
from neptune_writer.trackers import base
from neptune_writer.trackers.base import ClientClosed
from neptune_writer.trackers.neptune_experiment import NeptuneExperiment
from neptune_writer.trackers.neptune_run import NeptuneRun


class Older:
    """A field of a client that has no `extend`."""

    def __init__(self, told, name):
        self.told, self.name = told, name

    def log(self, value, step, timestamp):
        self.told.append((self.name, value, step, timestamp))


class ToldOneByOne(Told):
    field = Older


ROWS = [Row(10, 1.0, {"loss": 1}, "a", ""), Row(20, 2.0, {"loss": 0.5}, "b", "")]


def test_a_run_with_extend_takes_a_batch_in_one_call():
    run = Told()
    NeptuneRun(run, ours=True).write_rows(ROWS)
    assert run.told == [("loss", [1.0, 0.5], [10, 20], [1.0, 2.0])]


def test_a_run_without_extend_takes_it_point_by_point():
    run = ToldOneByOne()
    NeptuneRun(run, ours=True).write_rows(ROWS)
    assert run.told == [("loss", 1.0, 10, 1.0), ("loss", 0.5, 20, 2.0)]


def test_a_metric_that_is_refused_is_named_once_and_the_rest_is_written(warnings):
    run = Told()
    tracker = NeptuneRun(run, ours=True)
    for _ in range(3):
        tracker.write_rows([Row(1, 1.0, {"refused": 1.0}, "c", "")] + ROWS)
        tracker.write_config({"refused": 1, "lr": 2})
    assert len(run.told) == 6
    assert warnings == ["refused is not tracked: TypeError: refused is not welcome",
                        "config/refused is not tracked: TypeError: config/refused is not welcome"]


@pytest.mark.parametrize("ours, seconds, told", [(True, 3, [("stopped", 3)]), (True, None, [("stopped", None)]),
                                                 (False, 3, [])])
def test_only_what_we_opened_is_stopped(ours, seconds, told):
    run = Told()
    NeptuneRun(run, ours).close(seconds)
    assert run.told == told


def test_the_first_generation_takes_step_then_value():
    told = []

    class Experiment:
        def log_metric(self, name, x, y=None, timestamp=None):
            told.append((name, x, y, timestamp))

        def set_property(self, key, value):
            told.append((key, value))

        def stop(self):
            told.append("stopped")

    tracker = NeptuneExperiment(Experiment(), ours=True)
    tracker.write_config({"lr": 1})
    tracker.write_rows(ROWS)
    tracker.flush()
    tracker.close(3)
    assert told == [("config/lr", 1), ("loss", 10, 1.0, 1.0), ("loss", 20, 0.5, 2.0), "stopped"]


class Queue:
    """What the client has between a call and its server."""

    def __init__(self, sent, put, running=True):
        self._consumed_version, self._last_version = sent, put
        self._consumer = self
        self.is_running = lambda: running

    def wake_up(self):
        """Look for more to send."""


def with_queue(*queue):
    run = Told()
    run._op_processor = Queue(*queue)
    return run


def test_a_run_of_ours_is_confirmed_once_the_server_has_all_of_it():
    assert NeptuneRun(with_queue(3, 3), ours=True).confirmed()
    assert not NeptuneRun(with_queue(2, 3), ours=True).confirmed()


def test_a_run_of_the_users_keeps_what_it_was_handed_itself():
    assert NeptuneRun(with_queue(2, 3), ours=False).confirmed()


def test_the_end_of_a_users_run_is_bounded_though_others_go_on_logging(monkeypatch):
    """The client's own thread for the hardware is one of them."""
    run = with_queue(2, 3)
    run.wait = lambda disk_only=False: None
    stopped = []
    logging = itertools.count(4)
    monkeypatch.setattr(base.time, "sleep", lambda seconds: setattr(run._op_processor, "_last_version", next(logging)))
    NeptuneRun(run, ours=False).end(lambda seconds=None: stopped.append(seconds), 0.005)
    assert stopped == [0]


def test_after_a_failure_no_metric_is_written_twice():
    class Full(Told):
        calls = 0

        def __getitem__(self, name):
            self.calls += 1
            if self.calls == 2:
                raise OSError(28, "No space left on device")
            return Told.__getitem__(self, name)

    run = Full()
    tracker = NeptuneRun(run, ours=True)
    rows = [Row(1, 1.0, {"a": 1, "b": 2, "c": 3}, "k", "")]
    with pytest.raises(OSError):
        tracker.write_rows(rows)
    tracker.write_rows(rows)
    assert [name for name, *_ in run.told] == ["a", "b", "c"]


def test_a_client_that_gave_up_sending_is_gone():
    with pytest.raises(ClientClosed):
        NeptuneRun(with_queue(2, 3, False), ours=True).confirmed()
    assert NeptuneRun(with_queue(3, 3, False), ours=True).confirmed()


class Away:
    """An experiment whose server takes the first call, then none for two."""

    def __init__(self):
        self.told, self.calls = [], 0

    def log_metric(self, name, x, y=None, timestamp=None):
        self.calls += 1
        if self.calls in (2, 3):
            raise ConnectionError("away")
        self.told.append((name, x))

    def set_property(self, key, value):
        """One property."""

    def stop(self):
        """The end."""


def test_the_first_generation_goes_on_where_it_was_after_a_failure():
    tracker = NeptuneExperiment(Away(), ours=True)
    rows = [Row(1, 1.0, {"a": 1, "b": 2, "c": 3}, "k", "")]
    for _ in range(2):
        with pytest.raises(ConnectionError):
            tracker.write_rows(rows)
    tracker.write_rows(rows)
    assert tracker.experiment.told == [("a", 1), ("b", 1), ("c", 1)]
