"""Several ways of doing the same thing, timed in turns in one process: what slows one down slows down all of them.

And what else several workers ask.
"""
import ctypes
import glob
import os
import resource
import statistics
import time

_PR_SET_CHILD_SUBREAPER = 36  # of linux/prctl.h


def measure(ways, rows, rounds, seconds, at_most=2000):
    """Time each call of each way.

    Args:
        ways: name -> ``call(row, step)``.
        rows: what is logged, in turn.
        rounds: how often each way has its turn.
        seconds: how long a turn takes, of one call at least. A way that has had ten times its share has no more turns.
        at_most: calls of a turn.

    Returns:
        name -> ``{"median": us, "p99": us, "calls": n, "ratio": to the first way}``, the ratio being the median over
        the rounds of the ratio of medians, since the machine is not as fast in one round as it is in another.
    """
    everything, medians, step = {name: [] for name in ways}, {name: [] for name in ways}, 0
    for one_round in range(rounds + 1):
        for name, call in ways.items():
            if sum(everything[name]) > 10 * rounds * seconds:
                continue
            times = _turn(call, rows, step, seconds, at_most)
            step += len(times)
            if one_round:  # the first opens files and fills caches
                everything[name] += times
                medians[name].append(statistics.median(times))
    first = next(iter(ways))
    return {name: {
        "median": statistics.median(times) * 1e6,
        "p99": sorted(times)[int(len(times) * 0.99)] * 1e6,
        "calls": len(times),
        "ratio": statistics.median(ours / floor for ours, floor in zip(medians[name], medians[first])),
    } for name, times in everything.items()}


def tails(floor, call, rows, runs, seconds):
    """The 99th percentile of one way over that of the floor, which has its turn between the same rows: whatever else
    the machine does meets both alike.

    Args:
        floor, call: each ``call(row, step)``.
        rows: what is logged, in turn.
        runs: how often it is measured.
        seconds: how long each takes.

    Returns:
        ``{"p99": us of the call, "floor": us, "ratio": that of the two}``, the median of the runs by their ratio, and
        all their ratios under ``ratios``.
    """
    clock, found, step = time.perf_counter, [], 0
    for _ in range(runs):
        times = [], []
        until = clock() + seconds
        while len(times[0]) < 2 or clock() < until:
            row = rows[step % len(rows)]
            for way, kept in list(zip((floor, call), times))[::1 if step % 2 else -1]:  # in turns the first
                begun = clock()
                way(row, step)
                kept.append(clock() - begun)
            step += 1
        floors, calls = [sorted(kept)[int(len(kept) * 0.99)] * 1e6 for kept in times]
        found.append({"ratio": calls / floors, "p99": calls, "floor": floors})
    found.sort(key=lambda run: run["ratio"])
    return dict(found[runs // 2], ratios=[run["ratio"] for run in found])


def _turn(call, rows, step, seconds, at_most):
    clock, times = time.perf_counter, []
    until = clock() + seconds
    while len(times) < at_most and (not times or clock() < until):
        row = rows[step % len(rows)]
        begun = clock()
        call(row, step)
        times.append(clock() - begun)
        step += 1
    return times


def rows_of(metrics, several=64):
    """Rows of so many metrics, floats with all their digits, no two alike."""
    return [{"losses/metric_%04d" % number: (number + 1) / 3 + index * 1.0001 for number in range(metrics)}
            for index in range(several)]


def adopt():
    """Be the parent of the process that the writer starts beside this one, which has none else: so that what it takes
    is told. Linux."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def cpu_of_children():
    """Seconds that the processes took which were begun by this one and are gone, once they are."""
    try:
        while True:
            os.waitpid(-1, 0)
    except ChildProcessError:
        spent = resource.getrusage(resource.RUSAGE_CHILDREN)
        return spent.ru_utime + spent.ru_stime


def memory_of_children():
    """The most bytes that each process begun by this one has had in memory, added up."""
    most = 0
    for path in glob.glob("/proc/[0-9]*/status"):
        try:
            with open(path) as file:
                status = dict(line.split(":", 1) for line in file)
        except OSError:
            continue  # it is gone
        if int(status["PPid"]) == os.getpid() and "VmHWM" in status:
            most += int(status["VmHWM"].split()[0]) * 1024
    return most
