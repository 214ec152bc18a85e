"""scripts/running: the Python in a command, lines of the patched form, and what becomes of a file (issue 26)."""
import importlib.util
import re
import sys
import types
from pathlib import Path

import pytest
from hooked_trainings import made, variables_of
from small_acme import ACME
from small_checkout import LOGGER, REPO, SERIALISER, UNSUPPORTED, call, make
from small_formats import BASELINES, STABLE_BASELINES3
from small_ray import LAYOUTS
from small_tables import FAMILIES
from small_writers import TORCH

import patches
from scripts import install
from scripts.checkout.files import digest
from scripts.running import launching, overlay
from scripts.running.deciding import decide
from scripts.running.launching import Start
from scripts.running.lines import line_map


@pytest.mark.parametrize("command, expected", [
    ("python train.py --lr 1", Start(0, ["python"], [], "train.py")),
    ("/x/bin/python3.11 -u -m spinup.run ppo", Start(0, ["/x/bin/python3.11"], ["-u"])),
    ("python -W ignore -Xdev -X utf8 -c pass", Start(0, ["python"], ["-W", "ignore", "-Xdev", "-X", "utf8"])),
    ("python -Im mod -S", Start(0, ["python"], ["-I"])),
    ("python -uEWignore x.py -I", Start(0, ["python"], ["-uEWignore"], "x.py")),
    ("python --check-hash-based-pycs always -OO x.py",
     Start(0, ["python"], ["--check-hash-based-pycs", "always", "-OO"], "x.py")),
    ("mpirun -n 2 python3 -s x.py", Start(3, ["python3"], ["-s"], "x.py")),
    ("env -i A=1 python x.py", Start(3, ["env", "-i", "A=1", "python"], [], "x.py")),
    ("nice -n 5 python x.py", Start(3, ["nice", "-n", "5", "python"], [], "x.py")),
    ("python -", Start(0, ["python"], [])), ("python", Start(0, ["python"], [])),
    ("env nice -n 5 mpiexec -np 2 --bind-to core python x.py",
     Start(9, ["python"], [], "x.py")),
    ("xvfb-run -a python x.py", Start(2, ["python"], [], "x.py")),
    ("conda run -n env1 python x.py", Start(4, ["python"], [], "x.py")),
    ("/x/srun -n 2 /x/python3 x.py", Start(3, ["/x/python3"], [], "x.py")),
    ("bash train.sh", None), ("no-such-command", None), ("./train.sh --backend python", None),
    ("bash train.sh python", None), ("nice -n 5 bash train.sh --backend python", None),
    ("mpirun --oversubscribe bash python", None), ("uv run train.py --backend python", None)])
def test_the_python_in_a_command(command, expected):
    assert launching.start_of(command.split()) == expected


@pytest.mark.parametrize("line, expected", [
    ("#!/x/bin/python -sE", Start(0, ["/x/bin/python"], ["-sE"], "SCRIPT")),
    ("#!/usr/bin/env python3", Start(0, ["python3"], [], "SCRIPT")),
    ("#!/usr/bin/env -S python3 -I", Start(0, ["python3"], ["-I"], "SCRIPT")), ("#!/bin/sh", None), ("", None)])
def test_a_script_says_its_python_in_its_first_line(tmp_path, line, expected):
    """As what pip puts into bin/: tune, pytest, jupyter."""
    script = tmp_path / "tune"
    script.write_text(line + "\n")
    script.chmod(0o755)
    found = launching.start_of([str(script), "x"])
    assert found == (expected and expected._replace(script=str(script)))


@pytest.mark.parametrize("command, expected", [
    (["python", "x.py"], ["/p", "x.py"]),
    (["mpirun", "-n", "2", "python3", "x.py"], ["mpirun", "-n", "2", "/p", "x.py"]),
    (["bash", "x.sh"], ["bash", "x.sh"]), (["/x/python", "python"], ["/x/python", "/p"])])
