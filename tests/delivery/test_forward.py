"""neptune_writer.delivery.forwarder: one way from a journal to a tracker, a batch once the one before is confirmed."""
import json
import threading
import time
from pathlib import Path

import pytest
from journal_records import HEADER, row
from small_deliveries import END, Kept, write
from journal_rows import rows_of as rows_of_steps
from trainings import wait_until

from neptune_writer.delivery import forwarder as forward
from neptune_writer.delivery.cursor import Cursor
from neptune_writer.delivery.run_journals import RunJournal
from neptune_writer.delivery.unsent_points import UnsentPoints
from neptune_writer.delivery.forwarder import Forwarder
from neptune_writer.points.rising import Rising
from neptune_writer.delivery.stopping import Stopping
from neptune_writer.trackers.base import ANY, RISING, UNIQUE, ClientClosed


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "neptune-r.jsonl")


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr(forward, "_PAUSES", (0.01,))


def forwarder(path, stopping=None, **how):
    part = RunJournal.of_target(path, "x", stopping or Stopping(follow=False))
    return Forwarder(part, UnsentPoints([part], part.stopping.is_set), Rising(part.cursor.rising), **how)


def send(path, tracker, stopping=None):
    forwarder(path, stopping).run(tracker)
    return tracker.told


def test_a_journal_of_its_header_alone_is_nothing_to_hand_over(path):
    write(path, HEADER)
    assert send(path, Kept()) == []


def test_config_and_rows_arrive_in_order(path):
    write(path, HEADER, {"t": 1.0, "config": {"lr": 1}}, row(1), row(2), END)
    assert send(path, Kept()) == [{"lr": 1}, ("loss", 1, 1.0), ("loss", 2, 2.0)]


def test_the_end_record_ends_it_though_nobody_said_stop(path):
    write(path, HEADER, row(1), END)
    assert send(path, Kept(), Stopping()) == [("loss", 1, 1.0)]


def test_what_was_taken_is_not_sent_again(path):
    write(path, HEADER, row(1))
    send(path, Kept())
    write(path, row(2), END)
    assert send(path, Kept()) == [("loss", 2, 2.0)]


def test_x_carries_on_where_sending_goes_on(path):
    rows = rows_of_steps([512, 1024, 512, 1024], restarts=[2])
    write(path, HEADER, *rows[:3])
    first = send(path, Kept())
    write(path, rows[3])
    steps = [told[1] for told in first + send(path, Kept()) if isinstance(told, tuple)]
    assert steps == [512, 1024, 1536, 2048]


def test_rows_behind_a_checkpoint_supersede_those_before_where_the_tracker_has_none_yet(path):
    rows = rows_of_steps([1, 2, 3, 2, 3, 4], rewinds=[3])
    write(path, HEADER, *rows)
    tracker = Kept()
    send(path, tracker)
    assert tracker.told == [("loss", 1, 0.0), ("loss", 2, 3.0), ("loss", 3, 4.0), ("loss", 4, 5.0)]


@pytest.mark.parametrize("steps, second", [
    (ANY, [("loss", 2, 3.0), ("loss", 3, 4.0), ("loss", 4, 5.0)]),
    (RISING, [("loss", 3.000001, 4.0), ("loss", 4, 5.0)]),
    (UNIQUE, [("loss", 2, 3.0), ("loss", 3, 4.0), ("loss", 4, 5.0)]),
])
def test_rows_behind_a_checkpoint_come_as_the_tracker_takes_them_where_it_has_others(path, steps, second):
    rows = rows_of_steps([1, 2, 3, 2, 3, 4], rewinds=[3])
    write(path, HEADER, *rows[:3])
    trackers = Kept(steps=steps), Kept(steps=steps)
    assert send(path, trackers[0]) == [("loss", 1, 0.0), ("loss", 2, 1.0), ("loss", 3, 2.0)]
    write(path, *rows[3:])
    assert [told for told in send(path, trackers[1]) if isinstance(told, tuple)] == second


def test_a_tracker_that_is_not_reached_is_told_of_once_and_tried_again(path, warnings):
    write(path, HEADER, row(1))
    assert send(path, Kept(unreached=3)) == [("loss", 1, 1.0)]
    assert warnings == ["%s: ConnectionError: the tracker is away; trying again" % path]


def test_what_a_tracker_never_took_is_not_counted_as_sent(path, warnings):
    write(path, HEADER, row(1))
    stopping = Stopping()
    stopping.finish(0.6)
    assert not forwarder(path, stopping).run(Kept(unreached=1000))
    assert Cursor(path, "x").offset == 0


def test_what_could_not_be_flushed_is_not_counted_as_sent(path, warnings):
    class NeverFlushed(Kept):
        def flush(self):
            raise ConnectionError("away")

    write(path, HEADER, row(1))
    stopping, tracker = Stopping(), NeverFlushed()
    stopping.finish(0.6)
    made = forwarder(path, stopping)
    assert not made.run(tracker) and made.save_confirmed(tracker)
    assert Cursor(path, "x").offset == 0


