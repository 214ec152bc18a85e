"""neptune_writer.recording.writer: rows, the end of a run, and the processes around it."""
import gc
import json
import os
import subprocess
import sys
import time

import numpy as np
import pytest
from trainings import Logger, connected, environment, journals, only_journal, rows_of, run, stored

import neptune_writer
from neptune_writer.journal import journal
from neptune_writer.recording import writer

pytestmark = pytest.mark.usefixtures("folder")
STEP = ("TotalEnvInteracts", "Epoch")


# Rows

def test_a_row_is_in_the_journal_when_write_row_returns():
    owner = connected()
    for number in range(3):
        neptune_writer.write_row(owner, {"Epoch": number, "Loss": 0.5}, STEP)
        assert [row["values"]["Epoch"] for row in only_journal(".").rows] == list(range(number + 1))


@pytest.mark.parametrize("end", ["os._exit(0)", "os.kill(os.getpid(), 9)", "os.kill(os.getpid(), 15)",
                                 "os.abort()", "sys.exit(3)", "raise KeyboardInterrupt"])
def test_every_row_is_in_the_journal_however_the_process_ends(folder, end):
    process = subprocess.run([sys.executable, "-c", """if True:
        import os, sys, neptune_writer
        class Logger: output_dir = "out"
        logger = Logger()
        neptune_writer.connect(logger, "journal")
        for number in range(100):
            neptune_writer.write_row(logger, {"Epoch": number}, "Epoch")
        %s""" % end], env=environment(), stderr=subprocess.DEVNULL)
    assert process.returncode == 0 or "_exit" not in end
    journal = only_journal(".")
    assert [row["step"] for row in journal.rows] == list(range(100))
    assert journal.ended is (end.startswith("raise") or "sys.exit" in end)


@pytest.mark.parametrize("rows, steps", [
    ([{"TotalEnvInteracts": 4000, "Epoch": 0}, {"TotalEnvInteracts": 8000, "Epoch": 1}], [4000, 8000]),
    ([{"Epoch": 0}, {"Epoch": 1}], [0, 1]),
    ([{"Loss": 5}, {"Loss": 4}], [0, 1]),
    ([{"TotalEnvInteracts": np.int64(4000)}, {"TotalEnvInteracts": np.float32(8000)}], [4000, 8000]),
    ([{"TotalEnvInteracts": np.array([4000])}, {"TotalEnvInteracts": 8000.5}], [4000, 8000.5]),
    ([{"TotalEnvInteracts": None, "Epoch": 0}, {"TotalEnvInteracts": None, "Epoch": 1}], [0, 1]),
    ([{"Epoch": 0}, {"Epoch": 1, "TotalEnvInteracts": 9000}], [9000, 9000]),  # the highest rank in half
    ([{"Loss": 5}, {"Loss": 4, "Epoch": 7}], [7, 7]),  # a first row stands at the next one's
    ([{"Epoch": 0, "Loss": 1}, {"EvalReturn": 2}], [0, 0]),  # stands where the last one did
    ([{"Epoch": 5}, {"Epoch": float("nan")}], [5, 5]),
])
def test_x_is_total_env_interacts_else_epoch_else_the_row(rows, steps):
    found = [row["step"] for row in rows_of(connected(), *rows)]
    assert found == steps
    assert [type(step) for step in found] == [type(step) for step in steps]


@pytest.mark.parametrize("step, expected", [(7, 7), (np.int64(7), 7), (7.0, 7), (None, 0), ("Loss", 5), ("Nothing", 0)])
def test_x_may_be_given_as_a_number_or_one_name(step, expected):
    assert [row["step"] for row in rows_of(connected(), {"Loss": 5}, step=step)] == [expected]


def test_steps_that_start_again_go_on_from_the_last():
    rows = rows_of(connected(), *({"TotalEnvInteracts": step} for step in (512, 1024, 512, 1024)))
    assert [row["step"] for row in rows] == [512, 1024, 1536, 2048]


