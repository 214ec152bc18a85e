"""neptune_writer.journal.journal: the file of JSON lines that a run is, before it is anywhere else."""
import errno
import os
import stat
import tempfile

import pytest
from adversary import PLANTS, as_user, needs_root, open_folder, plant, state
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from journal_records import HEADER, Disk, read, row

from neptune_writer.journal import journal
from neptune_writer.journal.journal import Journal
from neptune_writer.journal.encoding import encode
from neptune_writer.journal.reading import read_header


def test_a_record_is_in_the_file_when_append_returns(folder):
    written = Journal("out", "r")
    assert open(written.path, "rb").read() == b""
    written.append(row(1))
    assert open(written.path, "rb").read() == encode(row(1))


def test_the_file_lies_in_the_given_folder_which_is_made(folder):
    assert Journal("a/b", "r").path == str(folder / "a" / "b" / "neptune-r.jsonl")


def test_without_a_folder_it_lies_in_neptune_journals(folder):
    assert Journal(None, "r").path == str(folder / "neptune_journals" / "neptune-r.jsonl")


def test_an_existing_file_is_never_written_into(folder, warnings):
    first = Journal("out", "r")
    second = Journal("out", "r")
    assert first.path != second.path
    assert "cannot write a journal to" in warnings[0]


def test_a_folder_that_takes_no_file_is_named_and_another_taken(folder, warnings):
    (folder / "file").write_text("in the way")
    path = Journal("file/out", "r").path
    assert path == str(folder / "neptune_journals" / "neptune-r.jsonl")
    assert warnings == ["cannot write a journal to file/out ([Errno 20] Not a directory: 'file/out'); "
                        "writing it to %s instead" % path]


def test_others_may_read_it_as_far_as_the_umask_says(folder):
    old = os.umask(0o027)
    try:
        mode = os.stat(Journal("out", "r").path).st_mode
    finally:
        os.umask(old)
    assert stat.S_IMODE(mode) == 0o640


def test_close_twice_is_once(folder):
    written = Journal("out", "r")
    written.close()
    written.close()


def test_a_write_that_stops_short_is_finished_at_once(folder, monkeypatch, warnings):
    written = Journal("out", "r")
    write = os.write
    monkeypatch.setattr(journal.os, "write", lambda file, data: write(file, data[:5]))
    written.append(row(1))
    monkeypatch.undo()
    assert read(written.path) == ([row(1)], 0)
    assert warnings == []


@pytest.mark.parametrize("room", [0, 1, 30, 45, 46, 90, 91, 92, 100])
def test_a_full_disk_loses_no_row_once_there_is_room(folder, monkeypatch, warnings, at_once, room):
    written = Journal("out", "r")
    written.append(HEADER)
    disk = Disk(monkeypatch, room)
    for number in range(5):
        written.append(row(number))
    disk.room = 10 ** 9
    written.append(row(5))
    records, skipped = read(written.path)
    assert records == [HEADER] + [row(number) for number in range(6)]
    assert skipped == 0  # the line that was torn goes on where it was torn
    assert warnings == [written.path + ": cannot be written ([Errno 28] No space left on device); rows wait in memory"]


@pytest.mark.parametrize("are_lines", [False, True], ids=["records", "lines"])
def test_a_disk_that_fills_up_again_and_again_loses_no_row(folder, monkeypatch, warnings, at_once, are_lines):
    written = Journal("out", "r")
    written.append(HEADER)
    disk = Disk(monkeypatch, 0)
    for number in range(200):
        disk.room = (number * 37) % 101
        if are_lines:
            written.append_row(encode(row(number)))
        else:
            written.append(row(number))
    disk.room = 10 ** 9
    written.close()
    assert read(written.path) == ([HEADER] + [row(number) for number in range(200)], 0)


def test_a_row_that_is_a_line_already_is_restored_and_goes_on_as_any_other(folder, monkeypatch, warnings):
    """Where the file was deleted, or was closed to make room for others; and with no look at the disk in between."""
    written = Journal("out", "r")
    written.append(HEADER)
    written.append_row(encode(row(1)))
    os.remove(written.path)
    monkeypatch.setattr(written, "_look_at", 0.0)
    written.append_row(encode(row(2)))
    assert written.rest()
    written.append_row(encode(row(3)))
    written.close()
    assert read(written.path) == ([HEADER, row(1), row(2), row(3)], 0)
    assert len(warnings) == 1 and "was deleted; it is written again" in warnings[0]


def test_a_header_that_was_torn_is_whole_again(folder, monkeypatch, warnings, at_once):
    written = Journal("out", "r")
    disk = Disk(monkeypatch, 10)
    written.append(HEADER)
    disk.room = 10 ** 9
    written.append(row(1))
    assert read_header(written.path) == HEADER


def test_rows_that_wait_are_bounded_and_what_is_lost_is_said(folder, monkeypatch, warnings):
    monkeypatch.setattr(journal, "_WAITING_AT_MOST", 10)
    written = Journal("out", "r")
    Disk(monkeypatch, 0)
    for number in range(15):
        written.append(row(number))
    written.close()
    assert warnings[-1] == "%s: 15 records could not be written and are lost" % written.path


def test_a_full_disk_is_asked_once_a_second_not_at_every_row(folder, monkeypatch, warnings):
    written = Journal("out", "r")
    asked = []

    def write(file, data):
        asked.append(data)
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(journal.os, "write", write)
    for number in range(100):
        written.append(row(number))
    assert len(asked) == 1


