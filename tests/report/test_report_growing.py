"""Files of every kind that grow by any number of bytes between two looks: each point goes into a journal once (R9)."""
import collections
import contextlib
import json
import random
import sqlite3

import framework_files
import pytest

from scripts.replaying import following

STEPS = [100 * n for n in range(1, 13)]
LOSS = {step: 0.5 / step for step in STEPS}
REWARD = {step: 2.0 * step + 0.25 for step in STEPS}


def rows(form, head=""):
    return head + "".join(form.format(step=step, loss=LOSS[step], reward=REWARD[step], n=step // 100)
                          for step in STEPS)


JSON = '{{"step": {step}, "loss": {loss}, "reward": {reward}}}\n'
FILES = {  # kind -> {name: text}
    "progress.csv": {"progress.csv": rows("{step},{loss},{reward}\n", "time/total_timesteps,loss,reward\n")},
    "progress.txt": {"progress.txt": rows("{step}\t{loss}\t{reward}\n", "TotalEnvInteracts\tloss\treward\n")},
    "dreamer": {"metrics.jsonl": rows(JSON)},
    "ray": {"result.json": rows(JSON.replace('"step"', '"training_iteration": {n}, "timesteps_total"'))},
    "d3rlpy": {"params.json": "{}", "loss.csv": rows("{n},{step},{loss}\n"),
               "reward.csv": rows("{n},{step},{reward}\n")},
    "mlflow": {"meta.yaml": "run_id: a\n", "metrics/loss": rows("1{step} {loss} {step}\n"),
               "metrics/reward": rows("1{step} {reward} {step}\n")},
    "drq": {"train.csv": rows("{step},{loss}\n", "frame,loss\n"),
            "eval.csv": rows("{step},{reward}\n", "frame,reward\n")},
}


def contents(kind, folder):
    if kind == "events":
        framework_files.events(folder, [(step, value, name) for step in STEPS
                                        for name, value in (("loss", LOSS[step]), ("reward", REWARD[step]))])
        return {path.name: path.read_bytes() for path in folder.iterdir()}
    return {name: text.encode() for name, text in FILES[kind].items()}


def grown(kind, folder, chance):
    """Writes the files piece by piece, each at its own pace; a step after each piece."""
    whole = contents(kind, folder / "made")
    at = collections.Counter()
    for name in whole:
        (folder / "run" / name).parent.mkdir(parents=True, exist_ok=True)
    while any(at[name] < len(content) for name, content in whole.items()):
        name = chance.choice([name for name, content in whole.items() if at[name] < len(content)])
        piece = whole[name][at[name]:at[name] + chance.randint(1, 90)]
        at[name] += len(piece)
        with (folder / "run" / name).open("ab") as file:
            file.write(piece)
        yield


def kept(folder):
    found = collections.Counter()
    journals = list(folder.glob("neptune-*.jsonl"))
    for path in journals:
        for line in path.read_text().splitlines()[2:]:
            for name, value in json.loads(line).get("values", {}).items():
                if name.split("/")[-1] in ("loss", "reward"):
                    found[value] += 1
    return found, len(journals)


@pytest.mark.parametrize("seed", [0, pytest.param(range(1, 20), marks=pytest.mark.slow)], ids=["one", "many"])
@pytest.mark.parametrize("kind", [*FILES, "events"])
def test_each_point_once(tmp_path, kind, seed):
    """By two processes that look, too, and of one run."""
    import numpy as np
    for number in [seed] if isinstance(seed, int) else seed:
        chance, folder = random.Random(f"{kind} {number}"), tmp_path / str(number)
        looks = [following.Looks([str(folder / "run")], folder / "kept") for _ in range(2)]
        for _ in grown(kind, folder, chance):
            if chance.random() < 0.2:
                chance.choice(looks).look()
        looks[0].look()
        expected = [*LOSS.values(), *REWARD.values()]
        if kind == "events":
            expected = [float(np.float32(value)) for value in expected]
        assert kept(folder / "kept") == (collections.Counter(expected), 1), number


def test_what_stands_in_the_log_of_a_database_alone_is_seen(tmp_path):
    """trackio's, MLflow's and Optuna's change in the file beside them, until that is full."""
    with contextlib.closing(sqlite3.connect(tmp_path / "p.db")) as database:
        database.execute("PRAGMA journal_mode=wal")
        database.execute("CREATE TABLE metrics (run_id, run_name, step, timestamp, metrics)")
        looks = following.Looks([str(tmp_path / "p.db")], tmp_path / "kept")
        for step in STEPS:
            row = step, json.dumps({"loss": LOSS[step]})
            database.execute("INSERT INTO metrics VALUES ('a', 'a', ?, '', ?)", row)
            database.commit()
            looks.look()
            assert sum(kept(tmp_path / "kept")[0].values()) == step // 100


def test_a_file_that_is_written_anew_each_time_is_seen(tmp_path):
    """sacred's `metrics.json`, beside a `run.json` that stays."""
    (tmp_path / "run.json").write_text("{}")
    looks = following.Looks([str(tmp_path)], tmp_path / "kept")
    for many in range(1, len(STEPS) + 1):
        (tmp_path / "metrics.json").write_text(json.dumps({
            "loss": {"steps": STEPS[:many], "values": [LOSS[step] for step in STEPS[:many]]}}))
        looks.look()
        assert kept(tmp_path / "kept") == (collections.Counter(LOSS[step] for step in STEPS[:many]), 1)
