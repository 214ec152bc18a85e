"""Loggers that are not patched: named with the reason, whatever else is in the tree (I1, I4, and the honest rest)."""
import re

import pytest
import small_writers
from small_checkout import LOGGER, call, make, snapshot
from small_formats import STABLE_BASELINES3
from small_tables import CLASS, OMNISAFE

from patches import discover, known
from scripts import install, status, uninstall

SKRL = """class Agent:
    def track_data(self, tag, value):
        self.tracking_data[tag].append(value)

    def write_tracking_data(self, timestep, timesteps):
        self.writer.add_scalar("a", 1, timestep)
"""
DETAIL = ("skrl has no logger of its own, it logs with torch's SummaryWriter; `install --python PYTHON torch` "
          "reaches it, where PYTHON is the one that trains")


def refusals(capsys, folder, *arguments):
    """What install says on stderr where it refuses, and changes nothing."""
    before = snapshot(folder)
    capsys.readouterr()
    assert call(install, folder, *arguments) == 1
    assert snapshot(folder) == before
    return [line.partition(": ")[2] for line in capsys.readouterr().err.splitlines()]


def test_a_framework_that_draws_with_summary_writer_is_told_what_reaches_it(tmp_path, capsys):
    make(tmp_path, {"src/utils/logging.py": SKRL})
    expected = [f"src/utils/logging.py: unsupported: {DETAIL}; nothing was written"]
    assert refusals(capsys, tmp_path) == expected
    assert refusals(capsys, tmp_path, "--file", "src/utils/logging.py") == expected
    assert call(status, tmp_path) == 0
    assert f"unsupported src/utils/logging.py  {DETAIL}" in capsys.readouterr().out


RSL_RL = """import wandb


class OnPolicyRunner:
    def learn(self, iterations):
        self.writer = SummaryWriter(log_dir=self.log_dir)

    def log(self, locs):
        wandb.log({"a": 1}, step=locs["it"])

    def get_inference_policy(self):
        return self.policy
"""


@pytest.mark.parametrize("source, expected", [
    (RSL_RL, "this copy of rsl_rl logs to W&B, not with a SummaryWriter; no patch reaches that, but `report` reads "
             "W&B's offline runs (WANDB_MODE=offline)"),
    (RSL_RL.replace("wandb.log({", "self.writer.add_scalar('a', 1); wandb.log({"),
     DETAIL.replace("skrl has", "rsl_rl has")),
])
def test_a_copy_that_logs_to_w_and_b_is_not_sent_to_the_summary_writer(tmp_path, capsys, source, expected):
    """As forks of extreme-parkour do, which make a SummaryWriter and never use it."""
    make(tmp_path, {"runners/on_policy_runner.py": source})
    assert refusals(capsys, tmp_path) == [f"runners/on_policy_runner.py: unsupported: {expected}; nothing was written"]


def test_of_what_cannot_be_parsed_nothing_is_said(tmp_path, capsys):
    make(tmp_path, {"a.py": SKRL + "\nprint 'a'\n", "b/logx.py": LOGGER})
    assert call(install, tmp_path) == 0
    assert "a.py" not in capsys.readouterr().err


@pytest.mark.parametrize("patch", known(), ids=lambda patch: patch.name)
def test_each_is_known_by_all_its_symbols_together(patch):
    assert not patch.supported and patch.name not in [other.name for other in discover()]
    for target in patch.targets:
        assert len(target.signs) > 1 and target.signs[0].startswith(b"def ")


def test_the_main_logger_that_is_not_supported_is_no_success(tmp_path, capsys):
    """I4: a logger of a supported kind deep inside, and the tree's own, which is another."""
    make(tmp_path, {"common/logger.py": SKRL, "third/party/spinup/logx.py": LOGGER})
    assert refusals(capsys, tmp_path) == [
        f"common/logger.py: unsupported: {DETAIL}; nothing was written; --file third/party/spinup/logx.py patches that "
        "alone"]
    assert call(install, tmp_path, "--file", "third/party/spinup/logx.py") == 0
    assert (tmp_path / "common/logger.py").read_text() == SKRL


