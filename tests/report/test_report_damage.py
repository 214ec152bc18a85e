"""Files that are damaged at random: what is shown was there, and what is missing is named (issue 21, R3, R6).

What was in a file is known from how it was made, not from any reader. Damage that leaves another valid file, as a digit
for a digit, cannot be seen: such points are counted apart, and there are no more of them than damage can make.
"""
import collections
import contextlib
import gzip
import json
import random
import sqlite3
import struct
import tempfile
import zlib

import framework_files
import pytest
from protobuf_records import field
from report_runs import read, write_journal

from scripts.runs import files_read

ROWS = 60
Truth = collections.namedtuple("Truth", "path points")  # the file, and {(metric, step, value)}


def numbers(seed):
    """(step, loss, reward) of each row; no value is there twice, and none is another with a digit less."""
    chance = random.Random(f"numbers {seed}")
    return [(100 * n, chance.randrange(10 ** 8, 10 ** 9) / 1e9, chance.randrange(10 ** 9, 10 ** 10) / 1e8 + 200)
            for n in range(1, ROWS + 1)]


def points_of(rows, *names):
    return {(name, step, value) for step, *values in rows for name, value in zip(names, values)}


def table(name, head, separator=","):
    def make(folder, seed):
        rows = numbers(seed)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(head + "".join(separator.join(map(repr, row)) + "\n" for row in rows))
        return Truth(folder / name, points_of(rows, "loss", "reward"))
    return make


def objects(name, step):
    def make(folder, seed):
        rows = numbers(seed)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("".join(json.dumps({step: row[0], "loss": row[1], "reward": row[2]}) + "\n"
                                           for row in rows))
        return Truth(folder / name, points_of(rows, "loss", "reward"))
    return make


def monitor(folder, seed):
    rows = numbers(seed)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "monitor.csv").write_text('#{"t_start": 1000.0}\nr,l,t\n' + "".join(
        f"{loss},100,{step / 100}\n" for step, loss, _ in rows))
    return Truth(folder / "monitor.csv", points_of([row[:2] for row in rows], "monitor/episode_return"))


def acme(folder, seed):
    made = table("logs.csv", "steps,loss,reward\n")(folder / "1" / "logs" / "train", seed)
    return Truth(made.path, {(f"train/{name}", step, value) for name, step, value in made.points})


def drq(folder, seed):
    made = table("train.csv", "frame,loss,reward\n")(folder, seed)
    return Truth(made.path, {(f"train/{name}", step, value) for name, step, value in made.points})


def d3rlpy(folder, seed):
    rows = numbers(seed)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "params.json").write_text("{}")
    (folder / "loss.csv").write_text("".join(f"{step // 100},{step},{loss}\n" for step, loss, _ in rows))
    return Truth(folder / "loss.csv", points_of([row[:2] for row in rows], "loss"))


def ray(folder, seed):
    rows = numbers(seed)
    framework_files.results(folder, *({"timesteps_total": step, "loss": loss, "ret": reward}
                                      for step, loss, reward in rows))
    return Truth(folder / "result.json", points_of(rows, "loss", "ret"))


def journal(folder, seed):
    rows = numbers(seed)
    path = write_journal(folder / "neptune-1.jsonl", *((step, {"loss": loss, "reward": reward})
                                                       for step, loss, reward in rows), format=2)
    return Truth(path, points_of(rows, "loss", "reward"))


def events(folder, seed):
    rows = numbers(seed)
    framework_files.events(folder, [(step, value, name) for step, *values in rows
                                    for name, value in zip(("loss", "reward"), values)])
    path, = folder.iterdir()
    import numpy as np
    return Truth(path, {(name, step, float(np.float32(value))) for name, step, value in
                        points_of(rows, "loss", "reward")})


def each_point(rows):
    """(step, metric, value), one behind the other."""
    return ((step, name, value) for step, *values in rows for name, value in zip(("loss", "reward"), values))


def neptune(folder, seed):
    rows = numbers(seed)
    folder.mkdir(parents=True, exist_ok=True)
    framework_files.offline(folder, *each_point(rows))
    path, = folder.rglob("data-1.log")
    return Truth(path, points_of(rows, "loss", "reward"))


def exported(folder, seed):
    rows = numbers(seed)
    folder.mkdir(parents=True, exist_ok=True)
    framework_files.export(folder / "data", *each_point(rows))
    path, = folder.rglob("*.parquet")
    return Truth(path, points_of(rows, "loss", "reward"))


def wandb(folder, seed):
    rows = numbers(seed)
    folder.mkdir(parents=True, exist_ok=True)
    content = b":W&B\0\0\0"
    for step, loss, reward in rows:
        row = {"_step": step, "loss": loss, "reward": reward}
        record = field(2, b"".join(field(1, field(1, name.encode()) + field(16, json.dumps(value).encode()))
                                   for name, value in row.items()))
        content += struct.pack("<IHB", zlib.crc32(record, zlib.crc32(b"\1")), len(record), 1) + record
    (folder / "run-a.wandb").write_bytes(content)
    return Truth(folder / "run-a.wandb", points_of(rows, "loss", "reward"))