def test_the_journal_holds_what_was_said_and_nothing_else(monkeypatch):
    """Format 2: a step, a clock and a mark are there where somebody said one."""
    monkeypatch.setenv("NEPTUNE_STEP", "EnvSteps, TimeSteps")
    owner = connected()
    neptune_writer.write_row(owner, {"Epoch": 1}, STEP)
    neptune_writer.write_row(owner, {"Loss": 0.5}, 7, clock="updates")
    neptune_writer.from_checkpoint(owner, "updates")
    neptune_writer.write_row(owner, {"Loss": float("nan")}, float("nan"))
    header, *records = [json.loads(line) for line in journals(".")[0].read_text().splitlines()]
    assert header["format"] == 2 and header["steps"] == list(STEP) and header["x"] == ["EnvSteps", "TimeSteps"]
    assert [{name: value for name, value in record.items() if name != "t"} for record in records] == [
        {"values": {"Epoch": 1}}, {"step": 7, "clock": "updates", "values": {"Loss": 0.5}},
        {"mark": "checkpoint", "clock": "updates"}, {"values": {"Loss": "NaN"}}]


def test_a_framework_may_say_that_its_steps_begin_anew():
    owner = connected()
    neptune_writer.restart(owner)  # before the first row it says nothing
    for _ in range(2):
        neptune_writer.write_row(owner, {"TotalEnvInteracts": 512}, STEP)
        neptune_writer.restart(owner)
    neptune_writer.write_row(owner, {"Note": "no row"}, STEP)
    neptune_writer.write_row(owner, {"TotalEnvInteracts": 1024}, STEP)
    assert [(row["step"], row.get("mark")) for row in only_journal(".").rows] == [
        (512, None), (1024, "restart"), (2048, "restart")]


def test_a_framework_may_say_that_it_goes_on_from_a_checkpoint():
    owner = connected()
    neptune_writer.from_checkpoint(owner)  # before the first row it says nothing
    for step in (1, 2, 2, 3):
        neptune_writer.write_row(owner, {"Loss": step}, step)
        if step == 2:
            neptune_writer.from_checkpoint(owner)
    assert [(row["step"], row.get("mark")) for row in only_journal(".").rows] == [
        (1, None), (2, None), (2, "checkpoint"), (3, "checkpoint")]


def test_clocks_of_one_run_have_an_x_each():
    owner = connected()
    for learned, walked in ((1, 200), (2, 400), (1, 600)):
        neptune_writer.write_row(owner, {"loss": 0.5, "learned": learned}, learned, clock="learner")
        neptune_writer.write_row(owner, {"return": 1.0, "walked": walked}, walked, clock="loop")
    found = {}
    for row in only_journal(".").rows:
        found.setdefault(row.get("clock"), []).append(row["step"])
    assert found == {"learner": [1, 2, 1], "loop": [200, 400, 600]}


@pytest.mark.parametrize("clock, expected", [(None, {"a": [5, 10], "b": [5, 10]}), ("a", {"a": [5, 10], "b": [5, 5]})])
def test_each_clock_begins_anew_with_the_framework_or_the_one_that_is_named(clock, expected):
    owner = connected()
    for _ in range(2):
        for name in ("a", "b"):
            neptune_writer.write_row(owner, {name: 1.0}, 5, clock=name)
        neptune_writer.restart(owner, clock)
    found = {}
    for row in only_journal(".").rows:
        found.setdefault(row["clock"], []).append(row["step"])
    assert found == expected


@pytest.mark.parametrize("several", [True, False])
def test_a_custom_run_id_names_the_first_run_of_a_process(several, monkeypatch):
    """X12: three seeds in one process became one run of 0, 0 and 5 rows."""
    monkeypatch.setenv("NEPTUNE_CUSTOM_RUN_ID", "mine")
    owners = [connected() for _ in range(3 if several else 1)]
    for owner in owners:
        neptune_writer.write_row(owner, {"Loss": 0.5}, 1)
    named = [stored(path).header["resumes"] for path in journals(".")]
    assert named.count("mine") == 1 and named.count(None) == len(owners) - 1


def test_an_owner_without_a_run_has_no_segments():
    neptune_writer.restart(object())
    neptune_writer.from_checkpoint(object())
    neptune_writer.begin(object())


