"""What W&B has on its disk: the file that its process writes, read back up to its last record (S6, S12, S14)."""
import collections
import json
import os
import random
import struct
import time
import types
import zlib

import pytest
from protobuf_records import field, varint

from neptune_writer.trackers.series import Row
from neptune_writer.trackers import transaction_log
from neptune_writer.trackers import wandb as module
from neptune_writer.trackers.base import ClientClosed
from neptune_writer.trackers.protobuf import fields
from neptune_writer.trackers.transaction_log import TransactionLog
from neptune_writer.trackers.wandb import Wandb


class Log:
    """Writes as W&B's process does."""

    def __init__(self, path):
        self.data = b":W&B\xe1\xbe\0"
        self.path = path
        self.flush()

    def write(self, record):
        begun = False
        while True:
            left = 32768 - len(self.data) % 32768
            if left < 7:
                self.data += b"\0" * left
                continue
            piece, record = record[:left - 7], record[left - 7:]
            kind = {(False, False): 1, (False, True): 2, (True, True): 3, (True, False): 4}[begun, bool(record)]
            checksum = zlib.crc32(piece, zlib.crc32(bytes([kind])))
            self.data += struct.pack("<IHB", checksum, len(piece), kind) + piece
            begun = True
            if not record:
                return

    def flush(self, size=None):
        with open(str(self.path), "wb") as file:
            file.write(self.data[:size])


def history(values):
    """The record of a row, with what W&B adds."""
    items = [field(1, field(2, name.encode()) + field(16, json.dumps(value).encode()))
             for name, value in dict(values, _step=3, _runtime=1.5).items()]
    return varint(1 << 3) + varint(9) + field(2, b"".join(items) + field(2, varint(1 << 3) + varint(3)))


RECORDS = [b"", b"a", b"b" * 32754, b"c" * 3, b"d" * 100000, b"e" * 32768, b"f"]


def test_records_of_any_length_are_read_back(tmp_path):
    log = Log(tmp_path / "log")
    for record in RECORDS * 3:
        log.write(record)
    log.flush()
    assert list(TransactionLog(str(log.path)).records()) == RECORDS * 3


def test_while_it_grows_byte_by_byte_no_record_is_read_twice_or_torn(tmp_path):
    log, draw = Log(tmp_path / "log"), random.Random(1)
    for record in RECORDS * 2:
        log.write(record)
    reader, found = TransactionLog(str(log.path)), []
    for size in sorted(draw.sample(range(len(log.data)), 300)) + [len(log.data)]:
        log.flush(size)
        found += reader.records()
        assert not reader.is_broken
    assert found == RECORDS * 2


