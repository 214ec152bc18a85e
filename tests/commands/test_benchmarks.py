"""The bench: it counts rows, ratios are of what was measured, a failure is shown as one. How fast anything is, is not
asked here; all of it runs in test_benchmarks_smoke.py."""
import json
import math
import subprocess
import sys
from pathlib import Path

import pytest
from trainings import VENDORED

ROOT = Path(__file__).resolve().parents[2]
BENCHMARKS = ROOT / "tests" / "benchmarks"
sys.path += [str(BENCHMARKS), str(BENCHMARKS / "workers")]

import faults  # noqa: E402
import forwarding  # noqa: E402
import growth  # noqa: E402
import interleaved  # noqa: E402
import rows  # noqa: E402
import scalars  # noqa: E402
import training  # noqa: E402
import trials  # noqa: E402
from bench import EFFORTS, Bench, Unavailable  # noqa: E402
from results import Figure, Table  # noqa: E402

BROKEN = Unavailable("ImportError: no client")


class Told(Bench):
    """A bench whose workers give these results: script -> a result, an error, or a function of the arguments."""

    def __init__(self, folder, effort="smoke", **results):
        super().__init__(EFFORTS[effort], folder)
        self.results = {f"{name}.py": result for name, result in results.items()}

    def say(self, text):
        """Nothing."""

    def run(self, script, *arguments, **how):
        found = self.results[script]
        found = found(*arguments) if callable(found) else found
        if isinstance(found, Exception):
            raise found
        return found


def by_name(lines):
    """Name -> the rest, of the rows of a table; -> value, of figures."""
    return {line.name: line.value if isinstance(line, Figure) else None for line in lines} if isinstance(
        lines[0], Figure) else {line[0]: line[1:] for line in lines}


def times(median, floor, p99=9.0):
    return {"median": median, "p99": p99, "calls": 10, "ratio": median / floor}


# Workers that are run for real, with little to do

def test_ways_are_timed_in_turns_and_every_call_counted():
    """The first round, which fills caches, is none of the figures; a ratio is to the first way of the same round."""
    called = {"floor": [], "ours": []}
    ways = {name: (lambda row, step, name=name: called[name].append((row, step))) for name in called}
    found = interleaved.measure(ways, ["a", "b"], rounds=3, seconds=60, at_most=5)
    assert {name: one["calls"] for name, one in found.items()} == {"floor": 15, "ours": 15}
    assert {name: len(seen) for name, seen in called.items()} == {"floor": 20, "ours": 20}
    steps = sorted(step for seen in called.values() for _, step in seen)
    assert steps == list(range(40)) and {row for row, step in called["floor"]} == {"a", "b"}
    assert found["floor"]["ratio"] == 1 and 0 < found["ours"]["median"] <= found["ours"]["p99"]


def test_a_ratio_is_of_what_a_clock_of_our_own_says(monkeypatch):
    """Three times as slow is 3.0, in a machine that is slower by ten in its second round."""
    now, speed = [0.0], [1.0]

    def passes(seconds):
        def call(row, step):
            now[0] += seconds * speed[0]
            speed[0] = 10.0 if step >= 8 else 1.0
        return call
    monkeypatch.setattr(interleaved.time, "perf_counter", lambda: now[0])
    found = interleaved.measure({"floor": passes(1e-6), "ours": passes(3e-6)}, [{}], rounds=2, seconds=1, at_most=4)
    assert found["ours"]["ratio"] == pytest.approx(3) and found["ours"]["calls"] == 8


def test_the_slowest_rows_are_held_against_the_floor_between_the_same_rows(monkeypatch):
    """The median of the runs by their ratio, on a machine that is ten times as slow in one of them."""
    now, calls = [0.0], []

    def passes(seconds):
        def call(row, step):
            calls.append(step)
            now[0] += seconds * (10 if step >= 200 else 1)
        return call
    monkeypatch.setattr(interleaved.time, "perf_counter", lambda: now[0])
    found = interleaved.tails(passes(1e-6), passes(2e-6), [{}], runs=3, seconds=3e-4)
    assert found["ratio"] == pytest.approx(2) and found["ratios"] == sorted(found["ratios"]) and len(calls) > 400
    assert all(one == other for one, other in zip(calls[::2], calls[1::2]))  # the same rows


@pytest.fixture
def bench(tmp_path):
    """One that starts real workers, in this Python."""
    return Bench(EFFORTS["smoke"], tmp_path)


