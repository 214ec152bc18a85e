"""A server that is absent, goes away, hangs or refuses: training neither waits nor dies, and every point arrives once.

The client is the real one, `neptune` 1.14; the server is on the loopback (`standin/servers`). The fast lane meets each
fault once, with short pauses between attempts (`standin/clients/quick`); the slow lane meets all, and all with the
client as it is.
"""
import collections
import functools
import re
import subprocess
import sys
import textwrap
import threading
import time

import pytest
from standin.servers.neptune_server import NeptuneServer
from trainings import PROLOGUE, QUICK, command_in, environment, journals, only_journal, processes_of, wait_until

from neptune_writer.delivery.cursor import Cursor

TRAINING = PROLOGUE + textwrap.dedent("""
    import os
    def say(line):  # at once and whole: threads of the client print, too, and the last of them when Python ends
        os.write(1, (line + "\\n").encode())

    if LIVE:
        import neptune
        run = neptune.init_run(custom_run_id="live", capture_stdout=False, capture_stderr=False,
                               capture_hardware_metrics=False, source_files=[], git_ref=False, flush_period=0.2)
    logger = Logger("out", "toy", run if LIVE else "async")
    neptune_writer.write_config(logger, {"lr": 0.5})
    step = slowest = 0
    for line in sys.stdin:
        if line == "stop\\n":
            run.stop()
            continue
        for _ in range(int(line)):
            begun = time.perf_counter()
            neptune_writer.write_row(logger, {"Epoch": step, "Loss": step / 4}, "Epoch")
            slowest = max(slowest, time.perf_counter() - begun)
            step += 1
        say("written")
    say("slowest %f" % slowest)
    """)
DRAIN = 1
slow = pytest.mark.slow
pytestmark = pytest.mark.parametrize("clients", [
    pytest.param([QUICK], id="quick"), pytest.param([], id="as it is", marks=slow)], indirect=True)


class Training:
    """A training that writes as many rows as it is told, until it is told to end."""

    def __init__(self, folder, server, clients, live=False, **variables):
        self.folder, self.server = folder, server
        code = TRAINING.replace("LIVE", repr(live))
        wanted = dict(NEPTUNE_WRITER_EXIT_SECONDS=str(DRAIN), NEPTUNE_RETRIES_TIMEOUT="1", NEPTUNE_REQUEST_TIMEOUT="1")
        wanted.update(variables, **server.variables())
        self.process = subprocess.Popen([sys.executable, "-c", code], cwd=str(folder), stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True,
                                        env=environment(*clients, **wanted))

    def write(self, rows):
        self.tell(rows)
        while self.process.stdout.readline() != "written\n":  # a client may say something, too
            assert self.process.poll() is None, self.process.communicate()

    def tell(self, word):
        self.process.stdin.write("%s\n" % word)
        self.process.stdin.flush()

    def end(self, seconds=60):
        """End it, well; what it said on stderr, and how long it took."""
        begun = time.monotonic()
        output, errors = self.process.communicate(timeout=seconds)
        assert self.process.returncode == 0, errors
        slowest = re.search("^slowest (.*)$", output, re.MULTILINE)
        assert slowest, output
        assert float(slowest.group(1)) < 1, "a row waited for the server"
        return errors, time.monotonic() - begun

    def said(self, text):
        """What it says on stderr, up to the line that has this text, which must come within a minute."""
        at_last = threading.Timer(60, self.process.kill)  # then there are no more lines
        at_last.start()
        lines = [self.process.stderr.readline()]
        while text not in lines[-1]:
            assert lines[-1], "it ended, and said: %s" % "".join(lines)
            lines.append(self.process.stderr.readline())
        at_last.cancel()
        return "".join(lines)

    def log(self):
        """What the client says, which is served by the child."""
        path, = journals(self.folder)
        return path.with_suffix(".log").read_text()

    def arrived(self):
        """Step -> how often it arrived."""
        runs = self.server.runs.values()
        return collections.Counter(step for run in runs for step, _, _ in run.series.get("Loss", []))


@pytest.fixture
def folder(training_folder):
    return training_folder