def mlflow(folder, seed):
    rows = numbers(seed)
    (folder / "metrics").mkdir(parents=True)
    (folder / "meta.yaml").write_text("run_id: a\nrun_name: toy\n")
    (folder / "metrics" / "loss").write_text("".join(f"{1000 + step} {loss} {step}\n" for step, loss, _ in rows))
    return Truth(folder / "metrics" / "loss", points_of([row[:2] for row in rows], "loss"))


def trackio(folder, seed):
    rows = numbers(seed)
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(sqlite3.connect(folder / "p.db")) as database:
        database.execute("CREATE TABLE metrics (run_id, run_name, step, timestamp, metrics)")
        database.executemany("INSERT INTO metrics VALUES ('a', 'a', ?, '2026-01-01T00:00:00', ?)", (
            (step, json.dumps({"loss": loss, "reward": reward})) for step, loss, reward in rows))
        database.commit()
    return Truth(folder / "p.db", points_of(rows, "loss", "reward"))


def sacred(folder, seed):
    rows = numbers(seed)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "run.json").write_text("{}")
    (folder / "metrics.json").write_text(json.dumps({
        name: {"steps": [row[0] for row in rows], "values": [row[place] for row in rows],
               "timestamps": ["2026-01-01T00:00:00"] * ROWS}
        for place, name in ((1, "loss"), (2, "reward"))}, indent=2))
    return Truth(folder / "metrics.json", points_of(rows, "loss", "reward"))


def evaluations(folder, seed):
    import numpy as np
    rows = numbers(seed)
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / "evaluations.npz", timesteps=[row[0] for row in rows], results=[[row[1]] for row in rows])
    return Truth(folder / "evaluations.npz", points_of([row[:2] for row in rows], "eval/mean_reward"))


def zipped(folder, seed):
    made = table("progress.csv", "time/total_timesteps,loss,reward\n")(folder, seed)
    path = made.path.with_name("progress.csv.gz")
    path.write_bytes(gzip.compress(made.path.read_bytes(), mtime=0))
    made.path.unlink()
    return Truth(path, made.points)


FORMATS = {
    "progress.csv": table("progress.csv", "time/total_timesteps,loss,reward\n"), "zipped": zipped,
    "progress.txt": table("progress.txt", "TotalEnvInteracts\tloss\treward\n", "\t"), "acme": acme, "drq": drq,
    "progress.json": objects("progress.json", "time/total_timesteps"), "dreamer": objects("metrics.jsonl", "step"),
    "monitor": monitor, "d3rlpy": d3rlpy, "ray": ray, "journal": journal, "events": events, "neptune": neptune,
    "exported": exported, "wandb": wandb, "mlflow": mlflow, "trackio": trackio, "sacred": sacred,
    "evaluations": evaluations}


def flipped(content, other, chance):
    found = bytearray(content)
    for _ in range(chance.randint(1, 5)):
        found[chance.randrange(len(found))] ^= chance.randint(1, 255)
    return bytes(found)


def torn(content, other, chance):
    return content[:chance.randrange(len(content))]


def zeroed(content, other, chance):
    """As a disk leaves a block that was never written."""
    start = chance.randrange(len(content))
    end = min(len(content), start + chance.randint(1, 600))
    return content[:start] + b"\0" * (end - start) + content[end:]


def doubled(content, other, chance):
    start, end = sorted(chance.randrange(len(content)) for _ in range(2))
    return content[:end] + content[start:end] + content[end:]


def cut(content, other, chance):
    start = chance.randrange(len(content))
    return content[:start] + content[start + chance.randint(1, 600):]


def mixed(content, other, chance):
    """Two programs wrote into one file."""
    place = chance.randrange(len(content))
    start, end = sorted(chance.randrange(len(other)) for _ in range(2))
    return content[:place] + other[start:end] + content[place:]


DAMAGES = [flipped, torn, zeroed, doubled, cut, mixed]
SPOTS = {flipped: 5, torn: 0, zeroed: 2, doubled: 1, cut: 1, mixed: 2}  # lines that may become others
_OF_A_LINE = 3  # values


