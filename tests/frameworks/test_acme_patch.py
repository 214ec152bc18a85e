"""patches/acme.py: before/after pairs, the files it leaves alone first."""
import pytest
from before_after import added
from small_acme import ACME, DEFAULT, PACKAGE
from small_checkout import call, make, snapshot
from small_formats import BASELINES, STABLE_BASELINES3

from patches import apply_patch, discover
from patches.acme import PATCH
from patches.edits import Refused
from scripts import install, uninstall

IMPORT = ('neptune_writer = __import__("neptune_writer.frameworks.acme", globals(), fromlist=["also_to_neptune"], '
          'level=1 if __package__ else 0)  # neptune')
DECORATOR = "@neptune_writer.also_to_neptune  # neptune"
OFFER = ("from .neptune_writer.frameworks.acme import AggregateFilter, NeptuneLogger, SmoothingFilter, "
         "make_neptune_logger  # neptune")


@pytest.mark.parametrize("text", [
    "", "x = 1\n",
    "def make_default_logger(label):\n    return MyLogger(label)\n",  # a user's own, of no logger of Acme's
    "def train():\n    def make_default_logger(label):\n        return TerminalLogger(label)\n",
    # a script that takes what it needs from the package
    "from acme.utils.loggers import Dispatcher, Logger, TerminalLogger, make_default_logger\n",
    "from acme.utils.loggers.default import make_default_logger\n"
    "from acme.utils.loggers.terminal import TerminalLogger\n"
    "from acme.utils.loggers.aggregators import Dispatcher\n",
    *(text for name, text in ACME.items() if not name.endswith(("default.py", "loggers/__init__.py"))),
    *BASELINES.values(), *STABLE_BASELINES3.values(),
])
def test_a_file_without_the_default_logger_is_left_alone(text):
    assert apply_patch(PATCH, text.encode()) is None


def test_it_is_discovered_without_a_registry():
    assert PATCH in discover()


def test_the_default_logger():
    assert added(PATCH, DEFAULT) == [IMPORT, DECORATOR]
    new = apply_patch(PATCH, DEFAULT.encode()).new.decode()
    assert "# What the label is for, stands here.\n%s\ndef make_default_logger(" % DECORATOR in new


@pytest.mark.parametrize("body", [
    "    return TimeFilter(TerminalLogger(label), 1.0)\n",
    "    if not label:\n        return NoOpLogger()\n    return terminal.TerminalLogger(label)\n",
    "    yield terminal.TerminalLogger(label)\n",
])
def test_whatever_a_fork_returns_in_it(body):
    assert added(PATCH, "def make_default_logger(label):\n" + body) == [IMPORT, DECORATOR]


def test_other_decorators_stay_behind_ours():
    before = "@functools.lru_cache\ndef make_default_logger(label, *, time_delta=1.0): return TerminalLogger(label)\n"
    assert added(PATCH, before) == [IMPORT, DECORATOR]
    assert "# neptune\n@functools.lru_cache\n" in apply_patch(PATCH, before.encode()).new.decode()


def test_the_package_offers_ours_among_its_own():
    assert added(PATCH, PACKAGE, companion=True) == [OFFER]
    for before in (PACKAGE.replace("from small.loggers.", "from ."),
                   PACKAGE.replace("default import make_default_logger", "default import *  # make_default_logger"),
                   PACKAGE.replace("loggers.default import", "loggers.default_logger import")):
        assert added(PATCH, before, companion=True) == [OFFER]


def test_one_that_cannot_be_told_its_label_is_refused():
    with pytest.raises(Refused, match=r"expected make_default_logger\(label, ...\) once, found none"):
        apply_patch(PATCH, b"def make_default_logger():\n    return TerminalLogger()\n")


def test_install_and_uninstall_give_back_every_byte(tmp_path):
    before = snapshot(make(tmp_path, ACME))
    assert call(install, tmp_path) == 0
    assert (tmp_path / "small/loggers/neptune_writer/frameworks/acme/neptune.py").exists()
    assert call(uninstall, tmp_path) == 0
    assert snapshot(tmp_path) == before