def test_a_worker_counts_what_it_has_written(bench):
    found = bench.run("row.py", "-", "journal", "1,30", 1, 0.001)
    assert list(found["sizes"]) == ["1", "30"] and not found["busy"]
    for of_size in found["sizes"].values():
        assert set(of_size) == {"floor", "ours"} and all(one["calls"] > 0 for one in of_size.values())
        assert of_size["ours"]["ratio"] == pytest.approx(of_size["ours"]["median"] / of_size["floor"]["median"])
    curve = bench.run("million.py", "journal", 100, 1)
    assert [one["rows"] for one in curve] == [10, 100]
    assert 0 < curve[0]["disk"] < curve[1]["disk"] and all(one["us"] > 0 for one in curve)


@pytest.mark.parametrize("text, why", [
    ("import sys; print('half'); sys.exit('no room')", "no room"), ("raise SystemExit(3)", "it failed"),
    ("import nowhere", "ModuleNotFoundError: No module named 'nowhere'"),
    ("import time; time.sleep(60)", "no result in 0.5 s")])
def test_a_worker_that_fails_is_unavailable_and_says_why(bench, monkeypatch, text, why):
    (bench.folder / "worker.py").write_text(text)
    monkeypatch.setattr("bench.WORKERS", bench.folder)
    with pytest.raises(Unavailable, match=why):
        bench.run("worker.py", seconds=0.5 if "sleep" in text else 60)


def test_a_worker_has_nothing_of_the_shell_s_tracking(bench, monkeypatch):
    (bench.folder / "worker.py").write_text("import json, os; print('so'); print(json.dumps(dict(os.environ)))")
    monkeypatch.setattr("bench.WORKERS", bench.folder)
    monkeypatch.setenv("NEPTUNE_EXPERIMENT", "offline")
    monkeypatch.setenv("WANDB_MODE", "online")
    found = bench.run("worker.py", MINE="1")
    assert found["MINE"] == "1" and "NEPTUNE_EXPERIMENT" not in found and "WANDB_MODE" not in found
    assert found["PYTHONPATH"] == str(VENDORED) and found["HOME"].startswith(str(bench.folder))


# 1. A row

def test_what_a_row_costs_is_beside_what_each_client_costs_in_the_same_process(tmp_path):
    def row(client, experiment, sizes, *rest):
        if client == "wandb":
            return BROKEN
        ways = {"floor": times(2, 2), "ours": times(3, 2), **({client: times(60, 2)} if client != "-" else {})}
        return {"busy": False if experiment == "live" else None, "sizes": {size: ways for size in sizes.split(",")},
                "tail": tail if experiment in ("live", "offline") else None}

    tail = {"p99": 130.0, "floor": 100.0, "ratio": 1.3, "ratios": [1.1, 1.3, 1.6]}
    (table, tails, notes), figures = rows.measure(Told(tmp_path, row=row))
    found, figures = by_name(table.rows), by_name(figures)
    assert list(found)[0].startswith("floor: ") and set(found) >= set(rows.OURS) | set(rows.CLIENTS)
    assert dict(zip(table.columns[1:], found["neptune 1.14"]))["x ours"] == 20
    assert found["ours, journal"] == [3, 1.5, 3, 9.0, 1.5, 1.0, 3, 9.0, 1.5]
    assert found["wandb, offline"] == [None] * 9
    assert notes.rows == [["ours, a live run, its thread busy", "in the end its forwarder was not busy"],
                          ["wandb, offline", "ImportError: no client"]]
    assert figures["30 metrics, neptune 1.14 called directly"] == figures["30 metrics, the fastest other tracker"] == 20
    assert figures["30 metrics, journal, median"] == 1.5
    assert figures["30 metrics, live run's thread busy, p99"] is None  # measured, but not of what it is called
    assert figures["30 metrics, spec's child busy, p99"] == 1.3
    assert by_name(tails.rows)["ours, a spec, its child busy"] == [130.0, 100.0, 1.3, "1.10 1.30 1.60"]


def test_where_no_client_is_there_nothing_is_compared(tmp_path):
    (_, _, notes), figures = rows.measure(Told(tmp_path, row=BROKEN))
    assert len(notes.rows) == len(rows.OURS) + len(rows.CLIENTS)
    assert set(by_name(figures).values()) == {None}


# 2. Forwarding

def test_forwarding_is_judged_at_its_worst(tmp_path):
    """The most that it was behind; the main thread's speed beside the fastest of all ways."""
    def steady(experiment, rate, *rest):
        if experiment == "append":
            return BROKEN
        return {"rows_a_second": 1000 if rate == 0 else rate, "behind": [5, 750, 10], "caught_up_after": 0.5,
                "median": 20, "p99": 90, "computed_a_second": 400 if experiment == "live" else 800}

    tables, figures = forwarding.measure(Told(
        tmp_path, steady=steady, drain={"seconds": 2, "ours": 600, "append": 100, "ratio": 6}))
    found, figures = by_name(tables[0].rows), by_name(figures)
    assert found["a live run's thread, a backlog"] == [1000, 750, 0.5, 20, 90, 0.5]
    assert found["a spec's child, 500 rows/s"][-1] == 1
    assert found["a thread, one append a point, a backlog"] == [None] * 6
    assert by_name(tables[1].rows) == {"ours": [600, 2], "one append a point": [100, 400 / 100]}
    assert figures == {"a spec's child, 500 rows/s given": 500, "... is behind by at most": 1.5,
                       "... while a row takes, p99": 90, "drain of a backlog": 6}


