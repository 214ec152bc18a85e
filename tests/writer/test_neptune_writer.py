"""neptune_writer: what connect and write_config promise, from nothing configured to the header of a run."""
import json
import os
import socket
import subprocess
import sys
import time
import types

import numpy as np
import pytest
from small_experiments import Experiment, NoopObject, Run
from trainings import TOKEN, Logger, connected, environment, journals, only_journal, rows_of, stored

import neptune_writer
from neptune_writer.recording import continued, header

pytestmark = pytest.mark.usefixtures("folder")
STEP = ("TotalEnvInteracts", "Epoch")


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
    for name in ("subprocess", "socket", "multiprocessing", "argparse", "uuid", "tempfile",
                 "neptune_writer.recording.writer",
                 "neptune_writer.delivery.child_process", "neptune_writer.trackers", "neptune"):
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
    assert capfd.readouterr() == ("", "neptune: journal %s; to look at it: neptune-rl-logging report %s\n" % (
        path, os.path.dirname(path)))


def said_of(run, monkeypatch, capfd):
    """The header's ``resumes``, and the line about the journal without its path."""
    monkeypatch.setenv("NEPTUNE_CUSTOM_RUN_ID", run)
    header._named.clear()
    before = set(journals("."))
    neptune_writer.write_row(connected(), {"Epoch": 0}, 0)
    path, = set(journals(".")) - before
    line = capfd.readouterr().err
    assert line.startswith("neptune: journal %s" % os.path.abspath(str(path))) and line.count("\n") == 1
    return stored(path).header["resumes"], line[:-1].split(".jsonl", 1)[1].replace(
        "; to look at it: neptune-rl-logging report %s" % os.path.dirname(os.path.abspath(str(path))), "")


UNKNOWN = "; no journal of run %s is in this folder, so it is a run of its own"


@pytest.mark.parametrize("how", ["%s", "neptune-%s.jsonl", "./some/neptune-%s.jsonl"])
def test_the_line_says_which_run_a_journal_continues(monkeypatch, capfd, how):
    """A typo, or the name of the file, was taken for the id of another run, in silence. The kind: what the user names,
    and is not there."""
    rows_of(connected(), {"Epoch": 0})
    run = only_journal(".").header["run"]
    capfd.readouterr()
    assert said_of(how % run, monkeypatch, capfd) == (run, ", continues run " + run)
    assert said_of(how % (run + "x"), monkeypatch, capfd) == (run + "x", UNKNOWN % (run + "x"))
    assert said_of(run + "x", monkeypatch, capfd) == (run + "x", ", continues run %sx" % run)  # which has begun


def test_the_first_run_of_a_folder_may_be_named(monkeypatch, capfd):
    assert said_of("mine", monkeypatch, capfd) == ("mine", "")
    assert said_of("mine", monkeypatch, capfd) == ("mine", ", continues run mine")
    assert said_of("neptune-.jsonl", monkeypatch, capfd)[0] == "neptune-.jsonl"


def test_what_lies_beside_stops_no_training(monkeypatch, capfd):
    """Guarantee 2: a pipe, a link to nothing, a folder and a line without end that are named like journals."""
    rows_of(connected(), {"Epoch": 0})
    place = journals(".")[0].parent
    os.mkfifo(str(place / "neptune-1.jsonl"))
    (place / "neptune-2.jsonl").symlink_to("nothing")
    (place / "neptune-3.jsonl").mkdir()
    (place / "neptune-4.jsonl").write_bytes(b"[" * (1 << 17))
    capfd.readouterr()
    monkeypatch.setenv("NEPTUNE_CUSTOM_RUN_ID", "mine")
    header._named.clear()
    neptune_writer.write_row(connected(), {"Epoch": 0}, 0)
    said = capfd.readouterr().err
    assert said.count("\n") == 1 and UNKNOWN % "mine" in said


def test_among_more_journals_than_are_looked_at_nothing_is_said_of_those(monkeypatch, capfd):
    for _ in range(3):
        neptune_writer.write_row(connected(), {"Epoch": 0}, 0)
    monkeypatch.setattr(continued, "_READ", 2)
    capfd.readouterr()
    assert said_of("mine", monkeypatch, capfd) == ("mine", "")


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


@pytest.mark.parametrize("initialised, rank, written", [(True, 0, 1), (True, 1, 0), (False, 1, 1)])
def test_torch_knows_the_rank_where_it_trains_on_several(monkeypatch, initialised, rank, written):
    torch = types.SimpleNamespace(is_available=lambda: True, is_initialized=lambda: initialised, get_rank=lambda: rank)
    monkeypatch.setitem(sys.modules, "torch.distributed", torch)
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
    assert header["format"] == 2
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


def test_where_two_frameworks_share_a_folder_the_file_of_the_logger_tells(monkeypatch, folder):
    (folder / "installed.json").write_text(json.dumps(
        {"patch": "other", "files": {"logger.py": {"patch": "other"}, "trainings.py": {"patch": "toyrl"}}}))
    monkeypatch.setattr("neptune_writer.installed.RECORD", str(folder / "installed.json"))
    rows_of(connected(), {"Epoch": 0})
    assert only_journal(".").header["framework"] == "toyrl"


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
    assert neptune_writer.hide_experiment({"run": Run()}) == {"run": "<small_experiments.Run>"}
    assert neptune_writer.hide_experiment(Run()) == "<small_experiments.Run>"
