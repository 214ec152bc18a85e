"""neptune_writer: connect, write_config, write_row and close, with a run that is its journal."""
import functools
import gc
import json
import os
import socket
import subprocess
import sys
import time
import types

import numpy as np
import pytest
from test_experiments import Experiment, NoopObject, Run
from trainings import (
    STANDIN, TOKEN, Logger, environment, everything_written, journals, only_journal, run, stored, wait_until)

import neptune_writer

pytestmark = pytest.mark.usefixtures("folder")
STEP = ("TotalEnvInteracts", "Epoch")


def connected(experiment="journal", output_dir="out", exp_name="toy", owner=None):
    owner = owner or Logger(output_dir, exp_name)
    neptune_writer.connect(owner, experiment, output_dir=output_dir, exp_name=exp_name)
    return owner


def rows_of(owner, *rows, step=STEP):
    for row in rows:
        neptune_writer.write_row(owner, row, step)
    return only_journal(".").rows


# Nothing configured, nothing changed

def test_with_nothing_configured_nothing_is_written_or_said(capfd):
    owner = connected(experiment=None)
    neptune_writer.write_config(owner, {"lr": 1e-3})
    neptune_writer.write_row(owner, {"Epoch": 0, "Note": "text"}, STEP)
    neptune_writer.close(owner)
    assert os.listdir(".") == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("empty", [None, ""])
def test_an_empty_experiment_is_none(monkeypatch, empty):
    monkeypatch.setenv("NEPTUNE_EXPERIMENT", "")
    neptune_writer.write_row(connected(experiment=empty), {"Epoch": 0}, STEP)
    assert os.listdir(".") == []


def test_with_nothing_configured_the_config_comes_back_as_it_is(monkeypatch):
    monkeypatch.setenv("NEPTUNE_API_TOKEN", TOKEN)
    config = {"lr": 1e-3, "api_key": "of a service that this training calls", "note": TOKEN}
    assert neptune_writer.write_config(connected(experiment=None), config) is config
    assert neptune_writer.hide_experiment(config) is config


def test_an_unconfigured_logger_loads_no_module_that_starts_processes_or_threads():
    code = """if True:
        import sys
        before = set(sys.modules)
        import neptune_writer
        class Logger: pass
        logger = Logger()
        neptune_writer.connect(logger, None)
        neptune_writer.write_config(logger, {"lr": 1})
        neptune_writer.write_row(logger, {"Epoch": 0}, "Epoch")
        print(",".join(sorted(set(sys.modules) - before)))"""
    output = subprocess.run([sys.executable, "-S", "-c", code], stdout=subprocess.PIPE, env=environment(), check=True)
    loaded = output.stdout.decode().strip().split(",")
    assert "neptune_writer" in loaded
    for name in ("subprocess", "socket", "multiprocessing", "argparse", "uuid", "tempfile", "neptune_writer.writer",
                 "neptune_writer.child_process", "neptune_writer.trackers", "neptune"):
        assert name not in loaded


def test_rows_of_an_owner_that_never_connected_are_nothing():
    neptune_writer.write_row(Logger(), {"Epoch": 0}, STEP)
    neptune_writer.close(Logger())
    assert os.listdir(".") == []


# What an experiment may be

@pytest.mark.parametrize("experiment", [3, True, b"offline", ["offline"], object()], ids=lambda e: type(e).__name__)
def test_what_is_no_experiment_is_a_type_error_at_once(experiment):
    with pytest.raises(TypeError, match="neptune_experiment: expected a run or experiment object of a Neptune client"):
        connected(experiment)


def test_the_environment_names_the_experiment_where_the_code_names_none(monkeypatch):
    monkeypatch.setenv("NEPTUNE_EXPERIMENT", "journal")
    assert len(rows_of(connected(experiment=None), {"Epoch": 0})) == 1


def test_the_code_goes_before_the_environment(monkeypatch, warnings):
    monkeypatch.setenv("NEPTUNE_EXPERIMENT", "no such spec")
    rows_of(connected("journal"), {"Epoch": 0})
    assert warnings == []


def test_a_base_that_connects_as_well_does_not_take_the_experiment_back(monkeypatch):
    monkeypatch.setenv("NEPTUNE_EXPERIMENT", "journal")
    recorder = Experiment()
    owner = connected(recorder)
    neptune_writer.connect(owner)
    assert neptune_writer._writers.get(owner)._experiment is recorder


