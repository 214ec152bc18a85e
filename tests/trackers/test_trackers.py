"""Every other tracker, for real: what was logged is there, read back with that tracker's own reader."""
import base64
import http.server
import json
import math
import re
import socket
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from tracker_clients import CLIENTS, readers, runs_in  # noqa: F401  # a fixture
from trainings import command_in, environment, journals, only_journal, run, stored

from neptune_writer.trackers.mended_names import hash_of

pytestmark = pytest.mark.training

"""``repeats``: whether a batch that was sent twice is stored twice."""

BATCH = 1000
TRAINING = """
logger = Logger("out", "toy")
neptune_writer.write_config(logger, {"lr": 0.5, "env": "CartPole-v1", "ac": {"sizes": [64, 64]}})
for epoch in range(ROWS):
    neptune_writer.write_row(logger, {"Epoch": epoch, "Loss": epoch / 4, "TotalEnvInteracts": 4000 * (epoch + 1)},
                             ("TotalEnvInteracts", "Epoch"))
"""


@pytest.fixture
def folder(client_folder):
    return client_folder


def train(folder, python, spec, code=TRAINING, rows=3, **variables):
    return run(code.replace("ROWS", str(rows)), folder, python=python, seconds=120,
               **dict({"NEPTUNE_EXPERIMENT": spec, "NEPTUNE_TAGS": "one,two", "NEPTUNE_WRITER_EXIT_SECONDS": "60"},
                      **variables))


def points_of(journal):
    """What a tracker should have: name -> [[x, value, time], ...]."""
    numbers = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
    series = {}
    for row in journal.rows:
        for name, value in row["values"].items():
            series.setdefault(name, []).append([row["step"], numbers.get(value, value), row["t"]])
    return series


def close_to(points):
    """To a millisecond, which is what MLflow stores, and single precision, which is TensorBoard's."""
    return [[step, pytest.approx(value, rel=1e-6, nan_ok=True), pytest.approx(at, abs=0.001)]
            for step, value, at in points]


def check_series(found, expected):
    assert set(found) == set(expected)
    for name in expected:
        assert found[name] == close_to(expected[name]), name


def check_fields(found, client, journal):
    """Name, group, tags and config, each where the tracker has it."""
    fields = {"name": "toy", "group": journal.header["group"], "tags": ["one", "two"], "config/lr": 0.5,
              "config/env": "CartPole-v1", "config/ac/sizes": "[64, 64]"}
    if client in ("wandb", "trackio"):
        fields["config/ac/sizes"] = [64, 64]
    if client in ("mlflow", "tensorboard"):
        fields["config/lr"] = "0.5"
    if client == "tensorboard":
        fields.update(name="toy-" + journal.header["run"], tags="one, two")
    assert {name: found.get(name) for name in fields} == fields


@pytest.mark.parametrize("client", CLIENTS)
def test_three_thousand_rows_of_a_training_that_ends_at_once(folder, python, client):
    errors = train(folder, python, CLIENTS[client].spec, rows=3000)
    journal = only_journal(folder)
    found, = runs_in(folder, client, python)
    check_series(found["series"], points_of(journal))
    check_fields(found["fields"], client, journal)
    place = re.search(r"3000 rows sent to \S+: ([^;\n]+)", errors).group(1)
    assert Path(place.replace("sqlite:///", "", 1)).exists() and "not been sent" not in errors


ODD = TRAINING + """
odd = {"Epoch": 3, "Loss": float("nan"), "Return": float("inf"), "huge": 2 ** 200, "step": 1, "timestamp": 2,
       "loss[0] %": 5, "long" * 300: 6, "dir/file": 7, "dir": 8, " ": 9, "\\udcff": 10, "TotalEnvInteracts": 16000}
neptune_writer.write_row(logger, odd, ("TotalEnvInteracts", "Epoch"))
neptune_writer.write_config(logger, {"lr": 0.5, "\\udcff": "\\udcff", "huge": 2 ** 70, "long" * 300: 1, "seed": 3})
"""
LONG, NO_TEXT = "long" * 300, "\udcff"
REFUSED = {"minfx": ["dir"], "mlflow": []}
MENDED = {"mlflow": {"loss[0] %": "loss_0_ _", LONG: LONG[:221] + "-" + hash_of(LONG, 8), NO_TEXT: "_"},
          "scale": {LONG: LONG[:1007] + "-" + hash_of(LONG, 16)}}


