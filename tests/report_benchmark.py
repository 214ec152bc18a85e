"""How long a report of many runs takes, how large it is, and how soon a browser can use it; figures, not a test.

    python tests/report_benchmark.py [RUNS METRICS ROWS]        100 50 2000 by default
"""
import json
import random
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
    main(*map(int, sys.argv[1:]))
