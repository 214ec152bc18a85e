"""Every point once, or named: random histories of a run, of its files, and of those who send it."""
import random
import shutil
import threading

import pytest
from small_deliveries import END
from journal_records import FIRST, row

from neptune_writer.delivery import run_delivery, forwarder
from neptune_writer.journal import encoding
from neptune_writer import messages, trackers
from neptune_writer.resend.sending import Resend
from neptune_writer.delivery.stopping import Stopping
from neptune_writer.trackers.base import ClientClosed, Tracker

BATCH = 7


class Killed(BaseException):
    """The sending process, by a signal."""


class Store:
    """What a tracker has; a process that sends to it may be killed at any call, or find it away.

    Args:
        repeats: whether a point that comes again is stored again.
    """

    def __init__(self, repeats, draw):
        self.repeats, self.draw, self.points, self.keys = repeats, draw, [], set()
        self.kills = 0
        self.trouble = 0.0
        self.lock = threading.Lock()

    def take(self, key, value):
        with self.lock:
            if self.repeats or key not in self.keys:
                self.keys.add(key)
                self.points.append(value)


class Handle(Tracker):
    """A client of it."""

    def __init__(self, store):
        Tracker.__init__(self, None, ours=True)
        self.store, self.repeats, self.held = store, store.repeats, []

    def happens(self):
        chance = self.store.draw.random()
        if chance < self.store.trouble * 0.4:
            self.store.kills += 1
            raise Killed
        if chance < self.store.trouble * 0.6:
            raise ConnectionError("away")
        if chance < self.store.trouble * 0.7:
            self.store.kills += 1
            raise ClientClosed("the client's process was killed")

    def write_config(self, config):
        self.happens()

    def write_rows(self, rows):
        self.happens()  # before, as what is taken in part comes again in part: see `Tracker.in_turn`
        for one in rows:
            for value in one.values.values():
                self.store.take(one.key, value)

    def flush(self):
        self.happens()

    def confirmed(self):
        self.happens()
        return True


