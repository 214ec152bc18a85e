"""scripts/demo.py: what `make demo` shows, on a release of the package index."""
import re

import pytest
from real_training import python, release, script
from small_checkout import snapshot

pytestmark = pytest.mark.training


def test_it_installs_trains_shows_and_takes_out(tmp_path):
    folder = release("stable_baselines3==2.9.2", tmp_path)
    before, interpreter = snapshot(folder), python("stable-baselines3")
    output = script("demo.py", "stable_baselines3", folder, "--python", interpreter, "--output", tmp_path / "runs",
                    "--arguments", "--timesteps", 4096)
    rows = [line.split()[0] for line in output.splitlines() if re.match(r" +\d+( +\d+\.\d){3}$", line)]
    assert rows == ["2048", "4096"]
    assert "step    seed 0    seed 1    seed 2" in output and "+        neptune_writer.begin(self," in output
    assert output.count("2 rows sent to offline: ") == 3 and output.endswith("\nas it was\n")
    assert snapshot(folder) == before


def test_a_training_that_fails_is_told_and_taken_out_again(tmp_path):
    folder = release("stable_baselines3==2.9.2", tmp_path)
    before, interpreter = snapshot(folder), python("stable-baselines3")
    with pytest.raises(AssertionError, match="NameNotFound"):
        script("demo.py", "stable_baselines3", folder, "--python", interpreter, "--output", tmp_path / "runs",
               "--arguments", "--env", "Nowhere-v0")
    assert snapshot(folder) == before
