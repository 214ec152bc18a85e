"""patches/summary_writer.py and frameworks/summary_writer: scalars that come one by one, one run per training."""
import pytest
from before_after import check_noop, check_patched
from small_checkout import call, make, snapshot
from small_writers import OLD, SKRL, TORCH
from tables_driven import drive, runs, taken_out
from trainings import journals, stored

from patches.summary_writer import PATCH
from scripts import install

JOURNAL = {"NEPTUNE_EXPERIMENT": "journal"}
HEAD = "import os, sys, time\nsys.path.insert(0, %r)\nfrom lib.writer import SummaryWriter\n"


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """A checkout with a writer like torch's, patched."""
    folder = tmp_path_factory.mktemp("library")
    make(folder, {"lib/__init__.py": "", "lib/writer.py": TORCH})
    assert call(install, folder) == 0
    return folder


@pytest.fixture
def training(tmp_path, library):
    """What runs a script with that writer, in a folder of its own; its runs."""
    def train(code, variables=JOURNAL):
        _, errors = drive(tmp_path, HEAD % str(library) + code, **variables)
        assert "recorded" not in errors and "Traceback" not in errors, errors
        return runs(tmp_path)
    return train


def installed(folder, text):
    """A checkout with that writer, patched; what it was before."""
    make(folder, {"lib/__init__.py": "", "lib/writer.py": text})
    before = snapshot(folder)
    assert call(install, folder) == 0
    return before


def lines(folder):
    """The rows of all journals below a folder, (metric, step, value)."""
    return [(name, row["step"], value) for journal in journals(folder) for row in stored(journal)[2]
            for name, value in row["values"].items()]


# What is inserted

@pytest.mark.parametrize("text", [
    TORCH.replace("_get_file_writer", "_files").replace("all_writers", "writers"),  # a look-alike, as visdom's
    SKRL.replace("_event_file_writer", "_file"),
    "class Mine(SummaryWriter):\n    def add_scalar(self, *a):\n        super().add_scalar(*a)\n"
    "    def add_scalars(self, *a):\n        self.all_writers\n",  # which calls the one that is patched
], ids=["no files", "no event file", "a subclass"])
def test_its_relatives_are_left_alone(text):
    check_noop(PATCH, text)


def test_the_writer_of_torch():
    check_patched(
        PATCH,
        before='''\
from ._utils import figure_to_image


class SummaryWriter:
    def __init__(self, log_dir=None, comment="", purge_step=None):
        """Open a file."""
        self.all_writers = None
        self._get_file_writer()

    def _get_file_writer(self):
        return self.file_writer

    def add_hparams(self, hparam_dict, metric_dict, run_name=None, global_step=None):
        """Write a session."""
        print(hparam_dict)

    def add_scalar(self, tag, scalar_value, global_step=None, walltime=None, new_style=False):
        self._get_file_writer().add_summary(tag, scalar_value, global_step)

    def add_scalars(self, main_tag, tag_scalar_dict, global_step=None, walltime=None):
        for tag, value in tag_scalar_dict.items():
            self._get_file_writer().add_summary(tag, value, global_step)

    def add_text(self, tag, text_string, global_step=None, walltime=None):
        self._get_file_writer().add_summary(tag, text_string, global_step)

    def close(self):
        self.all_writers = None
''',
        after='''\
from ._utils import figure_to_image
from .neptune_writer.frameworks import summary_writer as neptune_writer  # neptune


class SummaryWriter:
    def __init__(self, log_dir=None, comment="", purge_step=None):
        """Open a file."""
        self.all_writers = None
        self._get_file_writer()
        neptune_writer.begin(self, purge_step)  # neptune

    def _get_file_writer(self):
        return self.file_writer

    def add_hparams(self, hparam_dict, metric_dict, run_name=None, global_step=None):
        """Write a session."""
        neptune_writer.add_hparams(self, hparam_dict)  # neptune
        print(hparam_dict)

    def add_scalar(self, tag, scalar_value, global_step=None, walltime=None, new_style=False):
        self._get_file_writer().add_summary(tag, scalar_value, global_step)
        neptune_writer.add_scalar(self, tag, scalar_value, global_step, walltime)  # neptune

    def add_scalars(self, main_tag, tag_scalar_dict, global_step=None, walltime=None):
        for tag, value in tag_scalar_dict.items():
            self._get_file_writer().add_summary(tag, value, global_step)
        neptune_writer.add_scalars(self, main_tag, tag_scalar_dict, global_step, walltime)  # neptune

    def add_text(self, tag, text_string, global_step=None, walltime=None):
        self._get_file_writer().add_summary(tag, text_string, global_step)
        neptune_writer.add_text(self, tag, text_string)  # neptune

    def close(self):
        neptune_writer.close(self)  # neptune
        self.all_writers = None
''',
    )


