"""How long a report takes, how large it is, and how soon a browser can use it; figures, not a test.

    python tests/report_benchmark.py [RUNS METRICS ROWS]        journals, 100 50 2000 by default
    python tests/report_benchmark.py --beside CHECKOUT ...      these, and a progress.csv of 1,000,000 rows: of another
                                                                checkout of this project and of this one, turn by turn
"""
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def write_runs(folder, runs, metrics, rows):
    """Journals of so many seeds of ten settings, each metric noisy and with one spike."""
    names = ["EpRet"] + ["group%d/metric%d" % (index % 6, index) for index in range(1, metrics)]
    for run in range(runs):
        noise = random.Random(run)
        header = {"format": 1, "t": 1e9, "run": "run%d" % run, "resumes": None, "name": "ppo",
                  "group": "ppo-%d" % (run % 10), "tags": [], "framework": "spinup", "argv": []}
        config = {"seed": run // 10, "lr": 10.0 ** -(run % 10), "env": "A"}
        with (folder / ("neptune-%d.jsonl" % run)).open("w") as file:
            file.write(json.dumps(header) + "\n")
            file.write(json.dumps({"t": 1e9, "config": config}) + "\n")
            for row in range(rows):
                values = {name: row ** 0.5 + noise.gauss(0, 3) for name in names}
                if row == rows // 3:
                    values[names[-1]] = 1000.0 + run
                file.write(json.dumps({"t": 1e9 + row + noise.random(), "step": 4000 * row, "segment": 0,
                                       "values": values}) + "\n")
            file.write(json.dumps({"t": 2e9, "end": True}) + "\n")


def write_table(folder, rows):
    """A progress.csv of so many rows."""
    noise = random.Random(0)
    folder.mkdir()
    with (folder / "progress.csv").open("w") as file:
        file.write("time/total_timesteps,rollout/ep_rew_mean,train/loss,time/fps,time/time_elapsed\n")
        for row in range(rows):
            file.write("%d,%.4f,%.5f,900,%d\n" % (64 * row, row ** 0.5 + noise.gauss(0, 3), noise.random(), row // 10))


def seconds(root, folder, page):
    """How long the report of a checkout takes: by the clock, and of the processors."""
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, str(root / "scripts" / "report.py"), str(folder), "-o", str(page)], check=True,
                   capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.monotonic() - began, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(other, runs=100, metrics=50, rows=2000, table=1000000, turns=3):
    """Two checkouts side by side: the median of each, and their ratio."""
    with tempfile.TemporaryDirectory() as place:
        folders = {"journals": Path(place) / "journals", "progress.csv": Path(place) / "table"}
        folders["journals"].mkdir()
        write_runs(folders["journals"], runs, metrics, rows)
        write_table(folders["progress.csv"], table)
        for name, folder in folders.items():
            found = {root: [] for root in (Path(other), ROOT)}
            for _ in range(turns):
                for root, taken in found.items():
                    taken.append(seconds(root, folder, Path(place) / "report.html"))
            for index, what in enumerate(("by the clock", "of the processors")):
                theirs, ours = (sorted(one[index] for one in taken)[turns // 2] for taken in found.values())
                print("%-12s  %6.2f s, %6.2f s beside it %-17s  ratio %.2f" % (name, ours, theirs, what, ours / theirs))


def main(runs=100, metrics=50, rows=2000):
    """Write, read, look."""
    with tempfile.TemporaryDirectory() as place:
        folder, page = Path(place) / "runs", Path(place) / "report.html"
        folder.mkdir()
        write_runs(folder, runs, metrics, rows)
        began = time.monotonic()
        subprocess.run([sys.executable, str(ROOT / "scripts" / "report.py"), str(folder), "-o", str(page)], check=True)
        print("written in  %5.1f s" % (time.monotonic() - began))
        print("size        %5.1f MB" % (page.stat().st_size / 1e6))
        sys.path.insert(0, str(ROOT / "tests"))
        from browser import browser
        with browser() as chromium:
            began = time.monotonic()
            opened = chromium.new_page()
            opened.goto(page.as_uri(), wait_until="commit")
            opened.wait_for_selector(".panel canvas")
            opened.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
            print("usable in   %5.1f s" % (time.monotonic() - began))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--beside"]:
        compare(sys.argv[2], *map(int, sys.argv[3:]))
    else:
        main(*map(int, sys.argv[1:]))
