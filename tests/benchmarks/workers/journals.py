"""Many journals that one child process follows.

    journals.py JOURNALS ROWS    prints JSON: seconds from the first row to the exit, and what the child took
"""
import atexit
import glob
import json
import os
import sys
import time

from interleaved import adopt, cpu_of_children, memory_of_children, rows_of

import neptune_writer

memory = []


class Logger:
    """A logger of its own folder."""

    exp_name = "bench"

    def __init__(self, number):
        self.output_dir = "out/%d" % number
        neptune_writer.connect(self, "offline", output_dir=self.output_dir)


def report(began):
    """After the writer's own exit handler, which waits for the child."""
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "cpu": cpu_of_children(), "memory": memory[0]}), flush=True)


def all_sent(number):
    """Whether each journal's cursor is at its end, but for the record that the exit will write."""
    sent = [json.load(open(path))["offset"] for path in glob.glob("out/*/*.cursor")]
    return len(sent) == number and sum(sent) == sum(map(os.path.getsize, glob.glob("out/*/*.jsonl")))


def main():
    """Write so many rows to each."""
    adopt()
    number = int(sys.argv[1])
    atexit.register(report, time.perf_counter())
    several = rows_of(30)
    loggers = [Logger(number) for number in range(number)]
    for step in range(int(sys.argv[2])):
        for logger in loggers:
            neptune_writer.write_row(logger, several[step % 64], step)
    until = time.monotonic() + 300
    while not all_sent(number) and time.monotonic() < until:
        time.sleep(0.05)
    memory.append(memory_of_children())


if __name__ == "__main__":
    main()
