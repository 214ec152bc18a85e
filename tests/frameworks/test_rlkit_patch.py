"""patches/rlkit.py: a class, or in PEARL a module."""
from before_after import added
from small_tables import CLASS, MODULE, PEARL, RLPYT

from neptune_writer.points import step_metrics
from patches import apply_patch
from patches.rlkit import PATCH


def test_the_class():
    lines = added(PATCH, CLASS)
    assert "neptune_writer.idioms.tables" in lines[0]
    assert lines[1:] == [
        "neptune_writer.write_row(self, self._tabular, folder=self._snapshot_dir or self._tabular_outputs)  # neptune"]
    assert '"""Print the table."""\n        neptune_writer.write_row(self, ' in apply_patch(
        PATCH, CLASS.encode()).new.decode()


def test_the_module():
    assert added(PATCH, PEARL)[1:] == [
        "neptune_writer.write_row(__name__, _tabular, folder=_snapshot_dir or _tabular_outputs)  # neptune"]


def test_relatives_are_another_family():
    assert apply_patch(PATCH, MODULE.encode()) is None and apply_patch(PATCH, RLPYT.encode()) is None


def test_epochs_come_first_and_what_counts_training_steps_last():
    ranked = step_metrics.of_framework("rlkit")
    assert ranked[:2] == ("Epoch", "epoch") and "num train steps total" in ranked
    assert step_metrics.of_framework(None)[-1] == "trainer/num train calls"
    assert step_metrics.unit("num train steps total") == "train steps"
