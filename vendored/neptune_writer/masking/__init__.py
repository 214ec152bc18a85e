"""No secret leaves: known tokens, what stands under names such as ``api_token``, and what looks like a secret."""
import functools
import inspect
import json
import re
import sys
import types

from .. import values
from ..system import environ
from . import secret_shapes, secret_texts
from .secret_names import (holds_numbers, is_certain, is_secret_name,
                           is_secret_text, is_unlike_a_column, words)
from .secret_texts import MASK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, Iterator, List, Optional, Sequence, Set, Tuple

__all__ = ["MASK", "arguments_of", "borrowed_names", "hides", "is_secret_name", "known_tokens", "mask",
           "mask_arguments", "remember", "remember_named", "remember_token_of"]

_WORD = re.compile(r".{,5}|[a-z]{,11}|[0-9]{,11}", re.IGNORECASE | re.DOTALL)  # to mask it would eat ordinary text
_RANDOM = re.compile(r"(?=\D*\d)(?=[^a-z]*[a-z])[^-/~.\s,][^\s,]{11,}", re.IGNORECASE)  # and no option, no path
_PLACE = re.compile(r"[/~][\w.-]*/[\w./-]*")  # GOOGLE_APPLICATION_CREDENTIALS
_OPTION = re.compile(r"--?[A-Za-z][\w.-]*(?:=|\Z)")
_ASSIGNMENT = re.compile(r"([-+~]*[\w./-]+)=")
_SHOW_NOTHING = (bool, type(None), type, types.FunctionType, types.BuiltinFunctionType, types.ModuleType)
_OBJECTS_LOOKED_INTO = 3000
_known: "Set[str]" = set()
_listed: "Tuple[Any, List[str]]" = (None, [])  # what `known_tokens` came from, and what it was


def remember(token: object) -> None:
    """Mask this text from now on, wherever it appears; and each of several with commas or line ends between them."""
    if isinstance(token, str):
        for part in re.split("[,\n]", token):
            if _RANDOM.fullmatch(part.strip()):
                _known.update(_forms(part.strip()))
        if not _WORD.fullmatch(token.strip()):
            _known.update(_forms(token.strip()))


def _forms(token: str) -> "List[str]":
    """The token as it is, in JSON, and in a URL."""
    if re.fullmatch(r"[\w.~-]*", token, re.ASCII):
        return [token]
    from urllib.parse import quote
    return [token, json.dumps(token)[1:-1], quote(token, safe=""), quote(token)]


def remember_named(name: object, value: object) -> None:
    """`remember` a value that stands under the name of a secret, if it is no word that stands elsewhere, too."""
    if isinstance(value, str) and is_secret_name(name) and _RANDOM.fullmatch(value) and is_secret_text(name, value):
        _known.update(_forms(value))


def remember_token_of(experiment: object) -> None:
    """Remember the tokens that a live experiment carries, or a callable that makes one, the nearest objects first."""
    waiting = [experiment]
    seen = {id(experiment)}
    for value in waiting:  # which grows
        for name, entry in _parts(value):
            if isinstance(entry, str):
                if is_certain(name) and is_secret_text(name, entry):
                    remember(entry)
                else:
                    remember_named(name, entry)
            elif id(entry) not in seen and len(waiting) < _OBJECTS_LOOKED_INTO:
                seen.add(id(entry))
                waiting.append(entry)


def _parts(value: "Any") -> "List[Tuple[Any, Any]]":
    """(name, object) of what an object is made of, without asking it: a Run raises on names it does not have."""
    try:
        if isinstance(value, dict):
            return list(value.items())
        if isinstance(value, (list, tuple)):
            return [("", entry) for entry in value]
        if isinstance(value, functools.partial):
            return (list(arguments_of(value).items()) + list(value.keywords.items())
                    + [("", value.func), ("", value.args)])
        if isinstance(value, types.MethodType):
            return [("", value.__self__), ("", value.__func__)]
        if isinstance(value, types.FunctionType):
            used, parameters = inspect.getclosurevars(value), inspect.signature(value).parameters
            return (list(used.nonlocals.items()) + list(used.globals.items())
                    + [(name, parameter.default) for name, parameter in parameters.items()])
        return [] if isinstance(value, (type, types.ModuleType)) else list(vars(value).items())
    except Exception:
        return []