@pytest.mark.parametrize("client", CLIENTS)
def test_a_few_rows_with_odd_names_and_values_of_which_only_what_is_refused_is_missing(folder, python, client):
    errors = train(folder, python, CLIENTS[client].spec, ODD)
    journal = only_journal(folder)
    found, = runs_in(folder, client, python)
    expected = points_of(journal)
    refused = REFUSED.get(client, [NO_TEXT])
    said = [line.partition(" is not tracked")[0] for line in errors.splitlines()
            if " is not tracked" in line and ": config/" not in line]
    assert len(said) == len(refused)
    for name, text in zip(refused, said):
        assert text.startswith("neptune: " + ascii(name)[1:-1][:40])
        del expected[name]
    if not CLIENTS[client].takes_non_finite:
        expected["Loss"].pop()
        del expected["Return"]
    if client == "mlflow":
        expected["Return"][-1][1] = sys.float_info.max  # its way of writing infinity
    if client == "tensorboard":
        expected["huge"][-1][1] = math.inf
    for name in {"wandb": ["step"], "trackio": ["step", "timestamp"]}.get(client, ()):
        expected[name + "_"] = expected.pop(name)
    for name, sent in MENDED.get(client, {}).items():
        expected[sent] = expected.pop(name)
    check_series(found["series"], expected)
    assert int(found["fields"]["config/seed"]) == 3 and float(found["fields"]["config/huge"]) == 2 ** 70


# Resumed

RESUMED = """
logger = Logger("out", "toy")
for epoch in range(FIRST, FIRST + 10):
    neptune_writer.write_row(logger, {"Epoch": epoch, "Loss": FIRST + epoch / 4}, ("Epoch",))
"""


@pytest.mark.parametrize("client", ["goodseed", "wandb", "tensorboard", "trackio"])
def test_a_resumed_training_is_one_run_in_which_later_rows_stand_where_the_tracker_can_replace(folder, python, client):
    """The steps 0 to 9, and from a checkpoint 5 to 14."""
    for first in (0, 5):
        train(folder, python, CLIENTS[client].spec, RESUMED.replace("FIRST", str(first)),
              NEPTUNE_CUSTOM_RUN_ID="again.1")
    first, second = [points_of(stored(path))["Loss"] for path in journals(folder)]
    found, = runs_in(folder, client, python)
    if client in ("goodseed", "tensorboard"):
        first = first[:5]
    assert sorted(found["series"]["Loss"]) == close_to(sorted(first + second))


# Killed, and sent again

SENDER = """
import os, signal, sys
import psutil
from neptune_writer import trackers
from neptune_writer.delivery.run_delivery import Delivery
from neptune_writer.delivery.stopping import Stopping

journal, spec, call, number, when, whom = sys.argv[1:]
opened, calls = trackers.open_spec, []
def open_spec(*arguments):
    tracker = opened(*arguments)
    original, children = getattr(tracker, call), psutil.Process().children(recursive=True)
    def killing():
        calls.append(call)
        if len(calls) == int(number):
            for process in children:
                process.send_signal(signal.SIGKILL)
            if whom == "all":
                os.kill(os.getpid(), signal.SIGKILL)
    def dying(*arguments):
        if when == "before":
            killing()
        result = original(*arguments)
        if when == "after" and result:
            killing()
        return result
    setattr(tracker, call, dying)
    return tracker
trackers.open_spec = open_spec
delivery = Delivery(spec, Stopping(follow=False))
delivery.add(journal)
sys.exit(0 if delivery.run() else 1)
"""
"""Sends a journal. Before the n-th call of a method of the tracker, or after the n-th that returned something true, it
kills its children and itself."""