def test_the_writer_of_tensorboardx_1_4():
    check_patched(
        PATCH,
        before='''\
import os


class SummaryWriter(object):
    def __init__(self, log_dir=None, comment='', **kwargs):
        self.all_writers = {}

    def add_scalar(self, tag, scalar_value, global_step=None, walltime=None):
        self.file_writer.add_summary(tag, scalar_value, global_step)

    def add_scalars(self, main_tag, tag_scalar_dict, global_step=None, walltime=None):
        pass

    def close(self):
        self.file_writer.close()
''',
        after='''\
import os
neptune_writer = __import__("neptune_writer.frameworks.summary_writer", globals(), fromlist=["add_scalar"], level=1 if __package__ else 0)  # neptune


class SummaryWriter(object):
    def __init__(self, log_dir=None, comment='', **kwargs):
        self.all_writers = {}
        neptune_writer.begin(self)  # neptune

    def add_scalar(self, tag, scalar_value, global_step=None, walltime=None):
        self.file_writer.add_summary(tag, scalar_value, global_step)
        neptune_writer.add_scalar(self, tag, scalar_value, global_step, walltime)  # neptune

    def add_scalars(self, main_tag, tag_scalar_dict, global_step=None, walltime=None):
        pass
        neptune_writer.add_scalars(self, main_tag, tag_scalar_dict, global_step, walltime)  # neptune

    def close(self):
        neptune_writer.close(self)  # neptune
        self.file_writer.close()
''',
    )


def test_the_writer_of_skrl_2():
    check_patched(
        PATCH,
        before='''\
import os


class SummaryWriter:
    def __init__(self, log_dir: str, *, queue_size: int = 10):
        self._event_file_writer = EventFileWriter(log_dir)

    def add_scalar(self, *, tag: str, value: float, timestep: int) -> None:
        self._event_file_writer.add_summary(tag, value, timestep)

    def flush(self) -> None:
        self._event_file_writer.flush()

    def close(self) -> None:
        self._event_file_writer.close()
''',
        after='''\
import os
neptune_writer = __import__("neptune_writer.frameworks.summary_writer", globals(), fromlist=["add_scalar"], level=1 if __package__ else 0)  # neptune


class SummaryWriter:
    def __init__(self, log_dir: str, *, queue_size: int = 10):
        self._event_file_writer = EventFileWriter(log_dir)
        neptune_writer.begin(self)  # neptune

    def add_scalar(self, *, tag: str, value: float, timestep: int) -> None:
        self._event_file_writer.add_summary(tag, value, timestep)
        neptune_writer.add_scalar(self, tag, value, timestep)  # neptune

    def flush(self) -> None:
        self._event_file_writer.flush()

    def close(self) -> None:
        neptune_writer.close(self)  # neptune
        self._event_file_writer.close()
''',
    )


# What is recorded

