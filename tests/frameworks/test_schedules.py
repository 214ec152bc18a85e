"""neptune_writer.idioms.schedules: what a reader sees of a schedule, without anyone calling it."""
import functools
import linecache
import sys

import pytest

from neptune_writer.idioms.schedules import readable


def constant_fn(val):  # as Stable-Baselines3 names it
    def func(_):
        return val
    return func


def constfn(val):  # as Stable Baselines 2 does
    return lambda _: val


def get_schedule_fn(value_schedule):
    return lambda progress_remaining: float(value_schedule(progress_remaining))


class ConstantSchedule:
    def __init__(self, val):
        self.val = val

    def __call__(self, _):
        return self.val


class FloatSchedule:
    def __init__(self, value_schedule):
        self.value_schedule = value_schedule

    def __call__(self, progress):
        return float(self.value_schedule(progress))


class Linear:
    def __init__(self, start, end):
        self.start, self.end, self.calls = start, end, []

    def __call__(self, progress):
        self.calls.append(progress)

    def value(self, progress):
        return self(progress)


class Described(Linear):
    def __repr__(self):
        return "Described(%s)" % self.start


def stepwise(progress):
    raise AssertionError("called")


def falling(start):
    def schedule(progress):
        return start * progress
    return schedule


@pytest.mark.parametrize("value", [3e-4, 1, None, "auto", True, [64, 64], {"gamma": 0.99}, dict])
def test_what_is_no_schedule_stays_as_it_is(value):
    assert readable(value) is value


@pytest.mark.parametrize("schedule", [
    constant_fn(3e-4), constfn(3e-4), get_schedule_fn(constant_fn(3e-4)), FloatSchedule(ConstantSchedule(3e-4)),
    FloatSchedule(FloatSchedule(constant_fn(3e-4)))])
def test_a_constant_is_its_number(schedule):
    assert readable(schedule) == 3e-4


@pytest.mark.parametrize("schedule, text", [
    (falling(0.1), "falling(start=0.1)"),
    (get_schedule_fn(falling(0.1)), "falling(start=0.1)"),
    (stepwise, "stepwise"),
    (Linear(1, 0), "Linear(start=1, end=0)"),
    (FloatSchedule(Linear(1, 0)), "Linear(start=1, end=0)"),
    (Linear(1, 0).value, "Linear.value(start=1, end=0)"),
    (constant_fn, "constant_fn"),
    (functools.partial(falling, 0.1), "falling(0.1)"),
    (FloatSchedule(functools.partial(max, [], default=0.1)), "max(default=0.1)"),
])
def test_others_are_what_they_were_made_of(schedule, text):
    assert readable(schedule) == text


def test_what_describes_itself_is_left_to_that():
    described = Described(1, 0)
    assert readable(FloatSchedule(described)) is described


def test_builtins_stay_for_whoever_names_them():
    assert readable(abs) is abs


def test_what_cannot_be_looked_into_stays():
    class Closed:
        def __call__(self, progress):
            return progress

        def __getattribute__(self, name):
            raise RuntimeError(name)
    closed = Closed()
    assert readable(closed) is closed


def test_a_lambda_is_its_source():
    start = 2.5e-4
    schedules = dict(learning_rate=lambda f: f * 2.5e-4, cliprange=lambda f: f * 0.1,
                     other=lambda f: max(f * start,
                                         1e-5))
    assert {name: readable(schedule) for name, schedule in schedules.items()} == {
        "learning_rate": "lambda f: f * 2.5e-4", "cliprange": "lambda f: f * 0.1",
        "other": "lambda f: max(f * start, 1e-5), start=0.00025"}


def test_what_a_loop_hands_to_a_lambda_is_seen():
    """By a default: a variable of the loop would be the last one in all of them."""
    schedules = [lambda f, start=start: f * start for start in (0.1, 0.2)]
    assert [readable(schedule) for schedule in schedules] == [
        "lambda f, start=start: f * start, start=0.1", "lambda f, start=start: f * start, start=0.2"]
    assert readable(lambda f, *, a=1, b=len: f * a) == "lambda f, *, a=1, b=len: f * a, a=1"


def made_in(folder, *lines):
    """What a script of these lines has handed to ``call``."""
    script, got = folder / "script.py", {}
    script.write_text("\n".join(lines))
    exec(compile(script.read_text(), str(script), "exec"), {"call": got.update, "len": len, "c": True})
    return got


@pytest.mark.parametrize("before, text, after", [
    ("", "lambda f: f * 1.5", ", b=(1, 2))"),
    ("", "lambda f, a=(1, 2), *b, **c: max(f, a[0])", ", b=[lambda: 7])"),
    ("", "lambda f, g=lambda x, y: x: g(f, 2.5)", ")"),
    ("", "lambda f: lambda g: f + g + 3.5", ", b=2)"),
    ("", "lambda f: 4.5 if f else 5.5", ", b=2)"),
    ("", "lambda: {'a': 6.5, 'b': [1, 2][0:1]}", ")"),
    ("", "lambda f: '(' + \"lambda x: 1, \" + f", ", b=')')"),
    ("", "lambda f: f'{f:>5}(' + 'x'", ")"),
    ("", "(lambda f: 7.5)", ")"),
    ("b=lambda f: 0.5, ", "lambda f: 1.5", ", d=lambda f: 2.5)"),
    ("b=[lambda f: 0.5 for f in 'ab'], ", "lambda f: 1.5", ")"),
    ("b={1: lambda f: 0.5}, ", "lambda f: 1.5", ") ; x = 1"),
    ("", "lambda f: max(f,  # a comment, with (\n    8.5)", ",\n    b=2)"),
])
def test_where_a_lambda_ends(tmp_path, before, text, after):
    got = made_in(tmp_path, "call(%sa=%s%s" % (before, text, after))
    text = text[1:-1] if text.startswith("(") else text
    assert readable(got["a"]) == " ".join(text.split())


@pytest.mark.parametrize("of", ["arguments", "lambdas", "texts that speak of lambda"])
def test_the_text_of_a_lambda_takes_as_long_as_what_it_stands_in(tmp_path, of):
    """B5: the work is in proportion to the lines of the call."""
    line = {"arguments": "    a%d=(1, 2, [3, 4]),", "lambdas": "    a%d=lambda f: (f, 1),",
            "texts that speak of lambda": "    a%d='lambda lambda lambda',"}[of]
    counts = []
    for lines in (100, 400):
        got = made_in(tmp_path, "call(lr=lambda f: f * 2.5e-4,",
                      *[line % number for number in range(lines)], ")")
        calls = [0]

        def count(frame, event, _):
            calls[0] += 1
        sys.setprofile(count)
        try:
            text = readable(got["lr"])
        finally:
            sys.setprofile(None)
        assert text == "lambda f: f * 2.5e-4"
        counts.append(calls[0])
        linecache.clearcache()
    assert counts[1] < 6 * counts[0], counts


def test_a_lambda_without_source_is_a_lambda():
    assert readable(eval("lambda f: f")) == "<lambda>"


def test_none_is_called():
    schedule = Linear(1, 0)
    readable(schedule)
    readable(FloatSchedule(schedule))
    assert schedule.calls == []


def test_one_that_holds_itself_ends():
    endless = FloatSchedule(None)
    endless.value_schedule = endless
    assert "FloatSchedule" in str(readable(endless))
