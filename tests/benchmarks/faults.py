"""3. Where the tracker hangs or is gone: the training's memory and disk over a million rows, its time to exit."""
import time
from concurrent.futures import ThreadPoolExecutor

from bench import Bench, Unavailable
from results import Figure, Table
from rows import NEPTUNE
from standin.servers.neptune_server import NeptuneServer

METRICS = 5
DRAIN = 3  # seconds
WAYS = {"ours, a spec": "spec", "ours, a live run": "live", "the client alone": "alone"}
_pool = ThreadPoolExecutor(len(WAYS))  # which only wait
_exits = {}  # way -> future of the seconds


def prepare(bench: Bench):
    """Exits are waiting, for minutes in the client's own case: that one begins first, beside all the rest."""
    if bench.effort.waits_for_client:
        _exits["alone"] = _pool.submit(_exit, bench, "alone")


def measure(bench: Bench):
    """Tables and figures of this point."""
    bench.say(f"{bench.effort.million} rows while a tracker hangs")
    try:
        curve = bench.run("million.py", "offline", bench.effort.million, METRICS, environment=None, clients=["hanging"])
    except Unavailable as error:
        bench.say(str(error))
        curve = [{}]
    for way in ("spec", "live") if bench.effort.environments else ():
        _exits[way] = _pool.submit(_exit, bench, way)
    bench.say("exits with a dead server")
    exits = {name: _exits[way].result() if way in _exits else None for name, way in WAYS.items()}
    last = curve[-1]
    memory = last["rss"] / 1e6 if last else None
    return [
        Table(f"3. Rows of {METRICS} metrics while the tracker hangs", ["rows", "us a row", "memory, MB", "disk, MB"],
              [[f"{one['rows']:,}", one["us"], one["rss"] / 1e6, one["disk"] / 1e6] for one in curve if one]),
        Table(f"   Exit with a server that is gone, drain {DRAIN} s", ["way", "seconds"],
              [[name, seconds] for name, seconds in exits.items()]),
    ], [
        Figure(f"memory, over {bench.effort.million:,} rows that hang", memory, "MB", most=5),
        Figure("exit with a dead server, a spec", exits["ours, a spec"], "s", most=DRAIN + 1),
        Figure("exit with a dead server, a live run", exits["ours, a live run"], "s", most=DRAIN + 1),
    ]


def _exit(bench, way):
    """Seconds from the script's last statement to the end of its process; None where it failed."""
    with NeptuneServer() as server:
        variables = dict(server.variables(), NEPTUNE_WRITER_EXIT_SECONDS=str(DRAIN))
        process = bench.start("ending.py", way, environment=NEPTUNE, **variables)
        _wait_for(process, "logged")
        server.stop()
        process.stdin.write("\n")
        process.stdin.flush()
        _wait_for(process, "ending")
        began = time.monotonic()
        process.communicate()
        return time.monotonic() - began if process.returncode == 0 else None


def _wait_for(process, word):
    for line in process.stdout:  # where clients say something, too
        if line.strip() == word:
            return
    raise Unavailable(f"the script failed, see {process.folder}")
