"""A live experiment that hangs for ever, or raises in ways that nobody expects: the training neither waits nor dies."""
import pytest
from trainings import command_in, only_journal, recorded_points, run, send

EXPERIMENT = """
class Experiment:
    def log_metric(self, name, x, y=None, timestamp=None):
        %(log_metric)s
    def set_property(self, key, value):
        %(set_property)s
    def stop(self):
        print("stopped", file=sys.stderr)
experiment = Experiment()
logger = Logger("out", "toy", experiment)
neptune_writer.write_config(logger, {"lr": 1e-3})
slowest = 0.0
for epoch in range(3000):
    before = time.monotonic()
    neptune_writer.write_row(logger, {"Epoch": epoch}, "Epoch")
    slowest = max(slowest, time.monotonic() - before)
assert slowest < 1, slowest
"""
HANG = "time.sleep(3600)"


def train(folder, end="", **broken):
    """Train with an experiment that is broken in this way; returns what was said. Every row must be in the journal."""
    code = EXPERIMENT % dict(dict(log_metric="pass", set_property="pass"), **broken)
    errors = run(code + end, folder, seconds=20, NEPTUNE_WRITER_EXIT_SECONDS="0.5")
    assert [row["step"] for row in only_journal(folder).rows] == list(range(3000))
    return errors


@pytest.mark.slow
@pytest.mark.parametrize("call", ["log_metric", "set_property"])
def test_one_that_hangs_is_left_in_time_and_the_command_sends_the_rows_elsewhere(training_folder, call):
    errors = train(training_folder, **{call: HANG})
    assert "3000 rows of" in errors and "stopped" not in errors
    assert send(training_folder, command_in(errors))[0] == 0
    assert len(recorded_points(training_folder, "Epoch")) == 3000


@pytest.mark.slow
def test_stopping_one_that_hangs_is_bounded(training_folder):
    errors = train(training_folder, """
begun = time.monotonic()
experiment.stop()
assert time.monotonic() - begun < 3
""", log_metric=HANG)
    assert errors.count("stopped") == 1 and "3000 rows of" in errors


def test_one_that_wants_to_leave_python_ends_no_training(training_folder):
    errors = train(training_folder, log_metric="sys.exit('no licence')")
    assert "3000 rows of" in errors


def test_one_that_raises_at_whatever_it_is_asked_for_is_said_and_ends_no_training(training_folder):
    errors = train(training_folder, log_metric="""pass
    def __getattribute__(self, name):
        if not name.startswith("__"):
            raise OSError("no such thing")
        return object.__getattribute__(self, name)""")
    assert 1 <= errors.count("OSError: no such thing") <= 2 and "3000 rows of" in errors


@pytest.mark.slow
def test_one_whose_calls_never_give_python_back_is_left_in_time(training_folder):
    errors = train(training_folder, log_metric="import ctypes; ctypes.CDLL(None).sleep(3600)")
    assert "3000 rows of" in errors