def is_still_valid(kind, content):
    """Whether it is another file of its format, as far as that can tell: then nobody can see the damage."""
    if kind == "events":
        return _are_records(content)
    if kind in ("evaluations", "zipped", "wandb"):
        return False  # which have checksums
    if kind in ("exported", "trackio"):
        return (_is_table if kind == "exported" else _is_database)(content)
    if kind == "sacred":
        found = _parsed(content)
        return bool(found) and all(len(one.get("steps", "")) == len(one.get("values", "")) for one in found.values())
    lines = content.split(b"\n")
    if kind == "neptune":  # no line between its objects
        lines = content.replace(b"}{", b"}\n{").split(b"\n")
    if kind in ("progress.json", "dreamer", "ray", "journal", "neptune"):
        return all(_parsed(line) is not None for line in lines if line)
    if lines[-1].strip():
        return False
    separator = {"progress.txt": b"\t", "mlflow": b" "}.get(kind, b",")
    rows = [line.split(separator) for line in lines[:-1] if line.strip() and not line.startswith(b"#")]
    if kind not in ("mlflow", "d3rlpy"):
        rows[:1] = [] if all(cell.strip() and not _is_number(cell) for cell in rows[0]) else [[]]
    return all(len(row) == len(rows[0]) == {"d3rlpy": 3, "mlflow": 3, "monitor": 3}.get(kind, 3)
               and all(map(_is_number, row)) for row in rows)


def _are_records(content):
    """Torn between two, each of which is sound."""
    from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c
    place = 0
    while place + 12 <= len(content):
        end = place + 12 + struct.unpack_from("<Q", content, place)[0]
        if content[end:end + 4] != struct.pack("<I", masked_crc32c(content[place + 12:end])):
            return False
        place = end + 4
    return place == len(content)


def _is_table(content):
    import pyarrow
    from pyarrow import parquet
    try:
        return bool(parquet.read_table(pyarrow.BufferReader(content)))
    except (pyarrow.ArrowException, OSError):
        return False


def _is_database(content):
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        try:
            with contextlib.closing(sqlite3.connect(file.name)) as database:
                return database.execute("PRAGMA integrity_check").fetchall() == [("ok",)] and all(
                    _parsed(row) is not None for row, in database.execute("SELECT metrics FROM metrics"))
        except sqlite3.Error:
            return False


def _parsed(line):
    try:
        found = json.loads(line)
        return found if isinstance(found, dict) else None
    except ValueError:
        return None


def _is_number(cell):
    try:
        float(cell.decode("ascii"))
        return True
    except ValueError:
        return False


def check(folder, kind, damage, seed):
    """Damage one file and look at it; returns how many points were changed, how many were moved, and how many of a
    file that is valid are gone, which nobody can see."""
    chance = random.Random(f"{kind} {damage.__name__} {seed}")
    truth = FORMATS[kind](folder / "runs", seed)
    other = FORMATS[kind](folder / "other", f"{seed} of another")
    content = damage(truth.path.read_bytes(), other.path.read_bytes(), chance)
    truth.path.write_bytes(content)
    runs, problems = read(folder / "runs")
    expected = truth.points | (other.points if damage is mixed else set())
    found = collections.Counter((name, float(run.steps[row]), value) for run in runs
                                for name, series in run.series.items()
                                for row, value in zip(series.rows.tolist(), series.values.tolist()))
    values = {value for _, _, value in expected}
    steps = {float(step) for _, step, _ in expected}
    wrong = [point for point in found if point[2] not in values and point[2] not in steps
             and not is_about(kind, point[0])]
    shown = {value for _, _, value in found}
    missing = {point for point in truth.points if point[2] not in shown}
    moved = [point for point in found if point[2] in values and point not in expected]
    told = [problem for problem in problems if problem.path.startswith(str(folder / "runs"))]
    named = files_read.of([(str(truth.path), bool(runs))], {}, told)
    is_covered = any(one.outcome in (files_read.IN_PART, files_read.NOT_READ) or one.why.startswith("no export")
                     or "superseded" in one.why or "not UTF-8 at byte" in one.why for one in named.told)
    about = (kind, damage.__name__, seed, problems, sorted(missing)[:5], wrong[:5], moved[:5], len(missing))
    assert damage is not torn or not wrong and not moved, about
    if is_still_valid(kind, content):
        return len(wrong), len(moved), len(missing)
    assert is_covered or len(missing) <= _OF_A_LINE * SPOTS[damage] and len(missing) <= len(wrong), about
    assert len(wrong) <= _OF_A_LINE * SPOTS[damage], about
    return len(wrong), len(moved), 0


def is_about(kind, name):
    """Metrics that count, of which there is no truth here."""
    return name.startswith("time") or name in ("training_iteration", "timesteps_total", "timestamp", "ret", "monitor/t")


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("kind", ["progress.csv", "ray", "events", "neptune", "mlflow"])
def test_a_damaged_file_is_read_right_or_named(tmp_path, kind, damage):
    check(tmp_path, kind, damage, 0)


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("kind", FORMATS)
def test_hundreds_of_damaged_files_are_read_right_or_named(tmp_path, kind, damage):
    for seed in range(1, 5):
        check(tmp_path / str(seed), kind, damage, seed)