def arguments_of(partial: "functools.partial[Any]") -> "Dict[str, Any]":
    """What a partial was given, under the names of its function's parameters; empty where they are not known."""
    try:
        return dict(inspect.signature(partial.func).bind_partial(*partial.args, **partial.keywords).arguments)
    except (TypeError, ValueError):
        return {}


def hides(name: object, value: "Any") -> bool:
    """Whether ``value``, which is no container, is a secret under this name."""
    if not is_secret_name(name) or isinstance(value, _SHOW_NOTHING):
        return False
    if isinstance(value, (str, bytes, bytearray)):
        return is_secret_text(name, value if isinstance(value, str) else value.decode("utf-8", "replace"))
    if isinstance(value, complex) or values.number(value) is not None or (
            hasattr(value, "shape") and re.search("float|int|bool|complex", str(getattr(value, "dtype", "")))):
        return holds_numbers(name)
    return True


def borrowed_names(value: "Any") -> "Dict[Any, Any]":
    """Entries of a list, a tuple or a dict that another entry or the class names: index or key -> that name.

    They are the values of command-line options, of pairs, of named tuples, and ``{"name": ..., "value": ...}``.
    """
    if isinstance(value, dict):
        name = value.get("name", value.get("key"))
        return {"value": name} if "value" in value and is_secret_name(name) else {}
    if hasattr(type(value), "_fields"):
        return dict(enumerate(type(value)._fields))
    if isinstance(value, tuple) and len(value) == 2 and is_unlike_a_column(value[0]):
        return {1: value[0]}
    return _of_options(value)


def _of_options(arguments: "Iterable[Any]") -> "Dict[int, str]":
    """index -> option, for each argument that is the value of an option with a secret's name."""
    found, option = {}, None
    for index, argument in enumerate(arguments):
        is_text = isinstance(argument, str)
        if is_text and _OPTION.match(argument) and not (
                option and argument[:2] != "--" and _RANDOM.fullmatch(argument[1:])):
            option = argument if "=" not in argument and is_secret_name(argument) else None
        elif option:
            found[index] = option
            option = option if option.endswith("s") else None  # --api-keys A B
    return found


def mask(text: str, tokens: "Optional[Sequence[str]]" = None) -> str:
    """``text`` without secrets; ``tokens``: those of `known_tokens`, where many texts follow."""
    for token in known_tokens() if tokens is None else tokens:
        if token in text:
            text = text.replace(token, MASK)
    return secret_shapes.masked(secret_texts.masked(text))


def mask_arguments(arguments: "Iterable[object]") -> "List[str]":
    """Command-line arguments without tokens, and without the value of an option named like one."""
    return [mask(shown) for shown, _ in _arguments(arguments)]


def _arguments(arguments: "Iterable[object]") -> "Iterator[Tuple[str, Optional[str]]]":
    """For each argument: what of it may be shown, and the value that an option's name says is a secret, or None."""
    texts = list(map(str, arguments))
    options = _of_options(texts)
    for index, argument in enumerate(texts):
        assigned = _ASSIGNMENT.match(argument)
        if index in options and is_secret_text(options[index], argument):
            yield MASK, argument
        elif assigned and is_secret_text(assigned.group(1), argument[assigned.end():]):
            yield assigned.group() + MASK, argument[assigned.end():]
        else:
            yield argument, None


def known_tokens() -> "List[str]":
    """Every token this process knows of, the longest first, so that no part of one stays behind."""
    global _listed
    variables, arguments = environ.as_kept(), list(getattr(sys, "argv", ()))
    if _listed[0] != (variables, arguments, _known):
        _remember_what_is_set()
        _listed = (variables, arguments, set(_known)), sorted(_known, key=len, reverse=True)
    return list(_listed[1])


def _remember_what_is_set() -> None:
    """The tokens among the variables and the command's arguments."""
    for name, value in environ.snapshot().items():
        if is_secret_name(name) and is_secret_text(name, value) and not (
                words(name)[-1] == "credentials" and _PLACE.fullmatch(value)):
            if is_certain(name):
                remember(value)
            else:
                remember_named(name, value)
    for _, secret in _arguments(getattr(sys, "argv", ())):
        if secret is not None and _RANDOM.fullmatch(secret):
            _known.update(_forms(secret))
