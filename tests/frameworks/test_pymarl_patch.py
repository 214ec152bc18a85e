"""patches/pymarl.py: one number per call is one point per call, whatever way the process ends."""
import pytest
from before_after import check_noop, check_patched
from pymarl_training import training
from tables_driven import drive, installed, runs, taken_out

from patches.pymarl import PATCH


@pytest.mark.parametrize("text", [
    "class Stats:\n    stats = {}\n    def log_stat(self, key, value): self.stats[key] = value\n",
    "class Stats:\n    def print_recent_stats(self): print(self.stats)\n",
    "def log_stat(): pass\ndef print_recent_stats(): pass\nstats = {}\n"])
def test_what_has_one_of_its_names(text):
    check_noop(PATCH, text)


def test_the_logger():
    check_patched(
        PATCH,
        before='''\
class Logger:
    def __init__(self, console_logger):
        self.stats = {}

    def setup_sacred(self, sacred_run_dict):
        self.sacred_info = sacred_run_dict.info

    def log_stat(self, key, value, t, to_sacred=True):
        self.stats[key] = value, t

    def print_recent_stats(self):
        print(self.stats)
''',
        after='''\
neptune_writer = __import__("neptune_writer.idioms.scalars", globals(), fromlist=["write"], level=1 if __package__ else 0)  # neptune
class Logger:
    def __init__(self, console_logger):
        self.stats = {}

    def setup_sacred(self, sacred_run_dict):
        neptune_writer.describe(self, sacred_run_dict)  # neptune
        self.sacred_info = sacred_run_dict.info

    def log_stat(self, key, value, t, to_sacred=True):
        neptune_writer.write(self, key, value, t)  # neptune
        self.stats[key] = value, t

    def print_recent_stats(self):
        print(self.stats)
''',
    )


@pytest.mark.parametrize("end, status", [
    ("", 0), ("os._exit(0)", 0), ("os._exit(3)", 3), ("raise SystemExit", 0), ("del logger", 0),
    ("os.kill(os.getpid(), 9)", -9)])
def test_driven(tmp_path, end, status):
    """Guarantee 3: whatever `log_stat` returned from is in the journal."""
    before = installed(tmp_path, "pymarl")
    code = training(3) + end + "\n"
    out, errors = drive(tmp_path, code, status, NEPTUNE_EXPERIMENT="journal")
    run, = runs(tmp_path)
    assert run.points == {"return_mean": [(100, 10), (200, 20)], "ep_length_mean": [(100, 10), (200, 20)],
                          "episode": [(100, 100), (200, 200)], "test_return_mean": [(100, 50), (200, 100)]}
    assert (run.name, run.framework, run.folder) == ("qmix_3m", "pymarl", "3")
    assert run.config["lr"] == 0.1 and run.config["seed"] == 3 and "error" not in errors.lower()
    assert taken_out(tmp_path, before)


def test_seeds_are_one_group(tmp_path):
    for seed in "12":
        folder = tmp_path / seed
        installed(folder, "pymarl")
        drive(folder, training(seed), NEPTUNE_EXPERIMENT="journal")
    one, two = runs(tmp_path)
    assert one.group == two.group


def test_a_task_that_is_called_key_is_no_secret(tmp_path):
    """As EPyMARL names it in `env_args`, in the config, in the folder, and on the command line."""
    installed(tmp_path, "pymarl")
    task = "lbforaging:Foraging-5x5-2p-1f-v3"
    code = "import sys; sys.argv[1:] = ['with', 'env_args.key=%s']\n" % task + training(1).replace(
        '{"map_name": "3m"', '{"key": "%s"' % task)
    drive(tmp_path, code, NEPTUNE_EXPERIMENT="journal")
    run, = runs(tmp_path)
    assert run.name == "qmix_" + task and run.config["env_args"]["key"] == task


def test_nothing_configured(tmp_path):
    installed(tmp_path, "pymarl")
    out, errors = drive(tmp_path, training(1) + "print(os._exit.__module__)\n")
    assert out.endswith("posix\n") and errors == ""
    assert runs(tmp_path) == []


def test_a_forked_worker_writes_nothing_and_says_so(tmp_path):
    installed(tmp_path, "pymarl")
    _, errors = drive(tmp_path, training(1) + """
if os.fork() == 0:
    logger.log_stat("return_mean", -1.0, 300)
    os._exit(0)
os.wait()
""", NEPTUNE_EXPERIMENT="journal")
    run, = runs(tmp_path)
    assert run.points["return_mean"] == [(100, 10), (200, 20)] and len(run.points["test_return_mean"]) == 2
    assert errors.count("are not recorded, because the run is that of process") == 1


def test_whatever_is_given_for_a_number(tmp_path):
    """A text of a number is one, and so is what is not finite; anything else is left out, and that is said."""
    installed(tmp_path, "pymarl")
    _, errors = drive(tmp_path, """
from lib.logger import Logger
logger = Logger(None)
for name, value in (("text", "0.5"), ("nan", float("nan")), ("whole", True), ("none", None), ("list", [1, 2])):
    logger.log_stat(name, value, 100)
logger.log_stat("float step", 1.0, 100.0)
""", NEPTUNE_EXPERIMENT="journal")
    run, = runs(tmp_path)
    nan = run.points.pop("nan")
    assert run.points == {"text": [(100, 0.5)], "whole": [(100, 1)], "float step": [(100, 1)]} and len(nan) == 1
    assert "none: skipped, expected a number, found NoneType" in errors and "list: skipped" in errors