def test_driven(tmp_path):
    before = installed(tmp_path, TORCH)
    drive(tmp_path, HEAD % str(tmp_path) + """
writer = SummaryWriter("out/first")
for step in range(3):
    writer.add_scalar("charts/return", step * 0.5, 10 * step)
    writer.add_scalar("counted", -step)
    writer.add_scalar("with a space/time", [step], 1.5 * step)
    writer.add_scalars("many", {"a": step, "b": float("nan")}, step)
writer.close()
""", **JOURNAL)
    run, = runs(tmp_path)
    assert run.points["charts/return"] == [(0, 0), (10, 0.5), (20, 1)]
    assert run.points["counted"] == [(0, 0), (1, -1), (2, -2)]
    assert run.points["with_a_space/time"] == [(0, 0), (1.5, 1), (3, 2)]
    assert run.points["many/a"] == [(0, 0), (1, 1), (2, 2)] and len(run.points["many/b"]) == 3
    assert (run.folder, run.name, run.framework) == ("first", "first", "summary_writer")
    assert taken_out(tmp_path, before)


@pytest.mark.parametrize("text, code", [
    (OLD, "writer.add_scalar('x', 0.5, 7)"), (SKRL, "writer.add_scalar(tag='x', value=0.5, timestep=7)")],
    ids=["tensorboardX 1.4", "skrl 2"])
def test_other_writers(tmp_path, text, code):
    installed(tmp_path, text)
    drive(tmp_path, HEAD % str(tmp_path) + "writer = SummaryWriter('out/a')\n" + code + "\nwriter.close()", **JOURNAL)
    run, = runs(tmp_path)
    assert run.points == {"x": [(7, 0.5)]} and run.name == "a"


@pytest.mark.slow
def test_the_event_files_are_what_they_were_and_with_nothing_configured_so_is_everything(tmp_path):
    code = """
writer = SummaryWriter("out/a")
for step in range(3):
    writer.add_scalar("x", step, step); writer.add_scalars("y", {"z": step})
writer.add_text("hyperparameters", "|a|b|\\n|-|-|\\n|lr|1|"); writer.add_hparams({"lr": 1}, {"m": 2}, "h")
writer.close()
"""
    seen = {}
    for name, is_patched, variables in (("plain", False, {}), ("off", True, {}), ("on", True, JOURNAL)):
        folder = tmp_path / name
        make(folder, {"lib/__init__.py": "", "lib/writer.py": TORCH})
        assert not is_patched or call(install, folder) == 0
        printed, errors = drive(folder, HEAD % str(folder) + code, **variables)
        assert not errors or name == "on"
        seen[name] = printed, {path: content for path, content in snapshot(folder / "out").items()
                               if not path.endswith(".jsonl")}
    assert seen["plain"] == seen["off"] == seen["on"]
    assert len(journals(tmp_path / "on")) == 1 and not journals(tmp_path / "off")


def test_steps_and_values_of_every_kind(tmp_path, training):
    training("""
class Scalar:
    def __init__(self, value): self.value = value
    def item(self): return self.value
    def __float__(self): return float(self.value)
    def __int__(self): return int(self.value)
writer = SummaryWriter("out/a")
for value, step in ((Scalar(0.5), Scalar(3)), (True, "4"), ("0.25", 5.0), ([2], 6.5), (float("inf"), -1), (2, None),
                    (3, 10 ** 400)):
    writer.add_scalar("x", value, step)
""")
    assert lines(tmp_path) == [("x", 3, 0.5), ("x", 4, 1), ("x", 5, 0.25), ("x", 6.5, 2), ("x", -1, "Infinity"),
                               ("x", 0, 2), ("x", 1, 3)]


def test_the_time_that_is_given_is_kept(tmp_path, training):
    training("SummaryWriter('out/a').add_scalar('x', 1, 2, 1234.5)")
    assert stored(journals(tmp_path)[0])[2][0]["t"] == 1234.5


