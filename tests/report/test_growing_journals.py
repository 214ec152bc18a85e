"""A journal that grows between two looks: what it has grown by is read, and the run is that of a fresh look."""
import json
import random

import numpy as np
import pytest
from neptune_writer.journal import reading

from scripts.runs import growing_journals
from scripts.runs.reading import Reading

HEADER = {"format": 2, "t": 1.0, "run": "r", "name": "toy", "group": "toy", "tags": [], "framework": None, "argv": []}


def lines(count, first=0):
    return "".join(json.dumps({"t": float(number), "step": number, "values": {"loss": number / 7, "n": number}}) + "\n"
                   for number in range(first, first + count))


@pytest.fixture
def journal(tmp_path):
    path = tmp_path / "neptune-r.jsonl"
    path.write_text(json.dumps(HEADER) + "\n" + lines(100))
    return path


@pytest.fixture
def offsets(monkeypatch):
    """Where each reading began."""
    found = []

    class Spy(reading.Reader):
        def __init__(self, path, offset=0):
            found.append(offset)
            super().__init__(path, offset)
    monkeypatch.setattr(growing_journals.reading, "Reader", Spy)
    return found


def shown(run):
    return run.steps.tolist(), run.times.tolist(), {name: [list(series.rows), series.values.tolist()]
                                                    for name, series in run.series.items()}, run.marks, run.config


def fresh(path):
    growing_journals._known.clear()
    run, = Reading([path]).read()[0]
    return shown(run)


def test_only_what_is_new_is_read(journal, offsets):
    runs = Reading([journal])
    assert len(runs.read()[0][0].steps) == 100
    size = journal.stat().st_size
    with journal.open("a") as file:
        file.write(lines(50, 100))
    run, = runs.read()[0]
    assert [offset for offset in offsets if offset] == [size]
    assert shown(run) == fresh(journal)


def replaced(path):
    content = path.read_text()
    path.unlink()
    path.write_text(content.replace("0.14", "0.15"))


def shortened(path):
    path.write_text(path.read_text()[:2000].rpartition("\n")[0] + "\n")


def written_anew(path):
    path.write_text(json.dumps(HEADER) + "\n" + lines(200, 7))


@pytest.mark.parametrize("change", [replaced, shortened, written_anew])
def test_another_file_of_its_name_is_read_from_its_beginning(journal, change):
    runs = Reading([journal])
    runs.read()
    change(journal)
    run, = runs.read()[0]
    assert shown(run) == fresh(journal)


def test_a_run_that_is_still_held_stays_as_it_was(journal):
    header = reading.read_whole_header(str(journal))
    held = growing_journals.read(str(journal), header, ()).rows.rows
    steps = held.steps
    with journal.open("a") as file:
        file.write(lines(50, 100))
    assert len(growing_journals.read(str(journal), header, ()).rows) == 150 and len(steps) == 100


@pytest.mark.parametrize("seed", range(10))
def test_however_it_grows_the_run_is_that_of_a_fresh_look(journal, seed):
    """Torn lines, marks, falls, unreadable lines, configs, at any byte."""
    dice = random.Random(seed)
    text = lines(30, 100)
    for _ in range(20):
        step = dice.randrange(200)
        text += dice.choice([
            lines(3, step), "no record\n", json.dumps({"t": 5.0, "config": {"lr": step}}) + "\n",
            json.dumps({"t": 5.0, "mark": "restart"}) + "\n",
            json.dumps({"t": 5.0, "mark": "checkpoint", "step": step}) + "\n",
            json.dumps({"t": 6.0, "values": {"loss": "NaN", "eval": step}}) + "\n"])
    content, runs = text.encode(), Reading([journal])
    while content:
        many = dice.randrange(1, 400)
        with journal.open("ab") as file:
            file.write(content[:many])
        content = content[many:]
        found, problems = runs.read()
    again = Reading([journal])
    growing_journals._known.clear()
    expected, expected_problems = again.read()
    assert np.array_equal(found[0].steps, expected[0].steps) and problems == expected_problems
    assert repr(shown(found[0])) == repr(shown(expected[0]))
