"""Ctrl-C while the training ends (S13): once, twice, three times, at any moment. The row count and the command are
printed, and no process stays. The kind: what a signal's handler raises at the end is raised into us."""
import os
import random
import signal
import time

import pytest
from trainings import HANGING, OFFLINE, TRAIN, command_in, processes_of, run, start, wait_until

TRIALS = """
import random, signal, tempfile, threading, types
from neptune_writer import ctrl_c, ending
class Forwarder:  # stands for one of a tracker that hangs
    def finish(self):
        pass
    def join(self, seconds):
        return threading.Event().wait(seconds)
    def abandon(self, is_hurried):
        for _ in range(10):
            if is_hurried() or self.join(0.001):
                break
        open("abandoned", "w")
    def remaining(self):
        return "3 rows are left"
def begun():
    logger = types.SimpleNamespace(output_dir="out", exp_name="toy")
    neptune_writer.connect(logger, "journal", header={"git": None})  # which takes a while to ask
    neptune_writer.write_row(logger, {"Epoch": 0}, "Epoch")
    return logger
ending._SLICE_SECONDS = 0.005
neptune_writer.close(begun())  # so that all is imported
def trial(interrupt):
    "What a training prints that is interrupted so at its end."
    with tempfile.TemporaryFile("w+") as errors:
        process = os.fork()
        if process == 0:
            signal.alarm(20)
            os.dup2(errors.fileno(), 2)
            globals()["kept"] = begun()
            ending.wait_for(Forwarder())
            interrupt()
            sys.exit(0)
        status = os.waitpid(process, 0)[1]
        errors.seek(0)
        text = errors.read()
    assert status == 0, (status, text)
    lines = text.splitlines()
    assert lines[0].startswith("neptune: journal ") and "waiting up to" not in lines[1], text
    assert lines[1:] == ["neptune: 3 rows are left"], text
    assert os.path.exists("abandoned")
    os.remove("abandoned")
"""
EACH_LINE = TRIALS + """
handlers = {
    "Ctrl-C": lambda: None,
    "a handler that leaves": lambda: signal.signal(signal.SIGINT, lambda *_: sys.exit(3)),
    "a handler that raises": lambda: signal.signal(signal.SIGINT, lambda *_: 1 / 0)}
OURS = os.path.dirname(neptune_writer.__file__)
def at_line(number, handler):
    "The signal as the line of this number is about to run, of all those of ours at the end."
    def trace(frame, event, _):
        if not frame.f_code.co_filename.startswith(OURS) or frame.f_code.co_name in ("say", "warn", "mask"):
            return None
        def line(frame, event, _):
            seen[0] += event == "line"
            if event == "line" and seen[0] == number:
                open("hit", "w")
                os.kill(os.getpid(), signal.SIGINT)
            return line
        return line
    seen = [0]
    def interrupt():
        handlers[handler]()
        sys.settrace(trace)
    return interrupt
number, step, handler = 1, int(sys.argv[1]), sys.argv[2]
while True:
    trial(at_line(number, handler))
    if not os.path.exists("hit"):
        break
    os.remove("hit")
    number += step
assert number > 60, number
"""
AT_RANDOM = TRIALS + """
chance = random.Random(int(sys.argv[2]))
def sometimes():
    for _ in range(chance.choice((1, 2, 3))):
        time.sleep(chance.random() * 0.004)
        os.kill(os.getpid(), signal.SIGINT)
def interrupt():
    begun = threading.Event()
    def run():
        begun.wait()
        sometimes()
    threading.Thread(target=run, daemon=True).start()
    flush = lambda: begun.set()  # the first thing that the end does
    ending.flush_at_exit(flush)
for _ in range(int(sys.argv[1])):
    trial(interrupt)
"""


@pytest.fixture
def folder(training_folder):
    return training_folder


@pytest.mark.parametrize("handler, step", [
    ("Ctrl-C", 29), ("a handler that leaves", 61), pytest.param("Ctrl-C", 1, marks=pytest.mark.slow),
    pytest.param("a handler that leaves", 1, marks=pytest.mark.slow),
    pytest.param("a handler that raises", 1, marks=pytest.mark.slow)])
def test_at_each_line_of_the_end(folder, handler, step):
    run(EACH_LINE, folder, seconds=300, arguments=[str(step), handler], NEPTUNE_WRITER_EXIT_SECONDS="0.1")


@pytest.mark.parametrize("trials", [20, pytest.param(300, marks=pytest.mark.slow)])
def test_up_to_three_times_at_random_moments_of_the_end(folder, trials):
    run(AT_RANDOM, folder, seconds=300, arguments=[str(trials), "1"], NEPTUNE_WRITER_EXIT_SECONDS="0.1")


@pytest.mark.slow
@pytest.mark.parametrize("times", [1, 2, 3])
def test_the_rows_are_counted_and_no_process_stays(folder, times):
    training = start(TRAIN % 3 + "print('ending', flush=True)", folder, clients=[HANGING], **OFFLINE)
    assert training.stdout.readline() == "ending\n"
    chance = random.Random(times)
    for _ in range(times):
        time.sleep(0.2 + chance.random() / 10)
        training.send_signal(signal.SIGINT)
    _, errors = training.communicate(timeout=8)  # the bound is 10 s
    assert training.returncode == 0
    assert "Traceback" not in errors and errors.count("3 rows of") == 1 and command_in(errors)
    assert not processes_of(folder)


@pytest.mark.slow
def test_in_the_training_and_again_at_its_end(folder):
    training = start(TRAIN % 3 + "print('training', flush=True)\ntime.sleep(60)", folder, clients=[HANGING], **OFFLINE)
    assert training.stdout.readline() == "training\n"
    time.sleep(0.1)
    training.send_signal(signal.SIGINT)
    time.sleep(0.5)
    training.send_signal(signal.SIGINT)
    _, errors = training.communicate(timeout=8)
    assert errors.count("Traceback") == errors.count("KeyboardInterrupt") == 1 and command_in(errors)
    assert not processes_of(folder)


@pytest.mark.slow
def test_a_training_that_ignores_it_goes_on_to_wait(folder):
    training = start("import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n" + TRAIN % 3
                     + "print('ending', flush=True)", folder, clients=[HANGING], **OFFLINE,
                     NEPTUNE_WRITER_EXIT_SECONDS="1")
    assert training.stdout.readline() == "ending\n"
    begun = time.monotonic()
    training.send_signal(signal.SIGINT)
    training.communicate(timeout=20)
    assert time.monotonic() - begun > 0.9
    assert wait_until(lambda: not processes_of(folder)) and os.path.exists(str(folder))


def test_what_comes_after_us_at_the_exit_gets_it_as_ever(folder):
    run("""
import atexit, signal
before = signal.getsignal(signal.SIGINT)
atexit.register(lambda: os._exit(7 if signal.getsignal(signal.SIGINT) is before else 1))
""" + TRAIN % 3, folder, status=7, NEPTUNE_EXPERIMENT="journal")