def test_a_step_that_is_told_for_a_while(tmp_path, training):
    training("""
writer = SummaryWriter("out/a")
writer.add_scalar("x", 1)
writer.use_metadata(7, 1234.5)
writer.add_scalar("x", 2); writer.add_scalar("x", 3, 8)
""")
    assert lines(tmp_path) == [("x", 0, 1), ("x", 7, 2), ("x", 8, 3)]
    assert [row["t"] for row in stored(journals(tmp_path)[0])[2]][1:] == [1234.5, 1234.5]


def test_what_the_writer_refuses_is_not_recorded(tmp_path, training):
    training("""
writer = SummaryWriter("out/a")
writer.add_scalar("x", 1, 1)
try:
    writer.add_scalar("x", "text", 2)
except ValueError:
    print("refused")
""")
    assert lines(tmp_path) == [("x", 1, 1)]


# A run is a training

def test_writers_below_a_folder_are_one_run(training):
    run, = training("""
below = SummaryWriter("out/a/b"); writer = SummaryWriter("out/a"); role = SummaryWriter("out/a/eval")
below.add_scalar("x", 1, 1)   # first, of the three
writer.add_scalar("x", 2, 1)
role.add_scalar("x", 3, 1)
""")
    assert run.points == {"b/x": [(1, 1)], "x": [(1, 2)], "eval/x": [(1, 3)]} and run.name == "a"


def test_siblings_with_a_role_are_one_run_and_others_one_each(training):
    found = training("""
for name in ("one/train", "one/eval", "two", "three"):
    SummaryWriter("out/" + name).add_scalar("x", 1, 1)
""")
    assert [(run.name, sorted(run.points)) for run in found] == [
        ("one", ["eval/x", "train/x"]), ("three", ["x"]), ("two", ["x"])]


def test_actors_with_numbers_are_one_run_and_other_numbers_one_each(training):
    found = training("""
for name in ("one/learner", "one/actor_0", "one/actor1", "train_1", "train_2"):
    SummaryWriter("out/" + name).add_scalar("x", 1, 1)
""")
    assert [(run.name, sorted(run.points)) for run in found] == [
        ("one", ["actor1/x", "actor_0/x", "learner/x"]), ("train_1", ["x"]), ("train_2", ["x"])]


@pytest.mark.parametrize("folder", ["out/a/", "./out/a", "out/../out/a", "link", "linked/a"])
def test_a_folder_by_another_route_is_the_same_run(training, folder):
    """In one process: a run that was closed meanwhile, by another's beginning, would go on in another journal."""
    run, = training("""
os.makedirs("out/a"); os.symlink("out/a", "link"); os.symlink("out", "linked")
for step, folder in enumerate(("out/a", %r, "out/a")):
    with SummaryWriter(folder) as writer:
        writer.add_scalar("x", step, step)
""" % folder)
    assert run.points == {"x": [(0, 0), (1, 1), (2, 2)]} and run.name == "a"


def test_a_working_directory_that_is_gone(training):
    """The writer's folder is a whole path, which says enough."""
    run, = training("folder = os.path.abspath('out/a'); os.mkdir('gone'); os.chdir('gone')\n"
                    "os.rmdir('../gone'); SummaryWriter(folder).add_scalar('x', 1, 1)")
    assert run.points == {"x": [(1, 1)]}


def test_seeds_in_one_process_are_a_run_each_of_one_group(training):
    found = training("""
for seed in range(3):
    writer = SummaryWriter("out/Walk__ppo__%d__170000000%d" % (seed, seed))
    writer.add_scalar("x", seed, 1)
    writer.close()
""")
    assert [run.points["x"] for run in found] == [[(1, 0)], [(1, 1)], [(1, 2)]]
    assert {run.group for run in found} == {"Walk__ppo"} and len({run.name for run in found}) == 3


