"""A line that somebody added to a block of ours cannot stay where it is without it: uninstall and install refuse."""
import shutil

import pytest
from small_checkout import call, make, snapshot
from small_formats import BASELINES

from scripts import install, uninstall

PLACE = "small/logger.py"
OURS = "        return NeptuneOutputFormat(folder=ev_dir)  # neptune\n"


@pytest.mark.parametrize("originals", [True, False])
@pytest.mark.parametrize("changed", [
    '        print("mine")\n' + OURS, OURS + '        print("mine")\n',
    OURS + '    elif format == "mine":\n        return 1\n'], ids=["before", "behind", "elif"])
def test_it_is_named(tmp_path, capsys, changed, originals):
    folder = make(tmp_path, BASELINES)
    assert call(install, folder) == 0
    if not originals:
        shutil.rmtree(folder / ".neptune-rl-logging")
    text = (folder / PLACE).read_text()
    assert OURS in text
    (folder / PLACE).write_text(text.replace(OURS, changed))
    compile((folder / PLACE).read_text(), PLACE, "exec")
    before = snapshot(folder)
    number = text[:text.index(OURS)].count("\n") + (1 if changed.endswith(OURS) else 2)
    for command in (uninstall, install):
        capsys.readouterr()
        assert call(command, folder) == 1
        assert f": line {number} was added to a block of ours" in capsys.readouterr().err
        assert snapshot(folder) == before


def test_once_it_stands_outside_it_is_kept(tmp_path):
    folder = make(tmp_path, BASELINES)
    assert call(install, folder) == 0
    text = (folder / PLACE).read_text()
    (folder / PLACE).write_text(text.replace(OURS, OURS + '    if format == "mine":\n        return 1\n'))
    assert call(uninstall, folder) == 0
    assert (folder / PLACE).read_text() == BASELINES[PLACE].replace(
        "def make_output_format(format, ev_dir):\n",
        'def make_output_format(format, ev_dir):\n    if format == "mine":\n        return 1\n')
