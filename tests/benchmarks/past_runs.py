"""8. How long past runs are looked at: the first time and again, beside what pandas alone needs for their tables."""
from pathlib import Path

from bench import Bench
from results import Figure, Table

ROOT = Path(__file__).resolve().parents[2]
METRICS, ROWS = 20, 200


def measure(bench: Bench):
    """Tables and figures of this point."""
    runs, long = max(20, bench.effort.million // 500), bench.effort.million
    bench.say(f"{runs:,} past runs, and one of {long:,} rows")
    found = bench.run("look.py", runs, METRICS, ROWS, long, path=[str(ROOT / "vendored"), str(ROOT)])
    times = [["the first look", found["first"]], ["pandas.read_csv alone", found["pandas"]],
             ["a second look", found["again"]]]
    table = Table(f"8. Past runs: {runs:,} tables of {METRICS} metrics and {ROWS} rows, {found['size'] / 1e6:.0f} MB",
                  ["what", "seconds"], times)
    long_times = [["a look", found["long"], found["memory"] / 1e6], ["its rows one by one, CPU", found["slow"], None],
                  ["many rows at once, CPU", found["fast"], None]]
    one = Table(f"   one table of {long:,} rows, {found['long_size'] / 1e6:.0f} MB", ["what", "seconds", "memory, MB"],
                long_times)
    return [table, one], [
        Figure("past runs: the first look", found["first"] / found["pandas"], "x pandas.read_csv", most=1.5),
        Figure("past runs: a second look", found["again"] * 2000 / runs, "s for 2,000 runs", most=1.0),
        Figure("a long table: many rows at once", found["slow"] / found["fast"], "x as fast as one by one", least=8.0),
        Figure("a long table: memory", found["memory"] / found["long_size"], "x its size", most=3.0)]