def test_the_cursor_moves_only_with_what_the_tracker_confirms(path):
    write(path, HEADER, row(1), END)
    tracker = Kept(confirms=False)
    thread = threading.Thread(target=send, args=(path, tracker))
    thread.start()
    assert wait_until(lambda: tracker.told)
    time.sleep(0.1)
    assert Cursor(path, "x").offset == 0
    tracker.confirms = True
    thread.join(5)
    assert Cursor(path, "x").offset == Path(path).stat().st_size


def test_the_next_batch_waits_for_the_one_before(path, monkeypatch):
    monkeypatch.setattr(forward, "BATCH", 2)
    write(path, HEADER, *map(row, range(6)), END)
    tracker, stopping = Kept(confirms=False), Stopping()
    thread = threading.Thread(target=send, args=(path, tracker, stopping))
    thread.start()
    assert wait_until(lambda: tracker.told)
    time.sleep(0.1)
    assert len(tracker.told) < 3  # the header is a record, too
    stopping.finish(0.6)
    thread.join(5)
    assert not thread.is_alive()


def test_a_tracker_that_is_gone_ends_it_at_once(path):
    class Lost(Kept):
        def write_rows(self, rows):
            raise ClientClosed("for good")

    write(path, HEADER, row(1))
    with pytest.raises(ClientClosed):
        send(path, Lost())
    assert send(path, Kept()) == [("loss", 1, 1.0)]


def test_told_to_leave_it_ends_after_the_batch_at_hand_and_goes_on_from_there(path, monkeypatch):
    monkeypatch.setattr(forward, "BATCH", 2)
    write(path, HEADER, *map(row, range(9)), END)
    stopping = Stopping(follow=False)

    class Leaves(Kept):
        def write_rows(self, rows):
            Kept.write_rows(self, rows)
            if len(self.told) > 3:
                stopping.leave(5)

    first = send(path, Leaves(), stopping)
    second = send(path, Kept())
    assert 3 < len(first) < 9 and [told[1] for told in first + second] == list(range(9))


@pytest.mark.slow
def test_a_row_that_waits_for_the_next_ones_x_is_handed_over_later_and_once(path):
    """Without a step where none was before: it stands at the next row's, and the position tells that it waits."""
    waits = {"t": 1.0, "values": {"eval": 7.0}}
    write(path, HEADER, *[dict(row(number), values={"loss": 0.0}) for number in range(12)], dict(waits, values={
        "loss": 1.0, "eval": 7.0}))
    tracker, stopping = Kept(), Stopping()
    thread = threading.Thread(target=send, args=(path, tracker, stopping))
    thread.start()
    assert wait_until(lambda: ("eval", 11, 7.0) in tracker.told and Cursor(path, "x").waiting)
    stopping.leave(5)
    thread.join(5)
    (metrics,) = Cursor(path, "x").waiting.values()
    assert metrics == ["loss"] and ("loss", 11, 1.0) not in tracker.told
    write(path, dict(row(12), values={"loss": 2.0}), END)
    again = Kept()
    assert send(path, again) == [("loss", 12, 1.0), ("loss", 12, 2.0)]
    assert not Cursor(path, "x").waiting


def test_each_row_has_the_same_key_whenever_it_is_sent(path):
    class Keys(Kept):
        def write_rows(self, rows):
            self.told.extend(row.key for row in rows)

    write(path, HEADER, row(1), row(2))
    first = send(path, Keys())
    Path(Cursor(path, "x").path).unlink()
    assert send(path, Keys()) == first and len(set(first)) == 2


def test_the_progress_is_told_in_bytes(path):
    write(path, HEADER, row(1), END)
    told = []
    forwarder(path, progress=lambda path, offset: told.append(offset)).run(Kept())
    assert told[-1] == Path(path).stat().st_size == json.loads(Path(Cursor(path, "x").path).read_text())["offset"]


def test_lines_that_do_not_parse_are_skipped_and_counted(path, warnings):
    write(path, HEADER, row(1))
    with open(path, "ab") as file:
        file.write(b'{"torn\n')
    write(path, row(2), END)
    assert [told[1] for told in send(path, Kept())] == [1, 2]
    assert warnings == ["%s: 1 unreadable line was skipped" % path]


def test_a_cursor_that_cannot_be_saved_ends_no_forwarding(path, warnings, monkeypatch):
    def full(self):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Cursor, "save", full)
    monkeypatch.setattr(forward, "BATCH", 1)
    write(path, HEADER, row(1), row(2), END)
    assert send(path, Kept()) == [("loss", 1, 1.0), ("loss", 2, 2.0)]
    assert len(warnings) == 1


@pytest.mark.slow
def test_a_growing_journal_is_followed_and_flushed_once_a_second(path, monkeypatch):
    monkeypatch.setattr(forward, "FLUSH_SECONDS", 0.2)
    write(path, HEADER)
    tracker = Kept()
    thread = threading.Thread(target=send, args=(path, tracker, Stopping()))
    thread.start()
    for number in range(10):
        write(path, row(number))
        time.sleep(0.08)
    write(path, END)
    thread.join(5)
    assert [told[1] for told in tracker.told] == list(range(10))
    assert 2 <= tracker.flushes <= 6
