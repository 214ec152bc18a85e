"""The real github.com/openai/spinningup, trained for real, with the install script's patch in it.

The clone is the one that SPINNINGUP names, ../spinningup by default; where there is none, `git clone` is tried. It is
copied, never touched.
"""
import json
import re
import signal
import subprocess

import pytest
import real_training
from real_training import EXAMPLES, ROOT, copy_of, patched, python, script, variables_of
from spinningup_clone import progress
from trainings import offline_runs, processes_of, wait_until

EXAMPLE = EXAMPLES / "spinningup_ppo.py"
EPOCHS, STEPS = 3, 400

pytestmark = pytest.mark.training


@pytest.fixture(scope="session")
def unpatched(upstream, tmp_path_factory):
    return copy_of(upstream, tmp_path_factory.mktemp("unpatched"))


@pytest.fixture(scope="session")
def clone(upstream, tmp_path_factory):
    """A copy of the clone with the patch installed."""
    return patched(copy_of(upstream, tmp_path_factory.mktemp("patched")))


def run(interpreter, clone, folder, *arguments, **environment):
    """Run a command line of the training's interpreter in ``folder``; returns its stdout."""
    return real_training.run(interpreter, clone, folder, *arguments, **environment)[0]


def train(interpreter, clone, folder, algorithm="pytorch", *arguments, **environment):
    return run(interpreter, clone, folder, EXAMPLE, "--algorithm", algorithm, "--epochs", EPOCHS, "--steps-per-epoch",
               STEPS, "--output-dir", "out", *arguments, **environment)


def assert_holds(stored, table):
    """Every metric of every epoch, as progress.txt has it to its own precision, at the steps of TotalEnvInteracts."""
    steps = [float(text) for text in table["TotalEnvInteracts"]]
    assert steps == [STEPS * (epoch + 1) for epoch in range(len(steps))]
    for name, texts in table.items():
        points = stored["series"][name]
        assert [point[0] for point in points] == steps, name
        assert [point[1] for point in points] == pytest.approx([float(text) for text in texts], rel=1e-6), name


ENVIRONMENTS = ["spinningup-py37", "spinningup-py311"]


@pytest.mark.parametrize("experiment", ["live", "offline"])
@pytest.mark.parametrize("algorithm", ["tf1", "pytorch"])
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_a_training_script_with_one_addition_to_logger_kwargs(clone, tmp_path, environment, algorithm, experiment):
    interpreter = python(environment)
    train(interpreter, clone, tmp_path, algorithm, "--experiment", experiment)
    (stored,) = offline_runs(tmp_path, interpreter)
    assert_holds(stored, progress(tmp_path / "out" / "progress.txt"))
    assert stored["fields"]["config/epochs"] == EPOCHS
    assert stored["fields"]["config/seed"] == 0
    assert not [path for path in stored["fields"] if "neptune_experiment" in path]
    written = json.loads((tmp_path / "out" / "config.json").read_text())
    assert written["logger_kwargs"] == {"output_dir": "out", "exp_name": "ppo-cartpole"}
    assert written["epochs"] == EPOCHS


def test_the_client_may_live_in_another_environment(clone, tmp_path):
    interpreter, client = python("spinningup-py37"), python("neptune-1.14-py311")
    train(interpreter, clone, tmp_path, NEPTUNE_EXPERIMENT="offline", NEPTUNE_WRITER_PYTHON=client)
    (stored,) = offline_runs(tmp_path, client)
    assert_holds(stored, progress(tmp_path / "out" / "progress.txt"))


def test_the_command_line_runner_needs_only_the_variable(clone, tmp_path):
    interpreter = python("spinningup-py37")
    run(interpreter, clone, tmp_path, "-m", "spinup.run", "ppo", "--env", "CartPole-v1", "--exp_name", "first",
        "--epochs", EPOCHS, "--steps_per_epoch", STEPS, "--data_dir", tmp_path / "data", NEPTUNE_EXPERIMENT="offline")
    (stored,) = offline_runs(tmp_path, interpreter)
    (table,) = (tmp_path / "data").rglob("progress.txt")
    assert_holds(stored, progress(table))
    assert stored["fields"]["sys/name"] == "first seed 0"


def test_a_grid_of_two_seeds_is_two_runs_of_one_group(clone, tmp_path):
    interpreter = python("spinningup-py37")
    (tmp_path / "grid.py").write_text(
        "import spinup\nfrom spinup.utils.run_utils import ExperimentGrid\n"
        "if __name__ == '__main__':\n"
        "    grid = ExperimentGrid(name='grid')\n"
        "    grid.add('env_name', 'CartPole-v1')\n    grid.add('seed', [0, 10])\n"
        "    grid.add('epochs', %d)\n    grid.add('steps_per_epoch', %d)\n"
        "    grid.run(spinup.ppo_pytorch, num_cpu=1, data_dir='data')\n" % (EPOCHS, STEPS))
    run(interpreter, clone, tmp_path, "grid.py", NEPTUNE_EXPERIMENT="offline")
    runs = offline_runs(tmp_path, interpreter)
    assert sorted(stored["fields"]["config/seed"] for stored in runs) == [0, 10]
    assert len({stored["fields"]["group"] for stored in runs}) == 1
    for stored in runs:
        (table,) = [path for path in (tmp_path / "data").rglob("progress.txt")
                    if path.parent.name.endswith("_s%d" % stored["fields"]["config/seed"])]
        assert_holds(stored, progress(table))


