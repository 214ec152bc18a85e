"""patches/rlkit.py: a class, or in PEARL a module."""
import pytest
from before_after import check_noop, check_patched
from small_tables import MODULE, RLPYT

from neptune_writer.points import step_metrics
from patches.rlkit import PATCH


@pytest.mark.parametrize("text", [MODULE, RLPYT])
def test_relatives_are_another_family(text):
    check_noop(PATCH, text)


def test_the_class():
    check_patched(
        PATCH,
        before='''\
"""Tables."""
import csv


class Logger(object):
    def __init__(self):
        self._tabular = []
        self._snapshot_dir = None
        self._tabular_outputs = []

    def record_tabular(self, key, value):
        self._tabular.append((str(key), str(value)))

    def dump_tabular(self, *args, **kwargs):
        """Print the table."""
        print(dict(self._tabular))
        del self._tabular[:]


logger = Logger()
''',
        after='''\
"""Tables."""
import csv
neptune_writer = __import__("neptune_writer.idioms.tables", globals(), fromlist=["write_row"], level=1 if __package__ else 0)  # neptune


class Logger(object):
    def __init__(self):
        self._tabular = []
        self._snapshot_dir = None
        self._tabular_outputs = []

    def record_tabular(self, key, value):
        self._tabular.append((str(key), str(value)))

    def dump_tabular(self, *args, **kwargs):
        """Print the table."""
        neptune_writer.write_row(self, self._tabular, folder=self._snapshot_dir or self._tabular_outputs)  # neptune
        print(dict(self._tabular))
        del self._tabular[:]


logger = Logger()
''',
    )


def test_the_module():
    """As PEARL has it."""
    check_patched(
        PATCH,
        before='''\
_tabular = []
_snapshot_dir = None
_tabular_outputs = []


def record_tabular(key, value):
    _tabular.append((str(key), str(value)))


def dump_tabular(*args, **kwargs):
    print(dict(_tabular))


def get_table_key_set():
    return set(key for key, value in _tabular)
''',
        after='''\
neptune_writer = __import__("neptune_writer.idioms.tables", globals(), fromlist=["write_row"], level=1 if __package__ else 0)  # neptune
_tabular = []
_snapshot_dir = None
_tabular_outputs = []


def record_tabular(key, value):
    _tabular.append((str(key), str(value)))


def dump_tabular(*args, **kwargs):
    neptune_writer.write_row(__name__, _tabular, folder=_snapshot_dir or _tabular_outputs)  # neptune
    print(dict(_tabular))


def get_table_key_set():
    return set(key for key, value in _tabular)
''',
    )


def test_epochs_come_first_and_what_counts_training_steps_last():
    ranked = step_metrics.of_framework("rlkit")
    assert ranked[:2] == ("Epoch", "epoch") and "num train steps total" in ranked
    assert step_metrics.of_framework(None)[-1] == "trainer/num train calls"
    assert step_metrics.unit("num train steps total") == "train steps"