def test_a_run_may_be_opened_before_its_first_row():
    owner = connected()
    neptune_writer.write_config(owner, {"lr": 0.1})
    neptune_writer.begin(owner)
    neptune_writer.begin(owner)  # twice is once
    neptune_writer.close(owner)
    neptune_writer.begin(owner)
    run = only_journal(".")
    assert (run.configs, run.rows, run.ended) == ([{"lr": 0.1}], [], True)


def test_a_group_that_the_caller_knows_is_masked_as_names_are(folder):
    owner = Logger(folder / "out")
    neptune_writer.connect(owner, "journal", header={"group": "ppo_ghp_aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5"})
    neptune_writer.write_row(owner, {"Epoch": 0}, "Epoch")
    assert only_journal(folder / "out").header["group"] == "ppo_***"


def test_the_caller_may_know_fields_of_the_header_better():
    owner = Logger("out", "toy")
    neptune_writer.connect(owner, "journal", header={"resumes": "r1", "group": "toys"})
    assert rows_of(owner, {"Loss": 1.0})
    header = only_journal(".").header
    assert (header["resumes"], header["group"], header["name"]) == ("r1", "toys", "toy")


def test_rows_carry_the_time_they_were_written_at():
    before = time.time()
    row, = rows_of(connected(), {"Epoch": 0})
    assert before - 0.001 <= row["t"] <= time.time() + 0.001


def test_the_callers_row_may_be_cleared_at_once():
    owner, row = connected(), {"Epoch": 0, "Loss": np.zeros(1)}
    neptune_writer.write_row(owner, row, STEP)
    row["Loss"][0] = 1.0
    row.clear()
    assert only_journal(".").rows[0]["values"] == {"Epoch": 0, "Loss": 0.0}


def test_what_is_no_number_is_skipped_with_one_warning_for_its_name(warnings):
    rows = rows_of(connected(),
                   *({"Epoch": number, "Note": "text", "Video": object(), "Loss": None} for number in range(3)))
    assert [row["values"] for row in rows] == [{"Epoch": 0}, {"Epoch": 1}, {"Epoch": 2}]
    assert warnings == ["Note: skipped, expected a number, found str",
                        "Video: skipped, expected a number, found object",
                        "Loss: skipped, expected a number, found NoneType"]


def test_a_run_of_no_numbers_is_no_run():
    owner = connected()
    neptune_writer.write_row(owner, {"Note": "text"}, STEP)
    neptune_writer.close(owner)
    assert os.listdir(".") == []


def test_a_row_of_no_numbers_is_no_row():
    assert rows_of(connected(), {"Epoch": 0}, {"Note": "text"}, {}, {"Epoch": 1}) == only_journal(".").rows
    assert [row["step"] for row in only_journal(".").rows] == [0, 1]


@pytest.mark.parametrize("row", [None, 3, [1, 2], {"Epoch": 10 ** 5000}, {"a\ud800\0": 1.0}])
def test_no_row_stops_the_training(row, warnings):
    owner = connected()
    neptune_writer.write_row(owner, row, STEP)
    neptune_writer.write_row(owner, {"Epoch": 1}, STEP)
    assert {"Epoch": 1} in [row["values"] for row in only_journal(".").rows]


def test_numbers_that_are_not_finite_are_kept():
    row, = rows_of(connected(), {"Epoch": 0, "Loss": float("nan"), "Return": np.float32("-inf")})
    assert row["values"] == {"Epoch": 0, "Loss": "NaN", "Return": "-Infinity"}


def test_where_no_folder_takes_a_journal_the_training_goes_on_and_rows_written_later_are_kept(monkeypatch, warnings):
    def refuse(*arguments):
        raise OSError(28, "No space left on device")

    owner = connected()
    with monkeypatch.context() as patch:
        patch.setattr("neptune_writer.journal.journal.os.open", refuse)
        for number in range(3):
            neptune_writer.write_row(owner, {"Epoch": number}, STEP)
    assert len(warnings) == 1 and "No space left on device" in warnings[0]
    monkeypatch.setattr("neptune_writer.recording.writer._RETRY_SECONDS", 0.0)
    neptune_writer._writers.get(owner)._retry_at = 0.0
    assert [row["values"] for row in rows_of(owner, {"Epoch": 3})] == [{"Epoch": number} for number in range(4)]