def test_the_python_that_was_named_is_what_python_is(command, expected):
    assert launching.with_python(command, "/p") == expected


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    with made(tmp_path_factory.mktemp("cache")) as folder:
        yield variables_of(folder)


@pytest.mark.parametrize("options", ["", "-s", "-O", "-B", "-X dev", "-W error", "-u"])
def test_it_reaches_a_python_whatever_else_it_is_told(environment, options):
    launching.expect_reached(Start(0, [sys.executable], options.split()), environment)


@pytest.mark.parametrize("python, options, reason", [
    ([sys.executable], "-I", "-I (isolated) makes"), ([sys.executable], "-E", "-E makes"),
    ([sys.executable], "-S", "-S makes"), ([sys.executable], "-sES", "-E makes"), ([sys.executable], "-B -I", "-I ("),
    ([sys.executable], "-WE::I -X S -BS", "-S makes"),
    (["env", "-u", "PYTHONPATH", sys.executable], "", "does not pass PYTHONPATH on"),
    (["false"], "", "false is not a Python"), (["/no/such/python"], "", "cannot be run")])
def test_where_it_does_not_reach_a_python_that_is_said_at_once(environment, python, options, reason):
    with pytest.raises(launching.Unreached, match=re.escape(reason)):
        launching.expect_reached(Start(0, python, options.split()), environment)


@pytest.mark.parametrize("command", ["sudo python x.py", "/usr/bin/sudo -E python x.py", "ssh host python x.py",
                                     "docker run image python x.py", "srun --export=NONE python x.py"])
def test_a_command_with_variables_of_its_own_is_refused(command):
    with pytest.raises(launching.Unreached, match="does not pass PYTHONPATH on"):
        launching.expect_passed_on(command.split())
    launching.expect_passed_on(command.split()[-2:])


def test_threads_that_write_one_file_have_a_temporary_one_each(tmp_path, monkeypatch):
    waiting = []
    monkeypatch.setattr(overlay.os, "replace", lambda path, _: waiting.append(path))
    for raw in (b"1", b"2"):
        overlay._write(tmp_path / "name", raw)
    assert [path.read_bytes() for path in waiting] == [b"1", b"2"]


