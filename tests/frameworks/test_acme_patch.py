"""patches/acme.py: whole files before and after, those that it leaves alone first."""
import pytest
from before_after import check_noop, check_patched
from small_acme import ACME
from small_checkout import call, make, snapshot
from small_formats import BASELINES, STABLE_BASELINES3

from patches import apply_patch, discover
from patches.acme import PATCH
from patches.edits import Refused
from scripts import install, uninstall


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
    check_noop(PATCH, text)


def test_it_is_discovered_without_a_registry():
    assert PATCH in discover()


def test_the_default_logger():
    check_patched(
        PATCH,
        before='''\
"""The logger that everybody gets who names none."""
from acme.utils.loggers import filters
from acme.utils.loggers import terminal


# What the label is for, stands here.
def make_default_logger(label, time_delta=1.0):
    """A logger that prints one row per second at most."""
    return filters.TimeFilter(terminal.TerminalLogger(label), time_delta)
''',
        after='''\
"""The logger that everybody gets who names none."""
from acme.utils.loggers import filters
from acme.utils.loggers import terminal
neptune_writer = __import__("neptune_writer.frameworks.acme", globals(), fromlist=["also_to_neptune"], level=1 if __package__ else 0)  # neptune


# What the label is for, stands here.
@neptune_writer.also_to_neptune  # neptune
def make_default_logger(label, time_delta=1.0):
    """A logger that prints one row per second at most."""
    return filters.TimeFilter(terminal.TerminalLogger(label), time_delta)
''',
    )


def test_other_decorators_stay_behind_ours():
    check_patched(
        PATCH,
        before='''\
import functools

from acme.utils.loggers.terminal import TerminalLogger


@functools.lru_cache
def make_default_logger(label, *, time_delta=1.0): return TerminalLogger(label)
''',
        after='''\
import functools

from acme.utils.loggers.terminal import TerminalLogger
neptune_writer = __import__("neptune_writer.frameworks.acme", globals(), fromlist=["also_to_neptune"], level=1 if __package__ else 0)  # neptune


@neptune_writer.also_to_neptune  # neptune
@functools.lru_cache
def make_default_logger(label, *, time_delta=1.0): return TerminalLogger(label)
''',
    )


def test_the_package_offers_ours_among_its_own():
    check_patched(
        PATCH,
        before='''\
"""All loggers."""

from acme.utils.loggers.aggregators import Dispatcher
from acme.utils.loggers.base import Logger
from acme.utils.loggers.filters import NoneFilter
from acme.utils.loggers.default import make_default_logger
from acme.utils.loggers.terminal import TerminalLogger

# Others come from elsewhere.
''',
        after='''\
"""All loggers."""

from acme.utils.loggers.aggregators import Dispatcher
from acme.utils.loggers.base import Logger
from acme.utils.loggers.filters import NoneFilter
from acme.utils.loggers.default import make_default_logger
from acme.utils.loggers.terminal import TerminalLogger
from .neptune_writer.frameworks.acme import AggregateFilter, NeptuneLogger, SmoothingFilter, make_neptune_logger  # neptune

# Others come from elsewhere.
''',
        companion=True,
    )


def test_whatever_a_fork_returns_in_it():
    check_patched(
        PATCH,
        before='''\
import terminal


def make_default_logger(label):
    if not label:
        return NoOpLogger()
    yield terminal.TerminalLogger(label)
''',
        after='''\
import terminal
neptune_writer = __import__("neptune_writer.frameworks.acme", globals(), fromlist=["also_to_neptune"], level=1 if __package__ else 0)  # neptune


@neptune_writer.also_to_neptune  # neptune
def make_default_logger(label):
    if not label:
        return NoOpLogger()
    yield terminal.TerminalLogger(label)
''',
    )


def test_a_package_that_imports_its_own_modules_relatively():
    check_patched(
        PATCH,
        before='''\
from .aggregators import Dispatcher
from .base import Logger
from .filters import NoneFilter
from .default_logger import *  # make_default_logger
from .terminal import TerminalLogger
''',
        after='''\
from .aggregators import Dispatcher
from .base import Logger
from .filters import NoneFilter
from .default_logger import *  # make_default_logger
from .terminal import TerminalLogger
from .neptune_writer.frameworks.acme import AggregateFilter, NeptuneLogger, SmoothingFilter, make_neptune_logger  # neptune
''',
        companion=True,
    )


def test_one_that_cannot_be_told_its_label_is_refused():
    with pytest.raises(Refused, match=r"make_default_logger\(label, ...\) is missing"):
        apply_patch(PATCH, b"def make_default_logger():\n    return TerminalLogger()\n")


def test_install_and_uninstall_give_back_every_byte(tmp_path):
    before = snapshot(make(tmp_path, ACME))
    assert call(install, tmp_path) == 0
    assert (tmp_path / "small/loggers/neptune_writer/frameworks/acme/neptune.py").exists()
    assert call(uninstall, tmp_path) == 0
    assert snapshot(tmp_path) == before
