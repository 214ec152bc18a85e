"""dowel's releases of the package index, with the install script's patch in them: the logger, driven as garage does."""
import csv

import pytest
from placed import points_of
from real_training import patched, python, release, run, script
from small_checkout import snapshot
from trainings import journals, stored

pytestmark = pytest.mark.training

DRIVE = """
import json, os
import dowel
from dowel import logger, tabular
os.makedirs("out/trpo_cartpole")
with open("out/trpo_cartpole/variant.json", "w") as file:
    json.dump({"lr": 0.1, "seed": 3}, file)
logger.add_output(dowel.TextOutput("out/trpo_cartpole/debug.log"))
logger.add_output(dowel.CsvOutput("out/trpo_cartpole/progress.csv"))
logger.add_output(dowel.TensorBoardOutput("out/trpo_cartpole"))
logger.add_output(dowel.StdOutput())
for epoch in range(12):
    with logger.prefix("epoch #%d | " % epoch):
        logger.log("Obtaining samples...")
        tabular.record("TotalEnvSteps", 1000 * (epoch + 1))
        with tabular.prefix("Evaluation/"):
            tabular.record("AverageReturn", epoch / 3)
            tabular.record_misc_stat("Loss", [epoch, 2.5])
        logger.log(tabular)
        logger.dump_all(epoch)
        tabular.clear()
logger.remove_all()
"""


@pytest.mark.parametrize("version", ["0.0.3", "0.0.4"])
def test_every_table_arrives_at_its_step(tmp_path, version):
    interpreter = python("dowel-py311")
    checkout = release(f"dowel=={version}", tmp_path)
    before = snapshot(checkout)
    patched(checkout)
    source = next(path.parent.parent for path in checkout.rglob("tabular_input.py"))
    (tmp_path / "plain").mkdir(), (tmp_path / "recorded").mkdir()
    run(interpreter, source, tmp_path / "plain", "-c", DRIVE)
    assert not journals(tmp_path)
    run(interpreter, source, tmp_path / "recorded", "-c", DRIVE, NEPTUNE_EXPERIMENT="journal")
    journal, = journals(tmp_path / "recorded/out/trpo_cartpole")
    with open(journal.parent / "progress.csv") as file:
        rows = list(csv.DictReader(file))
    assert points_of(journal) == {
        name: [(epoch, float(row[name])) for epoch, row in enumerate(rows)] for name in rows[0]}
    header, configs, _, ended = stored(journal)
    assert (header["name"], header["framework"], configs, ended) == ("trpo_cartpole", "dowel", [{"lr": 0.1, "seed": 3}],
                                                                     True)
    script("uninstall.py", checkout)
    assert {path: content for path, content in snapshot(checkout).items() if "__pycache__" not in path} == before
