"""patches/pymarl.py: a number a call becomes a row a step, whatever way the process ends."""
import pytest
from before_after import check_noop, check_patched
from tables_driven import drive, installed, runs, taken_out

from patches.pymarl import PATCH

TRAINING = """
import os, sys
from lib.logger import Logger

class Observer:
    dir = os.path.abspath("results/sacred/" + sys.argv[1])

class Run:
    config = {"name": "qmix", "seed": int(sys.argv[1]), "lr": 0.1, "env": "sc2",
              "env_args": {"map_name": "3m", "seed": 1}}
    info, observers = {}, [object(), Observer()]

os.makedirs(Observer.dir)
logger = Logger(None)
logger.setup_sacred(Run())
for t in (100, 200):
    for name in ("return_mean", "ep_length_mean"):
        logger.log_stat(name, t / 10, t)
    logger.log_stat("episode", t, t)
    logger.print_recent_stats()
    logger.log_stat("test_return_mean", t / 2, t)  # behind the print, as the last evaluation is
"""


def training(seed):
    return TRAINING.replace("sys.argv[1]", repr(str(seed)))


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
neptune_writer = __import__("neptune_writer.idioms.scalars", globals(), fromlist=["keep"], level=1 if __package__ else 0)  # neptune
class Logger:
    def __init__(self, console_logger):
        self.stats = {}

    def setup_sacred(self, sacred_run_dict):
        neptune_writer.describe(self, sacred_run_dict)  # neptune
        self.sacred_info = sacred_run_dict.info

    def log_stat(self, key, value, t, to_sacred=True):
        neptune_writer.keep(self, key, value, t)  # neptune
        self.stats[key] = value, t

    def print_recent_stats(self):
        neptune_writer.flush(self)  # neptune
        print(self.stats)
''',
    )


@pytest.mark.parametrize("end", ["", "os._exit(0)", "raise SystemExit", "del logger"])
def test_driven(tmp_path, end):
    before = installed(tmp_path, "pymarl")
    code = training(3) + end + "\n"
    out, errors = drive(tmp_path, code, NEPTUNE_EXPERIMENT="journal")
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


def test_nothing_configured(tmp_path):
    installed(tmp_path, "pymarl")
    out, errors = drive(tmp_path, training(1) + "print(os._exit.__module__)\n")
    assert out.endswith("posix\n") and errors == ""
    assert runs(tmp_path) == []


def test_a_forked_worker_writes_nothing(tmp_path):
    installed(tmp_path, "pymarl")
    drive(tmp_path, training(1) + """
if os.fork() == 0:
    logger.log_stat("return_mean", -1.0, 300)
    os._exit(0)
os.wait()
""", NEPTUNE_EXPERIMENT="journal")
    run, = runs(tmp_path)
    assert run.points["return_mean"] == [(100, 10), (200, 20)] and len(run.points["test_return_mean"]) == 2