def test_vectorised_trainings_in_turns(training):
    found = training("""
writers = [SummaryWriter("out/%s" % name) for name in "abc"]
for step in range(4):
    for number, writer in enumerate(writers):
        writer.add_scalar("x", number, step)
""")
    assert [run.points["x"] for run in found] == [[(step, number) for step in range(4)] for number in range(3)]


def test_a_writer_that_is_opened_again_goes_on(training):
    run, = training("""
for step in range(3):
    with SummaryWriter("out/a") as writer:
        writer.add_scalar("x", step, step); writer.add_scalar("counted", step)
    writer.add_scalar("x", -step, step + 10)
""")
    assert run.points == {"x": [(0, 0), (1, 1), (2, 2), (10, 0), (11, -1), (12, -2)],
                          "counted": [(0, 0), (1, 1), (2, 2)]}


def test_one_that_is_opened_again_after_its_run_has_ended_goes_on_in_another_journal(tmp_path, training):
    training("""
first, second = SummaryWriter("out/a"), SummaryWriter("out/b")
first.add_scalar("x", 1, 1); first.add_text("args", "{\\"lr\\": 1}"); first.close()
second.add_scalar("x", 2, 1)
first.add_scalar("x", 3, 2)
""")
    one, other = sorted((stored(journal) for journal in journals(tmp_path / "out/a")), key=lambda found: found[0]["t"])
    assert other[0]["resumes"] == one[0]["run"] and other[1] == [{"lr": 1}] and one[3] and other[3]


def test_the_writers_of_hparams_are_the_run_they_belong_to(training):
    run, = training("""
writer = SummaryWriter("out/a")
writer.add_scalar("x", 1, 1)
for lr in (1, 2):
    writer.add_hparams({"lr": lr}, {"best": lr * 10})
""")
    assert run.points == {"x": [(1, 1)], "best": [(0, 10), (1, 20)]} and run.config == {"lr": 2}


def test_what_is_purged_is_superseded(training):
    run, = training("""
for purge in (None, 2):
    with SummaryWriter("out/a", purge_step=purge) as writer:
        for step in range(2 if purge else 0, 5):
            writer.add_scalar("x", step * (10 if purge else 1), step)
""")
    assert run.points["x"] == [(0, 0), (1, 1), (2, 20), (3, 30), (4, 40)]


def test_writers_below_one_with_a_role(training):
    run, = training("""
train = SummaryWriter("out/a/train"); sub = SummaryWriter("out/a/train/sub"); test = SummaryWriter("out/a/test")
sub.add_scalar("x", 1, 1); test.add_scalar("x", 2, 1); train.add_scalar("x", 3, 1)
train.add_hparams({"lr": 1}, {"best": 4}, global_step=1)
""")
    assert run.points == {"train/sub/x": [(1, 1)], "test/x": [(1, 2)], "train/x": [(1, 3)], "train/best": [(1, 4)]}


def test_threads_that_begin_at_once_write_one_run(training):
    run, = training("""
import threading
writers = [SummaryWriter("out/a/" + name) for name in ("train", "eval", "test", "val")] * 2
begin = threading.Barrier(len(writers))
def write(writer):
    begin.wait()
    for step in range(50):
        writer.add_scalar("x", 1)
threads = [threading.Thread(target=write, args=(writer,)) for writer in writers]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
""")
    assert {name: len(points) for name, points in run.points.items()} == dict.fromkeys(
        ["train/x", "eval/x", "test/x", "val/x"], 100)


def test_a_scalar_that_no_code_of_python_calls_for(training):
    run, = training("import atexit; writer = SummaryWriter('out/a'); writer.add_scalar('x', 1, 1)\n"
                    "atexit.register(writer.add_scalar, 'x', 2, 2)")
    assert run.points["x"][0] == (1, 1)


def test_a_folder_that_nobody_names_names_the_run(training):
    run, = training("SummaryWriter(comment='_slow').add_scalar('x', 1, 1)")
    assert run.name == run.folder and run.name.endswith("_slow") and run.group == "slow"


