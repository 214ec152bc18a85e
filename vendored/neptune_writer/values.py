"""Values made plain: what a metric, a step and a row are once they leave the framework."""
import math
import numbers
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Mapping, Optional, Set, Union

NOT_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
"""How a journal, which is JSON, writes the floats that JSON has not."""
_NUMBER = re.compile(  # also as a scalar, a tensor or an array of one element is printed
    r"(?:(?:tensor|array|Array|DeviceArray|np\.\w+)\()?\[*\s*([-+.\w]+)\s*\]*(?:,\s*\w+=.*)?\)?$", re.DOTALL)
_WHOLE = 2 ** 63  # ints up to here are floats without asking
_CLASSES_AT_MOST = 1000  # some frameworks make a new one for each value
_with_item: "Set[type]" = set()  # classes of scalars, arrays and tensors whose `item` is all there is to ask
_NUMBERS, _TEXTS = frozenset((float, int)), frozenset((str,))


def number(value: "Any") -> "Any":
    """``value`` as a float or an int; None where it is no number, or an int beyond every float.

    Takes Python's numbers, numpy, torch, TensorFlow and jax scalars, and their 0-d and 1-element arrays.
    """
    kind = type(value)
    if kind is float or kind is int and -_WHOLE <= value <= _WHOLE:
        return value
    if isinstance(value, (str, bytes, bytearray)):
        return None
    try:
        if kind in _with_item:
            plain = value.item()
            if type(plain) is float:
                return plain
        else:
            plain = _asked(kind, value)
        if type(plain) is int and getattr(getattr(value, "dtype", None), "kind", "i") in "mM":
            return None  # a time or a duration, which numpy counts in nanoseconds
        as_float = float(plain) if isinstance(plain, numbers.Real) else None
    except Exception:
        return None
    return int(plain) if isinstance(plain, int) else as_float


def _asked(kind: "Any", value: "Any") -> "Any":
    """What a value says that it is, in the way of its class; raises where it is no one number."""
    if hasattr(kind, "item"):  # numpy, torch, jax; raises on more than one element
        if not hasattr(kind, "mask"):
            if len(_with_item) < _CLASSES_AT_MOST:
                _with_item.add(kind)
        elif not callable(value.mask) and value.mask:  # callable: what pandas does to a column
            return None  # numpy's word for no value
        return value.item()
    if hasattr(kind, "numpy"):  # a TensorFlow tensor; a symbolic one raises
        return value.numpy().item()
    if hasattr(kind, "__index__"):  # bool, too
        return value.__index__()
    return float(value)


def parsed_number(value: "Any") -> "Any":
    """``value``, or the number whose text it is: ``0.5``, ``nan``, ``True``, ``tensor(0.5000)``, ``[0.5]``."""
    if type(value) is not str:
        return value
    found = _NUMBER.match(value.strip())
    text = found.group(1) if found else ""
    if text in ("True", "False"):
        return int(text == "True")
    try:
        return int(text) if text.lstrip("+-").isdigit() else float(text) if "_" not in text else value
    except ValueError:
        return value


def step(value: "Any") -> "Optional[Union[int, float]]":
    """``value`` as an x: an int, or a float where it has a fraction; None where it is neither or not finite."""
    found: "Optional[Union[int, float]]" = number(value)
    if type(found) is float:
        if not math.isfinite(found):
            return None
        return int(found) if found.is_integer() else found
    return found


def not_finite(value: float) -> str:
    """The text of `NOT_FINITE` for NaN or an infinity."""
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"


def row(values: "Mapping[Any, Any]",
        not_a_number: "Callable[[Any, Any], object]") -> "Dict[str, Union[int, float, str]]":
    """A row ready for JSON: name -> number, non-finite ones as the texts of `NOT_FINITE`.

    ``not_a_number(name, value)`` is called for each value left out.
    """
    if _is_plain(values):
        return dict(values)
    plain = {}
    for name, value in values.items():
        if type(value) is not float:
            found = number(value)
            if found is None:
                not_a_number(name, value)
                continue
            value = found
        if value - value != 0:  # NaN and infinities, in one comparison; an int never
            value = not_finite(value)
        plain[name if type(name) is str else str(name)] = value
    return plain


def _is_plain(values: "Mapping[Any, Any]") -> bool:
    """Whether nothing is to be done: finite floats and ints under texts, as in most rows. Asked in C, not in Python."""
    if not _NUMBERS.issuperset(map(type, values.values())) or not _TEXTS.issuperset(map(type, values)):
        return False
    try:
        return all(map(math.isfinite, values.values()))
    except OverflowError:  # an int beyond every float
        return False