def test_a_drain_that_fails_is_named(tmp_path):
    tables, figures = forwarding.measure(Told(tmp_path, steady=BROKEN, drain=BROKEN))
    assert ["ImportError: no client"] + [None] * 6 in tables[0].rows
    assert by_name(tables[1].rows) == {"ours": [None] * 2, "one append a point": [None] * 2}
    assert set(by_name(figures).values()) == {None} and tables[0].text() and all(figure.row() for figure in figures)


# 3. A tracker that hangs

def test_memory_and_disk_are_those_of_the_last_row(tmp_path):
    curve = [{"rows": rows, "us": 30.0, "rss": rows * 10, "disk": rows * 1000} for rows in (10, 1000)]
    tables, figures = faults.measure(Told(tmp_path, million=curve))
    assert tables[0].rows == [["10", 30.0, 1e-4, 0.01], ["1,000", 30.0, 0.01, 1.0]]
    assert list(by_name(figures).values()) == [0.01, None, None]
    assert [row[1] for row in tables[1].rows] == [None] * 3
    assert faults.measure(Told(tmp_path, million=BROKEN))[1][0].value is None


@pytest.mark.parametrize("code, is_measured", [(0, True), (3, False)])
def test_an_exit_is_timed_only_if_it_is_one(bench, monkeypatch, code, is_measured):
    (bench.folder / "ending.py").write_text(
        "import sys\nprint('a client says hello')\nprint('logged', flush=True)\nsys.stdin.readline()\n"
        "print('ending', flush=True)\nsys.exit(%d)\n" % code)
    monkeypatch.setattr("bench.WORKERS", bench.folder)
    assert (faults._exit(bench, "spec") is not None) == is_measured


def test_a_training_that_dies_before_its_end_has_none(bench, monkeypatch):
    (bench.folder / "ending.py").write_text("print('begun')\n")
    monkeypatch.setattr("bench.WORKERS", bench.folder)
    with pytest.raises(Unavailable, match="the script failed, see "):
        faults._exit(bench, "spec")


# 4. Trainings

def test_overhead_is_our_time_on_the_thread_of_the_whole(tmp_path, monkeypatch):
    spent = {"wall": 50.0, "rows": 7, "first": 0.02, "calls": 0.1, "thread": 0.15, "child_cpu": 3.0,
             "child_memory": 8e7}
    monkeypatch.setattr(training, "_patched", lambda bench, place, environment: tmp_path)
    (table, notes), figures = training.measure(Told(
        tmp_path, training=lambda framework, *rest: spent if framework == "spinningup" else BROKEN))
    found = by_name(table.rows)
    assert found["PPO of spinningup, a spec"] == [50.0, 7, 20.0, 100.0, 150.0, 0.5, 3.0, 80.0]
    assert found["PPO of spinningup, a live run"][-2:] == [None, None]  # which has no child
    assert found["PPO of stable_baselines3, a spec"] == [None] * 8 and ["ImportError: no client"] * 2 == [
        why for _, why in notes.rows]
    assert by_name(figures)["overhead, PPO of spinningup, a spec"] == 0.5
    assert by_name(figures)["overhead, PPO of stable_baselines3, a spec"] is None


# 5. Growth

@pytest.mark.parametrize("costs, exponent", [([5, 10, 100], 1), ([9, 1, 100], 2), ([1, 2, 2], 0)])
def test_growth_is_that_of_the_last_decade(costs, exponent):
    assert growth._exponent("x", [1, 10, 100], costs).value == pytest.approx(exponent)


def test_each_size_is_a_row(tmp_path, monkeypatch):
    def row(client, experiment, sizes, *rest):
        return {"sizes": {size: {"ours": {"median": int(size) * 3.0, "ratio": math.log10(float(size)) + 1}}
                          for size in sizes.split(",")}}
    counted = []
    monkeypatch.setattr(growth, "_timed", lambda script, checkout: counted.append(
        (script, len(list(checkout.rglob("module_*.py"))))) or 0.5)
    tables, figures = growth.measure(Told(
        tmp_path, row=row, journals=lambda number, rows: {"seconds": 1.0, "cpu": number * 2.0, "memory": 3e6},
        million=[{"rows": rows, "us": us, "rss": 1e6, "disk": 2e6} for rows, us in ((10, 4), (100, 5), (1000, 6))]))
    assert [[row[0] for row in table.rows] for table in tables] == [
        ["1", "10", "100"], ["10", "100", "1,000"], ["1", "2"], ["10", "100"]]
    assert tables[0].rows[1] == ["10", 30.0, 3.0, 2.0] and tables[2].rows[1] == ["2", 1.0, 4.0, 3.0]
    assert [figure.value for figure in figures] == [1.5, 1.5, pytest.approx(1), 0]
    assert counted == [(f"{name}.py", files) for files in (10, 100) for name in ("install", "status", "uninstall")]