@pytest.mark.parametrize("folder, group", [
    ("logs/anymal/Nov29_12-34-56_first", "anymal"),            # legged_gym
    ("logs/rsl_rl/cartpole/2026-11-29_12-34-56_first", "cartpole"),  # Isaac Lab
    ("runs/Ant_29-12-34-56/summaries", "Ant"),                 # rl_games
    ("runs/torch/pendulum/26-11-29_12-34-56-123456_PPO", "pendulum"),  # skrl
    ("train_dir/first/.summary/0", "first"),                   # Sample Factory
    ("runs/Walk-v1__ppo__3__1700000000", "Walk-v1__ppo")])     # CleanRL
def test_a_group_is_called_by_its_folder_without_the_time_and_the_seed(training, folder, group):
    run, = training("SummaryWriter(%r).add_scalar('x', 1, 1)" % folder)
    assert run.group == group


def test_a_folder_is_meant_as_it_was_when_the_writer_was_made(tmp_path, training):
    run, = training("writer = SummaryWriter('a'); os.mkdir('b'); os.chdir('b'); writer.add_scalar('x', 1, 1)")
    assert journals(tmp_path)[0].parent == tmp_path / "a" and run.name == "a"


@pytest.mark.parametrize("value, count", [("folder", 3), ("process", 1), ("out", 1)])
def test_a_variable_decides_otherwise(training, value, count):
    found = training("""
for name in ("a", "a/eval", "b"):
    SummaryWriter("out/" + name).add_scalar("x", 1, 1)
""", dict(JOURNAL, NEPTUNE_WRITER_RUNS=value))
    names = {"folder": ["x", "x", "x"], "process": ["b/x", "eval/x", "x"], "out": ["a/eval/x", "a/x", "b/x"]}[value]
    assert len(found) == count and sorted(name for run in found for name in run.points) == names


@pytest.mark.parametrize("variables, count", [
    ({"RANK": "1", "WORLD_SIZE": "2", "MASTER_ADDR": "x"}, 0),
    ({"RANK": "0", "WORLD_SIZE": "2", "MASTER_ADDR": "x"}, 1), ({"RANK": "1"}, 1), ({"OMPI_COMM_WORLD_RANK": "1"}, 0)])
def test_other_ranks_are_silent(training, variables, count):
    assert len(training("SummaryWriter('out/a').add_scalar('x', 1, 1)", dict(JOURNAL, **variables))) == count


def test_workers_that_load_data_are_silent(training):
    assert not training("""
import types
worker = sys.modules["torch.utils.data._utils.worker"] = types.ModuleType("worker")
worker._worker_info = object()
SummaryWriter("out/a").add_scalar("x", 1, 1)
""")


def test_a_fork_has_no_part_in_the_run_it_inherits_and_runs_of_its_own(tmp_path, library):
    drive(tmp_path, HEAD % str(library) + """
writer = SummaryWriter("out/a")
writer.add_scalar("x", 1, 1)
child = os.fork()
if not child:
    writer.add_scalar("x", 2, 2)
    SummaryWriter("out/b").add_scalar("x", 3, 3)
    sys.exit()
os.waitpid(child, 0)
writer.add_scalar("x", 4, 4)
""", **JOURNAL)
    assert [run.points for run in runs(tmp_path)] == [{"x": [(1, 1), (4, 4)]}, {"x": [(3, 3)]}]


# What the run's config is

def test_a_table_as_cleanrl_writes_it(training):
    run, = training("""
writer = SummaryWriter("out/a")
writer.add_text("hyperparameters", "|param|value|\\n|-|-|\\n" + "\\n".join("|%s|%s|" % pair for pair in {
    "lr": 2.5e-4, "env_id": "Walk-v1", "anneal_lr": True, "target_kl": None, "odd": "a|b"}.items()))
writer.add_text("notes", "|a|b|\\n|-|-|\\n|c|d|")
writer.add_scalar("x", 1, 1)
""")
    assert run.config == {"lr": 2.5e-4, "env_id": "Walk-v1", "anneal_lr": True, "target_kl": None, "odd": "a|b"}


