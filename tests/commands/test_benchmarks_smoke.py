"""The whole bench runs, with as little to do as can be: no row and no figure is missing. Speed is not asked here."""
import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """What a run leaves that does as little as can be, in this Python alone."""
    folder = tmp_path_factory.mktemp("bench")
    done = subprocess.run([sys.executable, str(ROOT / "tests" / "benchmarks"), "--smoke", "--output", str(folder)],
                          capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads((folder / "bench.json").read_text()), done.stdout


def rows_of(report, title):
    table, = [table for table in report["tables"] if title in table["title"]]
    return {row[0]: dict(zip(table["columns"][1:], row[1:])) for row in table["rows"]}


def test_what_a_row_costs(report):
    rows = rows_of(report[0], "1. ")
    ours = ["ours, nothing configured", "ours, journal", "ours, a spec, its child busy",
            "ours, a live run, its thread busy"]
    clients = ["neptune-client 0.4, over a recorder", "neptune 1.14", "neptune-scale, 30 calls",
               "neptune-scale, one call", "minfx", "goodseed", "wandb, offline", "trackio", "tensorboardX",
               "MLflow on SQLite"]
    assert list(rows) == ["floor: json.dumps + os.write", *ours, *clients]
    for name in ["floor: json.dumps + os.write", *ours, "neptune 1.14"]:
        assert all(rows[name][size] > 0 for size in ("1: us", "30: us", "1,000: us")), name


def test_the_slowest_rows_are_held_against_the_floor_between_the_same_rows(report):
    rows = rows_of(report[0], "The slowest of a hundred rows")
    assert list(rows) == ["ours, a spec, its child busy", "ours, a live run, its thread busy"]
    for row in rows.values():
        ratios = [float(ratio) for ratio in row["all runs"].split()]
        assert len(ratios) == 5 and ratios == sorted(ratios)
        assert row["x floor"] == pytest.approx(ratios[2], abs=0.01)
    limits = {figure["name"]: figure for figure in report[0]["figures"] if figure["name"].endswith("busy, p99")}
    assert len(limits) == 2
    assert all((figure["unit"], figure["most"]) == ("x the floor's", 1.5) for figure in limits.values())


def test_how_rows_are_forwarded(report):
    steady, drain = rows_of(report[0], "2. "), rows_of(report[0], "The drain")
    assert len(steady) == 4 and all("rows/s" in row for row in steady.values())
    assert drain["ours"]["rows/s"] > 0 and drain["one append a point"]["rows/s"] > 0


def test_what_a_tracker_costs_that_hangs_or_is_gone(report):
    rows = rows_of(report[0], "3. ")
    assert list(rows) == ["10", "100", "1,000", "2,000"]
    assert [rows[name]["disk, MB"] for name in rows] == sorted(rows[name]["disk, MB"] for name in rows)
    assert list(rows_of(report[0], "Exit")) == ["ours, a spec", "ours, a live run", "the client alone"]


def test_what_trainings_pay(report):
    assert list(rows_of(report[0], "4. ")) == [
        "PPO of %s, %s" % (framework, way) for framework in ("stable_baselines3", "spinningup")
        for way in ("a spec", "a live run")]


def test_how_cost_grows(report):
    for title, names in (("metrics per row", ["1", "10", "100"]), ("rows of a run", ["10", "100", "1,000", "2,000"]),
                         ("journals per child", ["1", "2"]), ("files of a checkout", ["10", "100"])):
        rows = rows_of(report[0], title)
        assert list(rows) == names
        assert all(value is not None for row in rows.values() for value in row.values()), title


def test_what_a_result_costs_rays_driver(report):
    assert list(rows_of(report[0], "6. ")) == ["the callback, journal", "the callback, a spec"]


def test_what_a_scalar_costs(report):
    assert list(rows_of(report[0], "7. ")) == ["torch", "tensorboardX"]


def test_each_figure_has_a_limit_and_is_printed_with_whether_it_is_reached(report):
    figures, printed = report[0]["figures"], report[1].partition("Figures to reach")[2]
    assert len(figures) >= 20
    for figure in figures:
        assert (figure["most"] is None) != (figure["least"] is None)
        assert (figure["reached"] is None) == (figure["value"] is None)
        assert figure["name"] in printed
