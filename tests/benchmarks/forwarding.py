"""2. Forwarding: how fast rows of 30 metrics reach `neptune` 1.14, also while the training computes in pure Python."""
from bench import Bench, Unavailable
from results import Figure, Table
from rows import NEPTUNE

RATE = 500  # rows a second
WAYS = {
    "a spec's child, a backlog": ("offline", 0),
    "a live run's thread, a backlog": ("live", 0),
    "a thread, one append a point, a backlog": ("append", 0),
    f"a spec's child, {RATE} rows/s": ("offline", RATE),
}


def measure(bench: Bench):
    """Tables and figures of this point."""
    found = {way: _steady(bench, way, *how) for way, how in WAYS.items()}
    alone = max((one.get("computed_a_second", 0) for one in found.values()), default=0) or None
    rows = [[way, one.get("rows_a_second"), max(one["behind"] or [0]) if one else None, one.get("caught_up_after"),
             one.get("median"), one.get("p99"), one["computed_a_second"] / alone if one else None]
            for way, one in found.items()]
    bench.say(f"a backlog of {bench.effort.backlog} rows")
    try:
        drain = bench.run("drain.py", bench.effort.backlog, min(5, bench.effort.rounds), environment=NEPTUNE)
    except Unavailable as error:
        drain, rows = {}, rows + [[str(error)] + [None] * 6]
    steady = found[f"a spec's child, {RATE} rows/s"]
    tables = [
        Table("2. Forwarding while the main thread computes in pure Python",
              ["way", "rows/s", "most behind", "caught up, s", "row: us", "p99 us", "main's speed"], rows),
        Table(f"   The drain of {bench.effort.backlog:,} rows, nothing beside it", ["way", "rows/s", "seconds"], [
            ["ours", drain.get("ours"), drain.get("seconds")],
            ["one append a point", drain.get("append"), bench.effort.backlog / drain["append"] if drain else None]])]
    return tables, [
        Figure(f"a spec's child, {RATE} rows/s given", steady.get("rows_a_second"), "rows/s", least=0.9 * RATE),
        Figure("... is behind by at most", max(steady["behind"] or [0]) / RATE if steady else None, "s", most=3),
        Figure("... while a row takes, p99", steady.get("p99"), "us", most=200),
        Figure("drain of a backlog", drain.get("ratio"), "x append", least=5),
    ]


def _steady(bench, way, experiment, rate):
    bench.say(f"forwarding: {way}")
    seconds, backlog = bench.effort.rate_seconds, 0 if rate else bench.effort.backlog
    try:
        return bench.run("steady.py", experiment, rate, seconds, backlog, environment=NEPTUNE)
    except Unavailable as error:
        bench.say(str(error))
        return {}