@pytest.fixture
def clients(request):
    return request.param


@pytest.fixture
def server():
    with NeptuneServer() as server:
        yield server


@pytest.fixture
def train(folder, server, clients):
    """Starts a training, against this server."""
    return functools.partial(Training, folder, server, clients)


@pytest.fixture
def shell(folder, server, clients):
    """Runs a command that was printed, against this server; what it says."""
    def shell(command):
        done = subprocess.run(command, shell=True, cwd=str(folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=environment(*clients, NEPTUNE_RETRIES_TIMEOUT="2", **server.variables()), timeout=60)
        assert done.returncode == 0, done.stderr.decode()
        return done.stderr.decode()
    return shell


def once(rows):
    return {step: 1 for step in range(rows)}


def all_confirmed(folder):
    """Whether the child knows that all of it arrived, which is a moment later."""
    path, = journals(folder)
    return Cursor(str(path), "async").offset == path.stat().st_size


# It comes back

@pytest.mark.slow
def test_it_is_absent_at_the_start(server, train):
    server.stop()
    training = train(NEPTUNE_WRITER_EXIT_SECONDS="30")
    training.write(50)
    said = training.said("rows stay in ")
    assert "ConnectionLost" in said
    server.start()
    training.write(50)
    errors, _ = training.end()
    assert training.arrived() == once(100) and len(server.runs) == 1
    assert "100 rows sent to async" in errors


@pytest.mark.slow
def test_it_hangs_at_the_start(server, train):
    server.mode = "hang"
    training = train(NEPTUNE_WRITER_EXIT_SECONDS="40")
    training.write(50)
    assert wait_until(lambda: sum(server.calls.values()) >= 2)
    server.mode = None
    training.write(50)
    training.end()
    assert training.arrived() == once(100)


@pytest.mark.slow
def test_it_goes_away_half_way_and_comes_back(folder, server, train):
    training = train(NEPTUNE_WRITER_EXIT_SECONDS="30")
    training.write(50)
    assert wait_until(lambda: training.arrived() == once(50))
    server.stop()
    training.write(50)
    assert wait_until(lambda: "Experiencing connection interruptions" in training.log())
    server.start()
    training.write(50)
    training.end()
    assert training.arrived() == once(150)
    run, = server.runs.values()
    assert run.series["Epoch"] == [(row["step"], row["values"]["Epoch"], row["t"]) for row in only_journal(folder).rows]


@pytest.mark.slow
@pytest.mark.parametrize("mode, delay", [
    pytest.param("unavailable", 0, marks=slow), pytest.param("close", 0, marks=slow), ("hang", 0),
    pytest.param("slow", 2, marks=slow)])
def test_for_a_while_it_does_not_answer(server, train, mode, delay):
    server.delay = delay
    training = train(NEPTUNE_WRITER_EXIT_SECONDS="40", NEPTUNE_REQUEST_TIMEOUT=str(1 + 2 * delay))
    training.write(20)
    assert wait_until(lambda: training.arrived() == once(20))
    server.mode = mode + " operations"
    answered = server.calls["executeOperations"]
    training.write(20)
    assert wait_until(lambda: server.calls["executeOperations"] >= answered + (1 if mode == "slow" else 2))
    if mode != "slow":
        server.mode = None
    training.end()
    assert set(training.arrived()) == set(range(40))
    assert mode == "hang" or training.arrived() == once(40)  # it read what it was sent meanwhile


@pytest.mark.slow
def test_it_takes_what_the_client_then_gives_up_on(server, train):
    """The thread of the client that sends ends with an answer of 400: another run object goes on with the same run."""
    training = train(NEPTUNE_WRITER_EXIT_SECONDS="30")
    training.write(20)
    assert wait_until(lambda: training.arrived() == once(20))
    server.mode = "bad_request operations"
    training.write(20)
    said = training.said("the client gave up sending; opening it again")
    server.mode = None
    errors, _ = training.end()
    assert training.arrived() == once(40) and len(server.runs) == 1
    assert (said + errors).count("the client gave up sending; opening it again") == 1


@pytest.mark.slow
def test_its_answer_is_lost(server, train):
    training = train(NEPTUNE_WRITER_EXIT_SECONDS="30")
    training.write(20)
    assert wait_until(lambda: training.arrived() == once(20))
    server.mode = "lost_reply"
    training.write(20)
    training.write(20)
    training.end()
    arrived = training.arrived()
    assert set(arrived) == set(range(60)) and max(arrived.values()) <= 2  # the client sends that batch again


@pytest.mark.slow
def test_it_refuses_one_metric(folder, server, train):
    server.refused = {"Loss"}
    training = train(NEPTUNE_WRITER_EXIT_SECONDS="30")
    training.write(20)
    training.end()
    run, = server.runs.values()
    assert [step for step, _, _ in run.series["Epoch"]] == list(range(20)) and "Loss" not in run.series
    assert all("Loss" in row["values"] for row in only_journal(folder).rows)


# It does not come back before the end

@pytest.mark.parametrize("mode", ["stopped", pytest.param("hang", marks=slow), pytest.param("unavailable", marks=slow)])
def test_a_spec_ends_in_its_time_and_the_printed_command_delivers_the_rest(folder, server, train, shell, mode):
    training = train()
    training.write(20)
    assert wait_until(lambda: training.arrived() == once(20) and all_confirmed(folder))
    lose(server, mode)
    training.write(20)
    errors, seconds = training.end()
    assert seconds < DRAIN + 1 + SLACK
    assert not processes_of(folder)
    assert "20 rows of" in errors and "neptune sync" not in errors
    assert not list(folder.glob(".neptune/async/*/*"))  # what two would send would be sent twice
    recover(server, mode)
    said = shell(command_in(errors))
    assert "20 rows sent to async" in said and len(server.runs) == 1
    if mode == "hang":  # it reads what it was sent meanwhile
        assert set(training.arrived()) == set(range(40))
    else:
        assert training.arrived() == once(40)
    assert "has all of it" in shell(command_in(errors))


@slow
def test_a_spec_whose_server_was_never_there_ends_in_its_time(server, train, shell):
    server.stop()
    training = train()
    training.write(20)
    errors, seconds = training.end()
    assert seconds < DRAIN + 1 + SLACK
    server.start()
    shell(command_in(errors))
    assert training.arrived() == once(20)


@pytest.mark.slow
@pytest.mark.parametrize("mode, stop", [
    pytest.param("stopped", True, marks=slow), ("stopped", False), ("hang", True),
    pytest.param("hang", False, marks=slow)], ids=lambda value: {True: "stop", False: "end of script"}.get(value))
def test_a_live_run_ends_in_its_time_and_the_printed_command_delivers_the_rest(server, train, shell, mode, stop):
    """Alone, such a run takes two minutes. What it was handed its own client keeps, and sends."""
    training = train(live=True)
    training.write(20)
    assert wait_until(lambda: training.arrived() == once(20))
    lose(server, mode)
    training.write(20)
    if stop:
        training.tell("stop")
    errors, seconds = training.end(30)
    assert seconds < DRAIN + 1 + SLACK
    said, = [line for line in errors.splitlines() if "its client keeps the rest. To send it: " in line]
    assert " rows of " not in errors
    recover(server, mode)
    shell(said.partition("To send it: ")[2])
    assert set(training.arrived()) == set(range(40)) and len(server.runs) == 1
    assert mode == "hang" or training.arrived() == once(40)


@pytest.mark.slow
def test_rows_after_a_live_run_was_stopped_stay_in_the_journal(folder, server, train):
    training = train(live=True)
    training.write(20)
    training.tell("stop")
    training.write(5)
    errors, _ = training.end()
    assert training.arrived() == once(20) and len(only_journal(folder).rows) == 25
    assert "5 rows of %s have not been sent" % journals(folder)[0] in errors


SLACK = 8  # for interpreters on a busy machine; without a bound it is half a minute and more


def lose(server, mode):
    if mode == "stopped":
        server.stop()
    else:
        server.mode = mode


def recover(server, mode):
    if mode == "stopped":
        server.start()
    else:
        server.mode = None