def send(folder, python, spec, call="close", number=99, when="before", whom="all", sender=SENDER):
    """Send the one journal in `folder`."""
    (folder / "sender.py").write_text(sender)
    return subprocess.run([python, "sender.py", str(journals(folder)[0]), spec, call, str(number), when, whom],
                          cwd=str(folder), env=environment(), timeout=120, stderr=subprocess.PIPE)


def stored_and_repeated(folder, client, python, runs_expected):
    """Each metric's distinct points in order, over all that stands for the run; and how many are there twice."""
    series, repeated, runs = {}, 0, runs_in(folder, client, python)
    assert len(runs) == runs_expected
    for found in runs:
        for name, points in found["series"].items():
            series.setdefault(name, []).extend(points)
    for name, points in series.items():
        distinct = sorted(map(list, set(map(tuple, points))))
        repeated = max(repeated, len(points) - len(distinct))
        series[name] = distinct
    return series, repeated


@pytest.mark.parametrize("client", CLIENTS)
def test_killed_before_a_batch_is_confirmed_that_batch_at_most_is_sent_twice(folder, python, client):
    spec = CLIENTS[client].spec
    train(folder, sys.executable, "journal", rows=1500)
    assert send(folder, python, spec, "confirmed", 2).returncode == -9
    assert send(folder, python, spec).returncode == 0
    goes_on = client not in ("scale", "minfx")  # which offline do not
    series, repeated = stored_and_repeated(folder, client, python, 1 if goes_on else 2)
    check_series(series, points_of(only_journal(folder)))
    assert repeated <= (BATCH if CLIENTS[client].repeats else 0)


