"""Acme of the package index, trained for real, with the install script's patch in it."""
import csv
import re
import struct
import sys

import pytest
from real_training import EXAMPLES, ROOT, copy_of, patched, python, release, run, script
from shown_report import assert_drawn
from small_checkout import snapshot
from trainings import journals, offline_runs, stored

pytestmark = pytest.mark.training
EXAMPLE = EXAMPLES / "acme_d4pg.py"
SHORT = ("--rounds", 2, "--episodes", 3, "--evaluations", 2)


@pytest.fixture(scope="module")
def interpreter():
    return python("acme-py39")


@pytest.fixture(scope="module")
def unpatched(tmp_path_factory):
    return release("dm-acme==0.4.0", tmp_path_factory.mktemp("unpatched"))


@pytest.fixture(scope="module")
def checkout(unpatched, tmp_path_factory):
    return patched(copy_of(unpatched, tmp_path_factory.mktemp("patched")))


@pytest.fixture
def train(checkout, interpreter, training_folder):
    """Trains in a folder that is the home, where Acme writes its CSV files; the client lives in the tests' Python."""
    def train(*arguments, **variables):
        return run(interpreter, checkout, training_folder, "-W", "ignore", *arguments, HOME=training_folder,
                   NEPTUNE_WRITER_PYTHON=sys.executable, **variables)
    return train


def tables(folder):
    """Label -> rows of Acme's own CSV logger: name -> number."""
    found = {}
    for path in folder.rglob("logs.csv"):
        with path.open(newline="") as file:
            found[path.parent.name] = [{name: float(value) for name, value in row.items()}
                                       for row in csv.DictReader(file)]
    return found


def single(number):
    """As 32 bits: a CSV file has such a float in as many digits as tell it from others."""
    return struct.unpack("f", struct.pack("f", number))[0]


def assert_equal_where_both_logged(series, label, rows):
    """Each metric has the CSV's value at each step that both have; returns how many rows that were."""
    both = 0
    for row in rows:
        points = {step: value for step, value, _ in series["%s/steps" % label]}
        if row["steps"] in points:
            both += 1
            for name, value in row.items():
                found = {step: value for step, value, _ in series["%s/%s" % (label, name)]}
                assert single(found[row["steps"]]) == single(value), (label, name)
    return both


def assert_rises(series):
    for name, points in series.items():
        assert all(before[0] < after[0] for before, after in zip(points, points[1:])), name


def test_a_script_that_does_not_mention_neptune(train, training_folder):
    train(EXAMPLE, *SHORT, NEPTUNE_EXPERIMENT="offline")
    stored_run, = offline_runs(training_folder)
    series = stored_run["series"]
    assert [step for step, *_ in series["train_loop/episode_return"]] == [200 * number for number in range(1, 7)]
    assert [step for step, *_ in series["evaluation/episode_return"]] == [200 * number for number in range(1, 5)]
    assert {"learner/critic_loss", "learner/policy_loss"} <= set(series)
    assert_rises(series)
    own = tables(training_folder)
    assert set(own) == {"learner", "train_loop", "evaluation"}
    for label in ("train_loop", "evaluation"):  # Acme's have one row per second, ours every episode
        assert assert_equal_where_both_logged(series, label, own[label]) == len(own[label]) >= 1
    assert assert_equal_where_both_logged(series, "learner", own["learner"]) >= 1
    assert len(series["learner/steps"]) < max(value for _, value, _ in series["learner/steps"])  # not every SGD step
    assert stored_run["fields"]["sys/tags"] == ["acme"]
    journal, = journals(training_folder)
    assert_drawn(journal.parent, "learner/critic_loss", "train_loop/episode_return", "evaluation/episode_return")


