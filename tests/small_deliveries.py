"""Runs sent to a tracker that keeps what it is told: their journals, the tracker, and fixtures."""
import pytest
from journal_records import FIRST

from neptune_writer import trackers
from neptune_writer.delivery import forwarder, run_delivery
from neptune_writer.delivery.run_delivery import Delivery
from neptune_writer.delivery.stopping import Stopping
from neptune_writer.journal import encoding
from neptune_writer.trackers.base import ANY, Tracker

END = {"t": 2.0, "end": True}
SECOND = dict(FIRST, t=2.0, run="second", resumes="first")


class Kept(Tracker):
    """Keeps what it is told; is not reached the first so many times, and confirms nothing before it is told to."""

    def __init__(self, unreached=0, confirms=True, steps=ANY):
        Tracker.__init__(self, None, ours=True)
        self.steps = steps
        self.told, self.flushes, self.unreached, self.confirms = [], 0, unreached, confirms

    def write_config(self, config):
        self.told.append(config)

    def write_rows(self, rows):
        if self.unreached:
            self.unreached -= 1
            raise ConnectionError("the tracker is away")
        self.told.extend((name, row.step, value) for row in rows for name, value in row.values.items())

    def flush(self):
        self.flushes += 1

    def confirmed(self):
        return self.confirms


def write(path, *records):
    with open(path, "ab") as file:
        file.write(b"".join(map(encoding.encode, records)))


@pytest.fixture
def opened(monkeypatch):
    """Every tracker that is opened, in place of the client's; `opened.next` are what opening does, in order."""
    class Opened(list):
        next = []

    kept = Opened()

    def open_spec(spec, header):
        what = kept.next.pop(0) if kept.next else Kept()
        if isinstance(what, Exception):
            raise what
        what.header = header
        kept.append(what)
        return what

    monkeypatch.setattr(trackers, "open_spec", open_spec)
    monkeypatch.setattr(run_delivery, "_PAUSES", (0.01,))
    monkeypatch.setattr(forwarder, "_PAUSES", (0.01,))
    kept.next = []
    return kept


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "neptune-first.jsonl")


@pytest.fixture
def second(tmp_path):
    return str(tmp_path / "neptune-second.jsonl")


def deliver(*paths, stopping=None, **how):
    with Delivery("x", stopping or Stopping(follow=False), **how) as made:
        for path in paths:
            made.add(path)
        made.run()
        return made