@pytest.mark.parametrize("client", ["minfx", "wandb", "tensorboard"])  # which have a buffer of their own
def test_killed_once_a_batch_is_confirmed_that_batch_is_on_the_disk(folder, python, client):
    """Its last value, too, which is the only one of its metric."""
    last = "neptune_writer.write_row(logger, {'TotalEnvInteracts': 10 ** 7, 'Last': 1}, ('TotalEnvInteracts',))"
    train(folder, sys.executable, "journal", TRAINING + last, rows=BATCH // 2)
    assert send(folder, python, CLIENTS[client].spec, "confirmed", 1, "after").returncode == -9
    series, _ = stored_and_repeated(folder, client, python, 1)
    check_series(series, points_of(only_journal(folder)))


def test_the_process_of_wandb_is_killed_and_another_started(folder, python):
    train(folder, sys.executable, "journal", rows=1500)
    assert send(folder, python, "wandb:offline", "write_rows", 2, whom="children").returncode == 0
    series, repeated = stored_and_repeated(folder, "wandb", python, 1)
    check_series(series, points_of(only_journal(folder)))
    assert repeated <= BATCH


# Live objects

LIVE = {
    "scale": """
        from neptune_scale import Run
        experiment = Run(mode="offline", project="ws/p", run_id="live", enable_console_log_capture=False)
        """,
    "scale, legacy": """
        from neptune_scale.legacy import Run
        experiment = Run(mode="offline", project="ws/p", run_id="live", enable_console_log_capture=False)
        """,
    "minfx": """
        import minfx
        experiment = minfx.init_run(mode="offline", **quiet)
        """,
    "goodseed": """
        import goodseed
        experiment = goodseed.Run(storage="local", **quiet)
        """,
    "goodseed, as neptune": """
        import goodseed.neptune
        experiment = goodseed.neptune.init_run(mode="offline", **quiet)
        """,
    "goodseed, as scale": """
        from goodseed.neptune_scale import Run
        experiment = Run(mode="offline", **quiet)
        """,
}
QUIET = """
quiet = dict(capture_hardware_metrics=False, capture_stdout=False, capture_stderr=False, capture_traceback=False)
"""


def live(kind, end):
    return QUIET + textwrap.dedent(LIVE[kind]) + TRAINING.replace('"toy"', '"toy", experiment') + end


@pytest.mark.parametrize("kind", LIVE)
@pytest.mark.parametrize("rows, end", [(3, "experiment.close()"), (2000, "experiment.close()"), (2000, "")],
                         ids=["3", "2000", "2000 and no close"])
def test_a_live_run(folder, python, kind, rows, end):
    check_live(folder, python, kind, rows, end)


@pytest.mark.parametrize("kind", ["scale", "goodseed, as scale"])
def test_leaving_a_with_ends_a_live_run_as_well(folder, python, kind):
    check_live(folder, python, kind, 2000, "with experiment: pass")


def check_live(folder, python, kind, rows, end):
    errors = run(live(kind, end).replace("ROWS", str(rows)), folder, python=python, seconds=120,
                 NEPTUNE_WRITER_EXIT_SECONDS="60")
    journal = only_journal(folder)
    found, = runs_in(folder, kind.split(",")[0], python)
    assert len(journal.rows) == rows
    check_series(found["series"], points_of(journal))
    assert (found["fields"]["config/lr"], found["fields"]["config/env"]) == (0.5, "CartPole-v1")
    assert "not been sent" not in errors


def test_a_live_run_that_its_user_closed_behind_our_back_swallows_no_row_in_silence(folder, python):
    """Closed, the client takes rows and does nothing."""
    errors = run(live("scale", "").replace("logger =", "experiment.terminate()\nlogger =").replace("ROWS", "3"), folder,
                 python=python)
    assert ": it is closed" in errors and "3 rows of " in errors and "To send them: " in errors


NOT_LIVE = """
import mlflow
from tensorboard.summary.writer.event_file_writer import EventFileWriter
import trackio
import wandb
for other in (wandb.init(mode="offline", settings=wandb.Settings(console="off")), mlflow.MlflowClient("sqlite:///m.db"),
              EventFileWriter("boards"), trackio.init(project="toy", auto_log_cpu=False)):
    try:
        Logger("out", "toy", other)
    except TypeError as error:
        print("TypeError:", error, file=sys.stderr)
"""


def test_a_live_object_of_another_tracker_is_refused_at_once_and_what_is_accepted_is_said(folder, python):
    errors = run(NOT_LIVE, folder, seconds=120, python=python)
    lines = [line for line in errors.splitlines() if line.startswith("TypeError: ")]
    assert [line.rpartition(" ")[2].split(".")[0] for line in lines] == ["wandb", "mlflow", "tensorboard", "trackio"]
    assert all("a run or experiment object of a Neptune client" in line and "'wandb:project'" in line for line in lines)


# No server

UNREACHED = {
    "scale:ws/project": {"NEPTUNE_API_TOKEN": "TOKEN"},
    "goodseed:ws/project": {"GOODSEED_API_KEY": "k3y", "GOODSEED_API_URL": "URL"},
    "wandb:online": {"WANDB_API_KEY": "0" * 40, "WANDB_BASE_URL": "URL"},
    "mlflow:URL": {},
}
"""Specs, and the variables with which they go to a server; URL and TOKEN stand for one that is not there."""
COUNTED = """
with open("ran", "a") as file:
    file.write("once ")
""" + TRAINING
LAST_WORDS = """
with open("ended", "w") as file:
    file.write(repr(time.time()))
"""


@pytest.fixture
def nowhere():
    """Puts the address of a port at which nobody listens into a text, and a token that names it."""
    with socket.socket() as held:  # bound, it is nobody else's
        held.bind(("127.0.0.1", 0))
        url = "http://127.0.0.1:%d" % held.getsockname()[1]
        token = base64.b64encode(json.dumps({"api_address": url, "api_url": url}).encode()).decode()
        yield lambda text: text.replace("URL", url).replace("TOKEN", token)


def seconds_to_leave(folder):
    """From the end of the script to now."""
    return time.time() - float((folder / "ended").read_text())


@pytest.mark.parametrize("spec", UNREACHED)
def test_without_a_server_the_exit_is_bounded_and_the_rows_left_are_named_with_the_command(folder, python, nowhere,
                                                                                           spec):
    """The script has no guard, and neptune-scale starts a process."""
    variables = {name: nowhere(value) for name, value in UNREACHED[spec].items()}
    errors = train(folder, python, nowhere(spec), COUNTED + LAST_WORDS, NEPTUNE_WRITER_EXIT_SECONDS="2", **variables)
    assert seconds_to_leave(folder) < 6
    assert command_in(errors).endswith("--to " + nowhere(spec)) and "3 rows of " in errors
    assert (folder / "ran").read_text() == "once "


SENDER_FOR_3_SECONDS = """
import os, sys
import psutil
from neptune_writer.delivery.run_delivery import Delivery
from neptune_writer.delivery.stopping import Stopping
from neptune_writer.trackers.neptune_scale import ScaleRun
with open("sent", "a") as file:
    file.write("once ")
stopping = Stopping(follow=False)
stopping.finish(3)
delivery = Delivery("scale:ws/project", stopping)
delivery.add(sys.argv[1])
sys.exit(0 if delivery.run() else 1)
"""


def test_a_script_that_sends_has_no_script_run_a_second_time(folder, python, nowhere):
    """Neither itself nor the training whose journal it sends, which it stands for."""
    train(folder, sys.executable, "journal", COUNTED)
    assert send_nowhere(folder, python, nowhere, SENDER_FOR_3_SECONDS).returncode == 1
    assert (folder / "ran").read_text() == (folder / "sent").read_text() == "once "
    assert not list(folder.glob(".neptune/*"))  # what no server took is sent from the journal, and from there only


def test_where_the_process_of_scale_has_died_another_is_opened(folder, python, nowhere):
    train(folder, sys.executable, "journal")
    done = send_nowhere(folder, python, nowhere, SENDER_FOR_3_SECONDS.replace("stopping =", """
def flush(tracker):
    for process in psutil.Process().children(recursive=True):
        process.kill()
    tracker._process.join()
ScaleRun.flush = flush
stopping =""", 1))
    assert done.returncode == 1 and b"the client gave up sending; opening it again" in done.stderr


def send_nowhere(folder, python, nowhere, sender):
    (folder / "sender.py").write_text(sender)
    return subprocess.run([python, "sender.py", str(journals(folder)[0])], cwd=str(folder), stderr=subprocess.PIPE,
                          env=environment(NEPTUNE_API_TOKEN=nowhere("TOKEN")), timeout=60)


LIVE_ASYNC = """
from neptune_scale import Run
if __name__ == "__main__":
    experiment = Run(project="ws/project", run_id="live", enable_console_log_capture=False, source_tracking_config=None)
""" + textwrap.indent(TRAINING.replace('"toy"', '"toy", experiment').replace("ROWS", "3"), "    ")


@pytest.mark.parametrize("end", ["", "experiment.close()", "experiment.__exit__(None, None, None)"],
                         ids=["exit", "close", "with"])
def test_without_a_server_the_end_of_a_live_scale_run_is_bounded_and_its_client_keeps_the_rest(folder, python, nowhere,
                                                                                               end):
    code = LIVE_ASYNC + textwrap.indent(LAST_WORDS + end, "    ")
    errors = run(code, folder, python=python, NEPTUNE_API_TOKEN=nowhere("TOKEN"), NEPTUNE_WRITER_EXIT_SECONDS="2")
    assert seconds_to_leave(folder) < 8
    database, = folder.glob(".neptune/*/run_operations.sqlite3")
    assert "its client keeps the rest. To send it: " in errors and "neptune sync %s" % database in errors
    found, = runs_in(folder, "scale", python)
    check_series(found["series"], points_of(only_journal(folder)))


# The disk

def test_tensorboard_goes_on_in_another_file_where_its_own_takes_no_more(folder, python):
    """A file is limited to what one batch needs and half of another. Readers find each point once."""
    train(folder, sys.executable, "journal", rows=1500)
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (%d, -1))\n" % (BATCH * 110)
    assert send(folder, python, "tensorboard:", sender=limit + SENDER).returncode == 0
    assert len(list(folder.rglob("*.tfevents.*"))) == 2
    found, = runs_in(folder, "tensorboard", python)
    check_series(found["series"], points_of(only_journal(folder)))


