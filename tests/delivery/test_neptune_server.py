"""The stand-in for a Neptune server: the real client finds a server there, and each fault is what it says it is."""
import http.client
import json
import select
import subprocess
import sys
import time

import pytest
from standin.servers.neptune_server import NeptuneServer
from trainings import QUICK, environment, wait_until

CLIENT = """
import sys
import neptune
run = neptune.init_run(custom_run_id=sys.argv[1], name="toy", tags=["a tag"], capture_stdout=False,
                       capture_stderr=False, capture_hardware_metrics=False, source_files=[], git_ref=False,
                       flush_period=0.2)
run["config"] = {"lr": 0.5, "env": "CartPole-v1"}
for line in sys.stdin:
    step = int(line)
    for name in ("Loss", "Return"):
        run[name].append(step / 4, step=step, timestamp=1.6e9 + step)
    run.wait()
run.stop()
"""
NOTICED = "Experiencing connection interruptions"
OPERATIONS = "POST /api/leaderboard/v1/attributes?experimentId=%s"
OTHER = "GET /api/backend/v1/clients/config"


class Client:
    """A process in which the real client logs the steps that it is told."""

    def __init__(self, server, folder, custom_run_id):
        self.output = folder / ("output of " + custom_run_id)
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", CLIENT, custom_run_id], cwd=str(folder), bufsize=0, stdin=subprocess.PIPE,
                stdout=output, stderr=subprocess.STDOUT,
                env=environment(QUICK, NEPTUNE_RETRIES_TIMEOUT="1", NEPTUNE_REQUEST_TIMEOUT="5",
                                **server.variables()))

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.stdin.close()
        try:
            assert self.process.wait(30) == 0, self.output.read_text()
        finally:
            self.process.kill()

    def log(self, *steps):
        self.process.stdin.write(b"".join(b"%d\n" % step for step in steps))


@pytest.fixture
def server():
    with NeptuneServer() as server:
        yield server


def point(step):
    return step, step / 4, 1.6e9 + step


def arrived(server, *steps, name="Loss", run="a"):
    """Whether exactly these points arrive, in this order."""
    expected = [point(step) for step in steps]
    wait_until(lambda: run in server.runs and server.runs[run].series.get(name) == expected)
    return server.runs[run].series.get(name) == expected


# For the client

@pytest.mark.slow
def test_a_client_opens_a_run_and_its_points_arrive_with_step_value_and_time(server, tmp_path):
    with Client(server, tmp_path, "a") as client:
        client.log(0, 1, 7)
    run = server.runs["a"]
    assert run.series == {"Loss": [point(0), point(1), point(7)], "Return": [point(0), point(1), point(7)]}
    fields = run.fields
    assert (fields["sys/name"], fields["config/lr"], fields["config/env"]) == ("toy", 0.5, "CartPole-v1")
    assert run.tags == ["a tag"] and run.times_opened == 1


@pytest.mark.slow
def test_the_same_custom_run_id_is_one_run_and_another_is_another(server, tmp_path):
    with Client(server, tmp_path, "a") as client, Client(server, tmp_path, "b") as other:
        client.log(0)
        other.log(1)
    with Client(server, tmp_path, "a") as client:
        client.log(2)
    assert server.runs["a"].series["Loss"] == [point(0), point(2)] and server.runs["a"].times_opened == 2
    assert server.runs["b"].series["Loss"] == [point(1)] and server.runs["b"].times_opened == 1
    assert len(server.runs) == 2


@pytest.mark.slow
def test_what_is_logged_while_the_server_is_gone_arrives_once_it_is_back(server, tmp_path):
    with Client(server, tmp_path, "a") as client:
        client.log(0)
        assert arrived(server, 0)
        server.stop()
        client.log(1, 2)
        assert wait_until(lambda: NOTICED in client.output.read_text()), client.output.read_text()
        assert server.runs["a"].series["Loss"] == [point(0)]
        server.start()
        assert arrived(server, 0, 1, 2)
    assert server.runs["a"].times_opened == 1


