"""neptune_writer.forward and trackers: one way from a journal to a tracker."""
import threading
import time

import pytest
from test_journal import HEADER, row
from test_series import rows_of as rows_of_steps

from neptune_writer import forward, journal, trackers
from neptune_writer.cursor import Cursor
from neptune_writer.forward import Forwarder
from neptune_writer.series import Points

END = {"t": 2.0, "end": True}


class Tracker:
    """Keeps what it is told; fails at the flush that it is asked to fail at."""

    place = "here"

    def __init__(self, fail_at=None):
        self.told, self.flushes, self.fail_at = [], 0, fail_at

    def write_config(self, config):
        self.told.append(config)

    def write_points(self, series):
        for name, points in series.items():
            self.told.extend((name, step, value) for value, step in zip(points.values, points.steps))

    def flush(self):
        self.flushes += 1
        if self.flushes == self.fail_at:
            raise ConnectionError("the tracker is gone")

    def close(self, seconds):
        self.told.append("closed within %s" % seconds)


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "neptune-r.jsonl")


def write(path, *records):
    with open(path, "ab") as file:
        file.write(b"".join(map(journal.encode, records)))


def send(path, tracker, stopping=True):
    event = threading.Event()
    if stopping:
        event.set()
    Forwarder(path, Cursor(path, "x"), event).run(lambda header: tracker, lambda: 5)
    return tracker.told


def test_a_journal_of_its_header_alone_opens_and_closes_a_run(path):
    write(path, HEADER)
    assert send(path, Tracker()) == ["closed within 5"]


def test_config_and_rows_arrive_in_order(path):
    write(path, HEADER, {"t": 1.0, "config": {"lr": 1}}, row(1), row(2), END)
    assert send(path, Tracker()) == [{"lr": 1}, ("loss", 1, 1.0), ("loss", 2, 2.0), "closed within 5"]


def test_the_end_record_ends_it_though_nobody_said_stop(path):
    write(path, HEADER, row(1), END)
    assert send(path, Tracker(), stopping=False)[-1] == "closed within 5"


def test_what_was_taken_is_not_sent_again(path):
    write(path, HEADER, row(1))
    send(path, Tracker())
    write(path, row(2), END)
    assert send(path, Tracker()) == [("loss", 2, 2.0), "closed within 5"]


def test_x_carries_on_where_sending_goes_on(path):
    rows = rows_of_steps([512, 1024, 512, 1024])
    write(path, HEADER, *rows[:3])
    first = send(path, Tracker())
    write(path, rows[3])
    steps = [told[1] for told in first + send(path, Tracker()) if isinstance(told, tuple)]
    assert steps == [512, 1024, 1536, 2048]


def test_what_a_tracker_failed_to_take_is_sent_again(path):
    write(path, HEADER, row(1))
    with pytest.raises(ConnectionError):
        send(path, Tracker(fail_at=1))
    assert send(path, Tracker()) == [("loss", 1, 1.0), "closed within 5"]


class Unreachable:
    """A run in sync mode whose server has gone."""

    def __setitem__(self, path, value):
        raise ConnectionError("gone")

    def __getitem__(self, name):
        raise ConnectionError("gone")


def test_what_no_server_took_is_not_counted_as_sent(path):
    write(path, HEADER, row(1))
    with pytest.raises(ConnectionError):
        send(path, trackers.Run(Unreachable(), ours=True))
    assert Cursor(path, "x").offset == 0


def test_lines_that_do_not_parse_are_passed_over_and_counted(path, warnings):
    write(path, HEADER, row(1))
    with open(path, "ab") as file:
        file.write(b'{"torn\n')
    write(path, row(2), END)
    assert [told[1] for told in send(path, Tracker())[:-1]] == [1, 2]
    assert warnings == ["%s: 1 broken line passed over" % path]


def test_a_cursor_that_cannot_be_saved_ends_no_forwarding(path, warnings, monkeypatch):
    def full(self):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Cursor, "save", full)
    monkeypatch.setattr(forward, "BATCH", 1)
    write(path, HEADER, row(1), row(2), END)
    assert send(path, Tracker()) == [("loss", 1, 1.0), ("loss", 2, 2.0), "closed within 5"]
    assert len(warnings) == 1


def test_a_growing_journal_is_followed_and_flushed_once_a_second(path, monkeypatch):
    monkeypatch.setattr(forward, "FLUSH_SECONDS", 0.2)
    write(path, HEADER)
    tracker = Tracker()
    thread = threading.Thread(target=send, args=(path, tracker, False))
    thread.start()
    for number in range(10):
        write(path, row(number))
        time.sleep(0.08)
    write(path, END)
    thread.join(5)
    assert [told[1] for told in tracker.told[:-1]] == list(range(10))
    assert 2 <= tracker.flushes <= 6


# Trackers

class Field:
    def __init__(self, told, name):
        self.told, self.name = told, name

    def extend(self, values, steps, timestamps):
        self.told.append((self.name, values, steps, timestamps))


class Older:
    """A field of a client that has no `extend`."""

    def __init__(self, told, name):
        self.told, self.name = told, name

    def log(self, value, step, timestamp):
        self.told.append((self.name, value, step, timestamp))


class Told:
    field = Field

    def __init__(self):
        self.told = []

    def __getitem__(self, name):
        if name.startswith("refused"):
            raise TypeError("%s is not welcome" % name)
        return self.field(self.told, name)

    def __setitem__(self, path, value):
        if path.startswith("config/refused"):
            raise TypeError("%s is not welcome" % path)
        self.told.append((path, value))

    def wait(self, disk_only=False):
        """Sent already."""

    def stop(self, seconds=None):
        self.told.append(("stopped", seconds if seconds is None else round(seconds)))


class ToldOneByOne(Told):
    field = Older


SERIES = {"loss": ([1, 0.5], [10, 20], [1.0, 2.0])}


def series(**named):
    return {name: Points(*points) for name, points in named.items()}


def test_a_run_with_extend_takes_a_batch_in_one_call():
    run = Told()
    trackers.Run(run, ours=True).write_points(series(**SERIES))
    assert run.told == [("loss", [1.0, 0.5], [10, 20], [1.0, 2.0])]


def test_a_run_without_extend_takes_it_point_by_point():
    run = ToldOneByOne()
    trackers.Run(run, ours=True).write_points(series(**SERIES))
    assert run.told == [("loss", 1.0, 10, 1.0), ("loss", 0.5, 20, 2.0)]


def test_a_metric_that_is_refused_is_named_once_and_the_rest_is_written(warnings):
    run = Told()
    tracker = trackers.Run(run, ours=True)
    for _ in range(3):
        tracker.write_points(series(refused=([1.0], [1], [1.0]), **SERIES))
        tracker.write_config({"refused": 1, "lr": 2})
    assert len(run.told) == 6
    assert warnings == ["refused is not tracked: TypeError: refused is not welcome",
                        "config/refused is not tracked: TypeError: config/refused is not welcome"]


@pytest.mark.parametrize("ours, seconds, told", [(True, 3, [("stopped", 3)]), (True, None, [("stopped", None)]),
                                                 (False, 3, [])])
def test_only_what_we_opened_is_stopped(ours, seconds, told):
    run = Told()
    trackers.Run(run, ours).close(seconds)
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

    tracker = trackers.Experiment(Experiment(), ours=True)
    tracker.write_config({"lr": 1})
    tracker.write_points(series(**SERIES))
    tracker.flush()
    tracker.close(3)
    assert told == [("config/lr", 1), ("loss", 10, 1.0, 1.0), ("loss", 20, 0.5, 2.0), "stopped"]
