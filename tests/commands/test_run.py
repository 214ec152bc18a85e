"""scripts/run.py, and what it does to each Python of a training: it logs, and no file is changed (issue 26)."""
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from environment import interpreters
from hooked_trainings import framework_files, made, recorded, train, variables_of
from small_acme import ACME
from small_checkout import FOREIGN, LOGGER, REPO, SERIALISER, call, make
from small_formats import BASELINES, STABLE_BASELINES3
from small_ray import LAYOUTS

from scripts import install, run

PRESENT = interpreters()
HOOK = REPO / "scripts/running/hook"
RSL_RL = """class Logger:
    writer = None

    def init_logging_writer(self):
        pass

    def process_env_step(self):
        pass

    def log(self, it):
        return self.writer or it
"""
FILES = {**STABLE_BASELINES3, "other/__init__.py": "", "other/logx.py": LOGGER.replace("small.", "other."),
         "other/serialise.py": SERIALISER}

EVERYWHERE = """
import multiprocessing, os, subprocess, sys
from small.common.models import Walk
from other.logx import EpochLogger

def walk(seed):
    Walk("P", None, seed=seed).learn(300)

def table(name):
    logger = EpochLogger(output_dir=name, exp_name="toy")
    logger.save_config({"lr": 0.1, "logger": logger})
    for epoch in range(2):
        logger.log_tabular("TotalEnvInteracts", epoch * 100)
        logger.dump_tabular()

if __name__ == "__main__":
    if sys.argv[1:]:
        table(sys.argv[1])
    else:
        walk(0), table("main")
        subprocess.run([sys.executable, "train.py", "subprocess"], check=True)
        for seed, method in enumerate(["spawn", "fork", "forkserver"]):
            process = multiprocessing.get_context(method).Process(target=walk, args=(seed + 1,))
            process.start(), process.join()
            assert process.exitcode == 0
"""


@pytest.fixture(scope="module")
def hook(tmp_path_factory):
    with made(tmp_path_factory.mktemp("cache")) as folder:
        yield folder


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    return make(tmp_path_factory.mktemp("clean"), FILES)


@pytest.fixture(scope="module")
def patched(tmp_path_factory):
    folder = make(tmp_path_factory.mktemp("patched"), FILES)
    assert call(install, folder) == 0
    return folder


def python_of(version):
    if version not in PRESENT:
        pytest.skip("no Python %s on this machine" % version)
    return str(PRESENT[version])


@pytest.mark.parametrize("version", ["3.6"] + [
    pytest.param("3.%d" % minor, marks=pytest.mark.slow) for minor in range(7, 14)])
def test_every_python_and_whatever_it_starts_logs_as_if_installed(hook, clean, patched, tmp_path, version):
    """Two frameworks; the main process, a subprocess, spawn, fork and forkserver: six runs, the same journals."""
    python, before = python_of(version), framework_files(clean)
    for name, environment in (("run", variables_of(hook, clean)), ("installed", dict(
            variables_of(hook, clean), PYTHONPATH=str(patched)))):
        train(EVERYWHERE, tmp_path / name, environment, python)
    assert recorded(tmp_path / "run") == recorded(tmp_path / "installed")
    assert len(recorded(tmp_path / "run")) == 6
    assert framework_files(clean) == before


LOOK = """
import importlib, pathlib, sys
for path in sorted(pathlib.Path({folder!r}).rglob("*.py")):
    parts = path.relative_to({folder!r}).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    if "neptune" not in name and all(part.isidentifier() for part in parts):
        module = importlib.import_module(name)
        print(name, sorted(each for each in vars(module) if "eptune" in each),
              getattr(getattr(module, "neptune_writer", None), "__name__", None))
"""


@pytest.mark.parametrize("files", [
    pytest.param(ACME, id="acme"), pytest.param(BASELINES, id="baselines", marks=pytest.mark.slow),
    *[pytest.param(LAYOUTS[version], id="ray " + version, marks=pytest.mark.slow) for version in sorted(LAYOUTS)]])