@pytest.mark.slow
def test_a_client_sends_again_what_it_got_no_reply_for(server, tmp_path):
    with Client(server, tmp_path, "a") as client:
        client.log(0)
        assert arrived(server, 0)
        server.mode = "lost_reply"
        client.log(1)
        assert arrived(server, 0, 1, 1)
        assert server.mode is None
        client.log(2)
        assert arrived(server, 0, 1, 1, 2)


@pytest.mark.slow
def test_a_client_goes_on_without_a_refused_metric(server, tmp_path):
    server.refused = {"Loss"}
    with Client(server, tmp_path, "a") as client:
        client.log(0, 1)
        assert arrived(server, 0, 1, name="Return")
    assert "Loss" not in server.runs["a"].series
    assert "Loss is refused" in client.output.read_text()


# On the wire

class Request:
    """A request of its own connection, kept open."""

    def __init__(self, server, what, body=None):
        method, path = what.split()
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        self.connection.request(method, path, body and json.dumps(body))

    def is_answered_within(self, seconds):
        return bool(select.select([self.connection.sock], [], [], seconds)[0])

    def status(self):
        response = self.connection.getresponse()
        response.read()
        return response.status


@pytest.fixture
def log(server):
    """Sends an operation, by hand, for a run that is open."""
    project = server.getProject("ws/project")["id"]
    opened = server.createExperiment({"projectIdentifier": project, "customId": "a"})["id"]
    points = [{"value": 0.0, "step": 0, "timestampMilliseconds": 1600000000000}]
    return lambda: Request(server, OPERATIONS % opened, [{"path": "Loss", "logFloats": {"entries": points}}])


@pytest.mark.parametrize("mode, status", [("unavailable", 503), ("bad_request", 400)])
def test_a_fault_with_a_status_stores_nothing(server, log, mode, status):
    server.mode = mode
    assert log().status() == status
    assert Request(server, OTHER).status() == status
    server.mode = mode + " operations"
    assert log().status() == status
    assert Request(server, OTHER).status() == 200
    assert server.runs["a"].series == {}
    server.mode = None
    assert log().status() == 200
    assert arrived(server, 0)


def test_a_hanging_server_answers_in_another_mode(server, log):
    server.mode = "hang operations"
    request = log()
    assert not request.is_answered_within(0.3)
    assert Request(server, OTHER).status() == 200
    assert server.runs["a"].series == {}
    server.mode = None
    assert request.status() == 200
    assert arrived(server, 0)


def test_a_slow_server_answers_after_its_delay(server, log):
    server.mode, server.delay = "slow", 0.3
    begun = time.monotonic()
    assert log().status() == 200
    assert time.monotonic() - begun >= 0.3


@pytest.mark.parametrize("mode, stored", [("close", []), ("lost_reply", [point(0)])])
def test_a_connection_closed_without_an_answer(server, log, mode, stored):
    server.mode = mode
    with pytest.raises(http.client.RemoteDisconnected):
        log().status()
    assert server.runs["a"].series.get("Loss", []) == stored


@pytest.mark.parametrize("mode", [None, "hang", "slow"])
def test_a_stopped_server_cuts_its_connections_refuses_new_ones_and_stores_nothing_any_more(server, log, mode):
    idle = Request(server, OTHER)
    assert idle.status() == 200
    server.mode = mode and mode + " operations"
    waiting = log() if mode else idle
    assert wait_until(lambda: not mode or server.calls["executeOperations"])
    server.stop()
    for request in (idle, waiting):
        assert request.is_answered_within(20) and request.connection.sock.recv(1) == b""
    with pytest.raises(ConnectionRefusedError):
        Request(server, OTHER)
    server.mode = None
    server.start()
    assert Request(server, OTHER).status() == 200
    assert server.runs["a"].series == {}


def test_a_misspelt_mode_is_an_error(server):
    with pytest.raises(ValueError, match="'hangs' is none of unavailable, "):
        server.mode = "hangs"
