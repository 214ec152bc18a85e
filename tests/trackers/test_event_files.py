"""What TensorBoard's files hold already is not written once more (S12), by no clock of the day (S14)."""
import struct
import sys
import time
import types

import pytest
from protobuf_records import field, varint

from neptune_writer.trackers.series import Row
from neptune_writer.trackers import event_files
from neptune_writer.trackers.base import ClientClosed
from neptune_writer.trackers.event_files import key, rows_there
from neptune_writer.trackers.protobuf import fields, signed
from neptune_writer.trackers.tensorboard import TensorBoard, _writer_behind


def test_a_run_keeps_its_folder_under_whatever_name_it_was_opened(tmp_path):
    """Earlier versions had no seed in the name (N5)."""
    header = {"name": "ppo", "group": "g", "run": "r1", "tags": []}
    for name in ("ppo", "ppo seed 1"):
        TensorBoard.open(str(tmp_path), dict(header, name=name)).close(5)
    for run in ("r2", "x-r2"):
        TensorBoard.open(str(tmp_path), dict(header, name="ppo seed 2", run=run)).close(5)
    found = sorted(path.name for path in (tmp_path / "g").iterdir())
    assert found == ["ppo-r1", "ppo-seed-2-r2", "ppo-seed-2-x-r2"]


def record(content):
    return struct.pack("<Q4x", len(content)) + content + b"crc "


def number(field_number, value):
    return varint(field_number << 3) + varint(value & (1 << 64) - 1)


def event(step, at, *tags, start=False):
    content = varint(1 << 3 | 1) + struct.pack("<d", at) + number(2, step)
    if tags:
        content += field(5, b"".join(field(1, field(1, tag.encode()) + varint(2 << 3 | 5) + b"1234") for tag in tags))
    return record(content + (field(7, number(1, 1)) if start else b""))


def write(folder, second, *events):
    path = folder / ("events.out.tfevents.%010d.host.1.0" % second)
    version = varint(1 << 3 | 1) + struct.pack("<d", 1.0) + field(3, b"brain.Event:2")
    path.write_bytes(record(version) + b"".join(events))
    return path


def keys(*rows):
    return {key(*row) for row in rows}


def test_an_empty_folder_and_none_hold_nothing(tmp_path):
    assert rows_there(str(tmp_path)) == rows_there(str(tmp_path / "none")) == set()


def test_rows_are_known_by_step_time_and_names(tmp_path):
    write(tmp_path, 1, event(1, 10.5, "a", "b"), event(-1, 11.5, "a"), event(2 ** 40, 1e9, "\u03b2"))
    assert rows_there(str(tmp_path)) == keys((1, 10.5, ["b", "a"]), (-1, 11.5, ["a"]), (2 ** 40, 1e9, ["\u03b2"]))


def test_a_start_hides_what_files_before_it_hold_from_its_step_on(tmp_path):
    write(tmp_path, 2, event(2, 20.0, start=True), event(2, 20.0, "a"))
    write(tmp_path, 1, *[event(step, 10.0 + step, "a") for step in range(4)])
    assert rows_there(str(tmp_path)) == keys((0, 10.0, "a"), (1, 11.0, "a"), (2, 20.0, "a"))


def test_what_is_torn_ends_its_file_and_no_other(tmp_path):
    torn = write(tmp_path, 1, event(1, 1.0, "a"), event(2, 2.0, "a"))
    torn.write_bytes(torn.read_bytes()[:-1])
    write(tmp_path, 2, event(3, 3.0, "a"), b"\xff" * 50)
    write(tmp_path, 3, record(b"\xff\xff"), event(4, 4.0, "a"))
    write(tmp_path, 4, event(5, 5.0, "a"))
    (tmp_path / "notes.txt").write_text("mine")
    assert rows_there(str(tmp_path)) == keys((1, 1.0, "a"), (3, 3.0, "a"), (5, 5.0, "a"))


def test_negative_numbers_are_what_they_were():
    (_, value), = fields(number(2, -5))
    assert signed(value) == -5


class Written(TensorBoard):
    """Keeps the steps of what it writes, and of where a session starts."""

    def __init__(self, there):
        TensorBoard.__init__(self, types.SimpleNamespace(), ours=True)
        self._there, self._goes_on, self.steps, self.starts = there, bool(there), [], []

    def _add(self, at, step, summary=None, session_log=None):
        (self.steps if session_log is None else self.starts).append(step)


def rows(first, last, cut=None):
    return [Row(step, 10.0 + step, {"a": 1.0}, "r-%d" % step, step == cut) for step in range(first, last)]


@pytest.mark.parametrize("clocks, starts", [(1, [6]), (2, [])])
def test_what_a_killed_process_left_is_passed_over_with_several_clocks_and_with_one(clocks, starts):
    """S12: 420 and 4,030 points twice, for a run with several."""
    tracker = Written(keys(*[(step, 10.0 + step, "a") for step in range(5)]))
    tracker.clocks = clocks
    tracker.write_rows(rows(0, 5))
    tracker.write_rows(rows(3, 8, cut=6))
    assert tracker.steps == [5, 6, 7] and tracker.starts == starts


def test_a_step_that_no_event_holds_starts_no_session(warnings):
    tracker = Written({"another row"})
    tracker.write_rows([Row(2 ** 70, 1.0, {"a": 1.0}, "r", True)])
    assert tracker.starts == [] and len(warnings) == 1
    tracker.write_rows(rows(7, 8, cut=7))
    assert tracker.starts == tracker.steps == [7]


def test_what_only_came_late_hides_nothing():
    """A row that another send brings, at a lower step than the tracker has, though the run never went back."""
    tracker = Written(set())
    tracker.write_rows(rows(5, 8))
    tracker.write_rows(rows(2, 3))
    assert tracker.starts == [] and tracker.steps == [5, 6, 7, 2]


def test_a_file_that_was_deleted_is_no_confirmation(tmp_path):
    path = write(tmp_path, 1)
    tracker = TensorBoard(types.SimpleNamespace(_file_name=str(path)), ours=True)
    assert tracker.confirmed()
    path.unlink()
    with pytest.raises(ClientClosed):
        tracker.confirmed()


@pytest.mark.parametrize("now", [50, 150, 5000])
def test_a_new_file_stands_behind_all_others_wherever_the_clock_is(tmp_path, monkeypatch, now):
    """S14: an hour back, and a file was named before those that it supersedes."""
    made = []
    module = types.ModuleType("tensorboard.summary.writer.event_file_writer")
    module.time = time
    module.EventFileWriter = lambda folder: made.append(int(module.time.time()))
    for name in ("tensorboard", "tensorboard.summary"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    parent = types.ModuleType("tensorboard.summary.writer")
    parent.event_file_writer = module
    monkeypatch.setitem(sys.modules, "tensorboard.summary.writer", parent)
    monkeypatch.setattr(time, "time", lambda: float(now))
    write(tmp_path, 100)
    write(tmp_path, 150)
    before = event_files.paths(str(tmp_path))
    begun = time.monotonic()
    _writer_behind(before, str(tmp_path))
    assert made == [max(now, 151)] and module.time is time and time.monotonic() - begun < 1