def test_a_file_of_tensorboard_is_named_after_those_that_it_supersedes(folder, python):
    """Readers take them in the order of their names, which are in seconds."""
    run("""
        from neptune_writer.trackers.tensorboard import TensorBoard
        for _ in range(2):
            TensorBoard.open("", dict(run="r", name="toy", group="toy", tags=[])).close(None)
        """.replace("\n        ", "\n"), folder, python=python)
    first, second = sorted(path.name.split(".")[3] for path in folder.rglob("*.tfevents.*"))
    assert first < second


LOCKED = SENDER.replace("calls.append(call)", """calls.append(call)
        if len(calls) == int(number):
            import pathlib, sqlite3, threading
            path, = pathlib.Path().rglob("*.sqlite")
            lock = sqlite3.connect(str(path), isolation_level=None, check_same_thread=False)
            lock.execute("BEGIN EXCLUSIVE")
            threading.Timer(6, lock.close).start()""").replace('whom == "all"', "False")


def test_a_locked_database_is_waited_for(folder, python):
    """It is locked from the second batch on, for longer than the client waits itself."""
    train(folder, sys.executable, "journal", rows=1500)
    done = send(folder, python, "goodseed:offline", "write_rows", 2, sender=LOCKED)
    assert done.returncode == 0 and b"database is locked; trying again" in done.stderr
    found, = runs_in(folder, "goodseed", python)
    check_series(found["series"], points_of(only_journal(folder)))