# The end of a run

def test_rows_that_no_folder_took_until_the_end_are_counted(monkeypatch, warnings):
    def refuse(*arguments):
        raise OSError(28, "No space left on device")

    owner = connected()
    monkeypatch.setattr("neptune_writer.journal.journal.os.open", refuse)
    neptune_writer.write_row(owner, {"Epoch": 0}, STEP)
    neptune_writer.close(owner)
    assert warnings[1:] == ["2 records could not be written and are lost"]


def test_close_ends_the_run_and_rows_after_it_are_nothing(monkeypatch):
    monkeypatch.setenv("NEPTUNE_EXPERIMENT", "journal")
    owner = connected()
    neptune_writer.write_row(owner, {"Epoch": 0}, STEP)
    neptune_writer.close(owner)
    neptune_writer.close(owner)
    neptune_writer.write_row(owner, {"Epoch": 1}, STEP)
    journal = only_journal(".")
    assert journal.ended and len(journal.rows) == 1


def test_a_logger_that_is_collected_ends_its_run():
    owner = connected()
    neptune_writer.write_row(owner, {"Epoch": 0}, STEP)
    assert not only_journal(".").ended
    del owner
    gc.collect()
    assert only_journal(".").ended


def test_the_writer_keeps_no_logger_alive_and_sets_nothing_on_it():
    owner = connected()
    before = dict(vars(owner))
    neptune_writer.write_config(owner, {"logger": owner})
    neptune_writer.write_row(owner, {"Epoch": 0}, STEP)
    assert vars(owner) == before
    entries = len(neptune_writer._writers)
    del owner
    gc.collect()
    assert len(neptune_writer._writers) == entries - 1


def test_owners_are_told_apart_by_identity_not_by_equality():
    class Equal(Logger):
        __hash__ = None

        def __eq__(self, other):
            return True

    first, second = connected(owner=Equal("a")), connected(owner=Equal("b"))
    neptune_writer.write_row(first, {"Epoch": 0}, STEP)
    neptune_writer.write_row(second, {"Epoch": 1}, STEP)
    assert [stored(journals(name)[0]).rows[0]["step"] for name in "ab"] == [0, 1]


def test_owners_may_have_slots():
    class Slots:
        __slots__ = ("output_dir",)

    for number in range(3):  # each at the address of the one before, unless it is kept alive
        owner = Slots()
        owner.output_dir = str(number)
        connected(owner=owner)
        neptune_writer.write_row(owner, {"Epoch": number}, STEP)
    assert [stored(journals(name)[0]).rows[0]["step"] for name in "012"] == [0, 1, 2]


def test_an_experiment_that_is_connected_twice_is_one_run():
    owner = connected()
    connected(owner=owner)  # a constructor that calls its base's
    assert len(rows_of(owner, {"Epoch": 0})) == 1


# Processes

FORKED = {
    "os.fork": """
        if os.fork() == 0:
            neptune_writer.write_row(logger, {"Epoch": 7}, "Epoch")
            neptune_writer.write_config(logger, {"lr": 2})
            %s
        os.wait()
        """,
    "multiprocessing": """
        import multiprocessing
        def work():
            neptune_writer.write_row(logger, {"Epoch": 7}, "Epoch")
            neptune_writer.close(logger)
            %s
        worker = multiprocessing.get_context("fork").Process(target=work)
        worker.start()
        worker.join()
        """,
}


