"""scripts/checkout/nearest.py: where no logger is found, one line that helps."""
import pytest
from small_acme import ACME
from small_checkout import LOGGER, SERIALISER, call, make, run, snapshot
from small_formats import BASELINES, STABLE_BASELINES3
from small_ray import LAYOUTS

from scripts import diff, install, status, uninstall, update, vendor

NONE = "no logger of a supported framework (README.md, What is supported)"
NOTHING = (", nor anything near one; `report` reads many frameworks' files as they are, and patches/README.md says "
           "how to add a logger")
CAMELS = """class Table:
    def logTabular(self, key, value):
        self.log_cur_row[key] = value

    def dumpTabular(self):
        print(self.log_cur_row)
"""
TABLE = "class Table:\n    def log_tabular(self, key, value):\n        self.row[key] = value\n"
WRITER = "class Writer:\n    def dump(self):\n        print('x')\n"
SPLIT = TABLE + "\nclass Other:\n    def dump_tabular(self):\n        print('x')\n"


def refused(capsys, command, folder, *arguments):
    """The one line of a refusal, behind the names of command and folder."""
    before = snapshot(folder)
    capsys.readouterr()
    assert call(command, folder, *arguments) == 1
    assert snapshot(folder) == before
    line, = capsys.readouterr().err.splitlines()
    return line.partition(": ")[2]


@pytest.mark.parametrize("command", [status, install, uninstall, diff, update, vendor])
@pytest.mark.parametrize("content, found", [
    ({"train.py": "logger.log_tabular('a', 1)\nlogger.dump_tabular()\n"}, NOTHING),
    ({"a.txt": LOGGER}, NOTHING),
    ({"a.py": SERIALISER}, NOTHING),
    ({"a.py": "class Mine:\n    def dump_tabular(self): pass\n"}, NOTHING),
    ({"a.py": CAMELS}, "; nearest: a.py, with logTabular and dumpTabular, in place of log_tabular and dump_tabular "
                       "(spinningup)"),
    ({"a.py": CAMELS.replace("dumpT", "writeT")}, "; nearest: a.py, with logTabular, in place of log_tabular without "
                                                  "dump_tabular (spinningup)"),
    ({"a/b.py": TABLE, "a/c.py": "x = 1\n"}, "; nearest: a/b.py, with log_tabular, without dump_tabular (spinningup)"),
    ({"a.py": WRITER}, NOTHING),
    ({"a.py": WRITER, "b.py": TABLE, "c.py": WRITER.replace("dump", "dumpkvs") + "        self.output_formats = []\n"},
     "; nearest: c.py, with dumpkvs and output_formats, but not as the patch expects it (stable_baselines); "
     "b.py, with log_tabular, without dump_tabular (spinningup)"),
    ({"a.py": SPLIT},
     "; nearest: a.py, with log_tabular and dump_tabular, but not as the patch expects it (spinningup)"),
])
def test_the_files_that_come_nearest_are_named_with_what_they_lack(tmp_path, capsys, command, content, found):
    assert refused(capsys, command, make(tmp_path, content)) == f"{tmp_path}: {NONE}{found}"


@pytest.mark.parametrize("text, found", [
    ("x = 1\n", f" in it{NOTHING}"),
    (TABLE, ", but something near one, with log_tabular, without dump_tabular (spinningup)")])
def test_of_a_file_that_is_named_it_says_what_is_in_it(tmp_path, capsys, text, found):
    make(tmp_path, {"a.py": text, "b.py": LOGGER})
    assert refused(capsys, install, tmp_path, "--file", "a.py") == f"a.py: {NONE}{found}"


CLEANRL = """from torch.utils.tensorboard import SummaryWriter
writer = SummaryWriter("runs/a")
writer.add_scalar("losses/value_loss", 1.0, 1)
"""
REACHED = "`install --python PYTHON %s` reaches it, where PYTHON is the one that trains"
TO_W_AND_B = ("to W&B, not with a SummaryWriter; no patch reaches that, but `report` reads W&B's offline runs "
              "(WANDB_MODE=offline)")


