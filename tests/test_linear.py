"""What grows with the rows of a run grows no faster than they do (B14)."""
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from trainings import connected

import neptune_writer
from neptune_writer import messages, reading
from neptune_writer.series import Series

marks = some.lists(some.tuples(some.integers(0, 20), some.sampled_from("ab"), some.integers(-5, 5)), max_size=12)


@settings(derandomize=True, max_examples=100)
@given(marks=marks, offset=some.integers(-1, 21), stream=some.sampled_from("abc"))
def test_the_lowest_step_behind_a_byte(marks, offset, stream):
    steps = [step for at, rewound, step in marks if at > offset and rewound == stream]
    assert reading.lowest_behind(marks)(offset, stream) == min(steps + [math.inf])


class Counted(list):
    """Counts how often it is gone through."""

    times = 0

    def __iter__(self):
        self.times += 1
        return super().__iter__()


def test_rows_are_not_each_held_against_each_rewind(folder, monkeypatch):
    owner = connected()
    for step in range(20):
        neptune_writer.write_row(owner, {"loss": 1.0}, step)
        neptune_writer.rewind(owner)
        neptune_writer.write_row(owner, {"loss": 2.0}, step)
    path = neptune_writer._writers.get(owner)._journal.path
    found = Counted(reading.rewinds(path, 0))
    assert len(found) == 20
    monkeypatch.setattr(reading, "rewinds", lambda *_: found)
    assert reading.rows_after(path, 0) == 20
    rows = Series().rows([record for record in reading.Reader(path).read() if "values" in record], "run",
                         rewinds=found)
    assert [row.step for row in rows] == list(range(20))
    assert found.times <= 4


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