def test_a_subclass_that_skipped_the_patched_constructor_is_a_run_by_the_environment(monkeypatch):
    monkeypatch.setenv("NEPTUNE_EXPERIMENT", "journal")
    assert len(rows_of(Logger("out", "toy"), {"Epoch": 0})) == 1


def test_the_offline_object_of_the_first_generation_is_a_journal_and_says_so(capfd):
    assert len(rows_of(connected(NoopObject()), {"Epoch": 0})) == 1
    assert "stores nothing; journal " in capfd.readouterr().err


# When a run begins

def test_nothing_is_opened_before_the_first_row():
    owner = connected()
    neptune_writer.write_config(owner, {"lr": 1e-3})
    assert os.listdir(".") == []


def test_one_line_says_where_the_journal_is(capfd):
    rows_of(connected(), {"Epoch": 0}, {"Epoch": 1})
    path = os.path.abspath(str(journals(".")[0]))
    assert capfd.readouterr() == ("", "neptune: journal %s\n" % path)


def test_a_logger_that_was_given_neither_folder_nor_name_is_no_run_until_it_saves_a_config(monkeypatch):
    monkeypatch.setenv("NEPTUNE_EXPERIMENT", "journal")
    owner = connected(None, output_dir=None, exp_name=None)
    neptune_writer.write_row(owner, {"Epoch": 0}, STEP)
    assert os.listdir(".") == []
    neptune_writer.write_config(owner, {"lr": 1e-3})
    assert [row["values"] for row in rows_of(owner, {"Epoch": 1})] == [{"Epoch": 1}]


@pytest.mark.parametrize("named", [dict(output_dir="out", exp_name=None), dict(output_dir=None, exp_name="toy")])
def test_a_logger_that_was_given_one_of_them_is_a_run(monkeypatch, named):
    monkeypatch.setenv("NEPTUNE_EXPERIMENT", "journal")
    assert len(rows_of(connected(None, **named), {"Epoch": 0})) == 1


def test_an_experiment_in_the_code_makes_any_logger_a_run():
    assert len(rows_of(connected("journal", output_dir=None, exp_name=None), {"Epoch": 0})) == 1


def test_the_journal_lies_in_the_loggers_folder():
    rows_of(connected(output_dir="a/b"), {"Epoch": 0})
    assert [str(path.parent) for path in journals(".")] == ["a/b"]


def test_a_logger_may_call_its_folder_log_dir():
    owner = types.SimpleNamespace(log_dir="logs")
    neptune_writer.connect(owner, "journal")
    rows_of(owner, {"Epoch": 0})
    assert journals("logs")


def test_a_folder_that_the_logger_chose_by_itself_is_read_at_the_first_row():
    owner = connected(output_dir=None)
    owner.output_dir = "chosen"
    rows_of(owner, {"Epoch": 0})
    assert [str(path.parent) for path in journals(".")] == ["chosen"]


@pytest.mark.parametrize("variable", ["PMI_RANK", "OMPI_COMM_WORLD_RANK"])
@pytest.mark.parametrize("rank, written", [("0", 1), ("1", 0), ("3", 0), ("", 1), ("zero", 1)])
def test_only_rank_0_writes(monkeypatch, variable, rank, written):
    monkeypatch.setenv(variable, rank)
    owner = connected()
    neptune_writer.write_config(owner, {"lr": 1})
    neptune_writer.write_row(owner, {"Epoch": 0}, STEP)
    assert len(journals(".")) == written


def test_a_logger_without_folder_and_file_of_its_own_is_another_rank():
    owner = connected()
    owner.output_dir = owner.output_file = None
    neptune_writer.write_row(owner, {"Epoch": 0}, STEP)
    assert os.listdir(".") == []


@pytest.mark.parametrize("initialised, rank, written", [(True, 0, 1), (True, 1, 0), (False, 1, 1)])
def test_mpi_knows_the_rank_where_it_is_in_use(monkeypatch, initialised, rank, written):
    mpi = types.SimpleNamespace(Is_initialized=lambda: initialised, Is_finalized=lambda: False,
                                COMM_WORLD=types.SimpleNamespace(Get_rank=lambda: rank))
    monkeypatch.setitem(sys.modules, "mpi4py.MPI", mpi)
    neptune_writer.write_row(connected(), {"Epoch": 0}, STEP)
    assert len(journals(".")) == written


