"""No secret leaves: recognisable secrets, passed wherever they can be, and every byte that a run writes.

With the real clients: test_client_secrets.py.
"""
import os
import shutil
import subprocess
import sys
import time

from small_experiments import Run
from trainings import (
    RECORDING, ROOT, STANDIN, TOKEN, command_in, connected, environment, everything_written, journals, only_journal,
    recorded, send, start, wait_until)

import neptune_writer

PASSWORD = "correct-horse-of-nobody"  # which only what stands before it tells

TRAINING = '''
import argparse, collections, dataclasses, functools, json, types


@dataclasses.dataclass
class Settings:
    run: object = None
    note: str = "fine"
    api_token: str = None

class Args:
    def __init__(self, **entries):
        vars(self).update(entries)

class Shows:
    def __init__(self, what):
        self.what = what
    def __repr__(self):
        return "Shows(%s)" % self.what

def make(project, api_token=None, run=None):
    """Make a run."""

def serialise(value):
    """Walks into every object, as frameworks do; the first line is what is installed there."""
    value = neptune_writer.hide_experiment(value)
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, dict):
        return {str(serialise(name)): serialise(entry) for name, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [serialise(entry) for entry in value]
    if getattr(value, "__dict__", None) and not callable(value):
        return {str(value): {serialise(name): serialise(entry) for name, entry in vars(value).items()}}
    return str(value)

def experiments_at_every_depth(e):
    return [
        e, {"run": e}, {"runs": [{"run": e}]}, [e], (1, e), [(e,), {"deep": {"deeper": [e]}}], Settings(run=e),
        [Settings(run=({"run": e},))], argparse.Namespace(run=e, lr=1), types.SimpleNamespace(runs=[e]), Args(run=e),
        [Args(args=Args(runs=[e]))], functools.partial(make, "ws/project", run=e), functools.partial(make, e),
        {"make": [functools.partial(functools.partial(make, run=[e]), "ws/project")]}, collections.OrderedDict(run=e),
        types.MappingProxyType({"run": e}), lambda: e]

def tokens_everywhere(t):
    return [
        t, "a longer text with %s in it" % t, {"note": t}, {t: 1}, [t], (t,), [[{"deep": [t]}]], t.encode(), {t},
        b"Bearer " + t.encode(), Settings(note=t), argparse.Namespace(note=t), Args(note=t), Shows(t), [Shows(t)],
        ValueError(t), types.MappingProxyType({"note": t}), {"a": t}.values(), "https://me:%s@host/path" % t,
        "x" * 990 + t]

def secrets_by_name(s):
    return [
        {"password": s}, {"nested": [{"api_key": s}]}, Settings(api_token=s), argparse.Namespace(db_password=s),
        Args(password=s), [Args(args=Args(password=s.encode()))], functools.partial(make, "ws/project", s),
        functools.partial(make, "ws/project", api_token=s), "https://me:%s@host/path" % s, {"api_tokens": [s]},
        "train.py --opts=lr=1,api_key=" + s, Shows("password='%s'" % s), {"url": "https://host/?api_key=%s&page=1" % s}]

def train(lr, seed, logger_kwargs):
    logger = Logger(logger_kwargs["output_dir"], logger_kwargs["exp_name"], logger_kwargs["experiment"])
    config = dict(locals(), at_depth=experiments_at_every_depth(logger_kwargs["experiment"]))
    config = neptune_writer.write_config(logger, dict(config, tokens=tokens_everywhere(TOKEN), **NAMED))
    with open("out-config.json", "w") as out:
        json.dump(serialise(config), out)
    with open("out-config-as-text.json", "w") as out:
        json.dump(config, out, default=str)
    print(config, config["at_depth"], flush=True)
    for epoch in range(3):
        neptune_writer.write_row(logger, {"Epoch": epoch, "Loss": epoch / 4, "TotalEnvInteracts": 4000 * epoch},
                                 ("TotalEnvInteracts", "Epoch"))

TOKEN, PASSWORD = open(os.environ["TOY_SECRETS"]).read().split()
NAMED = {"passwords": secrets_by_name(PASSWORD), "api_tokens": secrets_by_name(TOKEN)}
OPEN
train(0.5, 3, {"output_dir": "out", "exp_name": "toy-" + TOKEN, "experiment": experiment})
'''


BY_SPEC = "experiment = None\n"  # then NEPTUNE_EXPERIMENT says it
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


def train(folder, opening, python=sys.executable, token=TOKEN, clients=(), arguments=(), **variables):
    """Run `TRAINING` to its end, with a home of its own below the folder; all that it has printed.

    The token is in no file below the folder, nor in the environment unless the variables say so.
    """
    secrets = folder.parent / (folder.name + "-secrets")
    secrets.write_text("%s %s" % (token, PASSWORD))
    for name in ("home", "tmp"):
        (folder / name).mkdir(exist_ok=True)
    variables = dict({"HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp"), "TOY_SECRETS": str(secrets)},
                     **variables)
    process = start(TRAINING.replace("OPEN\n", opening), folder, clients, python, arguments, **variables)
    output, errors = process.communicate(timeout=90)
    assert process.returncode == 0, output + errors
    return output + errors


def assert_holds_no_secret(folder, output, token=TOKEN):
    """Neither half of one; and what is no secret is there."""
    names = "\n".join(str(path) for path in folder.rglob("*"))
    for written in (everything_written(folder), names.encode(), output.encode()):
        for secret in (token[:len(token) // 2], token[len(token) // 2:], PASSWORD):
            where = written.find(secret.encode())
            assert where < 0, written[max(0, where - 200):where + 80]
    header, configs, rows, _ = only_journal(folder)
    assert header["name"] == "toy-***" and configs[0]["lr"] == 0.5 and len(rows) == 3
    assert "'lr': 0.5" in output
    for name in ("out-config.json", "out-config-as-text.json"):
        assert '"lr": 0.5' in (folder / name).read_text()


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
    assert "expected a spec without a password" in output
    status, said = send(training_folder, [sys.executable, str(ROOT / "vendored" / "neptune_writer"),
                                          str(journals(training_folder)[0]), "--to", spec])
    assert status == 2 and "expected a spec without a password" in said and PASSWORD not in said


def test_a_token_where_a_spec_belongs_is_not_repeated(training_folder):
    output = train(training_folder, BY_SPEC, NEPTUNE_EXPERIMENT=TOKEN, NEPTUNE_API_TOKEN=TOKEN)
    assert_holds_no_secret(training_folder, output)
    assert "found '***'" in output


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