COMPOSED = """
import runpy, sys
from acme.utils import loggers
make = loggers.make_neptune_logger
def beside_csv(experiment, prefix, **filters):
    logger = make(experiment, prefix, time_delta=0.0, **filters)
    table = loggers.CSVLogger("out", label=prefix)
    write = logger.write
    logger.write = lambda data: (write(data), table.write(data))
    return logger
loggers.make_neptune_logger = beside_csv
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def test_composed_loggers_beside_acmes_own(train, training_folder):
    """Every row, the learner's too: what Acme's CSV logger is given is what the run has."""
    (training_folder / "composed.py").write_text(COMPOSED)
    train("composed.py", EXAMPLE, *SHORT, "--neptune-experiment", "offline")
    stored_run, = offline_runs(training_folder)
    series, own = stored_run["series"], tables(training_folder)
    assert_rises(series)
    for label in ("learner", "train_loop"):
        assert assert_equal_where_both_logged(series, label, own[label]) == len(own[label]) == len(
            series["%s/steps" % label])
    returns = [row["episode_return"] for row in own["evaluation"]]
    means = [sum(returns[first:first + 2]) / 2 for first in (0, 2)]
    assert [value for _, value, _ in series["evaluation/episode_return_mean"]] == pytest.approx(means, rel=1e-6)
    assert [step for step, *_ in series["evaluation/episode_return_max"]] == [400, 800]
    average, coeff, averages = 0.0, 0.0, []
    for row in own["train_loop"]:
        average, coeff = coeff * average + (1 - coeff) * row["episode_return"], 0.9 * coeff + 0.1 * 0.99
        averages.append(average)
    smoothed = [value for _, value, _ in series["train_loop/episode_return_smoothed_0.99"]]
    assert smoothed == pytest.approx(averages, rel=1e-6)


# Programs of Launchpad

PROGRAM = """
import sys, time
import launchpad as lp
from absl import flags
from acme.utils import loggers
class Node:
    def __init__(self, label):
        self._label = label
    def run(self):
        logger = loggers.make_default_logger(self._label, save_data=False)
        for step in range(1, 4):
            logger.write({"steps": step, "value": float(step)})
        if self._label == "learner":
            time.sleep(4)  # until the others have written, too
            lp.stop()
flags.FLAGS(sys.argv[:1])
program = lp.Program("program")
for label in ("learner", "evaluator", "actor"):
    with program.group(label):
        program.add_node(lp.CourierNode(Node, label))
lp.launch(program, launch_type=lp.context.LaunchType(sys.argv[1]), terminal="current_terminal")
"""


@pytest.mark.parametrize("launch_type, wanted, runs", [
    ("local_mt", "", [{"learner", "evaluator", "actor"}]), ("local_mp", "", [{"learner"}]),
    ("local_mp", "all", [{"actor"}, {"evaluator"}, {"learner"}])])
def test_a_program_of_launchpad(train, training_folder, launch_type, wanted, runs):
    (training_folder / "program.py").write_text(PROGRAM)
    train("program.py", launch_type, NEPTUNE_EXPERIMENT="journal", NEPTUNE_LAUNCHPAD=wanted)
    found = [{row["clock"] for row in stored(path).rows} for path in journals(training_folder)]
    assert sorted(found, key=sorted) == runs
    assert sum(len(stored(path).rows) for path in journals(training_folder)) == 3 * sum(map(len, runs))


# Nothing configured, nothing changed

FILTERED = """
from acme.utils import loggers
logger = loggers.make_default_logger("train_loop", time_delta=0.0)
for number in range(5):
    logger.write({"episode_return": 0.5 * number, "steps": number, "nothing": None})
print(type(logger), sorted(vars(logger)))
"""


def test_nothing_configured_nothing_changed(unpatched, checkout, interpreter, tmp_path):
    left = []
    for name, framework in (("unpatched", unpatched), ("patched", checkout)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "train.py").write_text(FILTERED)
        output, _ = run(interpreter, framework, folder, "-W", "ignore", "train.py", HOME=folder)
        table, = folder.rglob("logs.csv")
        left.append((output, table.read_bytes()))
        assert not journals(folder)
    assert left[0] == left[1] and left[0][1].count(b"\n") == 6


def test_uninstall_gives_back_the_release(unpatched, tmp_path):
    before = snapshot(unpatched)
    clone = patched(copy_of(unpatched, tmp_path))
    script("uninstall.py", clone)
    assert snapshot(clone) == before


def test_the_readme_shows_what_is_changed(checkout):
    shown = re.findall("```diff\n(.*?)```", (ROOT / "patches" / "README.md").read_text(), re.DOTALL)[1].splitlines()
    assert len(shown) == 3 and set(shown) <= set(script("diff.py", checkout).splitlines())
