"""A journal lies beside what its logger writes (S24), wherever the training goes before the first row. The kind: a
relative folder is one of the moment when the logger was made."""
import os

import pytest
from small_formats import JOURNAL
from trainings import Logger, connected, journals

import neptune_writer


def write(owner):
    neptune_writer.write_row(owner, {"Epoch": 0}, "Epoch")


@pytest.fixture
def elsewhere(folder):
    (folder / "elsewhere").mkdir()
    return lambda: os.chdir(str(folder / "elsewhere"))


@pytest.mark.parametrize("named", ["out", "./a/../out", "../%s/out"])
def test_the_folder_that_the_constructor_was_given(folder, elsewhere, named):
    owner = connected(output_dir=named.replace("%s", folder.name))
    elsewhere()
    write(owner)
    assert [path.parent for path in journals(folder)] == [folder / "out"]


@pytest.mark.parametrize("attribute", ["output_dir", "log_dir"])
def test_the_folder_that_the_logger_has(folder, elsewhere, attribute):
    owner = Logger()
    neptune_writer.connect(owner, "journal")
    owner.output_dir = None
    setattr(owner, attribute, "out")
    elsewhere()
    write(owner)
    assert [path.parent for path in journals(folder)] == [folder / "out"]


def test_a_folder_that_is_gone_stops_nothing(folder, warnings):
    (folder / "gone").mkdir()
    os.chdir("gone")
    (folder / "gone").rmdir()
    owner = connected(output_dir="out")
    os.chdir(str(folder))
    write(owner)
    assert [path.parent for path in journals(folder)] == [folder / "out"]


@pytest.mark.parametrize("framework, made", [
    ("baselines", "logger.configure('out', ['stdout'])"),
    ("baselines", "logger.configure('out', ['neptune'])"),
    ("stable-baselines3", "model.set_logger(logger.configure('out', ['stdout']))"),
    ("stable-baselines3", "model.set_logger(Logger('out', [logger.NeptuneOutputFormat(folder='out')]))")])
def test_the_folder_of_a_frameworks_logger(train, training_folder, framework, made):
    train(framework, "model = Walk('P', CartPole(), verbose=1)\n%s\nos.makedirs('elsewhere')\nos.chdir('elsewhere')\n"
          "model.learn(200)" % made, **JOURNAL)
    assert [path.parent for path in journals(training_folder)] == [training_folder / "out"]
