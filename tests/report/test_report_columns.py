"""Tables that are read many rows at once are, bit for bit, what is read row by row: sound ones and damaged ones."""
import math
import random
import struct

import pytest

from scripts.runs import records
from scripts.runs.parsing import columns, odd_cells, text_tables

NUMBERS = ["0", "1", "-3", "0.5", "1e-3", "1E5", "nan", "inf", "-inf", ".5", "5.", "-0.0", "12345678901234567890",
           "0.1234567890123456789", "4.9e-324", "1.7976931348623157e308", "2.2250738585072011e-308", "9007199254740993",
           "1e400", "9" * 320]
ODD = ["", " 1", "2 ", "+7", "1_000", "True", "False", "tensor(0.5000)", "[0.5]", "nan(1)", "0x10", "abc", "1e", "--1",
       "NaN", "Infinity", "null", "NA", "None", "1,5", "q(s,a)", "é", "１", "\t", "a b", "#5", "9" * 5000]
QUOTED = ['"1"', '""', '"a,b"', '"1""2"', 'x"y', '"0.5', '"two\nlines"', '"', '" 1"', "'1'"]
HEADERS = [["step", "loss"], ["step", "loss", "note"], ["time/total", "rollout/ep_rew_mean", "q(s,a)", "done"],
           ["a", "a", "b"], ["", "x", "y"], ["loss"], ["nan", "x"], ["step", "loss", ""]]


def cell(dice, oddity):
    chance = dice.random()
    if chance > oddity:
        return repr(dice.gauss(0, 1)) if dice.random() < 0.7 else dice.choice(NUMBERS[:-2])
    return dice.choice(QUOTED if chance < oddity / 3 else ODD if chance < oddity * 0.8 else NUMBERS)


def table(seed):
    """A table with its troubles: odd cells, other headers, lines that are too short, torn, blank, doubled, damaged."""
    dice = random.Random(seed)
    separator = dice.choice(",,,\t;")
    header, end = dice.choice(HEADERS), dice.choice(["\n", "\n", "\n", "\r\n", "\r"])
    oddity = dice.choice([0, 0, 0.01, 0.1, 0.5])
    lines = [separator.join(header)]
    for number in range(dice.choice([1, 3, 60, 400])):
        cells = [str(number)] + [cell(dice, oddity) for _ in header[1:]]
        trouble = dice.random()
        if trouble < oddity / 20:
            cells = dice.choice([header, header[::-1], cells + ["1"], cells[1:], cells + [""], [""] * len(header), []])
        lines.append(separator.join(cells))
    content = (end.join(lines) + end * dice.choice([1, 1, 1, 0])).encode()
    for _ in range(dice.choice([0, 0, 0, 1, 5])):
        at = dice.randrange(len(content) + 1)
        content = dice.choice([content[:at] + bytes([dice.randrange(256)]) + content[at + 1:], content[:at],
                               content[:at] + content[at // 2:], content + content[at:], b"\xef\xbb\xbf" + content])
    return content


def read(how, path):
    said = []

    def say(path, what):
        said.append(what)

    rows = records.collect(odd_cells.watched(how(path, say), path, say), ("step",)).rows
    return [[(name, struct.pack("d", math.nan if value != value else value)) for name, value in values.items()]
            for _, _, values, _ in rows], list(rows.series()), said


def compare(folder, seeds, monkeypatch, stretches):
    """Returns how many rows came many at once, and how many came one by one."""
    path = folder / "progress.csv"
    monkeypatch.setattr(text_tables, "_MANY", stretches[0])
    monkeypatch.setattr(text_tables, "_FEW", stretches[1])
    fast = slow = 0
    for seed in seeds:
        path.write_bytes(table(seed))
        assert read(text_tables.parts, path) == read(text_tables.rows, path), f"seed {seed}"
        for part in text_tables.parts(path, lambda path, what: None):
            fast, slow = (fast, slow + 1) if isinstance(part, dict) else (fast + part.rows, slow)
    return fast, slow


@pytest.mark.slow
@pytest.mark.parametrize("stretches", [(4_000_000, 64_000), (2000, 200)], ids=["whole", "in small stretches"])
def test_damaged_tables(tmp_path, monkeypatch, stretches):
    fast, slow = compare(tmp_path, range(150), monkeypatch, stretches)
    assert fast > 3000 and slow > 3000  # both were tried


@pytest.mark.slow
@pytest.mark.parametrize("stretches", [(4_000_000, 64_000), (2000, 200), (300, 50)])
def test_many_damaged_tables(tmp_path, monkeypatch, stretches):
    compare(tmp_path, range(1000, 2000), monkeypatch, stretches)


@pytest.mark.parametrize("content", [
    "step,loss\n\n\n", "step,loss\n" + "\n" * 100, "step\tloss\n\ufeff1\t2\n", "step,loss,none\n1,2,\n" + "\n" * 100,
    'step,note,loss\n1,"%s",0.5\n2,"y",0.25\n' % ("x" * 140_000),
], ids=["blank lines", "many", "a mark", "a column of nothing", "a long cell"])
def test_stretches_that_pyarrow_reads_otherwise(tmp_path, monkeypatch, content):
    path = tmp_path / "progress.csv"
    path.write_text(content)
    for many in (4_000_000, 20):
        monkeypatch.setattr(text_tables, "_MANY", many)
        assert read(text_tables.parts, path) == read(text_tables.rows, path)


def test_a_stretch_with_nothing_but_the_time(tmp_path):
    path = tmp_path / "progress.csv"
    path.write_text("timestamp,loss\n1,\n2,\n")
    said = records.collect(text_tables.parts(path, lambda path, what: None), ("step",), clock="timestamp")
    assert len(said) == 0


def test_only_what_is_odd_is_looked_at_row_by_row(tmp_path):
    lines = ["step,loss"] + [f"{number},{number / 7}" for number in range(40_000)]
    lines[20_000] += ",1"
    path = tmp_path / "progress.csv"
    path.write_text("\n".join(lines) + "\n")
    said = []
    parts = list(text_tables.parts(path, lambda path, what: said.append(what)))
    assert said == ["1 line left out; line 20001: 3 columns, not 2"]
    assert sum(1 if isinstance(part, dict) else part.rows for part in parts) == 39_999
    assert sum(isinstance(part, dict) for part in parts) < 5000


def test_a_cell_that_only_python_reads_makes_no_column_slow(tmp_path):
    path = tmp_path / "progress.csv"
    path.write_text("step,done,loss\n" + "".join(f"{number},{number % 2 == 0},tensor(0.5)\n" for number in range(100)))
    part, = text_tables.parts(path, lambda path, what: None)
    assert isinstance(part, columns.Columns)
    assert part.values["done"].tolist() == [1, 0] * 50 and part.values["loss"].tolist() == [0.5] * 100
