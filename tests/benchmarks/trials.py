"""6. Ray Tune: what a trial's result costs the driver, which has all trials to look after."""
from bench import Bench, Unavailable
from results import Figure, Table

LEAVES = 100
RAY = "ray-py311"
WAYS = {"the callback, journal": "journal", "the callback, a spec": "offline"}


def measure(bench: Bench):
    """Tables and figures of this point."""
    rows, medians = [], {}
    for way, experiment in WAYS.items():
        bench.say(f"a result of {LEAVES} leaves: {way}")
        try:
            found = bench.run("callback.py", experiment, LEAVES, bench.effort.rounds, bench.effort.turn,
                              environment=RAY)
        except Unavailable as error:
            bench.say(str(error))
            rows.append([way, None, None, None])
            continue
        ours = found["callback"]
        if found["rows"] < ours["calls"]:
            raise AssertionError(f"{way}: {ours['calls']:,} results, and {found['rows']:,} rows in the journal")
        medians[way] = ours["median"]
        rows.append([way, ours["median"], ours["p99"], ours["ratio"]])
    return [Table(f"6. Microseconds of Ray's driver for a result of {LEAVES} leaves",
                  ["way", "median", "p99", "x floor"], rows)], [
        Figure(f"{LEAVES} leaves, {way}, median", medians.get(way), "us", most=1000) for way in WAYS]