@pytest.mark.parametrize("variable", ["SLURM_PROCID", "SLURM_ARRAY_TASK_ID", "SGE_TASK_ID"])
def test_a_schedulers_task_id_is_no_rank(monkeypatch, variable):
    monkeypatch.setenv(variable, "7")
    assert len(rows_of(connected(), {"Epoch": 0})) == 1


def test_reused_folders_never_mix_runs():
    for _ in range(2):
        neptune_writer.write_row(connected(), {"Epoch": 0}, STEP)
    assert [len(stored(path).rows) for path in journals("out")] == [1, 1]


# The header

def test_the_header_says_who_the_run_is(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["train.py", "--lr", "1e-3"])
    monkeypatch.setenv("NEPTUNE_TAGS", "baseline, cartpole,")
    monkeypatch.setenv("SLURM_JOB_ID", "42")
    before = time.time()
    rows_of(connected(), {"Epoch": 0})
    header = only_journal(".").header
    assert header["format"] == 1
    assert before - 0.001 <= header["t"] <= time.time()
    assert header["run"] in journals(".")[0].name and len(header["run"]) <= 36
    assert header["resumes"] is None
    assert header["name"] == header["group"] == "toy"
    assert header["tags"] == ["baseline", "cartpole"]
    assert header["framework"] is header["framework_version"] is None
    assert header["argv"] == ["train.py", "--lr", "1e-3"]
    assert header["host"] == socket.gethostname()
    assert header["git"] is None
    assert header["scheduler"] == {"SLURM_JOB_ID": "42"}


def test_a_run_that_goes_on_with_another_names_it(monkeypatch):
    monkeypatch.setenv("NEPTUNE_CUSTOM_RUN_ID", "that-run")
    rows_of(connected(), {"Epoch": 0})
    assert only_journal(".").header["resumes"] == "that-run"


@pytest.mark.parametrize("output_dir, exp_name, name", [
    ("data/toy_s0", "toy", "toy"), ("data/toy_s0", None, "toy_s0"), ("data/toy_s0/", None, "toy_s0"),
    (None, None, "train.py")])
def test_a_run_is_named_after_its_experiment_its_folder_or_its_script(monkeypatch, output_dir, exp_name, name):
    monkeypatch.setattr(sys, "argv", ["scripts/train.py"])
    rows_of(connected(output_dir=output_dir, exp_name=exp_name), {"Epoch": 0})
    assert only_journal(".").header["name"] == name


def git(*arguments):
    subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@example.org"] + list(arguments), check=True,
                   stdout=subprocess.DEVNULL)


def test_the_revision_of_the_working_directory_is_recorded_and_the_repository_left_alone(folder):
    git("init", "-q")
    (folder / "file").write_text("1")
    git("add", "file")
    git("commit", "-q", "-m", "first")
    os.utime("file")  # so that git would like to refresh its index
    index = (folder / ".git" / "index").read_bytes()
    rows_of(connected(), {"Epoch": 0})
    clean = only_journal(".").header["git"]
    assert len(clean) == 40
    (folder / "file").write_text("2")
    neptune_writer.write_row(connected(output_dir="second"), {"Epoch": 0}, STEP)
    assert stored(journals("second")[0]).header["git"] == clean + "-dirty"
    assert (folder / ".git" / "index").read_bytes() == index


def test_the_installers_record_names_the_framework(monkeypatch, folder):
    (folder / "installed.json").write_text('{"patch": "toyrl"}')
    monkeypatch.setattr("neptune_writer.installed.RECORD", str(folder / "installed.json"))
    rows_of(connected(), {"Epoch": 0})
    header = only_journal(".").header
    assert header["framework"] == "toyrl" and header["tags"] == ["toyrl"]


