"""Releases of tensorboardX, and torch's writer, with the install script's patch in them: what TensorBoard's own reader
finds in the event files is in the journal, and nothing else."""
import json
import shutil
from pathlib import Path

import pytest
from real_training import patched, python, release, run, script
from small_checkout import snapshot
from trainings import journals, stored

pytestmark = pytest.mark.training

DRIVE = """
import sys
import numpy
from %s import SummaryWriter
writer, other = SummaryWriter("out/a"), SummaryWriter("out/a/eval")
for step in range(20):
    writer.add_scalar("charts/return", step / 3, step * 10)
    writer.add_scalar("with a (space)", numpy.float32(step) / 7, step)
    writer.add_scalar("counted", -step)
    writer.add_scalar("rewards/time", step, step * 1.5)
    writer.add_scalars("many/of", {"a": step, "b": -step}, step)
    other.add_scalar("return", step, step, 1600000000.5 + step)
if hasattr(writer, "add_hparams"):
    writer.add_hparams({"lr": 0.1, "n": 3}, {"best": 2.5})
writer.add_text("hyperparameters", "|param|value|\\n|-|-|\\n|seed|1|")
writer.close(), other.close()
"""
READ = """
import json, os
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.util import tensor_util
found = []
for folder, _, names in os.walk("out/a"):
    for name in sorted(names):
        for event in EventFileLoader(os.path.join(folder, name)).Load() if ".tfevents." in name else ():
            for value in event.summary.value:
                if value.metadata.plugin_data.plugin_name in ("scalars", "") and value.HasField("tensor"):
                    number = float(tensor_util.make_ndarray(value.tensor))
                    found.append((os.path.relpath(folder, "out/a"), value.tag, event.step, number))
print(json.dumps(found))
"""


def name_in_journal(folder, tag):
    """What the journal calls a tag of the event files of a folder."""
    if folder == "eval":
        return "eval/" + tag
    return "%s/%s" % (tag, folder[-1]) if folder.startswith("many") else tag


def rounded(rows):
    """(name, whole step, value as the event file has it), in order; of tags without a step without that."""
    import struct
    return sorted((name, 0 if name == "counted" else int(step), struct.unpack("f", struct.pack("f", float(value)))[0])
                  for name, step, value in rows)


def compare(interpreter, checkout, module, place):
    """Train without and with a journal, compare, take the patch out again."""
    before = {path: content for path, content in snapshot(checkout).items() if "__pycache__" not in path}
    patched(checkout)
    for name, variables in (("plain", {}), ("on", {"NEPTUNE_EXPERIMENT": "journal"})):
        (place / name).mkdir()
        run(interpreter, checkout, place / name, "-W", "ignore", "-c", DRIVE % module, **variables)
    events = json.loads(run(python("trackers-py311"), place, place / "on", "-W", "ignore", "-c", READ)[0])
    journal, = journals(place / "on")
    header, configs, rows, ended = stored(journal)
    points = [(name, row["step"], value) for row in rows for name, value in row["values"].items()]
    expected = ((name_in_journal(folder, tag), step, value) for folder, tag, step, value in events)
    assert rounded(points) == rounded(expected)
    assert [step for name, step, _ in points if name == "counted"] == list(range(20))
    assert [row["t"] for row in rows if "eval/return" in row["values"]] == [1600000000.5 + step for step in range(20)]
    assert header["name"] == "a" and configs[-1]["seed"] == 1 and ended and not journals(place / "plain")
    sizes = [sorted(path.stat().st_size for path in (place / name).rglob("*.tfevents.*")) for name in ("plain", "on")]
    assert sizes[0] == sizes[1]
    script("uninstall.py", checkout)
    assert {path: content for path, content in snapshot(checkout).items() if "__pycache__" not in path} == before


@pytest.mark.parametrize("version, environment", [
    ("1.4", "ray-1.13-py37"), ("1.8", "ray-1.13-py37"), ("2.0", "ray-1.13-py37"), ("2.1", "ray-1.13-py37"),
    ("2.4", "ray-1.13-py37"), ("2.5.1", "ray-1.13-py37"), ("2.6.2.2", "tensorboardx-py311"),
    ("2.6.5", "tensorboardx-py311")])
def test_tensorboardx(tmp_path, version, environment):
    compare(python(environment), release(f"tensorboardX=={version}", tmp_path), "tensorboardX", tmp_path)


@pytest.mark.parametrize("environment", ["spinningup-py311", "spinningup-py37"])
def test_torch(tmp_path, environment):
    """Its writer alone, beside the torch of the environment."""
    interpreter = python(environment)
    source = next(Path(interpreter).parents[1].glob("lib/python3*/site-packages/torch/utils/tensorboard"))
    shutil.copytree(source, tmp_path / "copy" / "summaries", ignore=shutil.ignore_patterns("__pycache__"))
    compare(interpreter, tmp_path / "copy", "summaries", tmp_path)