def test_journals_that_fail_have_no_exponent(tmp_path):
    table, figure = growth._journals(Told(tmp_path, journals=lambda number, rows: BROKEN if number == 2 else {
        "seconds": 1, "cpu": 1, "memory": 1e6}))
    assert table.rows == [["1", 1, 1, 1.0], ["2", None, None, None]] and figure.value is None


# 6. Ray's driver

def test_a_result_that_is_not_in_the_journal_ends_the_bench(tmp_path):
    """A callback that does nothing is fast."""
    ours = {"median": 40.0, "p99": 90.0, "ratio": 4.0, "calls": 100}
    (table,), (figure, _) = trials.measure(Told(tmp_path, callback={"callback": ours, "rows": 101}))
    assert table.rows[0] == ["the callback, journal", 40.0, 90.0, 4.0] and figure.value == 40.0
    with pytest.raises(AssertionError, match="100 results, and 99 rows in the journal"):
        trials.measure(Told(tmp_path, callback={"callback": ours, "rows": 99}))
    (table,), figures = trials.measure(Told(tmp_path, callback=BROKEN))
    assert table.rows[0][1:] == [None] * 3 and figures[0].value is None


# 7. A scalar

def test_a_scalar_that_is_not_in_the_journal_ends_the_bench(tmp_path, monkeypatch):
    monkeypatch.setattr(scalars, "_copies", lambda bench, place: tmp_path)
    found = {"plain": times(8000, 8000), "patched": times(9000, 8000), "block": 200, "rows": 2001}
    (table,), figures = scalars.measure(Told(tmp_path, scalar=found))
    assert table.rows[0] == ["torch", 40.0, 45.0, 1.125]
    assert [(figure.value, figure.most) for figure in figures] == [(1.125, 1.25), (1.125, 1.4)]
    with pytest.raises(AssertionError, match="torch: 2,000 scalars, 1,999 rows in the journal"):
        scalars.measure(Told(tmp_path, scalar=dict(found, rows=1999)))
    (table,), figures = scalars.measure(Told(tmp_path, scalar=BROKEN))
    assert table.rows[1][1:] == [None] * 3 and figures[0].value is None


# What is printed and written

@pytest.mark.parametrize("figure, reached, shown", [
    (Figure("a", 1.5, "us", most=1.5), True, ["a", 1.5, "at most 1.5", "us", "yes"]),
    (Figure("a", 1.51, "us", most=1.5), False, ["a", 1.51, "at most 1.5", "us", "NO"]),
    (Figure("a", 20.0, "x", least=20), True, ["a", 20.0, "at least 20", "x", "yes"]),
    (Figure("a", 19.9, "x", least=20), False, ["a", 19.9, "at least 20", "x", "NO"]),
    (Figure("a", None, "x", least=20), None, ["a", None, "at least 20", "x", "not measured"])])
def test_a_figure_says_whether_it_is_reached(figure, reached, shown):
    assert figure.reached() is reached and figure.row() == shown


def test_a_table_shows_what_was_not_measured():
    text = Table("title", ["way", "us", "note"], [["ours", 12345.6, "so"], ["theirs", None, "-"]]).text()
    assert [line.split() for line in text.splitlines()[3:]] == [["ours", "12,346", "so"], ["theirs", "-", "-"]]


@pytest.mark.slow
def test_it_writes_each_figure_with_its_limit_and_whether_it_is_reached(tmp_path):
    """Ray is not here: what it costs is shown as not measured."""
    done = subprocess.run([sys.executable, str(BENCHMARKS), "--smoke", "--only", "trials", "--output", str(tmp_path)],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "bench.json").read_text())
    assert [row[1:] for table in report["tables"] for row in table["rows"]] == [[None] * 3] * 2
    assert report["effort"] == "smoke" and report["machine"]["cores"] and set(report["load"]) == {"before", "after"}
    printed = done.stdout.partition("Figures to reach")[2]
    for figure in report["figures"]:
        assert (figure["most"], figure["least"], figure["reached"], figure["value"]) == (1000, None, None, None)
        assert figure["name"] in printed
    assert printed.count("not measured") == len(report["figures"]) == 2
