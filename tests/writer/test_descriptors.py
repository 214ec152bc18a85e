"""Hundreds of loggers in one process take no file each from the training (S9). The kind: what the training may open is
counted, and ours count, too."""
import collections
import os
import resource
from pathlib import Path

import pytest
from trainings import RECORDING, connected, journals, recorded_points, run, stored

import neptune_writer
from neptune_writer.journal import open_files

SWEEP = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
class EpochLogger(Logger):
    def __init__(self, name):
        super().__init__("out/" + name, name)
        os.makedirs(self.output_dir)
        self.output_file = open(self.output_dir + "/progress.txt", "w")
loggers = [EpochLogger(str(number)) for number in range(200)]
for epoch in range(3):
    for logger in loggers:
        neptune_writer.write_row(logger, {"Epoch": epoch}, "Epoch")
        logger.output_file.write("%d" % epoch)
"""


def open_journals():
    """How many this process has open below the working directory."""
    found = []
    for entry in Path("/proc/self/fd").iterdir():
        try:
            found.append(os.readlink(str(entry)))
        except OSError:
            continue
    return sum(name.startswith(os.getcwd()) and ".jsonl" in name for name in found)


@pytest.fixture(autouse=True)
def none_of_other_tests(monkeypatch):
    monkeypatch.setattr(open_files, "_open", collections.OrderedDict())


def write(owner, *epochs):
    for epoch in epochs:
        neptune_writer.write_row(owner, {"Epoch": epoch}, "Epoch")


def epochs_of(path):
    return [row["values"]["Epoch"] for row in stored(path).rows]


@pytest.fixture
def resting(folder):
    """A logger whose journal is closed to make room for others, with two rows in it; and those others."""
    owner = connected(output_dir="out")
    write(owner, 0, 1)
    neptune_writer._writers.get(owner)._journal.rest()
    assert open_journals() == 0
    return owner


@pytest.mark.slow
@pytest.mark.parametrize("experiment", ["journal", "offline"])
def test_200_loggers_with_256_descriptors_train_and_every_row_is_kept(training_folder, experiment):
    """S9; with a spec, whose process may open no more than the training, each row is sent, too."""
    errors = run(SWEEP, training_folder, clients=[RECORDING], NEPTUNE_EXPERIMENT=experiment)
    found = journals(training_folder)
    assert len(found) == 200
    assert all(epochs_of(path) == [0, 1, 2] and stored(path).ended for path in found)
    assert "cannot" not in errors and "wait" not in errors.replace("waiting up to", "")
    if experiment == "offline":
        assert "not been sent" not in errors
        assert len(recorded_points(training_folder, "Epoch")) == 600


def test_only_those_that_were_written_last_are_open(folder):
    owners = [connected(output_dir=str(number)) for number in range(open_files.AT_MOST + 5)]
    for epoch in range(2):
        for owner in owners:
            write(owner, epoch)
            assert open_journals() <= open_files.AT_MOST
    for number, owner in enumerate(owners):
        neptune_writer.close(owner)
        path, = journals(str(number))
        assert epochs_of(path) == [0, 1] and stored(path).ended
    assert open_journals() == 0


def test_one_that_is_written_all_the_time_stays_open(folder, monkeypatch):
    from neptune_writer.journal import journal
    monkeypatch.setattr(journal, "_LOOK_SECONDS", 0.0)
    owner = connected(output_dir="main")
    for number in range(2 * open_files.AT_MOST):
        write(owner, number)
        assert neptune_writer._writers.get(owner)._journal._file is not None
        write(connected(output_dir=str(number)), 0)


def test_where_the_training_has_all_descriptors_rows_wait_in_memory(folder, warnings):
    owners = [connected(output_dir=str(number)) for number in range(3)]
    write(owners[0], 0)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir("/proc/self/fd")) + 20, hard))
    taken = []
    try:
        while True:
            taken.append(os.open(os.devnull, os.O_RDONLY))
    except OSError:
        pass
    try:
        write(owners[1], 0)  # in the place of the first one's
        neptune_writer._writers.get(owners[1])._journal.rest()
        taken.append(os.open(os.devnull, os.O_RDONLY))
        write(owners[0], 1)
        write(owners[2], 0)
    finally:
        for one in taken:
            os.close(one)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert any("Too many open files" in warning and "rows wait in memory" in warning for warning in warnings)
    for owner in owners:
        neptune_writer._writers.get(owner)._retry_at = 0.0
        neptune_writer.close(owner)
    assert [epochs_of(path) for number in range(3) for path in journals(str(number))] == [[0, 1], [0], [0]]


def replaced(path):
    path.write_text(path.read_text().replace('"run":"', '"run":"other-'))


def cut(path):
    path.write_bytes(path.read_bytes()[:-10])


def linked(path):
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


@pytest.mark.parametrize("happens", [
    Path.unlink, replaced, cut, linked, lambda path: path.parent.rename("moved"),
    lambda path: [path.unlink(), path.mkdir()]],
    ids=["deleted", "replaced", "cut", "a link", "moved", "a folder"])
def test_one_that_is_gone_when_it_is_opened_again_is_resumed_by_another_and_that_is_said(resting, warnings, happens):
    path, = journals("out")
    run_id, before = stored(path).header["run"], path.resolve()
    neptune_writer.write_config(resting, {"lr": 1})  # the one that it is missed by
    neptune_writer._writers.get(resting)._journal.rest()
    happens(path)
    write(resting, 2, 3)
    neptune_writer.close(resting)
    other, = [one for one in journals("out") if run_id not in one.name]
    found = stored(other)
    assert found.header["resumes"] == run_id and found.header["run"] != run_id
    assert epochs_of(other) == [2, 3] and found.ended and found.configs == [{"lr": 1}]
    assert warnings == ["%s was deleted or replaced; the 2 rows in it cannot be restored; "
                        "the run goes on in another journal" % before]


def test_one_that_was_put_back_from_a_copy_is_gone_on_with(resting, warnings):
    path, = journals("out")
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content)
    write(resting, 2)
    assert epochs_of(path) == [0, 1, 2] and warnings == []


def test_a_second_loss_goes_on_with_the_same_run(resting, warnings):
    first, = journals("out")
    run_id = stored(first).header["run"]
    for _ in range(2):
        neptune_writer._writers.get(resting)._journal.rest()
        for path in journals("out"):
            path.unlink()
        write(resting, 5)
    path, = journals("out")
    assert stored(path).header["resumes"] == run_id
    assert [warning.partition("; the ")[2].split()[0] for warning in warnings] == ["2", "1"]


def test_one_that_cannot_be_opened_for_a_while_has_its_rows_wait(resting, warnings, monkeypatch):
    from neptune_writer.system import files
    from neptune_writer.journal import journal
    monkeypatch.setattr(journal, "_RETRY_SECONDS", 0.0)
    opening, refused = files.open_to_append, [PermissionError(13, "no"), OSError(5, "no"), OSError(116, "stale")]

    def fails(path):
        if refused:
            raise refused.pop()
        return opening(path)
    monkeypatch.setattr(files, "open_to_append", fails)
    write(resting, 2, 3, 4, 5)
    path, = journals("out")
    assert epochs_of(path) == [0, 1, 2, 3, 4, 5] and len(warnings) == 1


def test_one_that_is_being_written_is_not_closed(folder):
    owner = connected()
    write(owner, 0)
    journal = neptune_writer._writers.get(owner)._journal
    with journal._lock:  # as in a signal handler
        assert not journal.rest()
    journal._waiting.append(b"half a line")  # which a full disk tore
    assert not journal.rest()
    journal._waiting.clear()
    assert journal.rest() and not journal.rest()


def test_one_that_was_deleted_while_it_was_open_is_made_anew_before_it_is_closed(folder, warnings):
    owner = connected()
    write(owner, 0)
    path, = journals("out")
    path.unlink()
    assert neptune_writer._writers.get(owner)._journal.rest()
    assert epochs_of(path) == [0] and "written again" in warnings[0]
    write(owner, 1)
    assert epochs_of(path) == [0, 1]


def test_the_rest_of_a_closed_one_is_its_end(resting):
    neptune_writer.close(resting)
    path, = journals("out")
    assert stored(path).ended and open_journals() == 0
