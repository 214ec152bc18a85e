"""5. How cost grows: with the metrics of a row, the rows of a run, the journals of a child, the files of a checkout."""
import math
import shutil
import subprocess
import sys
import time
from pathlib import Path

from bench import Bench, Unavailable
from results import Figure, Table
from rows import NEPTUNE

ROOT = Path(__file__).resolve().parents[2]
TOYRL = ROOT / "tests" / "standin" / "toyrl" / "toyrl"
ROWS = 100  # of each journal
FILES_A_FOLDER = 100


def measure(bench: Bench):
    """Tables and figures of this point."""
    curves = [_metrics(bench), _rows(bench), _journals(bench), _files(bench)]
    return [curve[0] for curve in curves], [curve[1] for curve in curves]


def _metrics(bench):
    sizes = [10 ** power for power in range(5) if 10 ** power <= bench.effort.widest]
    bench.say(f"rows of 1 to {sizes[-1]:,} metrics")
    wanted = ",".join(map(str, sizes))
    found = bench.run("row.py", "-", "journal", wanted, bench.effort.rounds, bench.effort.turn)["sizes"]
    ours = [found[str(size)]["ours"]["median"] for size in sizes]
    ratios = [found[str(size)]["ours"]["ratio"] for size in sizes]  # JSON itself is not quite linear where caches end
    return Table("5. How cost grows: metrics per row", ["metrics", "us a row", "us a metric", "x floor"], [
        [f"{size:,}", us, us / size, ratio] for size, us, ratio in zip(sizes, ours, ratios)
    ]), Figure("metrics per row: x floor of the last decade", ratios[-1] / ratios[-2], "x the decade before", most=1.1)


def _rows(bench):
    bench.say(f"a run of {bench.effort.million:,} rows")
    curve = bench.run("million.py", "journal", bench.effort.million, 1)
    last = curve[-1]["us"] / curve[-3]["us"]
    return Table("   rows of a run, of 1 metric", ["rows", "us a row", "memory, MB", "disk, MB"], [
        [f"{one['rows']:,}", one["us"], one["rss"] / 1e6, one["disk"] / 1e6] for one in curve
    ]), Figure("rows of a run: a row of the last decade", last, "x two decades before", most=1.5)


def _journals(bench):
    rows, seconds, numbers = [], [], bench.effort.journals
    for number in numbers:
        bench.say(f"a child of {number} journals")
        try:
            found = bench.run("journals.py", number, ROWS, environment=NEPTUNE, NEPTUNE_WRITER_EXIT_SECONDS="300")
        except Unavailable as error:
            bench.say(str(error))
            rows.append([str(number), None, None, None])
            continue
        rows.append([str(number), found["seconds"], found["cpu"], found["memory"] / 1e6])
        seconds.append(found["cpu"])
    grown = _exponent("journals per child, CPU", numbers, seconds) if len(seconds) == len(numbers) else Figure(
        "journals per child, CPU", None, "exponent", most=1.1)
    return Table(f"   journals per child, of {ROWS} rows of 30 metrics, until all is sent",
                 ["journals", "seconds", "CPU, s", "memory, MB"], rows), grown


def _files(bench):
    rows, seconds, sizes = [], [], bench.effort.checkouts
    for size in sizes:
        bench.say(f"a checkout of {size:,} files")
        checkout = bench.new_folder("files")
        _fill(checkout, size)
        times = [_timed("install.py", checkout), _timed("status.py", checkout), _timed("uninstall.py", checkout)]
        rows.append([f"{size:,}", *times])
        seconds.append(times[0])
        shutil.rmtree(checkout)
    return Table("   files of a checkout", ["files", "install, s", "status, s", "uninstall, s"], rows), _exponent(
        "files of a checkout, install", sizes, seconds)


def _fill(checkout: Path, files):
    """A logger, and modules that have nothing to do with it."""
    shutil.copytree(TOYRL, checkout / "toyrl", ignore=shutil.ignore_patterns("__pycache__"))
    text = "".join(f"def function_{number}(argument):\n    return argument + {number}\n\n\n" for number in range(20))
    for number in range(files):
        folder = checkout / f"package_{number // FILES_A_FOLDER}"
        folder.mkdir(exist_ok=True)
        (folder / f"module_{number}.py").write_text(text)


def _timed(script, checkout):
    began = time.perf_counter()
    subprocess.run([sys.executable, str(ROOT / "scripts" / script), str(checkout)], check=True, capture_output=True)
    return time.perf_counter() - began


def _exponent(name, sizes, costs):
    """Of the last decade of a curve: 1 is linear, 0 is flat."""
    grown = math.log(costs[-1] / costs[-2]) / math.log(sizes[-1] / sizes[-2])
    return Figure(f"{name}: exponent of the last decade", grown, "(1 is linear)", most=1.1)