def _loader():
    path = REPO / "scripts/running/hook/neptune_run_hook/loader.py"
    spec = importlib.util.spec_from_file_location("loader_of_the_hook", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


LOADER = _loader()
SOURCES = {"spinningup": LOGGER, "serialiser": SERIALISER, "torch": TORCH, "crlf": LOGGER.replace("\n", "\r\n"),
           "wrapped": LOGGER.replace("(self, output_dir=None, exp_name=None)",
                                     "(\n        self,\n        output_dir=None,\n        exp_name=None,\n    )")}
for _name, _files in {"sb3": STABLE_BASELINES3, "sb2": BASELINES, "acme": ACME, **FAMILIES,
                      **{"ray " + version: files for version, files in LAYOUTS.items()}}.items():
    SOURCES.update({f"{_name} {path}": text for path, text in (
        _files.items() if isinstance(_files, dict) else [("", _files)])})


def forms():
    for name, text in SOURCES.items():
        raw = text if isinstance(text, bytes) else text.encode()
        for patch in patches.discover():
            try:
                found = patches.apply_patch(patch, raw) if patch.may_edit(raw) else None
            except patches.Refused:
                continue
            if found:
                yield pytest.param(raw, found.new, id=f"{patch.name} {name}")


def lines_of(code):
    """Every line that the code can be at."""
    found = {line for _, _, line in code.co_lines() if line}
    return found.union(*[lines_of(const) for const in code.co_consts if isinstance(const, types.CodeType)])


@pytest.mark.parametrize("raw, new", list(forms()))
def test_lines_keep_their_numbers(raw, new):
    """Each line of the file keeps its own; one of ours is where something of the file is, so that coverage counts none
    that did not run."""
    old, lines = raw.splitlines(), line_map(raw, new)
    for number, line in enumerate(new.splitlines(), 1):
        if not line.endswith(b"# neptune") and b"neptune_experiment" not in line:
            assert old[lines[number] - 1] == line
    if sys.version_info >= (3, 10):
        code = LOADER.compile_at(new, "x", lines)
        assert lines_of(code) <= lines_of(compile(raw, "x", "exec", dont_inherit=True))


TWIN = UNSUPPORTED.replace("write_table", "write_row")
COMPANION = "small/serialise.py"


@pytest.mark.parametrize("path, files, patch, why, needs", [
    ("small/logx.py", {}, "spinningup", "", []),
    (COMPANION, {}, "spinningup", "", ["small/logx.py"]),
    (COMPANION, {"small/logx.py": "x = 1\n"}, None, "", []),
    (COMPANION, {"small/logx.py": UNSUPPORTED}, None, "", ["small/logx.py"]),
    ("small/logx.py", {"small/logx.py": UNSUPPORTED}, None, "Logger.dump_tabular is missing", []),
    ("small/logx.py", {"small/deep/er.py": TWIN}, None, "small/deep/er.py: Logger.dump_tabular is missing",
     ["small/deep/er.py"]),
    ("small/logx.py", {"small/deep/er.py": LOGGER}, "spinningup", "", ["small/deep/er.py"]),
    ("small/logx.py", {"small/logx.py": "import neptune\n" + LOGGER}, None, "logs to Neptune by other means", []),
    ("small/logx.py", {"small/logx.py": LOGGER + "\n('\n"}, None, "cannot read it", []),
    ("small/logx.py", {"small/logx.py": LOGGER + "\0"}, None, "", []),
    ("small/other.py", {"small/other.py": "x = 'def convert_json'\n"}, None, "", []),
])
def test_what_becomes_of_a_file(tmp_path, path, files, patch, why, needs):
    folder = make(tmp_path, {"small/__init__.py": "", "small/logx.py": LOGGER, COMPANION: SERIALISER, **files})
    found = decide(str(folder / path), (folder / path).read_bytes(), str(folder / "small"), True)[str(folder / path)]
    assert (found.patch, found.installed) == (patch, False)
    assert (why in found.why) if why else found.why == ""
    assert found.needs == {str(folder / name): digest((folder / name).read_bytes()) for name in needs}
    if patch:
        assert call(install, folder) == 0
        assert (folder / path).read_bytes() == found.form


def test_a_module_at_the_top_has_its_neighbours_but_no_folders_below(tmp_path):
    folder = make(tmp_path, {"logx.py": LOGGER, "serialise.py": SERIALISER, "deep/er.py": TWIN})
    for name, needs in (("logx.py", []), ("serialise.py", ["logx.py"])):
        found = decide(str(folder / name), (folder / name).read_bytes(), str(folder), False)[str(folder / name)]
        assert found.patch == "spinningup" and list(found.needs) == [str(folder / one) for one in needs]


def test_an_installed_file_is_known_as_such(tmp_path):
    folder = make(tmp_path)
    assert call(install, folder) == 0
    path = folder / "small/logx.py"
    found = decide(str(path), path.read_bytes(), str(folder / "small"), True)
    assert {Path(path).name: (one.installed, one.patch) for path, one in found.items()} == {
        "logx.py": (True, None), "serialise.py": (True, None)}


def test_one_question_answers_for_all_that_goes_with_a_file(tmp_path):
    """Else each costs a start of LibCST; and whichever is imported first, the answers are the same."""
    folder = make(tmp_path, STABLE_BASELINES3)
    paths = [str(folder / "small/common" / name) for name in ("logger.py", "models.py")]
    one, other = (decide(path, Path(path).read_bytes(), str(folder / "small"), True) for path in paths)
    assert one == other and sorted(one) == paths and all(decision.patch for decision in one.values())
