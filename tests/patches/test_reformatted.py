"""Patched files that were laid out anew: by black, by other line ends, by hand."""
import shutil
import subprocess
import sys

import pytest
from clones import states
from small_acme import ACME
from small_checkout import LOGGER, SERIALISER, call, make, snapshot
from small_formats import BASELINES, STABLE_BASELINES3
from small_ray import LAYOUTS
from small_tables import CLASS

from patches import apply_patch, discover, remove_patch, same_code
from scripts import install, uninstall
from scripts.checkout import package

SMALL = {"small/logx.py": LOGGER, "small/serialise.py": SERIALISER}
PATCH = next(patch for patch in discover() if patch.name == "spinningup")


def black(folder):
    """Format everything below the folder."""
    subprocess.run([sys.executable, "-m", "black", "-q", str(folder)], check=True)


@pytest.mark.parametrize("one, other, same", [
    (b"x = 1\n", b"x=1", True), (b"x = 1\n", b"x = 2\n", False), (b"f(a)  #x\n", b"f(\n    a,  # x\n)\n", True),
    (b"x = 1  # a\n", b"x = 1  # b\n", False), (b"x = 1  # a\n", b"x = 1\n", False),
    (b"x = 1  # neptune\n", b"x = 1\n", True), (b"x = u'a'\r\n", b'x = "a"\n', True),
    (b"def f():\n  '''A.\n    B. '''\n", b'def f():\n    """A.\n    B."""\n', True),
    (b"def f():\n  '''A.'''\n", b'def f():\n    """B."""\n', False), (b"x = 'a  b'\n", b"x = 'a b'\n", False),
    (b"x = (1\n", b"x = (1 \n", False), (b"\xff", b"\xfe", False)])
def test_same_code(one, other, same):
    assert same_code(one, other) == same_code(other, one) == same


@pytest.mark.parametrize("content, whole", [
    (SMALL, False), (BASELINES, False), (STABLE_BASELINES3, False), (ACME, False),
    pytest.param(SMALL, True, marks=pytest.mark.slow)],
    ids=["spinningup", "baselines", "sb3", "acme", "the whole package"])
def test_black_over_a_patched_tree(tmp_path, capsys, monkeypatch, content, whole):
    """Ours are known again; with and without the originals, out comes what black makes of the unpatched tree."""
    if not whole:  # black takes seconds for the whole package
        some = {name: raw for name, raw in package.vendored().items() if name in ("__init__.py", "values.py")}
        monkeypatch.setattr(package, "vendored", lambda: some)
    folder, formatted = make(tmp_path / "one", content), make(tmp_path / "two", content)
    assert call(install, folder) == 0
    black(folder)
    black(formatted)
    wanted = snapshot(formatted)
    for originals in (True, False):
        if not originals:
            shutil.rmtree(folder / ".neptune-rl-logging")
        again = shutil.copytree(folder, tmp_path / f"again {originals}")
        assert set(states(again, capsys).values()) == {"edited" if originals else "orphaned"}
        assert call(install, again) == 0
        assert set(states(again, capsys).values()) == {"applied"}
        assert call(uninstall, again) == 0
        assert snapshot(again) == wanted
    assert call(uninstall, folder) == 0
    assert snapshot(folder) == wanted


@pytest.mark.slow
@pytest.mark.parametrize("content", [SMALL, STABLE_BASELINES3], ids=["spinningup", "sb3"])
def test_a_clone_of_a_committed_fork_with_other_line_ends(tmp_path, capsys, content):
    """As git makes one with core.autocrlf: the package in it differs in every byte, too."""
    folder = make(tmp_path / "one", content)
    call(install, folder)
    shutil.rmtree(folder / ".neptune-rl-logging")
    for path in folder.rglob("*.py"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert set(states(folder, capsys).values()) == {"orphaned"}
    assert call(uninstall, folder) == 0
    for path, text in content.items():
        assert (folder / path).read_bytes() == text.encode().replace(b"\n", b"\r\n")


@pytest.mark.parametrize("old, new", [
    ("connect(self, neptune_experiment, ", "connect(\n            self, neptune_experiment, "),
    ("exp_name=None, neptune_experiment=None):", "exp_name=None,\n                 neptune_experiment = None,\n    ):"),
    ('write_row(self, self.log_current_row, step=("TotalEnvInteracts", "Epoch"))',
     "write_row(self,self.log_current_row,\n            step=('TotalEnvInteracts',\n                  'Epoch'))")])
def test_laid_out_by_hand(old, new):
    patched = apply_patch(PATCH, LOGGER.encode()).new.decode()
    assert old in patched
    assert same_code(remove_patch(PATCH, patched.replace(old, new).encode()), LOGGER.encode())


@pytest.mark.parametrize("name, before, today, earlier", [
    ("rlkit", "from . import a\n" + CLASS, "from .neptune_writer.idioms import tables as neptune_writer  # neptune",
     "neptune_writer = __import__(\n    'neptune_writer.frameworks.tables',\n    globals(),\n"
     "    fromlist=['write_row'],\n    level=1 if __package__ else 0,\n)  # neptune"),
    ("spinningup", "from . import a\n" + LOGGER, "from . import neptune_writer  # neptune",
     "neptune_writer = __import__(\n    'neptune_writer', globals(), fromlist=['connect'],\n"
     "    level=1 if __package__ else 0)  # neptune"),
    ("rllib", LAYOUTS["2.60.0"]["ray/tune/trainable/trainable.py"],
     '        if hasattr(neptune, "neptune_writer"):  # neptune\n'
     "            neptune.neptune_writer.write_result(self, result)  # neptune",
     "        hasattr(neptune, 'neptune_writer') and neptune.neptune_writer.write_result(\n            self, result\n"
     "        )  # neptune"),
])
def test_what_a_version_before_wrote_in_other_words(name, before, today, earlier):
    """As black has laid it out since."""
    patch = next(patch for patch in discover() if patch.name == name)
    patched = apply_patch(patch, before.encode()).new.decode()
    assert today in patched
    assert same_code(remove_patch(patch, patched.replace(today, earlier).encode()), before.encode())


@pytest.mark.parametrize("old, new", [
    ("neptune_experiment=None", "neptune_experiment='offline'"), ("connect(self, ", "connect(None, "),
    ("        neptune_writer.write_row", "        if 1:\n            neptune_writer.write_row"),
    ("  # neptune\n", "  # mine\n")])
def test_what_says_something_else_is_not_ours(old, new):
    patched = apply_patch(PATCH, LOGGER.encode()).new.decode()
    assert remove_patch(PATCH, patched.replace(old, new).encode()) is None


@pytest.mark.parametrize("parameters", [
    "self, *args", "self, *, a", "self, a, /", "self, **kw", "self, *args, b=1, **kw", "self, a, /, b, *, c"])
def test_every_kind_of_parameter(parameters):
    logger = LOGGER.replace("self, output_dir=None, exp_name=None", parameters).replace("= output_dir", "= 1").replace(
        "= exp_name", "= 1")
    laid_out = apply_patch(PATCH, logger.encode()).new.decode().replace("connect(self, ", "connect(self,\n  ")
    assert remove_patch(PATCH, laid_out.encode()).decode() == logger