plain = some.recursive(some.none() | some.booleans() | some.integers(-2 ** 70, 2 ** 70) | some.text()
                       | some.floats(allow_nan=False, allow_infinity=False),
                       lambda inner: some.lists(inner) | some.dictionaries(some.text(), inner), max_leaves=10)

others = some.dictionaries(some.text().filter(lambda name: name not in ("values", "config")), plain)
numbers = some.integers(-2 ** 70, 2 ** 70) | some.floats(allow_nan=False, allow_infinity=False, max_value=1e307,
                                                         min_value=-1e307)
rows = some.fixed_dictionaries({"t": numbers, "step": numbers,
                                "values": some.dictionaries(some.text(), numbers | some.text())})


@pytest.mark.slow
@settings(derandomize=True, max_examples=100, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine
@given(records=some.lists(others | rows, max_size=20))
def test_every_record_comes_back(records, tmp_path_factory):
    written = Journal(str(tmp_path_factory.mktemp("journal")), "r")
    for record in records:
        written.append(record)
    written.close()
    assert read(written.path) == (records, 0)


# What is there under its names (S1, S20, S21, B16)

@pytest.fixture
def fallbacks(folder, monkeypatch):
    """The folders that take a journal where none is named, the best first; the temporary ones below `folder`."""
    (folder / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "tmp"))
    ours = "neptune_journals-%d" % os.geteuid()
    return [folder / "neptune_journals", folder / ours, folder / "tmp" / "neptune_journals", folder / "tmp" / ours]


@pytest.mark.parametrize("planted", range(1, 5))
def test_a_fallback_folder_that_somebody_planted_is_left_alone_and_another_name_taken(fallbacks, warnings, planted):
    elsewhere = fallbacks[0].parent / "elsewhere"
    elsewhere.mkdir()
    for place in fallbacks[:planted]:
        place.symlink_to(elsewhere)
    path = Journal(None, "r").path
    expected = fallbacks[planted:planted + 1] or [fallbacks[-1].parent]
    assert os.path.dirname(path).startswith(str(expected[0])) and os.listdir(str(elsewhere)) == []
    assert os.stat(os.path.dirname(path)).st_mode & 0o777 == 0o700
    assert warnings == ["cannot write a journal to neptune_journals (neptune_journals: a symlink, not a folder of this "
                        "user; it is left alone); writing it to %s instead" % path]


@pytest.mark.parametrize("named", ["neptune_journals/exp/trial", "./neptune_journals"])
def test_neither_is_one_below_it(fallbacks, warnings, named):
    """A trial's whose own folder is on another machine."""
    elsewhere = fallbacks[0].parent / "elsewhere"
    elsewhere.mkdir()
    fallbacks[0].symlink_to(elsewhere)
    assert os.path.dirname(Journal(named, "r").path) == str(fallbacks[1]) and os.listdir(str(elsewhere)) == []


@needs_root
def test_a_fallback_folder_among_the_temporary_files_is_ours_or_another(fallbacks, warnings, monkeypatch):
    """S21: it belonged to whoever needed it first."""
    with open_folder() as temporary:
        monkeypatch.setattr(tempfile, "tempdir", temporary)
        as_user(lambda: os.mkdir(os.path.join(temporary, "neptune_journals"), 0o777))
        for place in fallbacks[:2]:
            place.write_text("no folder")
        path = Journal(None, "r").path
        assert os.path.dirname(path) == os.path.join(temporary, fallbacks[-1].name)
        assert os.listdir(os.path.join(temporary, "neptune_journals")) == []


def test_a_folder_that_takes_no_journal_is_named_also_where_nobody_named_one(fallbacks, warnings):
    """B16: it was called None."""
    for place in fallbacks[:2]:
        place.write_text("no folder")
    path = Journal(None, "r").path
    assert warnings[0].startswith("cannot write a journal to neptune_journals (") and path.startswith(str(fallbacks[2]))


@pytest.mark.parametrize("what", sorted(set(PLANTS) - {"a symlink to nothing"}) + ["a copy of it"])
def test_what_takes_the_place_of_a_deleted_journal_is_left_alone_and_no_row_lost(folder, monkeypatch, warnings, what):
    victim = folder / "victim"
    victim.write_text("a file of the victim's")
    written = Journal("out", "r")
    written.append(HEADER)
    first = written.path
    os.remove(first)
    if what == "a copy of it":
        open(first, "w").write("as somebody put it back")
    else:
        plant(what, first, victim)
    before = state(victim), state(first)
    written._look_at = 0.0
    written.append(row(1))
    written.close()
    assert (state(victim), state(first)) == before
    assert written.path == str(folder / "neptune_journals" / "neptune-r.jsonl")
    assert read(written.path) == ([HEADER, row(1)], 0)


@pytest.mark.parametrize("mode, expected", [(0o755, 0o600), (0o700, 0o600), (0o2775, 0o640), (0o777, 0o644)])
def test_others_may_read_it_only_in_a_folder_that_is_shared(folder, mode, expected):
    """It holds the hyper-parameters, the command line and the machine's name."""
    old = os.umask(0o022)
    try:
        (folder / "out").mkdir()
        (folder / "out").chmod(mode)
        assert stat.S_IMODE(os.stat(Journal("out", "r").path).st_mode) == expected
        assert stat.S_IMODE(os.stat(Journal(None, "r").path).st_mode) == 0o600
    finally:
        os.umask(old)
