"""patches/dreamerv3.py: one more output, which is told what the others are told."""
import pytest
from before_after import check_noop, check_patched
from small_checkout import call, make, snapshot
from small_loggers import DREAMERV3
from tables_driven import drive, installed, runs, taken_out

from patches.dreamerv3 import PATCH
from scripts import install

UNDERSCORED = DREAMERV3.replace("self.outputs", "self._outputs").replace("self.multiplier", "self._multiplier")

TRAINING = """
import os, pickle
from lib.logger import Logger
class Image:
    shape = (4, 4)
class File:
    def __init__(self, folder):
        self._filename = folder + "/metrics.jsonl"
    def __call__(self, summaries):
        print([(step, name, str(value)[:3]) for step, name, value in summaries])
for seed in (1, 2):
    folder = "logdir/walker%d" % seed
    os.makedirs(folder)
    with open(folder + "/config.yaml", "w") as file:
        file.write('{"task": "dmc_walker_walk", "seed": %d, "run": {"steps": 10}}' % seed)
    outputs = (print, File(folder))
    logger = Logger(0, outputs, 2)
    for logger.step in (5, 10):
        logger.add({"loss": logger.step + seed, "openl": Image()}, "train")
        logger.step += 1
        logger.add({"score": 3.0, "text": "7"}, "episode")
        logger.write(fps=True)
    logger.write()
    copy = pickle.loads(pickle.dumps(logger))
    copy.scalar("copied", 1.0)
    copy.write()
"""


@pytest.mark.parametrize("name", ["multiplier", "_metrics", "outputs", "def scalar", "def video"])
def test_its_common_words_are_not_enough(name):
    check_noop(PATCH, DREAMERV3.replace(name, name + "_other"))


def test_the_logger():
    check_patched(
        PATCH,
        before='''\
class Logger:
    def __init__(self, step, outputs, multiplier=1):
        self.step = step
        self.outputs = outputs
        self.multiplier = multiplier
        self._metrics = []

    def add(self, mapping, prefix=None):
        self._metrics.append((int(self.step) * self.multiplier, mapping))

    def scalar(self, name, value):
        self.add({name: value})

    def video(self, name, value):
        self.add({name: value})

    def write(self):
        for output in self.outputs:
            output(tuple(self._metrics))
''',
        after='''\
neptune_writer = __import__("neptune_writer.frameworks.dreamerv3", globals(), fromlist=["follow"], level=1 if __package__ else 0)  # neptune
class Logger:
    def __init__(self, step, outputs, multiplier=1):
        self.step = step
        self.outputs = outputs
        self.multiplier = multiplier
        self._metrics = []
        neptune_writer.follow(self)  # neptune

    def add(self, mapping, prefix=None):
        self._metrics.append((int(self.step) * self.multiplier, mapping))

    def scalar(self, name, value):
        self.add({name: value})

    def video(self, name, value):
        self.add({name: value})

    def write(self):
        for output in self.outputs:
            output(tuple(self._metrics))
''',
    )


def test_the_logger_of_a_package_that_imports_its_own_modules():
    """As in embodied: the file can be imported as a part of its package only."""
    check_patched(
        PATCH,
        before='''\
import time

from . import path


class Logger:
    def __init__(self, step, outputs, multiplier=1):
        self.step, self.outputs, self.multiplier, self._metrics = step, outputs, multiplier, []

    def add(self, mapping, prefix=None): self._metrics.append((self.step * self.multiplier, mapping))
    def scalar(self, name, value): self.add({name: value})
    def video(self, name, value): self.add({name: value})
    def write(self): self.outputs[0](self._metrics)
''',
        after='''\
import time

from . import path
from .neptune_writer.frameworks import dreamerv3 as neptune_writer  # neptune


class Logger:
    def __init__(self, step, outputs, multiplier=1):
        self.step, self.outputs, self.multiplier, self._metrics = step, outputs, multiplier, []
        neptune_writer.follow(self)  # neptune

    def add(self, mapping, prefix=None): self._metrics.append((self.step * self.multiplier, mapping))
    def scalar(self, name, value): self.add({name: value})
    def video(self, name, value): self.add({name: value})
    def write(self): self.outputs[0](self._metrics)
''',
    )


def test_driven(tmp_path):
    before = installed(tmp_path, "dreamerv3")
    plain, _ = drive(tmp_path, TRAINING.replace("logdir/", "plain/"))
    assert runs(tmp_path) == []
    out, errors = drive(tmp_path, TRAINING, NEPTUNE_EXPERIMENT="journal")
    one, two = runs(tmp_path)
    assert one.points == {"train/loss": [(10, 6), (20, 11)], "episode/score": [(12, 3), (22, 3)],
                          "fps": [(12, 60), (22, 60)]}
    assert (one.name, one.framework, one.config["run"]) == ("dmc_walker_walk", "dreamerv3", {"steps": 10})
    assert one.group == two.group and (one.config["seed"], two.config["seed"]) == (1, 2)
    assert errors.count("train/openl: skipped, as are all images, videos, vectors and texts") == 1
    assert len(out.splitlines()) == len(plain.splitlines())
    assert taken_out(tmp_path, before)


@pytest.mark.parametrize("name", ["_multiplier", "_metrics", "_outputs", "def add"])
def test_nor_are_those_of_the_older_one(name):
    check_noop(PATCH, UNDERSCORED.replace(name, name + "_other"))


def test_the_older_one_whose_attributes_are_its_own(tmp_path):
    """As in Director and DayDreamer, where embodied comes from."""
    make(tmp_path, {"lib/__init__.py": "", "lib/logger.py": UNDERSCORED})
    before = snapshot(tmp_path)
    assert call(install, tmp_path) == 0
    drive(tmp_path, TRAINING, NEPTUNE_EXPERIMENT="journal")
    one, two = runs(tmp_path)
    assert one.points == {"train/loss": [(10, 6), (20, 11)], "episode/score": [(12, 3), (22, 3)],
                          "fps": [(12, 60), (22, 60)]}
    assert (one.name, one.config["seed"], one.group) == ("dmc_walker_walk", 1, two.group)
    assert taken_out(tmp_path, before)


def test_the_code_may_name_the_experiment(tmp_path):
    installed(tmp_path, "dreamerv3")
    drive(tmp_path, """
from lib.logger import Logger, neptune_writer
logger = Logger(0, [print])
neptune_writer.connect(logger, "journal")
neptune_writer.connect(logger, "journal")
logger.scalar("a", 1.0)
logger.write()
""")
    run, = runs(tmp_path)
    assert run.points == {"a": [(0, 1)]}
