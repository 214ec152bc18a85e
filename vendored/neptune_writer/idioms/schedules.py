"""Schedules made readable: a number where one is constant, else what it is made of.

None is ever called: one of a user's own may count its calls.
"""
import functools
import inspect
import tokenize
import types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Mapping, Tuple

_WRAPPERS = ("constant_fn", "constfn", "get_schedule_fn")  # functions of the frameworks; what they return holds a value
_DEEPEST = 5
_SHOWN = (int, float, str)
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_BEHIND = frozenset((",", ":", ";", "=", "for", "async"))  # a lambda, if it is not inside of anything


def readable(value: "Any") -> "Any":
    """``value``, with a number or a text in place of a schedule. Classes and objects with a text of their own stay, and
    so does what cannot be looked into, so that the rest of a model's config is kept."""
    try:
        return _readable(value)
    except Exception:
        return value


def _readable(value: "Any") -> "Any":
    for _ in range(_DEEPEST):
        inner = _inside(value)
        if inner is None:
            break
        value = inner
    if isinstance(value, types.FunctionType):
        return _text(value)
    if isinstance(value, functools.partial):
        given = [repr(one) for one in value.args if isinstance(one, _SHOWN)] + [_listed(value.keywords)]
        return "%s(%s)" % (getattr(value.func, "__name__", type(value.func).__name__), ", ".join(filter(None, given)))
    if isinstance(value, types.MethodType):
        return "%s.%s(%s)" % (type(value.__self__).__name__, value.__name__, _listed(vars(value.__self__)))
    kind: "Any" = type(value)
    if callable(value) and not isinstance(value, type) and kind.__repr__ is object.__repr__:
        return "%s(%s)" % (kind.__name__, _listed(getattr(value, "__dict__", {})))
    return value


def _inside(value: "Any") -> "Any":
    """What a framework's schedule holds, a number or another schedule; None for anything else."""
    if isinstance(value, types.FunctionType):
        cells = _cells(value)
        is_wrapper = value.__qualname__.partition(".")[0] in _WRAPPERS and len(cells) == 1
        return next(iter(cells.values())) if is_wrapper else None
    fields = getattr(value, "__dict__", {})
    if callable(value) and len(fields) == 1:
        return fields.get("value_schedule", fields.get("val"))
    return None


def _cells(function: "types.FunctionType") -> "Dict[str, Any]":
    """Name -> value of the variables that a function keeps of the one it was defined in."""
    cells = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or ()):
        try:
            cells[name] = cell.cell_contents
        except ValueError:
            continue  # empty
    return cells


def _defaults(function: "types.FunctionType") -> "Dict[str, Any]":
    """Name -> default of its parameters: how a loop hands its variable to a lambda, ``lambda f, a=a: f * a``."""
    code, positional = function.__code__, function.__defaults__ or ()
    names = code.co_varnames[code.co_argcount - len(positional):code.co_argcount]
    return dict(zip(names, positional), **(function.__kwdefaults__ or {}))


def _listed(values: "Mapping[str, Any]") -> str:
    """``a=0.1, b=2``: the numbers and texts among these."""
    return ", ".join("%s=%r" % (name, value) for name, value in values.items() if isinstance(value, _SHOWN))


def _text(function: "types.FunctionType") -> str:
    """``linear(start=0.1)`` of a function that `linear` made, ``lambda f: f * a, a=0.1``, or the name of any other."""
    kept = _listed(dict(_defaults(function), **_cells(function)))
    if function.__name__ == "<lambda>":
        return ", ".join([_lambda(function)] + [kept] * bool(kept))
    maker = function.__qualname__.rpartition(".<locals>.")[0].rpartition(".")[2]
    return "%s(%s)" % (maker, kept) if kept and maker else function.__name__


def _lambda(function: "types.FunctionType") -> str:
    """The source of a lambda; ``<lambda>`` where there is none, or others are on its line that look the same."""
    try:
        source = inspect.getsource(function)
    except (OSError, TypeError, SyntaxError):
        return "<lambda>"
    for text in _lambdas(source):
        try:
            code = list(filter(inspect.iscode, compile(text, "", "eval").co_consts))[-1]  # the first may be a default's
        except (SyntaxError, ValueError, IndexError, MemoryError, RecursionError):
            continue
        if _names_and_numbers(code) == _names_and_numbers(function.__code__):
            return " ".join(text.split())
    return "<lambda>"


def _lambdas(source: str) -> "Iterator[str]":
    """The text of each lambda in a source, which may begin and end in the middle of anything. Each token is looked at
    once for each lambda that it is in."""
    tokens: "List[tokenize.TokenInfo]" = []
    lines = source.splitlines(True)
    try:
        tokens.extend(tokenize.generate_tokens(iter(lines).__next__))
    except (tokenize.TokenError, SyntaxError):
        pass  # what there was before it counts
    for index, token in enumerate(tokens):
        if token.string == "lambda" and token.type == tokenize.NAME:
            (row, start), (last, end) = token.start, _end(tokens, index)
            text = "".join(lines[row - 1:last])
            yield text[start:len(text) - len(lines[last - 1]) + end]


def _end(tokens: "List[tokenize.TokenInfo]", index: int) -> "Tuple[int, int]":
    """Where the lambda ends whose first token has this index: before what cannot belong to it."""
    depth, parameters, end = 0, 1, tokens[index].end  # of how many lambdas the parameters are not over
    for token in tokens[index + 1:]:
        word = token.string if token.type in (tokenize.OP, tokenize.NAME) else None
        depth += (word in _OPENING) - (word in _CLOSING)
        if not depth and word == "lambda":
            parameters += 1
        elif not depth and word == ":" and parameters:
            parameters -= 1
        elif not depth and word in _BEHIND and not parameters:
            break
        if depth < 0 or token.type in (tokenize.NEWLINE, tokenize.ENDMARKER):
            break
        if token.type not in (tokenize.NL, tokenize.COMMENT):
            end = token.end
    return end


def _names_and_numbers(code: "types.CodeType") -> "Tuple[Any, Any, Any]":
    """What distinguishes one lambda from another, apart from where it stands."""
    consts = tuple(_names_and_numbers(one) if inspect.iscode(one) else one for one in code.co_consts
                   if not isinstance(one, str) or not one.startswith("<lambda>") and "<locals>" not in one)
    return code.co_varnames, consts, set(code.co_names) | set(code.co_freevars)
