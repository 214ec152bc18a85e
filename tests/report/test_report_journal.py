"""scripts/report/readers/journal.py: broken journals, and what lies beside them."""
import json

import pytest
from report_runs import points, read, report, write_journal, write_spinningup


def lines_of(path):
    return path.read_text().splitlines(True)


def header_broken(path):
    path.write_text("{torn" + path.read_text())


def header_alone(path):
    path.write_text(lines_of(path)[0])


def rows_broken(path):
    path.write_text(path.read_text().replace('"values":{', '"values":[{'))


@pytest.mark.parametrize("broken", [lambda path: path.write_text(""), header_broken, header_alone, rows_broken])
def test_a_journal_without_a_row_hides_no_file_of_the_framework_beside_it(tmp_path, capsys, broken):
    """A disk that was full, a training that died at once."""
    folder = write_spinningup(tmp_path / "run")
    path = write_journal(folder / "neptune-1.jsonl", (1, {"AverageEpRet": 1.0}))
    found, = read(tmp_path)[0]
    assert found.source == str(path)
    broken(path)
    found, = read(tmp_path)[0]
    assert found.source.endswith("progress.txt") and len(points(found, "AverageEpRet")) == 3
    assert "neptune-1.jsonl: " in report(tmp_path, "-o", tmp_path / "r.html", capsys=capsys)


def test_a_run_that_has_not_logged_yet_is_there_where_nothing_else_tells_of_it(tmp_path):
    write_journal(tmp_path / "neptune-1.jsonl", ended=False)
    found, = read(tmp_path)[0]
    assert not len(found.steps) and not found.ended


BAD = [{"values": [1]}, {"values": {"loss": {"mean": 1}}}, {"values": {"loss": 10 ** 400}}, {"step": None},
       {"t": "now"}, {"stream": 5}, {"segment": [1]}, {"rewind": "yes"}]


@pytest.mark.parametrize("bad", BAD)
def test_one_bad_row_costs_no_other(tmp_path, bad):
    path = write_journal(tmp_path / "neptune-1.jsonl", *[(n, {"loss": float(n)}) for n in range(5)])
    lines = lines_of(path)
    lines[4] = json.dumps(dict(json.loads(lines[4]), **bad)) + "\n"
    path.write_text("".join(lines))
    found, = read(tmp_path)[0]
    assert [point for point in points(found, "loss") if point[0] != 2] == [(0, 0), (1, 1), (3, 3), (4, 4)]
