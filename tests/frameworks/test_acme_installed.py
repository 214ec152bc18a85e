"""neptune_writer.frameworks.acme in a patched package: what its default logger gains, and all composed."""
import os
import subprocess
import sys
import textwrap

import pytest
from small_acme import ACME
from small_checkout import call, make
from trainings import RECORDING, journals, only_journal, recorded_points, stored

from neptune_writer.frameworks.acme import also_to_neptune, launchpad
from scripts import install


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    folder = make(tmp_path_factory.mktemp("acme"), ACME)
    assert call(install, folder) == 0
    return folder


@pytest.fixture
def train(checkout, tmp_path):
    """Runs a script on the patched package in `tmp_path`; returns its stdout and stderr."""
    def train(code, status=0, **variables):
        (tmp_path / "train.py").write_text("import copy\nfrom small.loggers import *\nfrom small import loggers\n"
                                           + textwrap.dedent(code))
        path = os.pathsep.join([str(checkout), str(RECORDING)])
        done = subprocess.run([sys.executable, "train.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60,
                              env=dict(os.environ, PYTHONPATH=path, PYTHONDONTWRITEBYTECODE="1", **variables))
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout, done.stderr
    return train


JOURNAL = dict(NEPTUNE_EXPERIMENT="journal")
LOOP = """
logger = make_default_logger("train_loop")
for number in range(1, 6):
    logger.write({"episode_return": float(number), "steps": 10 * number, "nothing": None})
logger.close()
"""


def test_nothing_configured_nothing_changed(train, tmp_path):
    output, errors = train(LOOP + "print(type(logger).__name__)")
    assert output == "[train_loop] episode_return=1.0, steps=10\n[train_loop] closed\nTimeFilter\n" and not errors
    assert not journals(tmp_path)


def test_every_row_of_a_loop_is_emitted_and_the_logger_is_as_it_was(train, tmp_path):
    output, _ = train(LOOP + """
print(isinstance(logger, Logger), logger.time_delta, logger.write({}))
logger.time_delta = 5.0
print(logger.to, copy.copy(logger).time_delta, copy.deepcopy(logger).time_delta)
""", **JOURNAL)
    assert output.startswith("[train_loop] episode_return=1.0, steps=10\n[train_loop] closed\nTrue 1.0 None\n")
    assert "NoneFilter object" in output and output.endswith(" 5.0 5.0\n")
    assert [row["step"] for row in only_journal(tmp_path).rows] == [10, 20, 30, 40, 50]
    header = only_journal(tmp_path).header
    assert (header["framework"], header["framework_version"], header["name"]) == ("small", "0.9", "train.py")


def test_what_acme_says_is_the_step_is_x(train, tmp_path):
    train("make_default_logger('eval', steps_key='actor_steps').write({'steps': 1, 'actor_steps': 5})", **JOURNAL)
    assert [row["step"] for row in only_journal(tmp_path).rows] == [5]


def test_a_default_that_nobody_chose_is_not_the_step(train, tmp_path):
    train("make_default_logger('eval').write({'steps': 500, 'eval_steps': 1})", **JOURNAL)
    assert [row["step"] for row in only_journal(tmp_path).rows] == [1]


@pytest.mark.parametrize("seconds, rows", [("", 1), ("0", 3), ("soon", 1)])
def test_the_rows_of_device_tensors_of_default_loggers_follow_their_time_delta(train, tmp_path, seconds, rows):
    _, errors = train("""
        class Tensor:
            def numpy(self):
                import numpy
                return numpy.float32(1)
        logger = make_default_logger("learner", time_delta=3600.0)
        for step in range(3):
            logger.write({"loss": Tensor(), "steps": step})
        """, NEPTUNE_ACME_TIME_DELTA=seconds, **JOURNAL)
    assert len(only_journal(tmp_path).rows) == rows
    assert ("NEPTUNE_ACME_TIME_DELTA=soon is not a number of seconds; using 3600" in errors) == (seconds == "soon")


def test_a_failing_terminal_costs_no_row_and_is_raised_as_ever(train, tmp_path):
    _, errors = train("""
        def fail(text):
            raise OSError("closed")
        logger = make_default_logger("train")
        logger.to.to.to[0].print_fn = fail
        logger.write({"steps": 1})
        """, status=1, **JOURNAL)
    assert "OSError: closed" in errors and len(only_journal(tmp_path).rows) == 1


def test_a_signature_without_anything_but_a_label_will_do():
    make = also_to_neptune(lambda label: label)
    assert make("x") == "x" and make(label="y") == "y"


LAUNCHPAD = "import sys\nsys.argv.append('--lp_task_id=0')\n" + LOOP


@pytest.mark.parametrize("wanted, opens", [
    ("", False), ("learner", False), ("learner, train_loop", True), ("all", True)])
def test_a_process_of_launchpad_opens_a_run_where_it_is_asked_to(train, tmp_path, wanted, opens):
    _, errors = train(LAUNCHPAD, NEPTUNE_LAUNCHPAD=wanted, **JOURNAL)
    assert bool(journals(tmp_path)) == opens
    assert ("to have it record one, set NEPTUNE_LAUNCHPAD=learner,train_loop (or all)" in errors) != opens


@pytest.mark.parametrize("logger, opens", [
    ("NeptuneLogger('journal', 'actor')", False), ("make_neptune_logger(None, 'actor')", False),
    ("NeptuneLogger('journal', 'learner')", True), ("NeptuneLogger(lambda: None, 'actor')", True)])
def test_a_spec_in_code_is_the_same_spec_in_all_processes(train, tmp_path, logger, opens):
    train("import sys\nsys.argv.append('--lp_task_id=0')\n%s.write({'steps': 1})" % logger, **JOURNAL)
    assert bool(journals(tmp_path)) == opens


def test_the_entry_of_a_process_of_launchpad_is_known(monkeypatch):
    monkeypatch.setattr(sys.modules["__main__"], "__file__", "/somewhere/process_entry.py", raising=False)
    assert not launchpad.is_process()  # anybody's
    monkeypatch.setitem(sys.modules, "launchpad", launchpad)
    assert launchpad.is_process()


def test_launchpads_learner_opens_the_run(train, tmp_path):
    train(LAUNCHPAD.replace("train_loop", "learner"), **JOURNAL)
    assert len(only_journal(tmp_path).rows) == 5


# make_neptune_logger

def test_the_clock_neither_smooths_nor_drops(train, tmp_path):
    """The article's: TimeFilter stood before the SmoothingFilter and the NeptuneLogger."""
    output, _ = train("""
        logger = make_neptune_logger("journal", "train", 3600.0, smoothing_regex="return", smoothing_coeff=0.5)
        for number in range(1, 6):
            logger.write({"return": float(number), "steps": number})
        """)
    rows = only_journal(tmp_path).rows
    assert [row["values"]["train/return"] for row in rows] == [1.0, 2.0, 3.0, 4.0, 5.0]
    average, coeff = 1.0, 0.0
    for row in rows:
        average = coeff * average + (1 - coeff) * row["values"]["train/return"]
        coeff = 0.9 * coeff + 0.1 * 0.5
        assert row["values"]["train/return_smoothed_0.5"] == pytest.approx(average)
    assert output == "[train] return=1.0, return_smoothed_0.5=1.0, steps=1\n"


def test_no_dump_is_lost_to_the_clock(train, tmp_path):
    output, _ = train("""
        logger = make_neptune_logger("journal", "eval", 3600.0, aggregate_regex="return")
        for evaluation in range(3):
            for episode in range(2):
                logger.write({"return": float(episode), "steps": 10 * evaluation + episode})
            logger.dump()
        """)
    assert [(row["step"], row["values"]["eval/return_mean"]) for row in only_journal(tmp_path).rows] == [
        (1, 0.5), (11, 0.5), (21, 0.5)]
    assert output.count("return_mean=0.5") == 3


def test_what_nobody_dumps_is_dumped_at_the_exit(train, tmp_path):
    """`EnvironmentLoop` never closes its logger. Other loggers of the run have rows before and after."""
    train("""
        train = make_neptune_logger("journal", "train")
        evaluation = make_neptune_logger("journal", "eval", aggregate_regex="return", smoothing_regex="mean")
        train.write({"steps": 1})
        evaluation.write({"return": 3.0, "steps": 1})
        train.write({"steps": 2})
        """)
    run = only_journal(tmp_path)
    assert run.ended and run.rows[-1]["values"]["eval/return_mean_smoothed_0.99"] == 3.0


def test_a_dump_at_the_exit_may_go_into_another_filter(train, tmp_path):
    train("""
        behind = AggregateFilter(NeptuneLogger("journal", "all"), "mean")
        before = AggregateFilter(behind, "return")
        behind.write({"steps": 1})
        before.write({"return": 3.0, "steps": 2})
        """)
    assert only_journal(tmp_path).rows[-1]["values"]["all/return_mean_mean"] == 3.0


def test_a_forked_child_leaves_the_rows_of_its_parent_alone(train, tmp_path):
    train("""
        import os, sys
        evaluation = make_neptune_logger("journal", "eval", aggregate_regex="return")
        evaluation.write({"return": 100.0, "steps": 1})
        child = os.fork()
        if not child:
            evaluation.write({"return": 1.0, "steps": 1})
            sys.exit()
        os.waitpid(child, 0)
        """)
    runs = [stored(path).rows for path in journals(tmp_path)]
    assert sorted(row["values"]["eval/return_mean"] for rows in runs for row in rows) == [1.0, 100.0]


def test_x_and_the_interval_are_handed_on(train, tmp_path):
    train("""
        class Tensor:
            def numpy(self):
                import numpy
                return numpy.float32(1)
        logger = make_neptune_logger("journal", "learner", time_delta=3600, index_name="frames")
        for number in range(3):
            logger.write({"loss": Tensor(), "steps": 5, "frames": 7 + number})
        """)
    assert [row["step"] for row in only_journal(tmp_path).rows] == [7]


def test_dumped_at_the_exit_it_may_be_the_first_row_of_the_run(train, tmp_path):
    train("make_neptune_logger('journal', 'eval', aggregate_regex='return').write({'return': 3.0, 'steps': 1})")
    assert only_journal(tmp_path).ended and len(only_journal(tmp_path).rows) == 1


def test_the_articles_calls_work_as_they_are(train, tmp_path):
    train("""
        experiment = "journal"
        neptune_logger = NeptuneLogger(experiment, "all", index_name="epoch")
        logger = loggers.Dispatcher([neptune_logger, TerminalLogger("all")])
        logger = SmoothingFilter(logger, "return", 0.99)
        logger = loggers.TimeFilter(loggers.NoneFilter(logger), 0.0)
        logger = AggregateFilter(logger, "return")
        logger.write({"episode_return": 1.0, "steps": 3})
        logger.dump()
        logger = make_neptune_logger(experiment, prefix="eval", time_delta=1.0, aggregate_regex="return",
                                     smoothing_regex=None, smoothing_coeff=0.99)
        logger.write({"episode_return": 1.0, "steps": 3})
        logger.dump()
        logger.close()
        """)
    rows = only_journal(tmp_path).rows
    assert [row["values"]["%s/episode_return_mean" % row["clock"]] for row in rows] == [1.0, 1.0]


def test_the_points_reach_the_tracker_each_stream_with_its_x(train, tmp_path):
    train("""
        learner, loop = NeptuneLogger("offline", "learner"), NeptuneLogger("offline", "loop")
        for step in (1, 2, 3):
            learner.write({"loss": 0.5, "steps": step})
            loop.write({"return": 1.0, "steps": 100 * step})
        """)
    assert [step for step, *_ in recorded_points(tmp_path, "learner/loss")] == [1, 2, 3]
    assert [step for step, *_ in recorded_points(tmp_path, "loop/return")] == [100, 200, 300]
    assert len(stored(journals(tmp_path)[0]).rows) == 6
