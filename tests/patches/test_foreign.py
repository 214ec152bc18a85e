"""patches/_foreign.py: what emits to Neptune by other means, and what only speaks of it (I3)."""
import pytest
from small_checkout import LOGGER, call, make

from patches._foreign import foreign_line
from scripts import install, status, uninstall


@pytest.mark.parametrize("code", [
    "x = 1  # neptune\n'neptune'\n\"\"\"import neptune\"\"\"\n",
    "x = 'neptune' in outputs\n",
    "def f(a, neptune_kwargs=None): pass\n",
    "def f(self, neptune_run):\n    self.neptune_run = neptune_run\n",
    "self.neptune_run = None\n",
    "self.NeptuneRun\n",
    "if self.use_neptune and neptune_kwargs is not None: print(neptune_kwargs)\n",
    "    # import neptune\nx = 1\n".lstrip(),
    "f(neptune_run=None)\n",
    "name = neptune_kwargs.get('name') or self.neptune_name.strip()\n",
    "class NeptuneMixin: pass\n",
    "def log_to_neptune(run): pass\n",
    "if False:\n    import neptune\n",
    "if 0:\n    import neptune\nelse:\n    x = 1\n",
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from neptune import Run\n",
    "import typing\nif typing.TYPE_CHECKING:\n    import neptune\n",
])
def test_what_emits_nothing(code):
    assert foreign_line(code.encode()) is None


@pytest.mark.parametrize("code, line", [
    ("x = self._neptune\nimport  neptune.new as n\n", "line 2: import neptune.new as n"),
    ("import os, neptune\n", "line 1: import os, neptune"),
    ("try:\n    import neptune\nexcept ImportError:\n    neptune = None\n", "line 2: import neptune"),
    ("def f():\n    from mine.neptune_tools import log\n", "line 2: from mine.neptune_tools import log"),
    ("from mine import NeptuneLogger\n", "line 1: from mine import NeptuneLogger"),
    ("self.neptune_run['a'].append(1)\n", "line 1: self.neptune_run['a'].append(1)"),
    ("def f(neptune_run):\n    neptune_run['lr'] = 1\n", "line 2: neptune_run['lr'] = 1"),
    ("log_to_neptune(1)\n", "line 1: log_to_neptune(1)"),
    ("neptune.init_run()\nimport neptune\n", "line 2: import neptune"),
    ("if True:\n    self._neptune.log_metric('a', 1)\n", "line 2: self._neptune.log_metric('a', 1)"),
    ("if False:\n    x = 1\nelif y:\n    neptune.init()\n", "line 4: neptune.init()"),
    ("import neptune\nprint 'a'\n", "line 1: import neptune"),  # of another Python
    ("import neptune\nx = '''", "line 1: import neptune"),
])
def test_the_line_that_emits(code, line):
    assert foreign_line(code.encode()) == line


@pytest.mark.parametrize("old, new", [
    ("exp_name=None):", "exp_name=None, neptune_kwargs=None):"),
    ("import json\n", "import json\n# import neptune\n"),
    ("self.exp_name = exp_name", "self.exp_name = exp_name; self.neptune_run = None"),
])
def test_a_logger_that_only_speaks_of_neptune_is_patched_and_taken_out(tmp_path, old, new):
    text = LOGGER.replace(old, new, 1)
    make(tmp_path, {"logx.py": text})
    assert call(install, tmp_path) == 0
    assert "neptune_writer.write_row" in (tmp_path / "logx.py").read_text()
    assert call(uninstall, tmp_path) == 0
    assert (tmp_path / "logx.py").read_text() == text


def test_the_user_may_have_a_foreign_logger_patched(tmp_path, capsys):
    text = LOGGER.replace("import json\n", "import json\nimport neptune\n", 1)
    make(tmp_path, {"logx.py": text})
    assert call(install, tmp_path) == 1
    assert "--patch-foreign patches it all the same" in capsys.readouterr().err
    assert call(install, tmp_path, "--patch-foreign") == 0
    assert call(status, tmp_path) == 0 and "applied " in capsys.readouterr().out
    assert call(install, tmp_path) == 0 and "already installed" in capsys.readouterr().out
    (tmp_path / "logx.py").write_text(text)  # as git checkout does
    assert call(status, tmp_path) == 0 and "drifted " in capsys.readouterr().out
    assert call(install, tmp_path) == 0
    assert call(uninstall, tmp_path) == 0
    assert (tmp_path / "logx.py").read_text() == text
