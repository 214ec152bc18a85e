"""How a run ended, in the word of the format that records it; where none is recorded, nothing is concluded."""
import json
import sqlite3
import struct
import zlib

import pytest
from protobuf_records import field, varint
from report_runs import read, write_spinningup

from scripts.watching import judged


def mlflow_folder(folder, status):
    (folder / "1" / "metrics").mkdir(parents=True)
    (folder / "1" / "metrics" / "loss").write_text("1000 1.5 0\n2000 1.25 1\n")
    (folder / "1" / "meta.yaml").write_text(f"run_id: a\nrun_name: first\nstatus: {status}\nlifecycle_stage: active\n")


def sacred(folder, status):
    (folder / "run.json").write_text(json.dumps({"status": status, "experiment": {"name": "qmix"}}))
    measured = {"loss": {"steps": [0, 1], "values": [1.5, 1.25], "timestamps": []}}
    (folder / "metrics.json").write_text(json.dumps(measured))


def wandb(folder, code):
    exits = [field(18, varint(1 << 3) + varint(code) if code else b"")] if code is not None else []
    content = b":W&B\0\0\0"[:7]
    rows = [field(2, field(1, field(1, b"loss") + field(16, str(value).encode()))) for value in (1.5, 1.25)]
    for record in rows + exits:
        content += struct.pack("<IHB", zlib.crc32(record, zlib.crc32(b"\1")), len(record), 1) + record
    (folder / "run-abc.wandb").write_bytes(content)


def optuna(folder, state):
    with sqlite3.connect(str(folder / "study.db")) as database:
        database.executescript(f"""
            CREATE TABLE studies (study_id, study_name); INSERT INTO studies VALUES (1, 'study');
            CREATE TABLE trials (trial_id, number, study_id, state); INSERT INTO trials VALUES (1, 0, 1, '{state}');
            CREATE TABLE trial_params (trial_id, param_name, param_value, distribution_json);
            CREATE TABLE trial_intermediate_values (trial_id, step, intermediate_value, intermediate_value_type);
            INSERT INTO trial_intermediate_values VALUES (1, 0, 1.5, 'FINITE'), (1, 1, 1.25, 'FINITE');""")


CASES = [
    (mlflow_folder, 3, "FINISHED", "ended"), (mlflow_folder, 4, "FAILED", "failed"),
    (mlflow_folder, 5, "KILLED", "failed"), (mlflow_folder, "FAILED", "FAILED", "failed"), (mlflow_folder, 1, "", None),
    (sacred, "COMPLETED", "COMPLETED", "ended"), (sacred, "FAILED", "FAILED", "failed"),
    (sacred, "INTERRUPTED", "INTERRUPTED", "ended"), (sacred, "RUNNING", "", None),
    (wandb, 0, "exit code 0", "ended"), (wandb, 1, "exit code 1", "failed"), (wandb, 137, "exit code 137", "failed"),
    (wandb, None, "", None),
    (optuna, "COMPLETE", "COMPLETE", "ended"), (optuna, "PRUNED", "PRUNED", "ended"),
    (optuna, "FAIL", "FAIL", "failed"), (optuna, "RUNNING", "", None)]


@pytest.mark.parametrize("write, status, end, state", CASES)
def test_a_recorded_end(tmp_path, write, status, end, state):
    write(tmp_path, status)
    (run,), _ = read(tmp_path)
    assert run.end == end
    found = judged.state(run, [], judged.rhythm.last_row(run) + 1)[0]
    assert found == (state or "running")


def test_a_table_records_none(tmp_path):
    (run,), _ = read(write_spinningup(tmp_path))
    assert (run.end, run.ended) == ("", True)
