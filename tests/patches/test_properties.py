"""What holds of any logger, generated and mutated: it comes back, twice is once, and what is accepted emits."""
import contextlib
import json
import os
import shutil
from collections import Counter
from pathlib import Path

import pytest
from generated_loggers import compiles, edits, loggers
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from small_checkout import make, snapshot
from small_trees import fast_folder, said, small_package  # noqa: F401

import neptune_writer
from neptune_writer import ending
from neptune_writer.recording import header
from scripts import install, uninstall

EXAMPLES = [100, pytest.param(1000, marks=pytest.mark.slow)]
ROWS = 2
BROKEN = TypeError  # of a subclass whose constructor does not fit that of its base
KEPT = settings(derandomize=True, deadline=None, database=None, phases=[Phase.generate], report_multiple_bugs=False,
                suppress_health_check=list(HealthCheck))
seen = Counter()


def tried(check, examples, folder, **drawn):
    """Check so many of what is drawn."""
    settings(KEPT, max_examples=examples)(given(**drawn)(check))(folder=folder)


@pytest.fixture
def training(fast_folder, monkeypatch, small_package):  # noqa: F811
    """A working directory in memory, and an experiment for every run."""
    monkeypatch.setattr(header, "git_revision", lambda: None)  # asked by every run, longer than all the rest
    monkeypatch.setenv("NEPTUNE_EXPERIMENT", "journal")
    monkeypatch.chdir(fast_folder)
    seen.clear()
    yield fast_folder
    del ending._writers[:]


def fresh(folder, logger):
    """A checkout with that logger."""
    shutil.rmtree(folder / "one", ignore_errors=True)
    made = make(folder / "one", {"logx.py": logger.raw, "other.txt": "x"})
    (made / "logx.py").chmod(logger.mode)
    return made, snapshot(made)


def check_all(logger, folder):
    """The three properties of one logger."""
    made, before = fresh(folder, logger)
    code, printed = said(install, made)
    if code:
        seen["refused"] += 1
        assert snapshot(made) == before
        lines = printed.splitlines()
        assert 1 <= len(lines) <= 2 and "logx.py" in lines[-1], printed
        assert "read it: " not in printed or not compiles(logger.raw)
        return
    seen["accepted"] += 1
    new = (made / "logx.py").read_bytes()
    there = snapshot(made)
    assert said(install, made)[0] == 0
    assert snapshot(made) == there
    emits(logger.raw, new, folder / "runs")
    assert said(uninstall, made)[0] == 0
    assert snapshot(made) == before


def emits(old, new, folder):
    """Run the patched file, and log rows with every logger that works unpatched: each row is in a journal."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    os.chdir(folder)
    working = train(old, folder, lambda logger: None, BROKEN)
    assert train(new, folder, neptune_writer.close, BROKEN) >= working
    journals = [path.read_text().splitlines() for path in folder.rglob("neptune-*.jsonl")]
    rows = [json.loads(line) for journal in journals for line in journal]
    values = [row["values"] for row in rows if "values" in row]
    assert len(values) >= ROWS * len(working) and all(row["Return"] == 2.5 for row in values)


def train(raw, folder, close, tolerated):
    """Run the file and log rows with each of its loggers; the names of those that work."""
    names = {"__name__": "logx", "__package__": ""}
    exec(compile(raw, "logx.py", "exec", dont_inherit=True), names)
    loggers = [value for value in names.values() if isinstance(value, type) and hasattr(value, "log_tabular")]
    working = set()
    for cls in loggers:
        with contextlib.suppress(tolerated):
            logger = make_one(cls, str(folder))
            for epoch in range(ROWS):
                logger.log_tabular("Epoch", epoch)
                logger.log_tabular("Return", 2.5)
                logger.dump_tabular()
            close(logger)
            working.add(cls.__name__)
    return working


def make_one(cls, folder):
    """An object of the class that is told the folder, however it takes that; without one where it takes none."""
    for arguments, named in (((), {"output_dir": folder}), ((folder,), {})):
        with contextlib.suppress(TypeError):
            return cls(*arguments, **named)
    return cls()


@pytest.mark.parametrize("examples", EXAMPLES)
def test_it_comes_back_twice_is_once_and_it_emits(training, examples):
    with contextlib.redirect_stdout(None):
        tried(check_all, examples, training, logger=loggers())
    assert seen["accepted"] + seen["refused"] >= examples and seen["accepted"] >= examples // 4


def check_later_edits(logger, data, folder):
    """Out come the user's edits and none of our lines, or a refusal that leaves the tree."""
    made, _ = fresh(folder, logger)
    if said(install, made)[0]:
        return
    place = Path(made, "logx.py")
    edited = data.draw(edits(place.read_bytes()))
    mode = place.stat().st_mode
    place.chmod(0o644)
    place.write_bytes(edited)
    place.chmod(mode)
    if data.draw(st.booleans()):
        shutil.rmtree(made / ".neptune-rl-logging")
    before = snapshot(made)
    code, printed = said(uninstall, made)
    seen[code] += 1
    if code:
        assert snapshot(made) == before and "logx.py: " in printed
        return
    assert not (made / "neptune_writer").exists() and not (made / ".neptune-rl-logging").exists()
    out = place.read_bytes()
    assert b"neptune_writer" not in out and b"neptune_experiment" not in out
    assert out.count(b"# mine") == edited.count(b"# mine")


@pytest.mark.slow
@pytest.mark.parametrize("examples", EXAMPLES)
def test_later_edits_are_kept(training, examples):
    tried(check_later_edits, examples, training, logger=loggers(), data=st.data())
    assert seen[0] >= examples // 8 and seen[1]
