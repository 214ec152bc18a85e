"""scripts/demo.py: what `make demo` shows, on a small framework and on a release of the package index."""
import os
import re
import sys

import pytest
from real_training import python, release, script
from small_checkout import make, snapshot
from small_formats import STABLE_BASELINES3

from scripts import demo


def shown(output):
    """The steps of the table of learning curves."""
    return [line.split()[0] for line in output.splitlines() if re.match(r" +\d+( +\d+\.\d)+$", line)]


@pytest.fixture
def small_demo(tmp_path, monkeypatch):
    """Runs the demo of the small framework with this script; its exit code."""
    folder = make(tmp_path / "clone", STABLE_BASELINES3)
    before = snapshot(folder)

    def run(text):
        (tmp_path / "train.py").write_text(text)
        monkeypatch.setitem(demo.EXAMPLES, "stable_baselines3",
                            demo.Example(str(tmp_path / "train.py"), (), "rollout/reward"))
        monkeypatch.setattr(sys, "argv", ["demo.py", "stable_baselines3", str(folder), "--python",
                                          os.path.relpath(sys.executable), "--output", str(tmp_path / "runs")])
        status = demo.main()
        assert snapshot(folder) == before
        return status
    return run


@pytest.mark.slow
def test_the_stored_runs_stand_beside_one_another(small_demo, capfd):
    assert small_demo("from small.common.models import Walk\n"
                      "for seed in range(2):\n    Walk('P', None, seed=seed).learn(200)\n") == 0
    output = capfd.readouterr().out
    assert "step    seed 0    seed 1\n     100      50.0      50.0\n     200     100.0     100.0\n" in output
    assert "\nas it was\n" in output and "report.html\n" in output
    assert re.search(r"algorithm  seeds  tasks .*\n.* +2 +1 +100 ± 0 +100 \[100, 100\]\n$", output)


def test_seeds_are_in_their_order(capsys):
    demo.show({f"seed {seed}": [(100, seed)] for seed in (10, 2, 1)})
    assert capsys.readouterr().out.endswith(
        "step    seed 1    seed 2   seed 10\n     100       1.0       2.0      10.0\n")


@pytest.mark.slow
def test_a_training_that_emits_nothing_is_no_success(small_demo, capfd):
    assert small_demo("import small\n") == 1
    assert "no journal below it has rows with rollout/reward" in capfd.readouterr().err


@pytest.mark.parametrize("name, value, reason", [
    ("--python", "nowhere/python", "nowhere/python: there is no such Python"),
    ("--output", "{folder}/file", "{folder}/file: cannot be written to, File exists"),
    ("--output", "{folder}/file/x", "{folder}/file/x: cannot be written to, Not a directory"),
])
def test_what_cannot_work_is_said_before_anything_is_installed(tmp_path, monkeypatch, capfd, name, value, reason):
    before = snapshot(make(tmp_path / "clone", STABLE_BASELINES3))
    make(tmp_path, {"file": "x"})
    given = {"--python": sys.executable, "--output": str(tmp_path / "runs"), name: value.format(folder=tmp_path)}
    monkeypatch.setattr(sys, "argv", ["demo.py", "stable_baselines3", str(tmp_path / "clone"),
                                      *(word for pair in given.items() for word in pair)])
    assert demo.main() == 1
    printed = capfd.readouterr()
    assert (printed.out, printed.err) == ("", f"demo: {reason.format(folder=tmp_path)}; name another with {name}\n")
    assert snapshot(tmp_path / "clone") == before


@pytest.mark.training
def test_it_installs_trains_shows_and_takes_out(tmp_path):
    folder = release("stable_baselines3==2.9.2", tmp_path)
    before, interpreter = snapshot(folder), python("stable-baselines3")
    output = script("demo.py", "stable_baselines3", folder, "--python", interpreter, "--output", tmp_path / "runs",
                    "--arguments", "--timesteps", 4096)
    assert shown(output) == ["2048", "4096"]
    assert "step    seed 0    seed 1    seed 2" in output and "+        neptune_writer.begin(self," in output
    assert output.count("2 rows sent to offline: ") == 3 and "\nas it was\n" in output
    assert "%s\n" % (tmp_path / "runs" / "report.html") in output
    assert re.search(r"algorithm  seeds  tasks .*\nPPO +3 +1 .*\]\n$", output)
    assert snapshot(folder) == before


@pytest.mark.training
def test_a_training_that_fails_is_told_and_taken_out_again(tmp_path):
    folder = release("stable_baselines3==2.9.2", tmp_path)
    before, interpreter = snapshot(folder), python("stable-baselines3")
    with pytest.raises(AssertionError, match="NameNotFound"):
        script("demo.py", "stable_baselines3", folder, "--python", interpreter, "--output", tmp_path / "runs",
               "--arguments", "--env", "Nowhere-v0")
    assert snapshot(folder) == before
