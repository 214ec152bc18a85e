"""A run that an exception ended says so in its journal: by name, for what nobody caught."""
import json
import subprocess
import sys
from pathlib import Path

import pytest
from report_runs import read
from trainings import journals

VENDORED = Path(__file__).resolve().parents[2] / "vendored"
TRAIN = """
import sys
sys.path.insert(0, %r)
import neptune_writer
class Logger: output_dir = "out"
logger = Logger()
neptune_writer.connect(logger, "journal", output_dir="out", exp_name="toy")
neptune_writer.write_row(logger, {"EpRet": 1.0}, "EpRet")
def train():
    %s
train()
""" % (str(VENDORED), "%s")


def end_of(folder, then, *arguments):
    """The last record of a training that ends so."""
    (folder / "train.py").write_text(TRAIN % then)
    subprocess.run([sys.executable, *(arguments or ["train.py"])], cwd=folder, stderr=subprocess.DEVNULL,
                   stdin=subprocess.DEVNULL)
    path, = journals(folder)
    last = json.loads(path.read_text().splitlines()[-1])
    del last["t"]
    return last


@pytest.mark.parametrize("then, end", [
    ("pass", {"end": True}), ("sys.exit(3)", {"end": True}),
    ("raise ValueError('what it says is not told')", {"end": True, "error": "ValueError"}),
    ("raise KeyboardInterrupt", {"end": True, "error": "KeyboardInterrupt"}),
    ("try: 1 / 0\n    except ZeroDivisionError: pass", {"end": True})])
def test_an_exception_that_nobody_caught_is_named(tmp_path, then, end):
    assert end_of(tmp_path, then) == end


def test_of_a_module_too(tmp_path):
    assert end_of(tmp_path, "raise ValueError", "-m", "train") == {"end": True, "error": "ValueError"}


@pytest.mark.parametrize("then", [
    "try: window.callback()\n    except Exception:\n        sys.last_type, _, sys.last_traceback = sys.exc_info()",
    "_thread.start_new_thread(window.callback, ())\n    while not hasattr(sys, 'last_type'): time.sleep(0.01)"])
def test_an_exception_of_a_windows_callback_is_none_of_the_training(tmp_path, then):
    """Which is kept and reported, by tkinter or by a library's own thread, and the training goes on."""
    (tmp_path / "window.py").write_text(
        "import sys\ndef keep(found): sys.last_type, sys.last_traceback = found.exc_type, found.exc_traceback\n"
        "sys.unraisablehook = keep\ndef callback(): 1 / 0\n")
    assert end_of(tmp_path, "import window, _thread, time\n    " + then) == {"end": True}


def test_readers_know_it(tmp_path):
    end_of(tmp_path, "raise ValueError")
    (run,), _ = read(tmp_path)
    assert (run.ended, run.end) == (True, "uncaught ValueError")
