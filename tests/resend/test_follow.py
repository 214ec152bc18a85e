"""Following (`--follow`): journals come, go, are moved, lead nowhere, and are hundreds (S7, S22, B1)."""
import os
import signal
import threading

import pytest
from replays import start, steps
from small_deliveries import END, Kept, write
from journal_records import FIRST, row
from trainings import wait_until

from neptune_writer.resend import followed, sending
from neptune_writer.delivery import forwarder
from neptune_writer import messages
from neptune_writer.resend.sending import Resend
from neptune_writer.delivery.stopping import Stopping

A_MOMENT = 0.02  # seconds


class Following:
    """`Resend` in a thread, told to end as soon as the block is left."""

    def __init__(self, *paths):
        self.stopping = Stopping()
        self.resend = Resend(list(map(str, paths)), "x", self.stopping)
        self.failed = []
        self._thread = threading.Thread(target=self._run)

    def _run(self):
        try:
            self.resend.run()
        except BaseException as error:
            self.failed.append(error)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exception):
        self.stopping.finish(5)
        self._thread.join(20)
        assert not self._thread.is_alive() and not self.failed

    def ends(self):
        """Whether it ends by itself."""
        self._thread.join(10)
        return not self._thread.is_alive()


@pytest.fixture(autouse=True)
def often(monkeypatch, warnings):
    monkeypatch.setattr(sending, "_LOOK_SECONDS", A_MOMENT)
    monkeypatch.setattr(sending, "_TURN_SECONDS", A_MOMENT / 2)
    monkeypatch.setattr(forwarder, "_POLL_SECONDS", A_MOMENT / 2)
    monkeypatch.setattr(forwarder, "FLUSH_SECONDS", 0.0)
    monkeypatch.setattr(followed, "_PAUSES", (A_MOMENT,))


def told(opened):
    return sorted((tracker.header["run"], step) for tracker in opened for _, step, _ in tracker.told)


def run(folder, name, *records, header=FIRST):
    path = folder / ("neptune-%s.jsonl" % name)
    write(str(path), dict(header, run=name), *records)
    return path


def test_a_link_to_nothing_is_named_and_ends_nothing(tmp_path, opened, warnings):
    """B1: a bare FileNotFoundError."""
    (tmp_path / "neptune-a.jsonl").symlink_to("nowhere")
    run(tmp_path, "b", row(1), END)
    with Following(tmp_path) as following:
        assert wait_until(lambda: told(opened) == [("b", 1)])
        run(tmp_path, "c", row(2), END)
        assert wait_until(lambda: told(opened) == [("b", 1), ("c", 2)])
    assert [said.partition(": ")[0] for said in warnings] == [str(tmp_path / "neptune-a.jsonl")]
    assert following.resend.status == 1


def test_a_link_that_leads_somewhere_later_is_followed_then_and_nothing_is_wrong(tmp_path, opened):
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "neptune-a.jsonl").symlink_to(tmp_path / "neptune-a.jsonl")
    run(tmp_path / "runs", "b", row(1), END)
    with Following(tmp_path / "runs") as following:
        assert wait_until(lambda: told(opened) == [("b", 1)])
        run(tmp_path, "a", row(2), END)
        assert wait_until(lambda: told(opened) == [("a", 2), ("b", 1)])
        assert wait_until(lambda: not following.resend.outcome.failed)
    assert following.resend.status == 0


@pytest.mark.parametrize("look", ["getsize", "stat"])
def test_a_journal_that_goes_between_two_looks_at_it_ends_nothing(tmp_path, opened, monkeypatch, look):
    """S7, B1: listed, and gone when it is looked at."""
    gone, actual = str(run(tmp_path, "gone", row(1))), getattr(os if look == "stat" else os.path, look)

    def missing(path, *arguments, **how):
        if path == gone:
            raise FileNotFoundError(2, "No such file or directory", path)
        return actual(path, *arguments, **how)

    run(tmp_path, "b", row(1), END)
    monkeypatch.setattr(os if look == "stat" else os.path, look, missing)
    with Following(tmp_path):
        assert wait_until(lambda: ("b", 1) in told(opened))
        run(tmp_path, "c", row(2), END)
        assert wait_until(lambda: ("c", 2) in told(opened))


@pytest.mark.parametrize("how", ["removed", "moved away", "its folder removed"])
def test_a_journal_that_is_followed_and_goes_leaves_no_thread_and_no_descriptor(tmp_path, opened, how):
    (tmp_path / "runs" / "a").mkdir(parents=True)
    path = run(tmp_path / "runs" / "a", "a", row(1))
    with Following(tmp_path / "runs") as following:
        assert wait_until(lambda: told(opened) == [("a", 1)])
        if how == "moved away":
            path.rename(tmp_path / "elsewhere")
            (tmp_path / "elsewhere").unlink()
        else:
            for each in path.parent.iterdir():
                each.unlink()
        if how == "its folder removed":
            path.parent.rmdir()
        assert wait_until(lambda: not any(one.is_running() for one in following.resend._following.values()))
        run(tmp_path / "runs", "b", row(2), END)
        assert wait_until(lambda: told(opened) == [("a", 1), ("b", 2)])


