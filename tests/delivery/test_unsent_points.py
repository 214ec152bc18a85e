"""delivery.unsent_points: a tracker gets the points that the rule gives, each once, wherever sending stops.

Runs are random ones, with restarts, checkpoints, episodes between steps, repeated and out-of-order steps, steps that
are NaN, several clocks and processes; each process's journal is of format 2.
"""
import random

import pytest
from random_runs import run_of
from small_deliveries import END, Kept, write

from neptune_writer.delivery import run_delivery, forwarder
from neptune_writer.resend import dry_run
from neptune_writer import trackers
from neptune_writer.delivery.run_delivery import Delivery
from neptune_writer.delivery.step_options import StepOptions
from neptune_writer.points.lines import steps_of
from neptune_writer.points.rows import RESUMED
from neptune_writer.points.whole import WholeRun
from neptune_writer.delivery.stopping import Stopping
from neptune_writer.trackers.base import RISING, ClientClosed

STEPS = ["env", "epoch"]  # what the generated rows call their step


def header(number, is_of_ray):
    return {"format": 2, "t": float(number), "run": "p%d" % number, "resumes": "p0" if number else None, "name": "toy",
            "group": "toy", "tags": [], "argv": [], "steps": STEPS, "framework": "rllib" if is_of_ray else None}


def record_of(row):
    said = {"t": row.time, "step": row.step if row.step == row.step else None, "clock": row.clock, "mark": row.mark}
    record = {name: value for name, value in said.items() if value is not None}
    if row.values:
        record["values"] = {name: "NaN" if value != value else value for name, value in row.values.items()}
    return record


class Run:
    """A random run and its journals, which may be written a few rows at a time."""

    def __init__(self, folder, seed):
        rows, self.user, how = run_of(seed)
        self.is_of_ray, self.how = how["every_fall_is_a_checkpoint"], StepOptions(self.user, how["restarts"])
        self.rows = rows
        self.folder, self.paths, self.written, self.is_ended = folder, [], 0, False
        self.begin()

    def begin(self):
        self.paths.append(str(self.folder / ("neptune-p%d.jsonl" % len(self.paths))))
        write(self.paths[-1], header(len(self.paths) - 1, self.is_of_ray))

    def write(self, at_most):
        for row in self.rows[self.written:self.written + at_most]:
            if row is RESUMED:
                self.begin()
            else:
                write(self.paths[-1], record_of(row))
        self.written = min(len(self.rows), self.written + at_most)
        if self.written == len(self.rows) and not self.is_ended:
            self.is_ended = True
            write(self.paths[-1], END)

    def past(self, at_most=None):
        names, _ = steps_of(header(0, self.is_of_ray))
        return WholeRun(lambda: self.rows[:at_most], names, self.user, every_fall_is_a_checkpoint=self.is_of_ray,
                        restarts=self.how.restarts)

    def send(self):
        with Delivery("x", Stopping(follow=False), patient=False, options=self.how) as made:
            for path in self.paths:
                made.add(path)
            made.run()
        return made


def points(told):
    found = {}
    for name, x, value in told:
        found.setdefault(name, []).append((float(x), repr(float(value))))
    return found


@pytest.fixture(autouse=True)
def opened(monkeypatch, warnings):
    """What trackers are told, one after the other; `opened.make` makes them."""
    class Opened(list):
        make = Kept

        def told(self):
            return [one for tracker in self for one in tracker.told if isinstance(one, tuple)]

    kept = Opened()

    def open_spec(spec, header):
        kept.append(kept.make())
        kept[-1].takes_non_finite = True
        return kept[-1]

    monkeypatch.setattr(trackers, "open_spec", open_spec)
    for module in (run_delivery, forwarder):
        monkeypatch.setattr(module, "_PAUSES", (0.0,))
    monkeypatch.setattr(run_delivery, "_PAUSE_AT_THE_END", 0.0)
    monkeypatch.setattr(forwarder, "BATCH", 3)
    monkeypatch.setattr(run_delivery.messages, "say", lambda text: None)
    return kept


def sent_at_once_it_is_what_the_rule_says(folder, seed, opened):
    run = Run(folder, seed)
    run.write(len(run.rows))
    past = run.past()
    expected = [(name, placed.x, value) for placed in past.points() for name, value in placed.values.items()]
    would = sum(dry_run.rows_to_send(run.paths, "x", options=run.how).values())
    made = run.send()
    assert made.complete and points(opened.told()) == points(expected)
    assert (made.unsent.superseded.count, made.rows) == (past.superseded.count, would)
    assert run.send().rows == 0 and len(opened.told()) == len(expected)


def to_one_whose_steps_must_rise_all_of_it_comes_too(folder, seed, opened):
    opened.make = lambda: Kept(steps=RISING)
    run = Run(folder, seed)
    run.write(len(run.rows))
    expected = [(name, value) for placed in run.past().points() for name, value in placed.values.items()]
    assert run.send().complete
    found = {}
    for name, x, value in opened.told():
        assert name not in found or x > found[name]
        found[name] = x
    assert len(opened.told()) == len(expected)


def numbered(rows):
    return {(name, row.values[name]) for row in rows if row is not RESUMED for name in set("abc") & set(row.values)}


def standing(past):
    return {(name, value) for placed in past.points() for name, value in placed.values.items()}


class Killed(BaseException):
    """The sending process."""


def wherever_it_stops_and_goes_on_no_point_comes_twice_and_none_is_lost(folder, seed, opened):
    draw = random.Random(seed)

    class Breaks(Kept):
        """Has only what it has confirmed."""

        handed = ()

        def write_rows(self, rows):
            chance = draw.random()
            if chance < 0.1:
                raise Killed
            if chance < 0.2:
                raise ClientClosed("the client gave up")
            self.handed += tuple((name, row.step, value) for row in rows for name, value in row.values.items())

        def confirmed(self):
            self.told.extend(self.handed)
            self.handed = ()
            return True

    opened.make = Breaks
    run, sends, number, left_out = Run(folder, seed), 0, 0.0, set()
    for row in run.rows:
        if row is not RESUMED:
            for name in set("abc") & set(row.values):
                row.values[name] = number
                number += 1
    while sends < 3 or run.written < len(run.rows):
        run.write(draw.randrange(4))
        sends += run.written == len(run.rows)
        left_out |= numbered(run.rows[:run.written]) - standing(run.past(run.written))
        try:
            run.send()
        except Killed:
            pass
    opened.make = Kept
    made = run.send()
    told = [(name, value) for name, _, value in opened.told() if name in "abc"]
    assert len(set(told)) == len(told)
    assert made.complete
    assert numbered(run.rows) - set(told) <= left_out | (numbered(run.rows) - standing(run.past()))


SAYS = [sent_at_once_it_is_what_the_rule_says, to_one_whose_steps_must_rise_all_of_it_comes_too,
        wherever_it_stops_and_goes_on_no_point_comes_twice_and_none_is_lost]


@pytest.mark.parametrize("says", SAYS)
def test_a_few_runs(tmp_path, opened, says):
    _each(tmp_path, opened, says, range(60))


@pytest.mark.slow
@pytest.mark.parametrize("says", SAYS)
def test_five_hundred_runs(tmp_path, opened, says):
    _each(tmp_path, opened, says, range(60, 560))


def _each(tmp_path, opened, says, seeds):
    for seed in seeds:
        (tmp_path / str(seed)).mkdir()
        del opened[:]
        opened.make = Kept
        says(tmp_path / str(seed), seed, opened)
