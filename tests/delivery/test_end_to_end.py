"""The whole way on a stand-in framework: install, train unchanged, read the stored run back, take it out again.

The same on the real framework, in environments of its own, is test_spinningup_training.py.
"""
import configparser
import json
import os
import re
import shutil
import subprocess
import sys

import pytest
from trainings import QUICK, ROOT, STANDIN, TOKEN, everything_written, offline_runs, only_journal


def copy(folder):
    return shutil.copytree(STANDIN / "toyrl", folder / "clone", ignore=shutil.ignore_patterns("__pycache__"))


@pytest.fixture
def clone(tmp_path):
    """A clone to install into."""
    return copy(tmp_path)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A clone that was installed into, for tests that only train with it."""
    made = copy(tmp_path_factory.mktemp("installed"))
    script("install", made)
    return made


def script(name, *arguments):
    return subprocess.run([sys.executable, ROOT / "scripts" / (name + ".py"), *arguments], check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True).stdout


def python(clone, folder, *arguments, **variables):
    """Run Python in ``folder`` with the framework importable; what it printed."""
    folder.mkdir(exist_ok=True)
    path = os.pathsep.join([str(clone), str(QUICK)])
    environment = dict(os.environ, PYTHONPATH=path, PYTHONDONTWRITEBYTECODE="1", **variables)
    return subprocess.run([sys.executable, *arguments], cwd=folder, env=environment, check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, universal_newlines=True)


TRAIN = ("-m", "toyrl.train", "--exp_name", "toy", "--output_dir", "out", "--epochs", "4")


def table(folder):
    """progress.txt as metric -> numbers."""
    names, *rows = [line.split("\t") for line in (folder / "out" / "progress.txt").read_text().splitlines()]
    return {name: [float(row[index]) for row in rows] for index, name in enumerate(names)}


def assert_holds(stored, metrics):
    for name, values in metrics.items():
        assert [point[0] for point in stored["series"][name]] == metrics["TotalEnvInteracts"], name
        assert [point[1] for point in stored["series"][name]] == pytest.approx(values, rel=1e-6), name


def test_an_unchanged_script_emits_with_one_variable(installed, tmp_path):
    python(installed, tmp_path / "run", *TRAIN, NEPTUNE_EXPERIMENT="offline")
    (stored,) = offline_runs(tmp_path / "run")
    assert_holds(stored, table(tmp_path / "run"))
    assert stored["fields"]["sys/name"] == "toy seed 0"
    assert stored["fields"]["sys/tags"] == ["spinningup"]
    assert stored["fields"]["config/epochs"] == 4
    header = only_journal(tmp_path / "run").header
    assert (header["framework"], header["framework_version"]) == ("spinningup", "0.3")


LIVE = """
import neptune
from toyrl.train import train
run = neptune.init_run(mode="offline")
train(epochs=4, logger_kwargs=dict(output_dir="out", exp_name="toy", neptune_experiment=run))
run.stop()
"""


@pytest.mark.slow
def test_a_live_run_in_logger_kwargs_neither_kills_the_training_nor_reaches_its_config(installed, tmp_path):
    python(installed, tmp_path / "run", "-c", LIVE, NEPTUNE_API_TOKEN=TOKEN)
    (stored,) = offline_runs(tmp_path / "run")
    assert_holds(stored, table(tmp_path / "run"))
    config = json.loads((tmp_path / "run" / "out" / "config.json").read_text())
    assert config["logger_kwargs"] == {"output_dir": "out", "exp_name": "toy"}
    assert TOKEN.encode() not in everything_written(tmp_path / "run")


def test_with_nothing_configured_nothing_changes(clone, installed, tmp_path):
    """Guarantee 1: stdout and every file, but for the addresses of objects."""
    before = python(clone, tmp_path / "before", *TRAIN)
    after = python(installed, tmp_path / "after", *TRAIN)

    def masked(text):
        return re.sub("0x[0-9a-f]+", "0x", text)

    assert masked(after.stdout) == masked(before.stdout) and after.stderr == before.stderr == ""
    files = [sorted(os.listdir(tmp_path / folder / "out")) for folder in ("before", "after")]
    assert files == [["config.json", "progress.txt"]] * 2
    for name in files[0]:
        was, is_now = [(tmp_path / folder / "out" / name).read_text() for folder in ("before", "after")]
        assert masked(is_now) == masked(was), name


def test_the_file_may_be_imported_under_two_names(installed, tmp_path):
    code = ("import sys; sys.path.insert(0, %r)\nimport logx, toyrl.utils.logx\n"
            "for module in (logx, toyrl.utils.logx):\n"
            "    logger = module.Logger(output_dir=module.__name__, neptune_experiment='journal')\n"
            "    logger.log_tabular('Epoch', 0)\n    logger.dump_tabular()\n" % str(installed / "toyrl" / "utils"))
    python(installed, tmp_path / "run", "-c", code)
    for name in ("logx", "toyrl.utils.logx"):
        assert [row["values"] for row in only_journal(tmp_path / "run" / name).rows] == [{"Epoch": 0}]


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--all",)])
def test_the_printed_diff_and_the_installed_clone_are_the_same(clone, installed, tmp_path, options):
    patch = script("diff", clone, *options)
    subprocess.run(["git", "apply"], input=patch, cwd=clone, check=True, universal_newlines=True)
    for path in clone.rglob("*.py"):
        assert path.read_bytes() == (installed / path.relative_to(clone)).read_bytes()
    if options:
        python(clone, tmp_path / "run", *TRAIN, NEPTUNE_EXPERIMENT="journal")
        assert len(only_journal(tmp_path / "run").rows) == 4


@pytest.mark.slow
def test_after_uninstall_the_clone_is_as_it_was_even_after_training(clone, tmp_path):
    def tree():
        return {path.relative_to(clone): (path.read_bytes(), path.stat().st_mode)
                for path in clone.rglob("*") if path.is_file() and "__pycache__" not in path.parts}

    before = tree()
    script("install", clone)
    python(clone, tmp_path / "run", *TRAIN, NEPTUNE_EXPERIMENT="journal")
    script("uninstall", clone)
    assert tree() == before
    assert not [path for path in clone.rglob("*") if "neptune" in path.name and "__pycache__" not in path.parts]


@pytest.mark.parametrize("name", ["install", "uninstall", "status", "diff", "demo"])
def test_a_script_that_uv_runs_wants_what_setup_cfg_names(name):
    """Inline script metadata has to repeat the dependencies, of which setup.cfg is the one place."""
    options = configparser.ConfigParser()
    options.read(ROOT / "setup.cfg")
    wanted = options["options"]["install_requires"].split()
    head = (ROOT / "scripts" / (name + ".py")).read_text().split("# ///\n")[0].splitlines()
    assert head == ["# /// script", '# requires-python = "%s"' % options["options"]["python_requires"],
                    "# dependencies = %s" % json.dumps(wanted)]