@pytest.mark.parametrize("how", sorted(FORKED))
@pytest.mark.parametrize("leave", ["sys.exit(0)", "os._exit(0)", "del logger; sys.exit(0)"])
def test_a_forked_child_writes_nothing_into_its_parents_run(folder, how, leave):
    if "del" in leave and how == "multiprocessing":
        leave = "globals().pop('logger')"
    run("""
        logger = Logger("out", "toy", "journal")
        neptune_writer.write_row(logger, {"Epoch": 0}, "Epoch")
        %s
        neptune_writer.write_row(logger, {"Epoch": 1}, "Epoch")
        """ % (FORKED[how] % leave), folder)
    journal = only_journal(folder)
    assert [row["step"] for row in journal.rows] == [0, 1]
    assert journal.configs == [] and journal.ended


def test_a_training_that_begins_in_a_forked_child_is_a_run_of_that_child(folder):
    run("""
        if os.fork() == 0:
            logger = Logger("out", "toy", "journal")
            neptune_writer.write_row(logger, {"Epoch": 0}, "Epoch")
            sys.exit(0)
        os.wait()
        """, folder)
    assert only_journal(folder).ended


def test_threads_may_write_rows_of_one_run_at_once(folder):
    run("""
        import threading
        logger = Logger("out", "toy", "journal")
        def work(number):
            for row in range(200):
                neptune_writer.write_row(logger, {"from %d" % number: row}, row)
        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        """, folder)
    rows = only_journal(folder).rows
    assert len(rows) == 800
    for number in range(4):
        name = "from %d" % number
        assert [row["values"][name] for row in rows if name in row["values"]] == list(range(200))


def test_a_signal_handler_may_log_a_last_row(folder):
    run("""
        import faulthandler, signal
        faulthandler.dump_traceback_later(20, exit=True)
        logger = Logger("out", "toy", "journal")
        def last_words(*_):
            neptune_writer.write_row(logger, {"Signal": 1}, ())
        signal.signal(signal.SIGALRM, last_words)
        signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
        for epoch in range(3000):
            neptune_writer.write_row(logger, {"Epoch": epoch}, "Epoch")
        signal.setitimer(signal.ITIMER_REAL, 0)
        """, folder, seconds=40)
    rows = only_journal(folder).rows
    assert [row["values"]["Epoch"] for row in rows if "Epoch" in row["values"]] == list(range(3000))
    assert any("Signal" in row["values"] for row in rows)


class ClosesMeanwhile:
    """A value whose conversion takes so long that another thread ends the run."""

    def __init__(self, owner):
        self.owner = owner

    def __float__(self):
        neptune_writer.close(self.owner)
        return 1.0


def test_a_run_that_is_ended_in_the_middle_of_a_row_is_no_second_one():
    owner = connected()
    rows_of(owner, {"Epoch": 0})
    neptune_writer.write_row(owner, {"Epoch": 1, "Loss": ClosesMeanwhile(owner)}, STEP)
    assert only_journal(".").ended


def _interrupted(work, number):
    """Do it, with a Ctrl-C at that line of those that open and begin a journal; whether there were so many lines."""
    functions = {function.__code__ for function in (
        writer.Writer._append, writer.Writer._opened, writer.Writer._open, journal.Journal.append,
        journal.Journal._write)}
    left = [number]

    def trace(frame, event, _):
        if frame.f_code not in functions:
            return None
        if event == "line":
            left[0] -= 1
            if left[0] == 0:
                raise KeyboardInterrupt
        return trace
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(before)
    return left[0] <= 0


def test_a_training_that_goes_on_after_one_while_a_run_begins(folder, warnings):
    """Wherever it comes: no row is there twice, those behind it are there, and no half of a journal stays."""
    kept, number = 0, 1
    while True:
        place = "run%d" % number
        owner = connected(output_dir=place)
        is_over = not _interrupted(lambda: neptune_writer.write_row(owner, {"Epoch": 0}, "Epoch"), number)
        neptune_writer.write_row(owner, {"Epoch": 1}, "Epoch")
        neptune_writer.close(owner)
        path, = journals(place)
        rows = [row["values"]["Epoch"] for row in stored(path).rows]
        assert rows in ([0, 1], [1]) and stored(path).ended, number
        kept += rows == [0, 1]
        number += 1
        if is_over:
            break
    assert kept >= number - 4 and number > 30, (kept, number)  # none is lost but before it is taken
    assert journals("neptune_journals") == [] and warnings == []
