"""neptune_writer.values: what a metric, a step and a row are once they leave the framework."""
import decimal
import enum
import fractions
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from neptune_writer.journal import encoding
from neptune_writer import values


class EagerTensor:
    """TensorFlow's way: `numpy()`, and no `item`."""

    def numpy(self):
        return np.float32(0.5)


class SymbolicTensor:
    """A tensor of a graph that has not run."""

    def numpy(self):
        raise NotImplementedError("numpy() is only available when eager execution is enabled")

    def __float__(self):
        raise TypeError("float() argument must be a string or a number, not 'Tensor'")


class Column:
    """pandas' way: `mask` is what one does to it."""

    def mask(self, where):
        raise AssertionError

    def item(self):
        return 2.5


class Counter(enum.IntEnum):
    THIRD = 3


class Raising:
    def __float__(self):
        raise ZeroDivisionError

    def __str__(self):
        raise ZeroDivisionError


@pytest.mark.parametrize("value, plain", [
    (1.5, 1.5),
    (3, 3),
    (True, 1),
    (Counter.THIRD, 3),
    (decimal.Decimal("0.5"), 0.5),
    (fractions.Fraction(1, 4), 0.25),
    (np.float32(0.5), 0.5),
    (np.float64(0.5), 0.5),
    (np.float16(0.5), 0.5),
    (np.longdouble(0.5), 0.5),
    (np.int64(7), 7),
    (np.uint8(7), 7),
    (np.bool_(True), 1),
    (np.array(2.5), 2.5),
    (np.array([2.5]), 2.5),
    (np.array([[4]]), 4),
    (np.ma.array(1.5), 1.5),
    (np.ma.array([1.5], mask=[False]), 1.5),
    (np.ma.array(3), 3),
    (Column(), 2.5),
    (EagerTensor(), 0.5),
    (2 ** 53 + 1, 2 ** 53 + 1),
    (10 ** 300, 10 ** 300),
])
def test_numbers_become_plain_floats_and_ints(value, plain):
    found = values.number(value)
    assert found == plain
    assert type(found) is type(plain)


@pytest.mark.parametrize("value", [
    None, "1.5", b"1", bytearray(b"1"), [1.5], (1.5,), {"a": 1}, {1.5}, object(), 1j, np.complex64(1), SymbolicTensor(),
    Raising(), lambda: 1, np.array([1.0, 2.0]), np.array([]), np.array("text"), np.str_("1.5"),
    np.datetime64("2026-01-01"), np.datetime64(5, "ns"), np.timedelta64(5, "ns"), np.timedelta64(5, "ms"),
    np.timedelta64("NaT"), np.array(5, "m8[ns]"), np.array([5], "M8[ns]"),
    np.ma.masked, np.ma.array(1.5, mask=True), np.ma.array([1.5], mask=[True]), np.ma.array([1.5, 2], mask=[1, 0]),
    float, 10 ** 400, -10 ** 400, 10 ** 5000,
], ids=lambda value: type(value).__name__)
def test_what_is_no_number_is_none_and_raises_nothing(value):
    assert values.number(value) is None


@pytest.mark.parametrize("value, x", [
    (4000, 4000),
    (np.int64(4000), 4000),
    (4000.0, 4000),
    (np.float32(4000), 4000),
    (np.array([4000]), 4000),
    (0.25, 0.25),
    (-1, -1),
    (True, 1),
    (None, None),
    ("4000", None),
    (math.nan, None),
    (math.inf, None),
])
def test_a_step_is_an_int_where_it_is_whole(value, x):
    found = values.step(value)
    assert found == x and type(found) is type(x)


def test_a_row_keeps_numbers_and_reports_the_rest_by_name():
    left_out = []
    plain = values.row({"Epoch": np.int64(0), "AverageEpRet": np.float32(0.5), "Note": "warm-up", 7: 1.0},
                       lambda name, value: left_out.append((name, value)))
    assert plain == {"Epoch": 0, "AverageEpRet": 0.5, "7": 1.0}
    assert left_out == [("Note", "warm-up")]


@pytest.mark.parametrize("value, text", [(math.nan, "NaN"), (math.inf, "Infinity"), (-math.inf, "-Infinity"),
                                         (np.float32("nan"), "NaN"), (np.array([np.inf]), "Infinity")])
def test_numbers_that_json_has_not_become_texts(value, text):
    assert values.row({"x": value}, None) == {"x": text}


@settings(derandomize=True)
@given(some.floats() | some.integers())
def test_every_number_comes_back_from_a_line_of_the_journal(value):
    left_out = []
    plain = values.row({"x": value}, lambda *entry: left_out.append(entry))
    if left_out:
        assert isinstance(value, int) and abs(value) > 1e300
        return
    found = json.loads(encoding.encode({"values": plain}).decode("ascii"))["values"]["x"]
    found = values.NOT_FINITE.get(found, found)
    assert found == value or found != found and value != value
    assert math.copysign(1, found) == math.copysign(1, value) or value != value


@settings(derandomize=True)
@given(some.floats(width=32))
def test_every_numpy_float32_is_the_float_it_prints(value):
    found = values.number(np.float32(value))
    assert found == float(np.float32(value)) or found != found


ANY_VALUE = some.floats() | some.integers(-2 ** 1030, 2 ** 1030) | some.booleans() | some.none() | some.text(max_size=3)


@pytest.mark.slow
@given(some.dictionaries(some.text(max_size=5) | some.integers(0, 9), ANY_VALUE, max_size=5))
@settings(max_examples=300, deadline=None)
def test_a_row_is_its_metrics_each_made_plain_by_itself_and_never_the_frameworks_own_dictionary(row):
    alone, left_out = {}, []
    for name, value in row.items():
        alone.update(values.row({name: value, "text": "x"}, lambda *_: None))  # not a row of plain numbers
    plain = values.row(row, lambda *entry: left_out.append(entry))
    assert repr(plain) == repr(alone) and plain is not row
    assert len(plain) + len(left_out) == len(row) or len({str(name) for name in row}) < len(row)
