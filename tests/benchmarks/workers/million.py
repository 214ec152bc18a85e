"""Many rows, one behind the other: what they cost, and what the process and the disk hold of them.

    million.py EXPERIMENT ROWS METRICS    prints JSON: a list of {rows, seconds, rss, disk} at 1, 10, 100 ... rows

Times are of `write_row` alone; bytes of memory are those beyond the ones after the first row, when all is connected.
"""
import json
import os
import sys
import time

from interleaved import rows_of
from row import writer


def resident():
    """Bytes of this process in memory."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def written():
    """Bytes below the folder."""
    return sum(os.path.getsize(os.path.join(place, name)) for place, _, names in os.walk(".") for name in names)


def main():
    """Write, and look at each power of ten."""
    experiment, total, metrics = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    several, clock, found = rows_of(metrics), time.perf_counter, []
    write = writer(experiment)
    write(several[0], 0)
    time.sleep(2 if experiment != "journal" else 0)  # the child imports its client
    before, step, spent = resident(), 1, 0.0
    while step < total:
        until = min(total, 10 ** len(str(step)))
        first, began = step, clock()
        while step < until:
            write(several[step % 64], step)
            step += 1
        spent = clock() - began
        found.append({"rows": step, "us": spent / (step - first) * 1e6, "rss": resident() - before, "disk": written()})
    print(json.dumps(found), flush=True)
    os._exit(0)  # a million rows that nobody takes are not waited for


if __name__ == "__main__":
    main()