def test_two_processes_under_mpi_are_one_run(clone, tmp_path):
    interpreter = python("spinningup-py37")
    run(interpreter, clone, tmp_path, "-m", "spinup.run", "ppo", "--env", "CartPole-v1", "--cpu", 2, "--epochs", EPOCHS,
        "--steps_per_epoch", STEPS, "--data_dir", tmp_path / "data", NEPTUNE_EXPERIMENT="offline")
    (stored,) = offline_runs(tmp_path, interpreter)
    (table,) = (tmp_path / "data").rglob("progress.txt")
    assert_holds(stored, progress(table))
    assert len(list((tmp_path / "data").rglob("neptune-*.jsonl"))) == 1


def test_after_kill_9_the_child_drains_and_leaves(clone, tmp_path):
    interpreter = python("spinningup-py37")
    trainer = subprocess.Popen(
        [interpreter, str(EXAMPLE), "--epochs", "500", "--steps-per-epoch", str(STEPS), "--output-dir", "out"],
        cwd=tmp_path, env=variables_of(interpreter, clone, {"NEPTUNE_EXPERIMENT": "offline"}),
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    table = tmp_path / "out" / "progress.txt"
    assert wait_until(lambda: table.exists() and table.read_text().count("\n") >= 4, 120)
    trainer.send_signal(signal.SIGKILL)
    trainer.wait()
    assert wait_until(lambda: not processes_of(tmp_path), 30)
    (journal,) = (tmp_path / "out").glob("neptune-*.jsonl")
    rows = [json.loads(line) for line in journal.read_text().splitlines()]
    steps = [row["values"]["TotalEnvInteracts"] for row in rows if "values" in row]
    assert len(steps) >= table.read_text().count("\n") - 1
    (stored,) = offline_runs(tmp_path, interpreter)
    assert [point[0] for point in stored["series"]["AverageEpRet"]] == steps


SEEDED = """
import gym, spinup
def env():
    made = gym.make('CartPole-v1')
    made.seed(0)
    return made
spinup.ppo_%s(env_fn=env, epochs=2, steps_per_epoch=400, seed=0, logger_kwargs=dict(output_dir='out', exp_name='x'))
"""


@pytest.mark.parametrize("algorithm", ["tf1", "pytorch"])
def test_with_nothing_configured_nothing_changes(clone, unpatched, tmp_path, algorithm):
    interpreter = python("spinningup-py37")
    left = {}
    for name, checkout in (("patched", clone), ("unpatched", unpatched)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "train.py").write_text(SEEDED % algorithm)
        left[name] = {"stdout": run(interpreter, checkout, folder, "train.py")}
        for path in (folder / "out").iterdir():
            left[name][path.name] = path.read_text() if path.suffix in (".txt", ".json") else None
    assert set(left["patched"]) == set(left["unpatched"]) >= {"progress.txt", "config.json"}
    for name, text in left["patched"].items():
        if text is not None:
            assert masked(text) == masked(left["unpatched"][name]), name


def masked(text):
    """Without object addresses and without what the clock says: the last column, Time."""
    text = re.sub(r"0x[0-9a-f]+", "0x", text)
    text = re.sub(r"(\|\s+Time \|)[^|]*", r"\1", text)
    return re.sub(r"(?m)\t[0-9.e-]+$", "", text)


def test_git_sees_the_patch_and_after_uninstall_nothing(upstream, tmp_path):
    folder = copy_of(upstream, tmp_path)
    if not (folder / ".git").exists():
        pytest.skip("%s has no .git" % upstream)

    def status():
        return subprocess.run(["git", "status", "--porcelain"], cwd=folder, capture_output=True, text=True,
                              check=True).stdout.splitlines()

    def files():
        return {path: (path.read_bytes(), path.stat().st_mode) for path in sorted((folder / "spinup").rglob("*.py"))}

    before = files()
    assert status() == []
    script("install.py", folder)
    shown = re.search("```diff\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL).group(1).splitlines()
    assert set(shown) <= set(script("diff.py", folder).splitlines()), "the README shows another diff"
    assert sorted(status()) == [" M spinup/utils/logx.py", " M spinup/utils/serialization_utils.py",
                                "?? spinup/utils/neptune_writer/"]
    script("install.py", folder)
    script("uninstall.py", folder)
    assert status() == []
    assert files() == before
    assert not list(folder.glob(".neptune*"))
