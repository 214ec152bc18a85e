"""What one row costs the training's thread: the floor, this writer, and a client called directly, in turns.

    row.py CLIENT EXPERIMENT SIZE,SIZE,... ROUNDS SECONDS    prints JSON: size -> way -> times, and the `tails` of 30

CLIENT is a function of `direct_clients`, or ``-``. EXPERIMENT is what the writer gets: a spec, ``live`` for a run whose
thread is busy, ``-`` for nothing.
"""
import json
import os
import sys
import time

import direct_clients
import neptune_writer
from interleaved import measure, rows_of, tails

TAIL_RUNS = 5


class Logger:
    """What the writer reads of a framework's logger."""

    output_dir, exp_name = "out", "bench"


def floor():
    """`json.dumps` and one `os.write` of what the journal holds: nothing that keeps rows does less."""
    file = os.open("floor.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def write(row, step):
        record = {"t": round(time.time(), 3), "step": step, "values": row}
        os.write(file, (json.dumps(record) + "\n").encode())
    return write


def writer(experiment):
    """`neptune_writer.write_row`, as the line does that an install adds."""
    logger = Logger()
    neptune_writer.connect(logger, experiment, output_dir="out", exp_name="bench")

    def write(row, step):
        neptune_writer.write_row(logger, row, step)
    return write


def busy(write, backlog):
    """Write until the forwarder has begun, and then more than it sends. Returns what tells whether it still is busy."""
    from neptune_writer import ending
    rows = rows_of(30)
    write(rows[0], 0)
    forwarder, = ending._forwarders
    began = time.monotonic()
    while not _is_sending(forwarder) and time.monotonic() - began < 60:
        time.sleep(0.05)
    for step in range(1, backlog):
        write(rows[step % 64], step)
    return lambda: forwarder.remaining() is not None


def _is_sending(forwarder):
    if hasattr(forwarder, "_journals"):  # the child's, of which the cursor tells
        return any(name.endswith(".cursor") for name in os.listdir("out"))
    return forwarder._position.offset > 0


def main():
    """Measure, print, leave at once: what is still to be sent is nobody's."""
    client, experiment, sizes, rounds, seconds = sys.argv[1:]
    sizes, rounds, seconds = [int(size) for size in sizes.split(",")], int(rounds), float(seconds)
    backlog = int(3000 * rounds * seconds * (len(sizes) + TAIL_RUNS)) + 1000
    if experiment == "live":
        from neptune import init_run
        experiment = init_run(mode="offline", **direct_clients._captures_nothing())
    is_live, is_spec = not isinstance(experiment, str), experiment not in ("-", "journal")
    write = writer(None if experiment == "-" else experiment)
    ways = {"floor": floor(), "ours": write}
    if client != "-":
        ways[client] = getattr(direct_clients, client)()
    found = {}
    if is_live:  # its thread would slow down the floor, too: that one goes first
        for size in sizes:
            found[size] = measure({"floor": ways["floor"]}, rows_of(size), rounds, seconds)
        is_busy = busy(write, backlog)
        for size in sizes:
            found[size].update(measure({"ours": write}, rows_of(size), rounds, seconds))
            found[size]["ours"]["ratio"] = found[size]["ours"]["median"] / found[size]["floor"]["median"]
    else:
        is_busy = busy(write, backlog) if is_spec else None
        for size in sizes:
            found[size] = measure(ways, rows_of(size), rounds, seconds)
    tail = tails(ways["floor"], write, rows_of(30), TAIL_RUNS, rounds * seconds) if is_busy else None
    print(json.dumps({"sizes": found, "tail": tail, "busy": is_busy and is_busy()}), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
