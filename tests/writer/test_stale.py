"""A file server loses the file that a journal has open, for good (S23): no row is lost while the folder takes files."""
import errno
import json
import os

import pytest
from journal_records import HEADER, Disk, read, row
from trainings import connected, journals, stored

import neptune_writer
from neptune_writer.journal import journal
from neptune_writer.journal.journal import Journal


@pytest.fixture
def server(monkeypatch):
    """`lose(journal)`: no call takes its descriptor any more, as after the server was started anew."""
    class Server:
        dead, number = set(), errno.ESTALE

        def lose(self, written, number=errno.ESTALE):
            self.number = number
            self.dead.add(written._file)

    server = Server()
    server.dead = set()
    for name in ("write", "fstat", "pread"):
        def call(file, *rest, actual=getattr(os, name)):
            if file in server.dead:
                raise OSError(server.number, os.strerror(server.number))
            return actual(file, *rest)
        monkeypatch.setattr(journal.os, name, call)
    actual_close = os.close

    def close(file):
        actual_close(file)
        server.dead.discard(file)  # its number comes again
    monkeypatch.setattr(journal.os, "close", close)
    return server


def steps(path):
    records, skipped = read(path)
    return [record["step"] for record in records if "values" in record], skipped


@pytest.mark.parametrize("number", [errno.ESTALE, errno.ENOTCONN])
def test_rows_go_on_in_the_same_file(folder, server, at_once, warnings, number):  # noqa: F811
    """S23: 51 records lost, though the folder took files again."""
    written = Journal("out", "r")
    written.append(HEADER)
    for step in range(5):
        written.append(row(step))
    server.lose(written, number)
    for step in range(5, 8):
        written.append(row(step))
    written.close()
    assert steps(written.path) == (list(range(8)), 0)
    assert warnings == ["%s: its file server lost the open file; it was opened again" % written.path]


def test_while_the_server_is_away_rows_wait(folder, server, at_once, monkeypatch):  # noqa: F811
    written = Journal("out", "r")
    written.append(HEADER)
    written.append(row(0))
    server.lose(written)
    there = [False]
    opened = journal.files.open_to_append

    def away(path):
        if not there[0]:
            raise OSError(errno.ESTALE, "Stale file handle")
        return opened(path)

    monkeypatch.setattr(journal.files, "open_to_append", away)
    written.append(row(1))
    written.append(row(2))
    assert not written.is_written()
    there[0] = True
    written.append(row(3))
    assert written.is_written() and steps(written.path) == ([0, 1, 2, 3], 0)
    written.close()
    assert os.listdir("out") == [os.path.basename(written.path)]


@pytest.mark.parametrize("instead", [None, "somebody's\n"])
def test_where_its_file_is_gone_another_journal_goes_on_with_the_run(folder, server, at_once, warnings,  # noqa: F811
                                                                     instead):
    """What it cannot restore is counted, and what else has its name is left alone."""
    logger = connected()
    neptune_writer.write_config(logger, {"lr": 0.1})
    for step in range(3):
        neptune_writer.write_row(logger, {"Epoch": step}, "Epoch")
    path, = journals(".")
    run = stored(path).header["run"]
    os.remove(str(path))
    if instead:
        path.write_text(instead)
    server.lose(neptune_writer._writers.get(logger)._journal)
    for step in range(3, 5):
        neptune_writer.write_row(logger, {"Epoch": step}, "Epoch")
    neptune_writer.close(logger)
    other, = [other for other in journals(".") if other != path]
    assert [row["step"] for row in stored(other).rows] == [3, 4]
    assert stored(other).header["resumes"] == run and stored(other).configs == [{"lr": 0.1}]
    assert warnings == ["%s was deleted or replaced; the 3 rows in it cannot be restored; "
                        "the run goes on in another journal"
                        % path.resolve()]
    assert not instead or path.read_text() == instead


@pytest.mark.parametrize("arrived", range(0, 60, 7))
def test_a_torn_line_is_written_whole(folder, server, at_once, monkeypatch, arrived):  # noqa: F811  # noqa: F811
    written = Journal("out", "r")
    written.append(HEADER)
    written.append(row(0))
    disk = Disk(monkeypatch, arrived)
    written.append(row(1))
    disk.room = 10 ** 6
    server.lose(written)
    monkeypatch.setattr(journal.os, "write", failing(server, disk._write))
    written.append(row(2))
    written.close()
    found, skipped = steps(written.path)
    assert sorted(set(found)) == [0, 1, 2] and len(found) == 3 and skipped <= 1


def failing(server, actual):
    def write(file, data):
        if file in server.dead:
            raise OSError(server.number, os.strerror(server.number))
        return actual(file, data)
    return write


def test_rows_that_the_server_never_stored_are_counted(folder, server, at_once, warnings):  # noqa: F811
    """It said that it had them, and lost its memory."""
    written = Journal("out", "r")
    for record in [HEADER] + [row(step) for step in range(5)]:
        written.append(record)
    lines = open(written.path, "rb").read().splitlines(True)
    with open(written.path, "wb") as file:
        file.write(b"".join(lines[:3]) + lines[3][:10])
    server.lose(written)
    written.append(row(5))
    written.close()
    assert steps(written.path) == ([0, 1, 5], 1)
    assert warnings == ["%s: its file server lost the open file; it was opened again, but 3 lines in it cannot be "
                        "restored" % written.path]


def test_a_handle_that_dies_before_the_header_is_written_costs_nothing(folder, server, at_once):  # noqa: F811
    written = Journal("out", "r")
    server.lose(written)
    written.append(HEADER)
    written.append(row(0))
    written.close()
    with open(written.path) as file:
        assert [json.loads(line) for line in file] == [HEADER, row(0)]