class History:
    """One run in a folder of folders: trained, killed and resumed, moved, copied, cut, and sent."""

    def __init__(self, folder, seed):
        self.draw = random.Random(seed)
        self.folder, self.number, self.step, self.clock = folder, 0, 0, 1000.0
        self.store = Store(self.draw.random() < 0.5, self.draw)
        self.is_chain = self.draw.random() < 0.5
        self.journals, self.at = 0, None  # how many there were; the path of the one that is written
        self.counted = []  # (step, value) of rows that a later one supersedes no more
        self.cut = set()  # values of rows that are in no journal any more
        self.is_doubtful = False
        self.begin()

    def begin(self):
        """A training begins, or goes on from its last row or a checkpoint."""
        self.journals += 1
        name = "run%d" % self.journals
        resumed = None
        if self.journals > 1:
            resumed = "run%d" % (self.journals - 1 if self.is_chain else 1)
            if self.draw.random() < 0.5:
                self.step = self.draw.randint(max(0, self.step - 5), self.step)
        jump = self.draw.uniform(-900, 900) if self.is_chain or self.journals == 1 else self.draw.uniform(0.1, 900)
        self.clock = self.clock + jump if self.journals != 2 or self.is_chain else self.draw.uniform(1, 2000)
        folder = self.folder / ("d%d" % self.journals)
        folder.mkdir()
        self.at = folder / ("neptune-%s.jsonl" % name)
        self.append(dict(FIRST, run=name, resumes=resumed, t=self.clock), {"t": 1.0, "config": {"lr": 1}})
        self.counted = [entry for entry in self.counted if entry[0] < self.step]

    def append(self, *records):
        with open(str(self.at), "ab") as file:
            file.write(b"".join(map(encoding.encode, records)))

    def train(self):
        for _ in range(self.draw.randint(1, 12)):
            self.number += 1
            self.append(dict(row(self.step), t=self.number + 0.5, values={"id": float(self.number)}))
            self.counted.append((self.step, float(self.number)))
            self.step += 1

    def kill(self):
        if self.draw.random() < 0.5:
            with open(str(self.at), "ab") as file:
                file.write(b'{"t": 1.0, "step": 99')
        elif self.draw.random() < 0.5:
            self.append(END)
        self.begin()
        self.train()

    def move(self):
        """A folder is renamed, with all that is in it."""
        folder = self.draw.choice(sorted(entry for entry in self.folder.iterdir()))
        new = folder.with_name(folder.name + "m")
        folder.rename(new)
        if self.at.parent == folder:
            self.at = new / self.at.name

    def copy(self):
        """A folder is copied, with its positions or without; the copy is never written to."""
        folder = self.draw.choice(sorted(entry for entry in self.folder.iterdir()))
        new = folder.with_name(folder.name + "c")
        if not new.exists():
            without = self.draw.random() < 0.5
            shutil.copytree(str(folder), str(new), ignore=shutil.ignore_patterns("*.cursor") if without else None)

    def truncate(self):
        """The end of the journal that is written to is lost; the training goes on all the same."""
        if any(entry.name.startswith(self.at.parent.name.rstrip("m")) and entry != self.at.parent
               for entry in self.folder.iterdir()):
            return  # of an older copy the longer one would count, and rightly
        lines = self.at.read_bytes().splitlines(True)
        kept = self.draw.randint(2, max(2, len(lines)))
        self.at.write_bytes(b"".join(lines[:kept]))
        if kept < len(lines):
            gone = {float(line.rpartition(b'"id":')[2].rstrip(b"}\n")) for line in lines[kept:] if b'"id":' in line}
            self.cut |= gone
            self.counted = [entry for entry in self.counted if entry[1] not in gone]
            self.is_doubtful = True

    def spoil(self):
        """A position is spoilt."""
        cursors = sorted(self.folder.rglob("*.cursor"))
        if cursors:
            self.draw.choice(cursors).write_text(self.draw.choice(["", "{", '{"offset": 1e9, "series": {}}']))
            self.is_doubtful = True

    def send(self, trouble=0.15):
        self.store.trouble = trouble
        made = Resend([str(self.folder)], "x", Stopping(follow=False))
        try:
            made.run()
        except Killed:
            pass
        return made.status

    def send_twice_at_once(self):
        threads = [threading.Thread(target=self.send, args=(0.0,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


STEPS = ["train"] * 6 + ["send"] * 6 + ["kill", "kill", "move", "copy", "send_twice_at_once", "truncate", "spoil"]


@pytest.fixture(autouse=True)
def quick(monkeypatch, warnings):
    monkeypatch.setattr(forwarder, "BATCH", BATCH)
    monkeypatch.setattr(forwarder, "_PAUSES", (0.0,))
    monkeypatch.setattr(forwarder, "_CONFIRM_SECONDS", 0.0)
    monkeypatch.setattr(run_delivery, "_PAUSES", (0.0,))
    monkeypatch.setattr(run_delivery, "_PAUSE_AT_THE_END", 0.0)
    monkeypatch.setattr(messages, "say", lambda text: None)


def check(folder, monkeypatch, warnings, seed):
    del warnings[:]
    messages._said.clear()
    history = History(folder, seed)
    store = history.store
    monkeypatch.setattr(trackers, "open_spec", lambda spec, header: Handle(store))
    done = [history.draw.choice(STEPS) for _ in range(history.draw.randint(3, 14))]
    for step in done:
        getattr(history, step)()
    assert history.send(0.0) == 0, (seed, done, warnings)
    arrived = {value: store.points.count(value) for value in set(store.points)}
    missing = {value for _, value in history.counted} - set(arrived)
    assert not missing, (seed, done, missing, warnings)
    twice = sum(count - 1 for count in arrived.values())
    is_said = any("may get points twice" in warning for warning in warnings)
    if not store.repeats:
        assert not twice, (seed, done)
    elif not is_said:
        assert twice <= BATCH * store.kills, (seed, done, twice, store.kills)
    assert not is_said or history.is_doubtful, (seed, done, warnings)
    before = len(store.points)
    assert history.send(0.0) == 0 and len(store.points) == before, (seed, done)


@pytest.mark.parametrize("seed", range(40))
def test_every_point_arrives_once_or_it_is_said(tmp_path, monkeypatch, warnings, seed):
    check(tmp_path, monkeypatch, warnings, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [range(first, first + 100) for first in range(1000, 2000, 100)], ids=str)
def test_every_point_arrives_once_or_it_is_said_in_a_thousand_histories(tmp_path, monkeypatch, warnings, seeds):
    for seed in seeds:
        (tmp_path / str(seed)).mkdir()
        check(tmp_path / str(seed), monkeypatch, warnings, seed)