@pytest.mark.parametrize("content, found", [
    ({"ppo.py": CLEANRL}, f"; ppo.py logs with torch's SummaryWriter; {REACHED % 'torch'}"),
    ({"a/ppo.py": CLEANRL, "a/dqn.py": CLEANRL, "b.py": "writer.add_scalars('a', {}, 1)\n"},
     f"; a/dqn.py and 2 more log with torch's SummaryWriter; {REACHED % 'torch'}"),
    ({"board.py": "import tensorboardX\n", "train.py": "self.writer.add_scalar('a', 1)\n"},
     f"; train.py logs with tensorboardX's SummaryWriter; {REACHED % 'tensorboardX'}"),
    ({"a.py": CLEANRL.replace("torch.utils.tensorboard", "tensorboardX"),
      "b.py": "from torch.utils import tensorboard\n"},
     f"; a.py logs with torch and tensorboardX's SummaryWriter; {REACHED % 'torch'}"),
    ({"a.py": TABLE, "ppo.py": CLEANRL},
     "; nearest: a.py, with log_tabular, without dump_tabular (spinningup); ppo.py logs with torch's SummaryWriter; "
     + REACHED % "torch"),
    ({"runner.py": CLEANRL.replace("writer.", "# writer.") + "wandb.log({'a': 1}, step=2)\n"},
     f"; runner.py logs {TO_W_AND_B}"),
    ({"a.py": CLEANRL.replace("writer.", "# writer.")}, NOTHING),
    ({"a.py": "# wandb.log({})\n", "b.py": "x = tensorboardX\n"}, NOTHING),
    ({"legged_gym/utils/task_registry.py": "from rsl_rl.runners import OnPolicyRunner\n"},
     f"; legged_gym/utils/task_registry.py imports rsl_rl, which is not in this checkout; {REACHED % 'torch'}"),
    ({"train.py": "import gymnasium\nfrom stable_baselines3 import PPO\n"},
     f"; train.py imports stable_baselines3, which is not in this checkout; {REACHED % 'stable_baselines3'}"),
    ({"src/rlkit/core.py": "x = 1\n", "train.py": "from rlkit.core import x\n"}, NOTHING),  # it is here
    ({"a.py": "import rayon\n# import ray\nfrom .ray import x\n"}, NOTHING),
    ({"benchmark.py": "def run_experiment(command):\n    print(command)\n"}, NOTHING),  # also a method of Dopamine's
])
def test_code_that_logs_by_other_means_is_told_what_reaches_it(tmp_path, capsys, content, found):
    """Forks of CleanRL, machin, abcdrl; copies of rsl_rl that log to W&B. "Nor anything near one" helped nobody."""
    assert refused(capsys, install, make(tmp_path, content)) == f"{tmp_path}: {NONE}{found}"


def test_so_is_a_file_that_is_named(tmp_path, capsys):
    make(tmp_path, {"ppo.py": CLEANRL, "b.py": LOGGER})
    assert refused(capsys, install, tmp_path, "--file", "ppo.py") == \
        f"ppo.py: {NONE} in it; it logs with torch's SummaryWriter; {REACHED % 'torch'}"


def test_only_what_was_named_is_looked_at(tmp_path, capsys):
    make(tmp_path, {"b.py": TABLE, "inside/a.py": "x = 1\n"})
    assert "nearest" not in refused(capsys, install, tmp_path / "inside")


def test_a_line_is_short_whatever_frameworks_there_are(tmp_path):
    done = run("install", make(tmp_path / "one", {"a.py": TABLE, **{f"{n}.py": TABLE for n in range(20)}}))
    assert len(done.stderr.replace(str(tmp_path), "")) < 250 and done.stderr.count("\n") == 1


@pytest.mark.parametrize("framework, content, lost, found", [
    ("stable_baselines", BASELINES, "dumpkvs", "small/logger.py, with output_formats, without dumpkvs"),
    ("stable_baselines3", STABLE_BASELINES3, "key_excluded",
     "small/common/logger.py, with dump and output_formats, but not as the patch expects it"),
    ("acme", ACME, "make_default_logger",
     "small/loggers/__init__.py, with TerminalLogger, without make_default_logger"),
    ("rllib", LAYOUTS["2.60.0"], "on_trial_error",
     "ray/tune/callback.py, with on_trial_result, without on_trial_error"),
])
def test_of_each_framework_the_symbol_that_upstream_renamed_is_named(tmp_path, capsys, framework, content, lost, found):
    renamed = {path: text.replace(lost, "renamed") for path, text in content.items()}
    assert f"; nearest: {found} ({framework})" in refused(capsys, status, make(tmp_path, renamed))


def test_a_folder_with_a_logger_is_not_read_twice(tmp_path, monkeypatch):
    from scripts.checkout import nearest
    monkeypatch.setattr(nearest, "search", None)
    for name, content in (("one", None), ("two", STABLE_BASELINES3)):
        assert call(status, make(tmp_path / name, content)) == 0