@pytest.mark.parametrize("change, same", [({}, True), ({"seed": 1, "output_dir": "b"}, True), ({"lr": 3e-4}, False)])
def test_the_seeds_of_one_configuration_are_one_group(change, same):
    groups = []
    for name, config in (("a", {}), ("b", change)):
        owner = connected(output_dir=name)
        neptune_writer.write_config(owner, dict({"seed": 0, "lr": 1e-3, "output_dir": "a", "logger": owner}, **config))
        neptune_writer.write_row(owner, {"Epoch": 0}, STEP)
        groups.append(stored(journals(name)[0]).header["group"])
    assert (groups[0] == groups[1]) is same
    assert groups[0].startswith("toy-")


# Configs

def test_the_config_is_recorded_without_the_experiment_and_the_logger():
    owner, experiment = connected(), Experiment()
    config = {"lr": np.float32(0.5), "logger": owner,
              "logger_kwargs": {"exp_name": "toy", "neptune_experiment": experiment}}
    safe = neptune_writer.write_config(owner, config)
    assert safe == {"lr": 0.5, "logger": owner, "logger_kwargs": {"exp_name": "toy"}}
    assert config["logger_kwargs"]["neptune_experiment"] is experiment
    neptune_writer.write_row(owner, {"Epoch": 0}, STEP)
    assert only_journal(".").configs == [{"lr": 0.5, "logger_kwargs": {"exp_name": "toy"}}]


def test_a_config_that_is_saved_later_is_recorded_too():
    owner = connected()
    neptune_writer.write_row(owner, {"Epoch": 0}, STEP)
    neptune_writer.write_config(owner, {"lr": 1})
    assert only_journal(".").configs == [{"lr": 1}]


def test_a_config_that_cannot_be_looked_into_stops_nothing(warnings):
    class Closed(dict):
        def items(self):
            raise RuntimeError("closed")

    owner, config = connected(), Closed(lr=1)
    assert neptune_writer.write_config(owner, config) is config
    assert neptune_writer.hide_experiment(config) is config
    assert len(rows_of(owner, {"Epoch": 0})) == 1


def test_hide_experiment_leaves_a_short_text():
    assert neptune_writer.hide_experiment({"run": Run()}) == {"run": "<test_experiments.Run>"}
    assert neptune_writer.hide_experiment(Run()) == "<test_experiments.Run>"


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
    ([{"Epoch": 0}, {"Epoch": 1, "TotalEnvInteracts": 9000}], [0, 1]),  # chosen once
    ([{"Loss": 5}, {"Loss": 4, "Epoch": 7}], [0, 1]),
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


def test_steps_that_start_again_are_a_new_segment():
    rows = rows_of(connected(), *({"TotalEnvInteracts": step} for step in (512, 1024, 512, 1024)))
    assert [(row["step"], row["segment"]) for row in rows] == [(512, 0), (1024, 0), (512, 1), (1024, 1)]


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
        patch.setattr("neptune_writer.journal.os.open", refuse)
        for number in range(3):
            neptune_writer.write_row(owner, {"Epoch": number}, STEP)
    assert len(warnings) == 1 and "No space left on device" in warnings[0]
    monkeypatch.setattr("neptune_writer.writer._RETRY_SECONDS", 0.0)
    neptune_writer._writers.get(owner)._retry_at = 0.0
    assert [row["values"] for row in rows_of(owner, {"Epoch": 3})] == [{"Epoch": number} for number in range(4)]


# The end of a run

def test_rows_that_no_folder_took_until_the_end_are_counted(monkeypatch, warnings):
    def refuse(*arguments):
        raise OSError(28, "No space left on device")

    owner = connected()
    monkeypatch.setattr("neptune_writer.journal.os.open", refuse)
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


# No secret leaves

class CarriesAToken(Run):
    def __init__(self):
        class Backend:
            pass
        self._backend = Backend()
        self._backend.credentials = Backend()
        self._backend.credentials.api_token = TOKEN


def make_run(project, api_token):
    """What a script may hand over in a partial."""
    raise RuntimeError("cannot reach it with " + api_token)


