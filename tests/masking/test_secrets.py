"""No secret leaves: recognisable secrets, passed wherever they can be, and every byte that a run writes.

With the real clients: test_client_secrets.py.
"""
import os
import shutil
import subprocess
import sys
import time

import pytest
from small_experiments import Run
from training_with_secrets import BY_SPEC, PASSWORD, assert_holds_no_secret, train
from trainings import (
    RECORDING, ROOT, STANDIN, TOKEN, command_in, connected, environment, everything_written, journals, only_journal,
    recorded, send, wait_until)

import neptune_writer

CARRIED = """
import neptune
del NAMED["api_tokens"]
experiment = neptune.init_run()
experiment._backend = Args(credentials=Args(api_token=TOKEN))
"""
MADE = """
del NAMED["api_tokens"]
def open_run(project, api_token):
    import neptune
    return neptune.init_run()
experiment = functools.partial(open_run, "ws/project", TOKEN)
"""
REFUSED = """
def open_run(project, api_token):
    raise RuntimeError("cannot reach %s with %s" % (project, api_token))
experiment = functools.partial(open_run, "ws/project", api_token=TOKEN)
"""
TELLTALE = """
import os, sys, threading
TOKEN = os.environ["NEPTUNE_API_TOKEN"]

def fail():
    raise RuntimeError("thread of " + TOKEN)

def init_run(mode=None):
    print("printed", TOKEN)
    print("printed to stderr", TOKEN, file=sys.stderr)
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    raise ValueError("raised because of %s, or api_key=hunter2!" % TOKEN)
"""


def test_a_run_by_spec_writes_no_byte_of_the_token_of_the_environment(training_folder):
    output = train(training_folder, BY_SPEC, clients=[RECORDING], NEPTUNE_EXPERIMENT="offline",
                   NEPTUNE_API_TOKEN=TOKEN)
    assert_holds_no_secret(training_folder, output)
    assert ["set", "config/lr", 0.5] in recorded(training_folder)


def test_nor_of_one_among_the_tags(training_folder):
    output = train(training_folder, BY_SPEC, clients=[RECORDING], NEPTUNE_EXPERIMENT="offline",
                   NEPTUNE_API_TOKEN=TOKEN, NEPTUNE_TAGS="one,of " + TOKEN)
    assert_holds_no_secret(training_folder, output)
    assert recorded(training_folder)[0][1]["tags"] == ["one", "of ***"]


def test_nor_of_the_token_that_a_live_run_carries(training_folder):
    output = train(training_folder, CARRIED, clients=[RECORDING])
    assert_holds_no_secret(training_folder, output)
    assert ["set", "config/lr", 0.5] in recorded(training_folder)


def test_nor_of_the_token_that_a_callable_is_given(training_folder):
    output = train(training_folder, MADE, clients=[RECORDING])
    assert_holds_no_secret(training_folder, output)
    assert ["set", "config/lr", 0.5] in recorded(training_folder)


def test_nor_where_that_callable_fails_and_says_with_what(training_folder):
    output = train(training_folder, REFUSED)
    assert_holds_no_secret(training_folder, output)
    assert "cannot reach ws/project with ***" in output


class RunThatTells(Run):
    def __init__(self):
        self._api_token = TOKEN

    def __getitem__(self, name):
        raise ValueError("this one not, by %s" % self._api_token)


@pytest.mark.slow
def test_nor_of_the_token_that_only_the_run_it_made_carries(folder, capfd, warnings):
    owner = connected(RunThatTells)
    neptune_writer.write_row(owner, {"Loss": 0.5}, 0)
    assert wait_until(lambda: warnings)
    time.sleep(0.2)  # it is printed next; to read what is captured while it is written may lose it
    said = capfd.readouterr().err
    assert "this one not, by ***" in said and TOKEN not in said


