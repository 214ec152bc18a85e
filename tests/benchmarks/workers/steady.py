"""Rows at a steady rate, or as a backlog, beside a main thread that computes in pure Python.

    steady.py EXPERIMENT RATE SECONDS BACKLOG    prints JSON

EXPERIMENT: a spec, ``live`` for a run in this process, or ``append`` for a thread of ours that calls the client as
plainly as can be, one `append` a point. RATE: rows a second; 0 for a BACKLOG of rows at once.
"""
import json
import os
import queue
import sys
import threading
import time

import direct_clients
from interleaved import rows_of
from row import writer


class Appending:
    """What a thread does that sends each point by itself."""

    def __init__(self):
        self.sent, self._rows, self._log = 0, queue.Queue(), direct_clients.neptune()
        threading.Thread(target=self._run, daemon=True).start()

    def write(self, row, step):
        self._rows.put((row, step))

    def _run(self):
        while True:
            self._log(*self._rows.get())
            self.sent += 1


class Forwarded:
    """How many rows the tracker has confirmed, by the journal's bytes."""

    def __init__(self):
        from neptune_writer import ending
        self._forwarder, = ending._forwarders
        self._journal, = [name for name in os.listdir("out") if name.endswith(".jsonl")]

    def rows(self, written):
        """In proportion, as rows are of about one length."""
        return written * self._offset() / os.path.getsize("out/" + self._journal)

    def _offset(self):
        if not hasattr(self._forwarder, "_journals"):
            return self._forwarder._position.offset
        cursors = [name for name in os.listdir("out") if name.endswith(".cursor")]
        return json.load(open("out/" + cursors[0]))["offset"] if cursors else 0


def compute():
    """A millisecond or so of pure Python; returns how many steps were made."""
    total = 0
    for number in range(10000):
        total += number * number % 7
    return 10000


def main():
    """Write, compute, count."""
    experiment, rate, seconds, backlog = sys.argv[1], float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
    rows, clock = rows_of(30), time.perf_counter
    if experiment == "append":
        appending = Appending()
        write, sent = appending.write, lambda written: appending.sent
    else:
        if experiment == "live":
            from neptune import init_run
            experiment = init_run(mode="offline", **direct_clients._captures_nothing())
        write = writer(experiment)
        write(rows[0], 0)
        sent = Forwarded().rows
        while not sent(1):
            time.sleep(0.05)  # connected
    written, computed, times, behind = 1, 0, [], []
    for _ in range(backlog):
        write(rows[written % 64], written)
        written += 1
    began, before = clock(), sent(written)
    look_at = began + 1
    while clock() - began < seconds:
        computed += compute()
        while rate and written < 1 + (clock() - began) * rate:
            before_row = clock()
            write(rows[written % 64], written)
            times.append(clock() - before_row)
            written += 1
        if clock() >= look_at:
            behind.append(written - sent(written))
            look_at += 1
    took, after = clock() - began, sent(written)
    until = took
    while rate and sent(written) < written and clock() - began < 3 * seconds:
        time.sleep(0.02)
    if rate:  # until all of them are there
        after, until = sent(written), clock() - began
    times.sort()
    print(json.dumps({
        "rows_a_second": (after - before) / until, "behind": behind,
        "caught_up_after": until - took if rate else None, "computed_a_second": computed / took,
        "p99": times[int(len(times) * 0.99)] * 1e6 if times else None,
        "median": times[len(times) // 2] * 1e6 if times else None}), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
