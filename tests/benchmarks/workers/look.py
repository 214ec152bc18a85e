"""How long past runs are looked at: tables as Stable-Baselines3 writes them, beside what pandas needs for them.

    look.py RUNS METRICS ROWS LONG    prints JSON: seconds, of CPU where that is said, and bytes

LONG is how many rows a run has that is looked at by itself.
"""
import concurrent.futures
import json
import multiprocessing
import os
import random
import subprocess
import sys
import time
from pathlib import Path

LOOK = """
import json, resource, sys, time
from pathlib import Path
import scripts
from scripts.runs.reading import Reading
base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
began = time.perf_counter()
runs, problems = Reading([Path(sys.argv[1])]).read()
taken = time.perf_counter() - began
assert runs and not problems, problems
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"seconds": taken, "memory": 1024 * (peak - base)}))
"""


def write(path, metrics, rows):
    """A table; the same numbers each time."""
    dice = random.Random(f"{path.parent.name} {rows}")
    path.parent.mkdir(parents=True)
    names = ["time/total_timesteps", "rollout/ep_rew_mean", *(f"train/metric_{number}" for number in range(2, metrics))]
    with open(path, "w") as file:
        file.write(",".join(names) + "\n")
        for row in range(1, rows + 1):
            file.write(",".join([str(2048 * row), *("%.7g" % dice.gauss(0, 1) for _ in names[1:])]) + "\n")
    return path.stat().st_size


def look(folder):
    """In a process of its own."""
    done = subprocess.run([sys.executable, "-c", LOOK, str(folder)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def read_by_pandas(path):
    """Nothing but that."""
    import pandas
    pandas.read_csv(path)


def by_pandas(paths):
    """Seconds for all, in as many processes as there are processors."""
    began = time.perf_counter()
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as pool:
        list(pool.map(read_by_pandas, paths, chunksize=20))
    return time.perf_counter() - began


def rows_one_by_one(path):
    """Seconds of CPU, with every row looked at by itself, and with many at once."""
    from scripts.runs import records
    from scripts.runs.parsing import text_tables
    found = []
    for how in (text_tables.rows, text_tables.parts):
        began = time.process_time()
        records.collect(how(path, lambda path, what: None), ("time/total_timesteps",)).rows.series()
        found.append(time.process_time() - began)
    return found


def main():
    """Write, and look: first with nothing kept, then again."""
    runs, metrics, rows, long = map(int, sys.argv[1:])
    many = Path("many")
    paths = [many / f"env_{run // 40}" / f"seed_{run % 40}" / "progress.csv" for run in range(runs)]
    size = sum(write(path, metrics, rows) for path in paths)
    whole = write(Path("long") / "run" / "progress.csv", 3, long)
    time.sleep(3)  # what was written just now is not kept
    first, pandas, again = look(many), by_pandas(paths), look(many)
    slow, fast = rows_one_by_one(Path("long") / "run" / "progress.csv")
    one = look(Path("long"))
    print(json.dumps({"size": size, "first": first["seconds"], "pandas": pandas, "again": again["seconds"],
                      "long": one["seconds"], "long_size": whole, "memory": one["memory"], "slow": slow, "fast": fast}))


if __name__ == "__main__":
    main()