@pytest.mark.parametrize("code", [
    "import argparse; args = argparse.Namespace(lr=1); SummaryWriter('out/a').add_scalar('x', 1, 1)",
    "import argparse\ndef main(args): write()\ndef write(): SummaryWriter('out/a').add_scalar('x', 1, 1)\n"
    "main(argparse.Namespace(lr=1))"], ids=["global", "in a function"])
def test_the_arguments_of_the_script_where_there_is_nothing_else(training, code):
    run, = training(code)
    assert run.config == {"lr": 1}


AGENT = """
import types
class Agent:
    def __init__(self):
        self.writer, self.config, self.lr = SummaryWriter("out/a"), %s, 3
    def write(self):
        self.writer.add_scalar("x", 1, 1)
    def train(self):
        self.write()
"""


@pytest.mark.parametrize("code, config", [
    (AGENT % "{'lr': 1, 'seed': 2}" + "Agent().train()", {"lr": 1, "seed": 2}),           # skrl, rl_games
    (AGENT % "types.SimpleNamespace(lr=1)" + "Agent().train()", {"lr": 1}),
    (AGENT % "None" + "Agent().train()", None),
    (AGENT % "{1: 2}" + "Agent().train()", None),                                         # no names
    (AGENT % "{'lr': 1}" + "args = types.SimpleNamespace(lr=2, headless=True)\nAgent().train()",
     {"lr": 1, "headless": True}),                                                        # legged_gym
    ("""
def main(config):
    SummaryWriter('out/a').add_scalar('x', 1, 1)
main({'lr': 1})""", {"lr": 1}),                                                           # CORL
], ids=["a dict", "a namespace", "none", "no names", "with args", "a function's"])
def test_the_config_of_whoever_writes_where_there_is_nothing_else(training, code, config):
    run, = training(code)
    assert run.config == config


def test_the_config_of_what_runs_the_script_is_not_the_trainings(tmp_path, training):
    """As the shell of a notebook, which has its own."""
    (tmp_path / "shell.py").write_text("class Shell:\n    def __init__(self):\n        self.config = {'port': 1}\n"
                                       "    def run(self, code):\n        code()\n")
    run, = training("""
sys.path.insert(0, os.getcwd())
from shell import Shell
def cell():
    SummaryWriter("out/a").add_scalar("x", 1, 1)
Shell().run(cell)
""")
    assert not run.config


@pytest.mark.parametrize("path, text, config", [
    ("out/a/config.json", '{"lr": 2}', {"lr": 2}), ("out/a/cfg.json", '{"lr": 2}', {"lr": 2}),
    ("out/a/config.json", "[]", {"lr": 1}), ("out/a/config.json", "{", {"lr": 1}),
    ("config.json", '{"lr": 2}', {"lr": 1})])
def test_files_beside_the_events(tmp_path, training, path, text, config):
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(text)
    run, = training("import argparse; args = argparse.Namespace(lr=1)\n"
                    "SummaryWriter('out/a/summaries').add_scalar('x', 1, 1)")
    assert run.config == config and run.name == "a"


def test_files_of_isaac_lab(tmp_path, training):
    yaml = pytest.importorskip("yaml")
    (tmp_path / "out/a/params").mkdir(parents=True)
    (tmp_path / "out/a/params/agent.yaml").write_text(yaml.dump({"lr": (1, 2)}))
    (tmp_path / "out/a/params/env.yaml").write_text("func: !!python/name:os.getcwd ''\nscene: {envs: 4}\n")
    run, = training("import yaml; SummaryWriter('out/a').add_scalar('x', 1, 1)")
    assert run.config == {"agent": {"lr": [1, 2]}, "env": {"func": "", "scene": {"envs": 4}}}