@pytest.mark.parametrize("at", [7, 11, 13, 14, 20, 30])
def test_nothing_is_read_behind_what_is_broken(tmp_path, at):
    """A disk that was full in the middle of a record, and took the next ones."""
    log = Log(tmp_path / "log")
    for _ in range(3):
        log.write(b"a record")
    log.data = log.data[:at] + bytes([log.data[at] ^ 1]) + log.data[at + 1:]
    log.flush()
    reader = TransactionLog(str(log.path))
    assert list(reader.records()) == [b"a record"] * ((at - 7) // 15)
    assert reader.is_broken or at == 11  # whose length may still come


@pytest.mark.parametrize("message", [b"\xff", b"\x0a\x05ab", b"\x0b", b"\x0a", b"\xff" * 11])
def test_what_is_no_message_is_an_error_not_a_crash(message):
    with pytest.raises(ValueError):
        list(fields(message))


class Experiment:
    """Stands for the client's run, whose process writes what it is told when we say so."""

    def __init__(self, folder, run="r", log=None):
        os.makedirs(str(folder), exist_ok=True)
        path = os.path.join(str(folder), "run-%s.wandb" % run)
        self.written = log or Log(path)
        self.settings = types.SimpleNamespace(mode="offline", sync_dir=str(folder), sync_file=path)
        self.id, self.told, self.config = run, [], collections.UserDict()
        self.config.update = lambda values, allow: self.told.append(field(5, b""))

    def log(self, values):
        self.told.append(history(values))

    def write(self, count=None):
        """What it was told, or the first so many of it, to the disk."""
        for record in self.told[:count]:
            self.written.write(record)
        del self.told[:count]
        self.written.flush()


def rows(first, last):
    return [Row(number, 1000.25 + number, {"loss": number / 3, "step": 1.0}, "r-%d" % number, "")
            for number in range(first, last)]


@pytest.fixture
def experiment(tmp_path):
    return Experiment(tmp_path / "wandb" / "offline-run-1-r")


def test_rows_are_confirmed_once_all_of_them_stand_in_the_file(experiment):
    """S6: a file that grew was taken for one that has all."""
    tracker = Wandb(experiment, ours=True)
    tracker.write_rows(rows(0, 5))
    assert not tracker.confirmed()
    experiment.write(4)
    assert not tracker.confirmed()
    experiment.write()
    assert tracker.confirmed() and tracker.confirmed()
    tracker.write_rows(rows(5, 6))
    assert not tracker.confirmed()


def test_rows_that_never_get_there_are_handed_to_another_process(experiment, monkeypatch):
    """S6: the disk was full, and what came meanwhile is nowhere."""
    tracker = Wandb(experiment, ours=True)
    tracker.write_rows(rows(0, 5))
    experiment.write(3)
    assert not tracker.confirmed()
    monkeypatch.setattr(module, "_STILL_SECONDS", 0.0)
    with pytest.raises(ClientClosed, match="2 rows of 5 did not get into its file"):
        tracker.confirmed()


def test_a_file_that_is_broken_gets_no_row_any_more(experiment):
    tracker = Wandb(experiment, ours=True)
    tracker.write_rows(rows(0, 5))
    experiment.write(3)
    experiment.written.data += b"torn\3\0\1" * 9
    experiment.write()
    with pytest.raises(ClientClosed):
        tracker.confirmed()


def test_a_file_that_was_deleted_is_no_confirmation(experiment):
    tracker = Wandb(experiment, ours=True)
    tracker.write_rows(rows(0, 5))
    os.remove(experiment.settings.sync_file)
    with pytest.raises(ClientClosed):
        tracker.confirmed()


def test_the_clock_of_the_day_is_nobodys_business(experiment, monkeypatch):
    """S14: an hour back, and forwarding stood still until the clock was where it had been."""
    tracker = Wandb(experiment, ours=True)
    tracker.write_rows(rows(0, 5))
    monkeypatch.setattr(time, "time", lambda: 0.0)
    os.utime(experiment.settings.sync_file, (0, 0))
    experiment.write()
    assert tracker.confirmed()


def test_a_config_alone_is_given_a_moment(experiment, monkeypatch):
    tracker = Wandb(experiment, ours=True)
    tracker.write_config({"lr": 0.1})
    assert not tracker.confirmed()
    monkeypatch.setattr(module, "_CONFIG_SECONDS", 0.0)
    assert tracker.confirmed()
    tracker.write_config({})
    assert tracker.confirmed()


@pytest.mark.parametrize("got", range(6))
def test_what_a_process_that_was_killed_has_left_is_not_sent_once_more(tmp_path, experiment, got):
    """S12: 391 points twice in 5 of 20."""
    first = Wandb(experiment, ours=True)
    first.write_rows(rows(0, 5))
    experiment.write(got)
    again = Experiment(tmp_path / "wandb" / "offline-run-2-r")
    Experiment(tmp_path / "wandb" / "offline-run-3-other", "other").write()
    (tmp_path / "wandb" / "latest-run").symlink_to("offline-run-1-r")
    second = Wandb(again, ours=True)
    second.write_rows(rows(0, 8))
    assert len(again.told) == 8 - got
    again.write()
    assert second.confirmed()


def test_a_row_of_the_same_step_and_another_time_is_another(tmp_path, experiment):
    """A training that went on from a checkpoint."""
    Wandb(experiment, ours=True).write_rows(rows(0, 5))
    experiment.write()
    again = Experiment(tmp_path / "wandb" / "offline-run-2-r")
    Wandb(again, ours=True).write_rows([row._replace(time=row.time + 0.001) for row in rows(0, 5)])
    assert len(again.told) == 5


def test_a_tracker_of_a_run_that_is_disabled_confirms_all():
    tracker = Wandb(types.SimpleNamespace(settings=types.SimpleNamespace(mode="disabled")), ours=True)
    assert tracker.confirmed()


def test_its_numbers_of_fields_are_the_clients():
    pb2 = pytest.importorskip("wandb.proto.wandb_internal_pb2")
    record = pb2.Record(history=pb2.HistoryRecord(item=[pb2.HistoryItem(nested_key=["a"], value_json="1")]))
    (number, content), = fields(record.SerializeToString())
    (item, inner), = fields(content)
    assert (number, item) == (transaction_log.HISTORY, transaction_log.ITEM)
    assert dict(fields(inner)) == {transaction_log.NESTED_KEY: b"a", transaction_log.VALUE_JSON: b"1"}