class TrackingServer(http.server.BaseHTTPRequestHandler):
    """As much of MLflow's tracking server as one run needs; it refuses one metric, and is unwell at times."""

    logged, unwell = [], []

    def do_POST(self):
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])).decode())
        call = self.path.rpartition("/")[2]
        if call == "log-batch" and self.unwell:
            return self.answer(self.unwell.pop(), {"error_code": "TEMPORARILY_UNAVAILABLE", "message": "later"})
        if any(metric["key"] == "refused" for metric in told.get("metrics", ())):
            return self.answer(400, {"error_code": "INVALID_PARAMETER_VALUE", "message": "it is not welcome"})
        self.logged.extend((metric["key"], metric["step"], metric["value"]) for metric in told.get("metrics", ()))
        return self.answer(200, {"create": {"run": self.RUN}}.get(call, {}))

    def do_GET(self):
        self.answer(200, {"run": self.RUN} if "runs/get" in self.path else {"experiment": {"experiment_id": "7"}})

    RUN = {"info": {"run_id": "r", "experiment_id": "7", "status": "RUNNING", "lifecycle_stage": "active"}, "data": {}}

    def answer(self, status, content):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, *arguments):
        """Not to the tests' output."""


def test_a_server_of_mlflow_that_is_unwell_for_a_while_is_tried_again_and_refuses_one_metric(folder, python):
    TrackingServer.unwell[:] = [503, 503, 500]
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), TrackingServer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        spec = "mlflow:http://127.0.0.1:%d" % server.server_port
        errors = train(folder, python, spec, TRAINING.replace('{"Epoch"', '{"refused": 1, "Epoch"'))
        server.shutdown()
    series = points_of(only_journal(folder))
    del series["refused"]
    expected = {(name, step, value) for name in series for step, value, _ in series[name]}
    assert set(TrackingServer.logged) == expected and len(expected) == 9
    assert not TrackingServer.unwell and "trying again" in errors
    assert "refused is not tracked: RestException: INVALID_PARAMETER_VALUE: it is not welcome" in errors
    assert "3 rows sent to %s: %s/#/experiments/7/runs/r" % (spec, spec[7:]) in errors