def test_all_that_installing_makes_importable_is_there(hook, tmp_path, files):
    """What files import from one another and from the package beside them, whichever comes first."""
    found = {}
    for name in ("run", "installed"):
        folder = make(tmp_path / name / "framework", files)
        assert name == "run" or call(install, folder) == 0
        found[name] = train(LOOK.format(folder=str(folder)), tmp_path / name, variables_of(hook, folder)
                            if name == "run" else dict(variables_of(hook), PYTHONPATH=str(folder)))[0]
    assert found["run"] == found["installed"] and "neptune_writer" in found["run"]


LOOKED_AT = """
import importlib, inspect, linecache, pickle, sys, traceback, types
from small.common import logger, models

for module in (logger, models):
    print(module.__file__, module.__spec__.origin)
    print(module.__loader__.get_source(module.__name__) == inspect.getsource(module))
    for name, value in sorted(vars(module).items()):
        if getattr(value, "__module__", "") == module.__name__ and "Neptune" not in name:
            print(name, inspect.getsource(value))
            for method in sorted(vars(value)) if isinstance(value, type) else ():
                if isinstance(vars(value)[method], types.FunctionType):
                    code = vars(value)[method].__code__
                    print(method, code.co_filename, code.co_firstlineno, inspect.getsource(vars(value)[method]))
    print([line for line in linecache.getlines(module.__file__) if "neptune" in line.lower()])
model = models.Walk("P", None)
print(pickle.loads(pickle.dumps(model)).policy_class)
model.learn(100)
try:
    logger.make_output_format("no such", "out")
except ValueError:
    traceback.print_exc(file=sys.stdout)
try:
    model.set_logger(logger.Logger("out", [logger.Table(None)]))
    model.learn(100)
except AttributeError:
    traceback.print_exc(file=sys.stdout)
importlib.reload(logger)
"""


@pytest.mark.parametrize("version", [
    "3.11", *[pytest.param(version, marks=pytest.mark.slow) for version in ("3.6", "3.7", "3.9", "3.13")]])
def test_what_people_look_at_is_the_file_on_the_disk(hook, clean, tmp_path, version):
    """Tracebacks, `inspect`, first lines, `__file__`, `get_source` and pickles are as without the hook."""
    found = [train(LOOKED_AT, tmp_path / "place", dict(variables_of(hook, clean), **more), python_of(version))[0]
             for more in ({}, {"PYTHONPATH": str(clean)})]
    assert found[0] == found[1] and "Traceback" in found[0] and "raise ValueError" in found[0]
    assert len(recorded(tmp_path / "place")) == 1


@pytest.mark.slow
def test_the_compiled_form_is_kept_and_says_where_it_is_used(hook, clean, tmp_path):
    """The second process takes the first one's code; a copy of the framework elsewhere has its own path in it."""
    code = "import small.common.logger as logger\nprint(logger.configure.__code__.co_filename, logger.neptune_writer)"
    copy = make(tmp_path / "copy", STABLE_BASELINES3)
    for folder in (clean, clean, copy, copy):
        said, _ = train(code, tmp_path / "place", variables_of(hook, folder, PYTHONDONTWRITEBYTECODE="1"))
        assert said.startswith(str(folder / "small/common/logger.py"))
    assert len(list((hook / "files").glob("*.%s.opt-0.pyc" % sys.implementation.cache_tag))) >= 1


SITE = "import os\nos.environ['THEIRS'] = os.environ.get('THEIRS', '') + 'x'\n"
ASK = "import os, sitecustomize\nfrom small.common.models import Walk\nWalk('P', None).learn(200)\n" \
      "print(os.environ.get('THEIRS'), os.path.dirname(sitecustomize.__file__))"


@pytest.mark.parametrize("where", ["PYTHONPATH", "venv"])
@pytest.mark.parametrize("text", [SITE, SITE + "raise ImportError('theirs', name='theirs')\n"])
def test_a_sitecustomize_of_their_own_runs_once_and_behind_ours(hook, clean, tmp_path, where, text):
    """It is the module of that name then; one that fails fails as it does without us."""
    python, folder = sys.executable, tmp_path / "theirs"
    if where == "venv":
        venv.create(folder, symlinks=True)
        python, (folder,) = folder / "bin/python", folder.glob("lib/python*/site-packages")
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(text)
    said, errors = train(ASK.replace("sitecustomize\n", "sys\n").replace("sitecustomize.", "sys.modules['os'].")
                         if "raise" in text else ASK, tmp_path / "place",
                         variables_of(hook, clean, *[folder] if where == "PYTHONPATH" else []), python)
    assert said.split()[0] == "x" and ("raise" in text or said.split()[1] == str(folder))
    assert len(recorded(tmp_path / "place")) == 1
    assert ("theirs" in errors) == ("raise" in text and "ImportError" in errors)


