"""1. What a row costs the training's thread, beside what each client costs it that is called directly."""
from bench import Bench, Unavailable
from results import Figure, Table

NEPTUNE = "neptune-1.14-py311"
SIZES = (1, 30, 1000)
OURS = {  # way -> experiment
    "ours, nothing configured": "-",
    "ours, journal": "journal",
    "ours, a spec, its child busy": "offline",
    "ours, a live run, its thread busy": "live",
}
CLIENTS = {  # way -> (function of `workers.direct_clients`, environment)
    "neptune-client 0.4, over a recorder": ("neptune_0_4", "neptune-client-0.4-py37"),
    "neptune 1.14": ("neptune", NEPTUNE),
    "neptune-scale, 30 calls": ("scale_30", "trackers-py311"),
    "neptune-scale, one call": ("scale_1", "trackers-py311"),
    "minfx": ("minfx", "trackers-py311"),
    "goodseed": ("goodseed", "trackers-py311"),
    "wandb, offline": ("wandb", "trackers-py311"),
    "trackio": ("trackio", "trackers-py311"),
    "tensorboardX": ("tensorboardx", "tensorboardx-py311"),
    "MLflow on SQLite": ("mlflow", "trackers-py311"),
}
COLUMNS = ["way", "1: us", "x floor", "30: us", "p99 us", "x floor", "x ours", "1,000: us", "p99 us", "x floor"]


def measure(bench: Bench):
    """Tables and figures of this point."""
    found = {way: _times(bench, way, "-", experiment, NEPTUNE) for way, experiment in OURS.items()}
    found.update((way, _times(bench, way, client, "journal", environment))
                 for way, (client, environment) in CLIENTS.items())
    rows = [_row("floor: json.dumps + os.write", found["ours, journal"], "floor")]
    rows += [_row(way, found[way], "ours") for way in OURS]
    rows += [_row(way, found[way], CLIENTS[way][0]) for way in CLIENTS]
    tails = [[way, times["tail"]["p99"], times["tail"]["floor"], times["tail"]["ratio"],
              " ".join("%.2f" % ratio for ratio in times["tail"]["ratios"])]
             for way, times in found.items() if times.get("tail")]
    notes = [[way, times["why"]] for way, times in found.items() if times.get("why")]
    tables = [Table("1. Microseconds of the training's thread for a row (medians; the ratios are those of one process)",
                    COLUMNS, rows),
              Table("The slowest of 100 rows of 30 metrics, and of the floor between the same ones (median of five)",
                    ["way", "p99 us", "floor's", "x floor", "all runs"], tails)]
    return tables + ([Table("Not as it should be", ["way", "why"], notes)] if notes else []), _figures(found)


def _times(bench, way, client, experiment, environment):
    bench.say(f"a row: {way}")
    clients = ["first_generation"] if client == "neptune_0_4" else []
    try:
        found = bench.run("row.py", client, experiment, ",".join(map(str, SIZES)), bench.effort.rounds,
                          bench.effort.turn, environment=environment, clients=clients)
    except Unavailable as error:
        return {"why": str(error)}
    times = dict({int(size): times for size, times in found["sizes"].items()}, tail=found["tail"])
    return dict(times, why="in the end its forwarder was not busy") if found["busy"] is False else times


def _row(way, found, name):
    row = [way]
    for size in SIZES:
        times = found.get(size, {}).get(name, {})
        row += [times.get("median"), times.get("p99"), times.get("ratio")]
        if size == 1:
            del row[2]
        if size == 30:
            ours = found.get(size, {}).get("ours")
            row.append(times["median"] / ours["median"] if times and ours else None)
    return row


def _figures(found):
    def of(way, size, what, name="ours"):
        return None if "why" in found[way] else found[way].get(size, {}).get(name, {}).get(what)

    neptune, ours = of("neptune 1.14", 30, "median", "neptune"), of("neptune 1.14", 30, "median")
    others = [(of(way, 30, "median", client), of(way, 30, "median")) for way, (client, _) in CLIENTS.items()]
    least = min((theirs / ours for theirs, ours in others if theirs), default=None)

    def tail(way):
        return None if "why" in found[way] or not found[way]["tail"] else found[way]["tail"]["ratio"]

    busy = "ours, a spec, its child busy"
    return [
        Figure("30 metrics, journal, median", of("ours, journal", 30, "ratio"), "x floor", most=1.8),
        Figure("30 metrics, spec's child busy, median", of(busy, 30, "ratio"), "x floor", most=1.8),
        Figure("30 metrics, spec's child busy, p99", tail(busy), "x the floor's", most=1.5),
        Figure("30 metrics, live run's thread busy, p99", tail("ours, a live run, its thread busy"), "x the floor's",
               most=1.5),
        Figure("30 metrics, neptune 1.14 called directly", neptune and neptune / ours, "x ours", least=20),
        Figure("30 metrics, the fastest other tracker", least, "x ours", least=1),
        Figure("1,000 metrics, journal, median", of("ours, journal", 1000, "ratio"), "x floor", most=1.8),
        Figure("nothing configured, median", of("ours, nothing configured", 30, "median"), "us", most=1),
    ]
