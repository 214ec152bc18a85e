"""The records of a journal: the types of its lines, and whether a line that was read is one of them.

The first record is the header (see `recording.header`, and `frameworks.rllib.trials` for more of it); then, in any
order,
    {"t": seconds, "config": {...}}                                         hyper-parameters, plain
    {"t": seconds, "step": x, "clock": word, "values": {name: number}}      one row
    {"t": seconds, "mark": "restart", "clock": word}                        what the next row of that clock does
    {"t": seconds, "end": true, "error": name}                              the run ended; by an exception, if named
``t`` is Unix time. A row has ``step`` and ``clock`` as far as the framework gives them: where it stands, and in which
of the run's counts; nothing in the file depends on a rule, `points` finds out where each row stands. A mark says that
the clock starts over (``restart``) or that the run goes on from a checkpoint (``checkpoint``); without a clock it
applies to every clock. Non-finite numbers are the texts "NaN", "Infinity" and "-Infinity". Files of format 1 are still
read, see `points.lines`.
"""
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, Mapping, Tuple
    Record = Dict[str, Any]

FORMAT = 2
FORMATS = (1, 2)
"""Those of journals that this version reads."""
MARKS = (None, "restart", "checkpoint")
_NUMBERS, _VALUES = frozenset((int, float)), frozenset((int, float, str))
_TEXT, _TEXT_OR_NULL = ((str,), "a text"), ((str, type(None)), "a text or null")
_TEXTS = ((list,), "a list of texts")
_HEADER: "Mapping[str, Tuple[Tuple[type, ...], str]]" = {
    "t": ((int, float), "a number"), "run": _TEXT, "name": _TEXT, "group": _TEXT_OR_NULL, "resumes": _TEXT_OR_NULL,
    "framework": _TEXT_OR_NULL, "steps": _TEXTS, "x": _TEXTS, "tags": _TEXTS, "argv": _TEXTS}
_BEYOND = 2.0 ** 1023  # an int that is no float is no x, time or value; nor is NaN, which is not below it


def is_valid(record: "Record") -> bool:
    """Whether rows, marks and configs have the shape that their readers rely on: one bad line costs no other."""
    if type(record.get("config", {})) is not dict:
        return False
    if "values" in record or "mark" in record:
        values = record.get("values", {})
        return (_is_number(record.get("t")) and type(values) is dict and _are_values(values.values())
                and ("step" not in record or _is_number(record["step"]))
                and type(record.get("clock", "")) is str and type(record.get("stream", "")) is str
                and record.get("mark") in MARKS)
    return True


def faulty_field(header: "Record") -> "Tuple[str, str]":
    """The first field of a header with a value of another type, and what it should be; two empty texts where all are
    right."""
    for field, (kinds, expected) in _HEADER.items():
        value = header.get(field)
        if field not in header and field != "run":
            continue
        if type(value) not in kinds or kinds == (list,) and any(type(entry) is not str for entry in value or ()) or (
                type(value) in _NUMBERS and not _is_number(value)):
            return field, expected
    return "", ""


def _are_values(values: "Iterable[Any]") -> bool:
    if not _VALUES.issuperset(map(type, values)):
        return False
    try:
        float(sum(values))  # asked in C, of each row of a run
        return True
    except (OverflowError, TypeError):  # large ints, texts
        return all(type(value) is not int or -_BEYOND < value < _BEYOND for value in values)


def _is_number(value: "Any") -> bool:
    return type(value) in _NUMBERS and -_BEYOND < value < _BEYOND