CHANGED = """
import importlib.util, sys
path, text = {path!r}, {text!r}
spec = importlib.util.find_spec("small.logx")
with open(path, "w") as file:
    file.write(text)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
print(hasattr(module, "VALUE"), hasattr(module, "neptune_writer"))
"""


@pytest.mark.parametrize("text, said", [
    pytest.param("VALUE = 1\n", "True False", marks=pytest.mark.slow), (LOGGER + "\nVALUE = 1\n", "True False")])
def test_a_file_that_changes_between_patching_and_import_is_what_it_is_now(hook, tmp_path, text, said):
    """Never what it was: no other file than the one that was looked at gets the patched form."""
    folder = make(tmp_path / "small")
    code = CHANGED.format(path=str(folder / "small/logx.py"), text=text)
    assert train(code, tmp_path / "place", variables_of(hook, folder))[0].strip() == said
    again = train("import small.logx as x\nprint(hasattr(x, 'neptune_writer'))", tmp_path / "place",
                  variables_of(hook, folder))[0]
    assert again.strip() == str(text != "VALUE = 1\n")  # looked at again


def test_what_comes_pickled_finds_the_package_before_its_logger_is_imported(hook, clean, tmp_path):
    environment = variables_of(hook, clean)
    train("import small.common.models", tmp_path / "place", environment)
    said, _ = train("import importlib\nimport small.common.neptune_writer.frameworks.stable_baselines3 as package\n"
                    "print(package.__name__)", tmp_path / "place", environment)
    assert said.strip() == "small.common.neptune_writer.frameworks.stable_baselines3"


@pytest.mark.slow
def test_a_module_at_the_top_logs_too(hook, tmp_path):
    """As in a folder of scripts: no package is around the logger, and `python -m` runs it by its name."""
    folder = make(tmp_path / "scripts", {"logx.py": LOGGER.replace("from small.serialise", "from serialise"),
                                         "serialise.py": SERIALISER})
    code = "import logx\nx = logx.Logger('out')\nx.log_tabular('Epoch', 1)\nx.dump_tabular()"
    train(code, tmp_path / "place", variables_of(hook, folder))
    assert len(recorded(tmp_path / "place")) == 1


@pytest.mark.slow
def test_a_place_on_the_path_may_be_relative(hook, tmp_path):
    """Up to Python 3.8 the file's own name is relative then."""
    make(tmp_path / "place/here", STABLE_BASELINES3)
    code = "import sys\nsys.path.insert(0, 'here')\nfrom small.common.models import Walk\nWalk('P', None).learn(200)"
    train(code, tmp_path / "place", variables_of(hook), python_of("3.6"))
    assert len(recorded(tmp_path / "place")) == 1


@pytest.mark.slow
def test_an_installed_framework_is_left_to_itself(hook, patched, tmp_path):
    """One run, by the package that lies there; nothing is said of it."""
    code = "from small.common import models, logger\nmodels.Walk('P', None).learn(200)\nprint(logger.neptune_writer)"
    said, errors = train(code, tmp_path / "place", variables_of(hook, patched))
    assert str(patched) in said and len(recorded(tmp_path / "place")) == 1
    assert errors.count("\n") == 1 and "neptune: journal " in errors


def test_the_process_that_sends_rows_on_is_left_alone(hook, clean, tmp_path):
    said, _ = train("import sys\nprint('neptune_run_hook.finder' in sys.modules)", tmp_path / "place",
                    variables_of(hook, clean, _NEPTUNE_WRITER_CHILD="1"))
    assert said.strip() == "False"