@pytest.mark.parametrize("how", ["environment", "argument", "live run"])
def test_no_byte_of_a_token_is_in_any_file_or_output(folder, monkeypatch, capfd, how):
    experiment = "journal"
    if how == "environment":
        monkeypatch.setenv("NEPTUNE_API_TOKEN", TOKEN)
    elif how == "argument":
        monkeypatch.setattr(sys, "argv", ["train.py", "--api_token", TOKEN, "--api-key=" + TOKEN])
    else:
        experiment = CarriesAToken()
    logger_kwargs = {"exp_name": "toy", "api_token": TOKEN,
                     "neptune_experiment": functools.partial(make_run, api_token=TOKEN)}
    if how != "argument":  # then it is known, wherever it stands
        logger_kwargs.update(note="is " + TOKEN, make=functools.partial(make_run, "ws/project", TOKEN))
    owner = connected(experiment, exp_name="toy" if how == "argument" else "toy-" + TOKEN)
    config = neptune_writer.write_config(owner, {"lr": 1e-3, "logger_kwargs": logger_kwargs})
    print(json.dumps(config, default=str), neptune_writer.hide_experiment(logger_kwargs))
    neptune_writer.write_row(owner, {"Epoch": 0, "Note": TOKEN}, STEP)
    neptune_writer.close(owner)
    time.sleep(0.3 if how == "live run" else 0)
    assert b"1e-3" in everything_written(".") or b"0.001" in everything_written(".")
    assert TOKEN.encode() not in everything_written(".")
    output = "".join(capfd.readouterr())
    assert "lr" in output and TOKEN not in output


def test_a_callable_that_fails_shows_no_token(folder, monkeypatch, capfd, warnings):
    monkeypatch.setenv("NEPTUNE_API_TOKEN", TOKEN)
    owner = connected(functools.partial(make_run, "ws/project", TOKEN))
    neptune_writer.write_row(owner, {"Epoch": 0}, STEP)
    output = []
    assert wait_until(lambda: output.append(capfd.readouterr().err) or "cannot reach it with ***" in "".join(output))
    assert TOKEN not in "".join(output) + "".join(warnings)


# In a framework

def test_a_framework_with_the_three_calls_in_it_trains_as_before_and_writes_its_journal(folder):
    """By hand, what the installer does to a copy: the metrics are the table's, the config is without experiments."""
    patched = folder / "checkout"
    subprocess.run(["cp", "-r", str(STANDIN / "toyrl"), str(patched)], check=True)
    logger = patched / "toyrl" / "utils" / "logx.py"
    text = logger.read_text()
    for old, new in [
            ("import numpy as np\n", "import numpy as np\nimport neptune_writer\n"),
            ("exp_name=None):\n", "exp_name=None, neptune_experiment=None):\n"
             "        neptune_writer.connect(self, neptune_experiment, output_dir=output_dir, exp_name=exp_name)\n"),
            ('as config.json and on stdout."""\n', 'as config.json."""\n'
             "        config = neptune_writer.write_config(self, config)\n"),
            ('begin the next."""\n', 'begin the next."""\n'
             "        neptune_writer.write_row(self, self.log_current_row, ('TotalEnvInteracts', 'Epoch'))\n")]:
        assert text.count(old) == 1
        text = text.replace(old, new)
    logger.write_text(text)

    def train(checkout, name, **variables):
        command = [sys.executable, "-m", "toyrl.train", "--exp_name", "toy", "--output_dir", "out"]
        (folder / name).mkdir()
        done = subprocess.run(command, cwd=str(folder / name), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              check=True, env=environment(checkout, **variables))
        return done.stdout, (folder / name / "out" / "progress.txt").read_bytes(), done.stderr

    plain, unset, with_journal = (train(STANDIN / "toyrl", "plain"), train(patched, "unset"),
                                  train(patched, "journal", NEPTUNE_EXPERIMENT="journal"))
    assert plain[1] == unset[1] == with_journal[1]
    assert plain[2] == unset[2] == b""
    assert len(plain[0]) == len(unset[0]) == len(with_journal[0])  # but for object addresses
    journal = only_journal(folder)
    header, *lines = plain[1].decode().splitlines()
    assert [row["step"] for row in journal.rows] == [1000, 2000, 3000]
    for row, line in zip(journal.rows, lines):
        assert list(row["values"]) == header.split("\t")
        assert list(row["values"].values()) == pytest.approx([float(text) for text in line.split("\t")], rel=1e-6)
    assert journal.header["name"] == "toy" and journal.header["framework_version"] == "0.3"
    assert journal.configs == [{"seed": 0, "epochs": 3, "steps_per_epoch": 1000, "lr": 1e-3,
                                "logger_kwargs": {"output_dir": "out", "exp_name": "toy"}}]
    assert journal.ended