def test_nor_of_one_on_the_command_line(training_folder):
    arguments = ["--api_token", TOKEN, "--api-key=" + TOKEN, "--token", PASSWORD, "--note", "is " + TOKEN,
                 "--db", "mysql://me:%s@host/db" % PASSWORD]
    output = train(training_folder, BY_SPEC, clients=[RECORDING], arguments=arguments, NEPTUNE_EXPERIMENT="offline")
    assert_holds_no_secret(training_folder, output)
    shown = ["--api_token", "***", "--api-key=***", "--token", "***", "--note", "is ***", "--db", "mysql://***@host/db"]
    assert only_journal(training_folder).header["argv"][1:] == shown
    assert recorded(training_folder)[0][1]["argv"][1:] == shown


@pytest.mark.slow
def test_nor_what_a_client_prints_and_raises_into_the_log_and_when_it_is_sent_again(training_folder):
    (training_folder / "client").mkdir()
    (training_folder / "client" / "neptune.py").write_text(TELLTALE)
    variables = {"NEPTUNE_API_TOKEN": TOKEN, "NEPTUNE_WRITER_EXIT_SECONDS": "1"}
    output = train(training_folder, BY_SPEC, clients=[training_folder / "client"], NEPTUNE_EXPERIMENT="offline",
                   **variables)
    sent = subprocess.run(command_in(output), shell=True, cwd=str(training_folder), universal_newlines=True,
                          env=environment(training_folder / "client", **variables), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT).stdout
    assert_holds_no_secret(training_folder, output + sent)
    log, = training_folder.rglob("neptune-*.log")
    for said in (log.read_text(), sent):
        for line in ("printed ***", "printed to stderr ***", "RuntimeError: thread of ***"):
            assert line in said.splitlines()
    for said in (log.read_text(), sent, output):
        assert "raised because of ***, or api_key=***" in said


def test_a_password_in_a_spec_is_refused_where_it_stands_and_not_repeated(training_folder):
    spec = "mlflow:https://me:%s@host" % PASSWORD
    output = train(training_folder, BY_SPEC, NEPTUNE_EXPERIMENT=spec)
    assert_holds_no_secret(training_folder, output)
    assert "the spec holds a password or token" in output
    status, said = send(training_folder, [sys.executable, str(ROOT / "vendored" / "neptune_writer"),
                                          str(journals(training_folder)[0]), "--to", spec])
    assert status == 2 and "the spec holds a password or token" in said and PASSWORD not in said


def test_a_token_where_a_spec_belongs_is_not_repeated(training_folder):
    output = train(training_folder, BY_SPEC, NEPTUNE_EXPERIMENT=TOKEN, NEPTUNE_API_TOKEN=TOKEN)
    assert_holds_no_secret(training_folder, output)
    assert "'***' is not a spec" in output


INSTALLED = """
import functools, os
from toyrl.train import train

def open_run(api_token):
    import neptune
    return neptune.init_run()

token = os.environ.pop("NEPTUNE_API_TOKEN")
run = functools.partial(open_run, api_token=token)
train(logger_kwargs=dict(output_dir="out", exp_name="toy", neptune_experiment=run))
"""


@pytest.mark.slow
def test_neither_installing_nor_an_installed_framework_writes_one(training_folder):
    shutil.copytree(str(STANDIN / "toyrl"), str(training_folder / "clone"))
    variables = dict(environment(training_folder / "clone", RECORDING), NEPTUNE_API_TOKEN=TOKEN)
    variables["PYTHONPATH"] = os.pathsep.join(variables["PYTHONPATH"].split(os.pathsep)[1:])  # its own copy of us

    def python(*arguments):
        return subprocess.run([sys.executable] + list(map(str, arguments)), cwd=str(training_folder), env=variables,
                              check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout.decode()

    output = python(ROOT / "scripts" / "install.py", "clone") + python("-c", INSTALLED)
    assert TOKEN not in output
    assert TOKEN.encode() not in everything_written(training_folder)
    assert list(training_folder.rglob("*manifest*")) and list(training_folder.rglob("installed.json"))
    assert ["set", "config/epochs", 3] in recorded(training_folder)