@pytest.mark.parametrize("files, why", [
    ({"small/logx.py": LOGGER.replace("self.log_current_row", "self.rows")}, "self.log_current_row"),
    pytest.param({"small/logx.py": FOREIGN, "neptune.py": ""}, "logs to Neptune by other means",
                 marks=pytest.mark.slow),
    ({"small/logx.py": LOGGER, "small/twin.py": LOGGER.replace("self.log_current_row", "self.rows")}, "small/twin.py"),
])
def test_a_logger_that_is_not_patched_is_named_once_with_the_reason(hook, tmp_path, files, why):
    folder = make(tmp_path / "small", {"small/__init__.py": "", "small/serialise.py": SERIALISER, **files})
    code = "import subprocess, sys\nfrom small.logx import Logger\nLogger('out').dump_tabular()\n" \
           "sys.argv[1:] or subprocess.check_call([sys.executable, 'train.py', 'again'])"
    _, errors = train(code, tmp_path / "place", variables_of(hook, folder))
    line, = [line for line in errors.splitlines() if "is not logged" in line]
    assert line.startswith(f"neptune: {folder}/small/logx.py is not logged: ") and why in line
    assert recorded(tmp_path / "place") == []


def test_a_logger_that_logs_with_a_summary_writer_is_not_said_to_be_left_out(hook, tmp_path):
    """rsl_rl's was, though its SummaryWriter was patched and the run recorded. Kind: what `install` refuses because
    another package's patch reaches it."""
    folder = make(tmp_path / "rsl_rl", {"logger.py": RSL_RL})
    said, errors = train("import logger\nprint(logger.Logger().log(1))", tmp_path / "place", variables_of(hook, folder))
    assert (said, errors) == ("1\n", "")


@pytest.mark.parametrize("version", sorted({min(PRESENT), max(PRESENT)}))
@pytest.mark.parametrize("name", ["framework.zip", "framework-1.0-py3.egg"])
def test_a_logger_in_an_archive_is_said_to_be_left_out(hook, tmp_path, version, name):
    """Only plain files are patched; a logger in a zip or an egg was skipped without a message."""
    with zipfile.ZipFile(tmp_path / name, "w") as archive:
        for path, text in {**STABLE_BASELINES3, "plain.py": "x = 1\n"}.items():
            archive.writestr(path, text)
    before = (tmp_path / name).read_bytes()
    code = "import plain\nfrom small.common import logger, models\nmodels.Walk('P', None, seed=1).learn(100)\n"
    _, errors = train(code, tmp_path / "here", variables_of(hook, tmp_path / name), PRESENT[version])
    assert errors.splitlines() == [
        f"neptune: {tmp_path / name} is not logged: small.common.logger in it looks like a logger, but only plain "
        "files are patched; unpack the archive, or pip install what is in it"]
    assert (tmp_path / name).read_bytes() == before and not recorded(tmp_path / "here")


def test_of_an_archive_without_a_logger_nothing_is_said(hook, tmp_path):
    with zipfile.ZipFile(tmp_path / "plain.zip", "w") as archive:
        archive.writestr("plain.py", "x = 1\n")
    assert train("import plain\n", tmp_path / "here", variables_of(hook, tmp_path / "plain.zip")) == ("", "")


def test_where_the_folder_is_gone_one_line_says_so(clean, tmp_path):
    with made(tmp_path / "cache") as folder:
        (folder / "signs").unlink()
        said, errors = train("import json, small.common.models\nprint(1)", tmp_path / "place",
                             variables_of(folder, clean))
    assert said == "1\n" and errors.count("\n") == 1 and "neptune: this process logs nothing: " in errors


def test_where_the_tool_cannot_be_run_the_training_goes_on_and_it_is_said(clean, tmp_path):
    with made(tmp_path / "cache") as folder:
        (folder / "tool.json").write_text('["/no/such/python"]')
        _, errors = train(ASK.replace("sitecustomize", "small"), tmp_path / "place", variables_of(folder, clean))
    assert "/no/such/python cannot be run: No such file or directory" in errors
    assert recorded(tmp_path / "place") == []


def test_python_2_starts_as_if_it_were_not_there(hook, tmp_path):
    python = next(Path(os.path.expanduser("~/.pyenv/versions")).glob("2.7.*/bin/python"), None)
    if python is None:
        pytest.skip("no Python 2.7 on this machine")
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs/sitecustomize.py").write_text("print('theirs')\n")
    assert train("print(1)", tmp_path / "place", variables_of(hook, tmp_path / "theirs"), python) == ("theirs\n1\n", "")


