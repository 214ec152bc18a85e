"""What grows with the rows of a run grows no faster than they do (B14)."""
import pytest
from trainings import connected

import neptune_writer
from neptune_writer import messages
from neptune_writer.points.whole import WholeRun
from neptune_writer.points.rows import Row


class Counted(list):
    """Counts how often it is gone through."""

    times = 0

    def __iter__(self):
        self.times += 1
        return super().__iter__()


def test_a_run_of_many_rewinds_is_gone_through_three_times():
    """Not once for each of them (B14: 10,000 rows with 5,000 rewinds took 3.2 s)."""
    rows = Counted()
    for step in range(200):
        rows += [Row(step, "c", None, {"loss": 1.0}, 0.0, "%d" % step),
                 Row(step, "c", "checkpoint", {"loss": 2.0}, 0.0, "%d-" % step)]
    past = WholeRun(lambda: rows, ())
    assert [(placed.x, placed.values["loss"]) for placed in past.points()] == [(step, 2.0) for step in range(200)]
    assert rows.times <= 3 and past.superseded.count == 200


@pytest.mark.parametrize("value", [1.0, "no number"])
def test_names_that_are_new_in_each_row_are_not_all_kept(folder, warnings, monkeypatch, value):
    monkeypatch.setattr(messages, "_AT_MOST", 20)
    owner = connected()
    for step in range(100):
        neptune_writer.write_row(owner, {"name %d" % step: value}, step)
    assert len(messages._said) <= 21 and len(warnings) <= 20
    assert not any("name %d" % step in repr(messages._said) for step in range(100))


def test_that_there_are_more_warnings_is_said_once_and_what_is_repeated_is_not(folder, capfd, warnings, monkeypatch):
    monkeypatch.setattr(messages, "_AT_MOST", 3)
    for number in (0, 1, 2, 3, 4, 0, 1):
        messages.warn("warning %d" % number, once=number)
    messages.warn("of no kind")
    assert capfd.readouterr().err.splitlines() == ["neptune: warning 0", "neptune: warning 1", "neptune: warning 2", (
        "neptune: more than 3 different warnings; no further ones that come once are shown"), "neptune: of no kind"]
