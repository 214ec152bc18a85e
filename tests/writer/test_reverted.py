"""reverted: a file that pip or git has put back, beside one that still imports the copied package (issue 26)."""
import os
import subprocess
import sys

import pytest
from small_checkout import call, make
from small_formats import STABLE_BASELINES3

from scripts import install

LOGGER, MODELS = "small/common/logger.py", "small/common/models.py"
TRAIN = "from small.common.models import Walk; Walk('P', None).learn(200)"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    folder = make(tmp_path_factory.mktemp("small"), STABLE_BASELINES3)
    assert call(install, folder) == 0
    return folder


@pytest.fixture
def warned(installed, tmp_path):
    """Trains with one file put back; what is said of files that are not patched."""
    def train(reverted, code=TRAIN, **variables):
        patched = {name: (installed / name).read_text() for name in reverted}
        try:
            for name in reverted:
                (installed / name).write_text(STABLE_BASELINES3[name])
            done = subprocess.run([sys.executable, "-B", "-c", code], cwd=tmp_path, capture_output=True, text=True,
                                  env=dict(os.environ, PYTHONPATH=str(installed), **variables))
        finally:
            for name, text in patched.items():
                (installed / name).write_text(text)
        assert done.returncode == 0, done.stderr
        return [line for line in done.stderr.splitlines() if "not patched any more" in line]
    return train


@pytest.mark.parametrize("reverted", [LOGGER, MODELS])
def test_a_file_that_was_put_back_is_said_once_with_the_command(warned, installed, reverted):
    """The kind: any file of the record, be it the logger or what belongs to it."""
    line, = warned([reverted], TRAIN + "; Walk('P', None).learn(200)", NEPTUNE_EXPERIMENT="journal")
    above = installed / "small/common"
    assert line.startswith(f"neptune: {installed / reverted}: not patched any more")
    assert line.endswith(f"so what it logs is missing; patch again: neptune-rl-logging install {above}")
    assert call(install, above, "--dry-run") == 0


def test_nothing_is_said_where_all_are_patched_where_none_is_or_nothing_is_configured(warned):
    assert warned([], NEPTUNE_EXPERIMENT="journal") == []
    assert warned([LOGGER, MODELS], NEPTUNE_EXPERIMENT="journal") == []
    assert warned([LOGGER]) == []


def test_sending_runs_is_no_training(warned, installed):
    code = "import subprocess, sys; subprocess.run([sys.executable, %r, '--help'], check=True)"
    assert warned([LOGGER], code % str(installed / "small/common/neptune_writer"), NEPTUNE_EXPERIMENT="journal") == []