@pytest.mark.parametrize("version", ["3.6", "3.13"])
def test_the_hook_compiles(version):
    code = "import sys; [compile(open(path, 'rb').read(), path, 'exec') for path in sys.argv[1:]]"
    files = sorted(map(str, HOOK.rglob("*.py")))
    assert subprocess.run([python_of(version), "-W", "error", "-c", code, *files]).returncode == 0


@pytest.fixture
def started(hook, clean, tmp_path, monkeypatch):
    """Runs scripts/run.py in an empty folder, with a cache of its own; its status, stdout and stderr."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(hook.parents[2]))
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)

    def start(*arguments, **variables):
        done = subprocess.run([sys.executable, str(REPO / "scripts/run.py"), *map(str, arguments)], cwd=tmp_path,
                              capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              env=dict(os.environ, PYTHONPATH=str(clean), **variables))
        return done.returncode, done.stdout, done.stderr
    return start


def test_the_command_takes_the_place_of_run(started, tmp_path):
    """Its status and output are the command's; what `python` is and where it logs are as was said."""
    (tmp_path / "train.py").write_text("import sys\nfrom small.common.models import Walk\nWalk('P', None).learn(200)\n"
                                       "print(sys.executable, sys.argv)\nsys.exit(7)")
    status, said, errors = started("--python", sys.executable, "--", "python", "train.py", "--to", "x")
    assert (status, said) == (7, f"{sys.executable} ['train.py', '--to', 'x']\n")
    assert len(recorded(tmp_path)) == 1 and "neptune: journal " in errors


def test_a_run_in_a_run_logs_once(started, tmp_path):
    code = "from small.common.models import Walk; Walk('P', None).learn(200)"
    status, _, errors = started("--", sys.executable, REPO / "scripts/run.py", "--", sys.executable, "-c", code)
    assert status == 0 and errors.count("\n") == 1 and len(recorded(tmp_path)) == 1


@pytest.mark.slow
def test_a_logger_in_the_script_itself_is_named(started, tmp_path):
    """No import brings it, so it is out of reach; a script without one is not."""
    for text, count in ((LOGGER.replace("from small.serialise", "from other.serialise"), 1), ("import sys\n", 0)):
        (tmp_path / "train.py").write_text(text)
        _, _, errors = started("--", sys.executable, "train.py")
        assert errors.count("run: train.py: a logger in the script itself is not patched") == count


def test_where_nothing_logs_it_is_said_at_the_end(started):
    status, said, errors = started("--to", "journal", sys.executable, "-c", "print(1)")
    assert (status, said) == (0, "1\n")
    assert errors == "neptune: no process of this training imported a logger that is supported, so nothing is logged\n"


def test_where_another_process_of_the_training_logs_nothing_of_the_kind_is_said(started, tmp_path, hook):
    """A launcher, such as pytest-xdist or a notebook's: its workers have the loggers."""
    code = "import subprocess, sys; subprocess.check_call([sys.executable, '-c', %r])" % (
        "from small.common.models import Walk; Walk('P', None).learn(200)")
    status, _, errors = started("--", sys.executable, "-c", code)
    assert status == 0 and errors.count("\n") == 1 and "neptune: journal " in errors
    assert not list((hook / "found").glob("*-*"))


def test_a_python_that_it_does_not_reach_is_refused_before_it_starts(started):
    status, said, errors = started("--", sys.executable, "-I", "-c", "print(1)")
    assert (status, said) == (1, "")
    assert errors == ("run: -I (isolated) makes Python ignore PYTHONPATH, so nothing would be logged; leave that out, "
                      "or install into the framework instead\n")


@pytest.mark.parametrize("arguments, status, said", [
    ([], 2, "expected a command"), (["--"], 2, "expected a command"),
    (["--", "no-such-command"], 1, "no-such-command: there is no such command\n"),
    (["--", "train.py"], 1, "train.py: there is no such command; a script needs its Python: run -- python train.py\n"),
    (["--", "/no/such/python", "x.py"], 1, "/no/such/python: cannot be run")])
def test_a_command_that_there_is_not(hook, tmp_path, monkeypatch, capfd, arguments, status, said):
    monkeypatch.setenv("XDG_CACHE_HOME", str(hook.parents[2]))
    make(tmp_path, {"train.py": ""})
    monkeypatch.chdir(tmp_path)
    try:
        assert run.main(arguments) == status
    except SystemExit as left:
        assert left.code == status
    assert said in capfd.readouterr().err