@pytest.mark.parametrize("with_its_position", [True, False])
@pytest.mark.parametrize("is_open", [True, False])
def test_a_journal_that_is_moved_within_is_the_same_run_and_nothing_comes_twice(tmp_path, opened,
                                                                                is_open, with_its_position):
    """S7, B10: with its folder, or by itself."""
    old, new = tmp_path / "ppo", tmp_path / "ppo-old"
    old.mkdir()
    path = run(old, "a", row(1), *[] if is_open else [END])
    with Following(tmp_path) as following:
        assert wait_until(lambda: told(opened) == [("a", 1)])
        assert wait_until(lambda: is_open or not following.resend._following["a"].is_running())
        if with_its_position:
            old.rename(new)
        else:
            new.mkdir()
            path.rename(new / path.name)
        run(tmp_path, "b", row(7), END)
        assert wait_until(lambda: ("b", 7) in told(opened))
        write(str(new / path.name), row(2), END)
        assert wait_until(lambda: ("a", 2) in told(opened))
        run(tmp_path, "c", row(8), END)
        assert wait_until(lambda: ("c", 8) in told(opened))
    assert told(opened) == [("a", 1), ("a", 2), ("b", 7), ("c", 8)]


def test_a_run_that_is_not_reached_is_tried_again(tmp_path, opened, monkeypatch, warnings):
    """S4, S27, while it is followed; and it keeps no other from its place."""
    class Away(Kept):
        def write_rows(self, rows):
            raise RuntimeError("away")

    monkeypatch.setattr(sending, "AT_ONCE", 1)
    monkeypatch.setattr(forwarder, "REACHED_WITHIN_SECONDS", 0.02)
    opened.next = [Away(), Away(), ConnectionError("no server")]
    run(tmp_path, "a", row(1), END)
    with Following(tmp_path) as following:
        assert wait_until(lambda: told(opened) == [("a", 1)])
        run(tmp_path, "b", row(2), END)
        assert wait_until(lambda: told(opened) == [("a", 1), ("b", 2)])
        assert wait_until(lambda: not following.resend.outcome.failed)
    assert following.resend.status == 0


@pytest.mark.parametrize("many", [40, pytest.param(600, marks=pytest.mark.slow)])
def test_journals_of_killed_runs_take_turns_and_all_arrive(tmp_path, opened, monkeypatch, many):
    """S22: 504 of 600 at 1,024 descriptors, and two files and a thread each, for ever."""
    monkeypatch.setattr(sending, "AT_ONCE", 8)
    open_now, most = [], []
    actual = Kept.write_rows

    class Counted(Kept):
        def write_rows(self, rows):
            open_now.append(self)
            most.append(len(open_now))
            actual(self, rows)

        def close(self, seconds):
            open_now.remove(self)

    opened.next = [Counted() for _ in range(2 * many)]
    for number in range(many):
        run(tmp_path, "%03d" % number, row(number))
    before = threading.active_count()
    with Following(tmp_path):
        assert wait_until(lambda: len(told(opened)) == many, 60)
        assert threading.active_count() - before <= 8 + 2
        write(str(tmp_path / "neptune-000.jsonl"), row(1000))  # one that is alive, whose place others had since
        assert wait_until(lambda: ("000", 1000) in told(opened))
    assert told(opened) == sorted([("%03d" % number, number) for number in range(many)] + [("000", 1000)])
    assert max(most) <= 8


def test_it_ends_when_it_is_told_to_though_runs_wait(tmp_path, opened, monkeypatch):
    monkeypatch.setattr(sending, "AT_ONCE", 2)
    opened.next = [Kept(confirms=False) for _ in range(50)]
    for number in range(20):
        run(tmp_path, str(number), row(number))
    with Following(tmp_path) as following:
        assert wait_until(lambda: len(opened) == 2)
        following.stopping.leave(0.6)
        assert following.ends()
    assert following.resend.status == 1 and len(opened) == 2


def test_named_journals_that_are_gone_or_torn_end_it(tmp_path, opened):
    """B8: a torn last line had "more" for ever."""
    first, second = run(tmp_path, "a", row(1), END), run(tmp_path, "b", row(2), END)
    with open(str(second), "ab") as file:
        file.write(b'{"torn')
    with Following(first, second) as following:
        assert following.ends()
    assert told(opened) == [("a", 1), ("b", 2)] and following.resend.status == 0


def test_two_runs_of_one_place_are_said_to_be_followed_once_each(tmp_path, opened, monkeypatch):
    said = []
    monkeypatch.setattr(messages, "say", said.append)
    path = run(tmp_path, "a", row(1), END)
    with Following(tmp_path):
        assert wait_until(lambda: told(opened) == [("a", 1)])
        write(str(path), row(2), END)
        assert wait_until(lambda: told(opened) == [("a", 1), ("a", 2)])
    assert said.count("following; rows go to x") == 1


@pytest.mark.slow
def test_ctrl_c_ends_the_command_beside_a_link_to_nothing(folder):
    (folder / "neptune-a.jsonl").symlink_to("nowhere")
    write(str(folder / "neptune-b.jsonl"), FIRST, row(1))
    process = start(folder, ".", "--to", "offline", "--follow")
    assert wait_until(lambda: steps(folder) == [1])
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=30)[1].decode()
    assert process.returncode == 130 and "Traceback" not in said and "neptune-a.jsonl: not sent" in said
