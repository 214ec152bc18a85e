"""report.py over the event files of trainings, and over our journals of them: the same points."""
import pytest
from report_runs import points, read
from small_checkout import call, make
from tables_driven import drive
from trainings import journals

from scripts import install

pytest.importorskip("tensorboard")
WRITER = '''\
import time

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter


class SummaryWriter:
    """As skrl's: scalars alone."""

    def __init__(self, log_dir):
        self._event_file_writer = EventFileWriter(log_dir)

    def add_scalar(self, tag, value, timestep):
        summary = Summary(value=[Summary.Value(tag=tag, simple_value=value)])
        self._event_file_writer.add_event(Event(wall_time=time.time(), step=int(timestep), summary=summary))

    def flush(self):
        self._event_file_writer.flush()

    def close(self):
        self._event_file_writer.close()
'''
TRAIN = """
import sys
sys.path.insert(0, %r)
from lib.writer import SummaryWriter
for seed in (1, 2):
    writer = SummaryWriter("out/Walk__ppo__%%d__170000000%%d" %% (seed, seed))
    for step in range(5):
        writer.add_scalar("charts/return", step * seed, 100 * step)
        writer.add_scalar("losses/loss", 0.5 ** step, step)             # each at its own steps
    for step in (300, 400, 500):                                        # on from a checkpoint
        writer.add_scalar("charts/return", step, step)
    writer.close()
"""


def test_the_same_points(tmp_path):
    make(tmp_path, {"lib/__init__.py": "", "lib/writer.py": WRITER})
    assert call(install, tmp_path) == 0
    drive(tmp_path, TRAIN % str(tmp_path), NEPTUNE_EXPERIMENT="journal")
    for journal in journals(tmp_path):
        target = tmp_path / "journals" / journal.parent.name / journal.name
        target.parent.mkdir(parents=True)
        journal.rename(target)
    found = [sorted(read(folder)[0], key=lambda run: points(run, "charts/return"))
             for folder in (tmp_path / "out", tmp_path / "journals")]
    assert [len(runs) for runs in found] == [2, 2]
    for ours, drawn in zip(*found):
        assert set(ours.series) == set(drawn.series) == {"charts/return", "losses/loss"}
        for name in ours.series:
            assert points(ours, name) == points(drawn, name)
    assert points(found[0][0], "charts/return")[-3:] == [(300, 300), (400, 400), (500, 500)]
