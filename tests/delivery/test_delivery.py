"""neptune_writer.delivery.run_delivery: a run on its way to one tracker, opened again where its client gave up."""
import threading
import time
from pathlib import Path

import pytest
from small_deliveries import END, SECOND, Kept, deliver, write
from journal_records import FIRST, row
from trainings import wait_until

from neptune_writer.delivery import run_delivery
from neptune_writer.system import locks
from neptune_writer.delivery.cursor import Cursor
from neptune_writer.delivery.run_delivery import Delivery
from neptune_writer.delivery.stopping import Stopping
from neptune_writer.trackers.base import ClientClosed


def test_a_run_is_opened_forwarded_and_closed(path, opened):
    write(path, FIRST, {"t": 1.0, "config": {"lr": 1}}, row(1), row(2), END)
    made = deliver(path)
    assert opened[0].told == [{"lr": 1}, ("loss", 1, 1.0), ("loss", 2, 2.0)]
    assert made.complete and made.rows == 2 and opened[0].header["run"] == "first"


def test_a_run_of_two_journals_arrives_as_one_and_later_rows_supersede_earlier_ones(path, second, opened):
    write(path, FIRST, *map(row, range(6)))  # killed at step 5, last checkpoint at 3
    write(second, SECOND, *[dict(row(step), values={"loss": 10.0 * step}) for step in range(3, 8)], END)
    made = deliver(path, second)
    assert [told[1:] for told in opened[0].told] == [
        (0, 0), (1, 1), (2, 2), (3, 30), (4, 40), (5, 50), (6, 60), (7, 70)]
    assert len(opened) == 1 and made.rows == 8 and made.complete
    assert all(Cursor(each, "x").offset == Path(each).stat().st_size for each in (path, second))


def test_a_journal_that_goes_on_with_a_run_may_come_while_it_is_followed(path, second, opened):
    write(path, FIRST, row(0), row(1))
    with Delivery("x", Stopping()) as made:
        made.add(path)
        thread = threading.Thread(target=made.run)
        thread.start()
        assert wait_until(lambda: opened and len(opened[0].told) == 2)
        write(second, SECOND, row(2), END)
        made.add(second)
        thread.join(10)
    assert [told[1] for told in opened[0].told] == [0, 1, 2] and len(opened) == 1


def test_opening_is_tried_again_until_it_succeeds_and_is_told_of_once(path, opened, warnings):
    write(path, FIRST, row(1), END)
    opened.next = [ConnectionError("no server"), ConnectionError("no server")]
    made = deliver(path, stopping=Stopping())
    assert made.complete and len(opened) == 1
    assert warnings == ["x: ConnectionError: no server; rows stay in %s" % path]


def test_who_waits_for_it_is_told_at_once(path, opened):
    write(path, FIRST, row(1), END)
    opened.next = [ConnectionError("no server")]
    with pytest.raises(ConnectionError):
        deliver(path, patient=False)


def test_at_the_end_opening_is_tried_once_more_and_not_again(path, opened, warnings):
    write(path, FIRST, row(1), END)
    opened.next = [ConnectionError("no server")] * 100
    stopping = Stopping()
    stopping.finish(60)
    begun = time.monotonic()
    assert not deliver(path, stopping=stopping).complete
    assert time.monotonic() - begun < 5 and len(opened.next) >= 98


def test_a_client_that_is_not_installed_is_not_tried_again(path, opened):
    write(path, FIRST, row(1), END)
    opened.next = [ImportError("no client")]
    with pytest.raises(ImportError):
        deliver(path)


def test_where_a_client_gave_up_another_is_opened_and_gets_what_was_not_confirmed(path, opened, warnings):
    class GivesUp(Kept):
        def confirmed(self):
            raise ClientClosed("the client gave up sending")

    write(path, FIRST, row(1), row(2), END)
    opened.next = [GivesUp()]
    made = deliver(path)
    assert [told[1] for told in opened[1].told] == [1, 2] and made.complete and made.rows == 2


@pytest.mark.slow
def test_what_a_lost_tracker_was_handed_is_not_taken_for_the_next_ones(path, opened, warnings):
    class GivesUp(Kept):
        def confirmed(self):
            raise ClientClosed("the client gave up sending")

    write(path, FIRST, row(1), row(2), END)
    opened.next = [GivesUp(), Kept(unreached=1000)]
    stopping = Stopping()
    stopping.finish(1.5)
    assert not deliver(path, stopping=stopping).complete
    assert Cursor(path, "x").offset == 0


def test_a_client_that_gives_up_each_time_is_not_opened_for_ever(path, opened, warnings):
    class GivesUp(Kept):
        def confirmed(self):
            raise ClientClosed("the client gave up sending")

    write(path, FIRST, row(1), END)
    opened.next = [GivesUp() for _ in range(50)]
    assert not deliver(path, patient=False).complete
    assert len(opened) == run_delivery._LOST_AT_MOST


def test_what_goes_wrong_in_asking_for_confirmation_is_asked_again(path, opened, warnings):
    class Locked(Kept):
        asked = 0

        def confirmed(self):
            self.asked += 1
            if self.asked < 3:
                raise RuntimeError("database is locked")
            return True

    write(path, FIRST, row(1), END)
    opened.next = [Locked()]
    assert deliver(path).complete
    assert warnings == ["%s: RuntimeError: database is locked; looking again" % path]


def test_a_run_that_is_over_takes_no_further_journal(path, second, opened):
    write(path, FIRST, row(0), END)
    write(second, SECOND, row(1), END)
    with Delivery("x", Stopping()) as made:
        made.add(path)
        made.run()
        assert not made.add(second)


def test_what_is_confirmed_only_when_the_tracker_closes_is_counted(path, opened):
    class Slow(Kept):
        def close(self, seconds):
            self.confirms = True

    write(path, FIRST, row(1), END)
    opened.next = [Slow(confirms=False)]
    stopping = Stopping()
    stopping.finish(0.6)
    assert deliver(path, stopping=stopping).complete
    assert Cursor(path, "x").offset == Path(path).stat().st_size


def test_one_at_a_time_sends_a_journal_to_a_target(path, opened):
    write(path, FIRST, row(1), END)
    with Delivery("x", Stopping(follow=False)) as made, Delivery("y", Stopping(follow=False)) as elsewhere:
        made.add(path)
        elsewhere.add(path)
        with pytest.raises(locks.AlreadyLocked):
            deliver(path)
    assert deliver(path).complete


def test_what_another_sent_before_we_got_its_lock_is_not_sent_again(path, opened, monkeypatch):
    write(path, FIRST, row(1), END)
    held = locks.held

    def held_late(cursor_path):
        monkeypatch.setattr(locks, "held", held)
        assert deliver(path).rows == 1
        return held(cursor_path)

    monkeypatch.setattr(locks, "held", held_late)
    assert deliver(path).rows == 0