def test_another_one_deep_inside_is_named_and_the_main_one_is_patched(tmp_path, capsys):
    make(tmp_path, {"lib/logx.py": LOGGER, "third/party/skrl/logging.py": SKRL})
    before = snapshot(tmp_path)
    assert call(install, tmp_path) == 0
    said = capsys.readouterr()
    assert f"third/party/skrl/logging.py: {DETAIL}; left as it is, the others are patched" in said.err
    assert "unsupported third/party/skrl/logging.py" in said.out and "applied     lib/logx.py" in said.out
    assert call(install, tmp_path) == 0
    assert call(uninstall, tmp_path) == 0
    assert {path: content for path, content in snapshot(tmp_path).items() if path in before} == before


def test_every_kind_in_a_tree_is_patched(tmp_path, capsys):
    """I4, with what was OmniSafe's."""
    make(tmp_path, {"common/logger.py": OMNISAFE, "third/party/spinup/logx.py": LOGGER, "rl/viskit/logging.py": CLASS})
    assert call(install, tmp_path) == 0
    assert capsys.readouterr().out.count("applied ") == 3


MODELS = "small/common/models.py"


def test_models_that_cannot_be_edited_leave_the_logger_installed(tmp_path, capsys):
    """I1: as in Stable-Baselines3 0.6."""
    make(tmp_path, dict(STABLE_BASELINES3, **{MODELS: STABLE_BASELINES3[MODELS].replace("_logger", "_other")}))
    before = snapshot(tmp_path)
    assert call(install, tmp_path) == 0
    said = capsys.readouterr()
    assert f"{MODELS}: BaseAlgorithm._logger is missing; left as it is, the logger works without it" in \
        said.err
    assert "applied     small/common/logger.py" in said.out and f"unsupported {MODELS}" in said.out
    assert snapshot(tmp_path)[MODELS] == before[MODELS]
    assert call(status, tmp_path) == 0
    assert call(uninstall, tmp_path) == 0
    assert {path: content for path, content in snapshot(tmp_path).items() if path in before} == before


@pytest.mark.parametrize("change", [
    lambda text: text + "\n<<<<<<< ours\n",
    lambda text: text + "\nprint 'a'\n",
    lambda text: text.replace("    def _setup_learn", "    def _setup_learn(self, reset_num_timesteps=True): pass\n"
                              "    def _setup_learn", 1),  # twice
])
def test_whatever_is_wrong_with_a_companion(tmp_path, capsys, change):
    make(tmp_path, dict(STABLE_BASELINES3, **{MODELS: change(STABLE_BASELINES3[MODELS])}))
    assert call(install, tmp_path) == 0
    assert re.search(f"{MODELS}: [^\n]+; left as it is, the logger works without it", capsys.readouterr().err)


def test_a_companion_in_the_loggers_own_file(tmp_path, capsys):
    serialisers = "\n\ndef convert_json(obj): return obj\ndef convert_json(obj): return obj\n"
    make(tmp_path, {"logx.py": LOGGER + serialisers})
    assert call(install, tmp_path) == 0
    assert "neptune_writer.write_row" in (tmp_path / "logx.py").read_text()
    assert call(uninstall, tmp_path) == 0
    assert (tmp_path / "logx.py").read_text() == LOGGER + serialisers


def test_companions_alone_are_no_logger(tmp_path, capsys):
    make(tmp_path, {MODELS: STABLE_BASELINES3[MODELS].replace("_logger", "_other")})
    assert "no logger of a supported framework" in refusals(capsys, tmp_path)[0]


def test_who_has_a_writer_of_its_own_is_patched_there(tmp_path, capsys):
    make(tmp_path, {"agents/base.py": "from skrl.utils.tensorboard import SummaryWriter\n\n\n" + SKRL,
                    "utils/tensorboard.py": small_writers.SKRL})
    assert call(install, tmp_path) == 0
    printed = capsys.readouterr()
    assert "utils/tensorboard.py" in printed.out and "base.py" not in printed.out + printed.err
