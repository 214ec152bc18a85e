"""The bench: what this writer costs a training, beside what others cost it, all measured in one run.

    python tests/benchmarks [--quick] [--only rows ...]

Prints tables; writes ``build/bench.json`` and ``build/bench.svg``. Each module of this folder that has ``measure`` is
one benchmark; what runs in the environments of the tests is in ``workers/``.
"""
import argparse
import importlib
import json
import os
import platform
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
for folder in (HERE.parent, ROOT, ROOT / "vendored"):
    sys.path.insert(1, str(folder))

from bench import EFFORTS, Bench, scratch  # noqa: E402
from results import Table, coloured  # noqa: E402


def benchmarks():
    """name -> module, in the order of the numbers their docstrings begin with."""
    found = {}
    for path in HERE.glob("*.py"):
        if not path.name.startswith("_") and "\ndef measure(" in path.read_text():
            found[path.stem] = importlib.import_module(path.stem)
    return dict(sorted(found.items(), key=lambda one: one[1].__doc__))


def machine():
    """What the figures are of."""
    names = [line.partition(":")[2].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    return {"processor": (names or [platform.machine()])[0], "cores": os.cpu_count(), "system": platform.platform(),
            "python": platform.python_version(), "utc": time.strftime("%Y-%m-%d %H:%M", time.gmtime())}


def main():
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a minute: whether all of it runs; figures mean little")
    parser.add_argument("--smoke", action="store_true", help="less, and in this Python alone")
    parser.add_argument("--only", nargs="+", choices=sorted(benchmarks()), help="these alone")
    parser.add_argument("--output", type=Path, default=ROOT / "build", help="where bench.json and bench.svg go")
    options = parser.parse_args()
    effort = EFFORTS["smoke" if options.smoke else "quick" if options.quick else "whole"]
    chosen = {name: module for name, module in benchmarks().items() if not options.only or name in options.only}
    report = {"machine": machine(), "effort": effort.name, "load": {"before": os.getloadavg()},
              "tables": [], "figures": []}
    with scratch() as folder:
        bench = Bench(effort, Path(folder))
        for module in chosen.values():  # what takes minutes of waiting begins first
            getattr(module, "prepare", lambda bench: None)(bench)
        for module in chosen.values():
            bench.say(module.__doc__.splitlines()[0])
            tables, figures = module.measure(bench)
            for table in tables:
                print("\n" + table.text(), flush=True)
            report["tables"] += [table._asdict() for table in tables]
            report["figures"] += [dict(figure._asdict(), reached=figure.reached()) for figure in figures]
            report.setdefault("rows", []).extend(figure.row() for figure in figures)
    report["load"]["after"] = os.getloadavg()
    figures = Table("Figures to reach (%s effort; load average %.1f before, %.1f after)" % (
        effort.name, report["load"]["before"][0], report["load"]["after"][0]),
        ["figure", "measured", "limit", "unit", "reached"], report.pop("rows"))
    print("\n" + coloured(figures.text()))
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / "bench.json").write_text(json.dumps(report, indent=1) + "\n")
    said = ["bench.json"] + plotted(report, options.output / "bench.svg")
    print("\nwritten: " + ", ".join(os.path.relpath(options.output / name) for name in said))


def plotted(report, path):
    """Draw it, where there is something to draw with."""
    try:
        import plot
    except ImportError:
        print("no plot: matplotlib is missing, make bench installs it", file=sys.stderr)
        return []
    plot.draw(report, path)
    return [path.name]


if __name__ == "__main__":
    main()
