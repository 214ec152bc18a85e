"""Hyper-parameters made plain: JSON that is the same for the same configuration, whatever the memory addresses."""
import enum
import functools
import os
import re

from .. import masking, values
from ..experiment import experiments
from .cleaning import PARAMETER, fields_of, without_experiments
from .group import is_of_group

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List, Set

_DEEPEST = 12  # levels of nesting
_LONGEST_TEXT = 1000
_LONGEST_LIST = 1000
_LARGEST = 10000  # entries of all levels together; after that, texts
_NO_PATH = re.compile(r"[^/\\]*$|.*-v\d+$")  # ALE/Pong-v5 is an environment


def plain(config: "Any", owner: object = None) -> "Any":
    """``config`` as JSON can hold it: numbers, texts, lists, dicts; functions and classes by their name.

    ``owner`` (the logger, which ``locals()`` holds) is left out, and so are modules, and names that begin with two
    underscores.
    """
    return _Plain(owner).of(without_experiments(config), 0)


class _Plain:
    """One config being made plain."""

    def __init__(self, owner: object) -> None:
        self._owner = owner
        self._tokens = masking.known_tokens()
        self._inside: "Set[int]" = set()  # ids of the containers being walked: one may hold itself
        self._entries = 0

    def of(self, value: "Any", depth: int) -> "Any":
        """``value``, plain; whatever goes wrong with it, at least its type."""
        try:
            return self._leaf(value) if self._is_leaf(value, depth) else self._container(value, depth)
        except Exception:
            return "<%s>" % type(value).__qualname__

    def _is_leaf(self, value: object, depth: int) -> bool:
        self._entries += 1
        return depth >= _DEEPEST or self._entries > _LARGEST or id(value) in self._inside

    def _container(self, value: "Any", depth: int) -> "Any":
        fields = fields_of(value)
        if fields is None and (not isinstance(value, (list, tuple, set, frozenset)) or len(value) > _LONGEST_LIST):
            return self._leaf(value)
        self._inside.add(id(value))
        try:
            if fields is not None:
                return {masking.mask(str(name), self._tokens): masking.MASK if _is_not_given(name, entry)
                        else self.of(entry, depth + 1)
                        for name, entry in fields.items() if self._belongs(name, entry)}
            entries = [self.of(entry, depth + 1) for entry in value if entry is not self._owner or entry is None]
            return sorted(entries, key=repr) if isinstance(value, (set, frozenset)) else entries
        finally:
            self._inside.discard(id(value))

    def _leaf(self, value: "Any") -> "Any":
        if isinstance(value, enum.Enum):
            return value.name
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self._cut(masking.mask(value, self._tokens))
        if experiments.is_live(value):
            return experiments.short_text(value)
        found = values.number(value)
        if found is not None:
            return values.not_finite(found) if found - found != 0 else found
        if isinstance(value, (dict, list, tuple, set, frozenset)):
            return "<%s of %d>" % (type(value).__name__, len(value))
        return self._cut(masking.mask(_text(value), self._tokens))

    @staticmethod
    def _cut(text: str) -> str:  # once masked: half a token is a secret, too
        return text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + "..."

    def _belongs(self, name: object, entry: object) -> bool:
        return ((entry is not self._owner or entry is None) and type(entry).__name__ != "module" and name != PARAMETER
                and not (isinstance(name, str) and name.startswith("__")))


def _is_not_given(name: object, entry: object) -> bool:
    """Of a secret: with one and without it, it is the same configuration."""
    return (entry is None or isinstance(entry, str) and not entry) and masking.is_secret_name(name)


def _text(value: "Any") -> str:
    """A text that two runs of the same configuration share: no memory address in it."""
    name = getattr(value, "__name__", None)
    if isinstance(name, str):
        return name
    if isinstance(value, functools.partial):
        return "partial(%s)" % ", ".join([_text(value.func)] + _given(value))
    kind: "Any" = type(value)
    shape = getattr(value, "shape", None)
    if shape is not None and not callable(shape):
        return "<%s of shape %s>" % (kind.__name__, tuple(shape) if isinstance(shape, tuple) else shape)
    if isinstance(value, os.PathLike):
        path: str = os.fspath(value)
        return path
    if kind.__str__ is not object.__str__ or kind.__repr__ is not object.__repr__:
        try:
            text = str(value)
        except Exception:
            text = ""
        if text and " at 0x" not in text:
            return text
    return "<%s>" % kind.__qualname__


def _given(value: "functools.partial[Any]") -> "List[str]":
    """What a partial was given that tells configurations apart: texts that are no paths, as in ``partial(make,
    'CartPole-v1')``, and what has a name, but no seed and no folder. A bare number may well be a seed."""
    named = [(name, one) for name, one in value.keywords.items() if is_of_group(name)]
    return ([repr(one) for one in value.args if isinstance(one, str) and _NO_PATH.match(one)]
            + ["%s=%r" % (name, one) for name, one in named if isinstance(one, (bool, int, float))
               or isinstance(one, str) and _NO_PATH.match(one)])
