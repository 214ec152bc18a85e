"""How long a backlog takes to reach a client, and how long one `append` a point, in turns.

    drain.py ROWS ROUNDS    prints JSON: rows a second of both
"""
import json
import os
import statistics
import sys
import time

import direct_clients
from interleaved import rows_of
from row import Logger
from neptune_writer.delivery.run_journals import RunJournal
from neptune_writer.journal import reading
from neptune_writer import trackers
from neptune_writer.delivery.unsent_points import UnsentPoints
from neptune_writer.delivery.forwarder import Forwarder
from neptune_writer.points.rising import Rising
from neptune_writer.delivery.stopping import Stopping

import neptune_writer


def backlog(rows):
    """The path of a journal of so many rows of 30 metrics."""
    logger, several = Logger(), rows_of(30)
    neptune_writer.connect(logger, "journal", output_dir="out", exp_name="bench")
    for step in range(rows):
        neptune_writer.write_row(logger, several[step % 64], step)
    path = neptune_writer._writers.get(logger)._journal.path
    neptune_writer.close(logger)
    return path


def forwarded(path):
    """Seconds that the forwarder takes, as in the child process."""
    tracker = trackers.open_spec("offline", reading.read_header(path))
    began = time.perf_counter()
    part = RunJournal.of_target(path, "offline", Stopping(follow=False))
    assert Forwarder(part, UnsentPoints([part], part.stopping.is_set), Rising()).run(tracker)
    tracker.experiment.wait()
    return time.perf_counter() - began


def main():
    """In turns; rates are medians."""
    rows, rounds = int(sys.argv[1]), int(sys.argv[2])
    append, several = direct_clients.neptune(), rows_of(30)
    ours, direct, took, step = [], [], 0, 0
    for _ in range(rounds):
        path = backlog(rows // rounds)
        seconds = forwarded(path)
        took += seconds
        ours.append(rows // rounds / seconds)
        began, until = time.perf_counter(), step + max(20, rows // rounds // 50)
        first = step
        while step < until:
            append(several[step % 64], step)
            step += 1
        direct.append((step - first) / (time.perf_counter() - began))
    print(json.dumps({"seconds": took, "ours": statistics.median(ours), "append": statistics.median(direct),
                      "ratio": statistics.median(a / b for a, b in zip(ours, direct))}), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
