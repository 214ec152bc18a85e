"""Configs without experiments and secrets: the framework keeps its own objects, but serialises none of these."""
import collections.abc
import contextlib
import functools
import types

from .. import masking
from ..experiment import experiments

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple
    Entry = Tuple[Any, Any]

PARAMETER = "neptune_experiment"  # what the installer adds to constructors, and users to logger_kwargs
_NUMBERS = (int, float, bool)
_PLAIN = (str, bytes, int, float, type(None))
_SHOW_NOTHING = (int, float, complex, type(None), type, types.FunctionType, types.BuiltinFunctionType, types.ModuleType)


def without_experiments(config: "Any", leave_out: bool = True, mask: bool = True) -> "Any":
    """``config`` without experiments and secrets; the very same object where it holds none.

    Looks into dicts and other mappings, lists, tuples, partials, dataclasses, namespaces, and objects with a secret
    among their attributes; of the latter three a dict comes back. Nothing is changed in place.

    Args:
        config: any object.
        leave_out: entries that are experiments are left out; otherwise, as in lists, a short text stands in their
            place.
        mask: secrets are masked too.

    Raises:
        Exception: what a container raises that does not say what it holds; one further down is replaced by its type.
    """
    _children_of(config)  # raises where nothing can be said about it
    with contextlib.suppress(Exception):
        for name, value in _entries_of(config) if mask else ():
            masking.remember_named(name, value)
    cleaner = _Cleaner(leave_out, masking.known_tokens() if mask else None)
    with contextlib.suppress(Exception):  # then entry by entry, without those that cannot be looked into
        if not any(cleaner.changes(name, value) for name, value in _entries_of(config)):
            return config
    return cleaner.of(config)


def _entries_of(config: "Any") -> "Iterator[Entry]":
    """(name or None, value) of ``config`` and of all that is in it, at any depth, in every container once."""
    yield None, config
    waiting, seen = [config], {id(config): config}  # the object, too: an id is its own only while it lives
    for container in waiting:  # which grows
        for name, value in _children_of(container):
            yield name, value
            if name is not None:
                yield None, name
            for one in (name, value):
                if not isinstance(one, _PLAIN) and id(one) not in seen:
                    seen[id(one)] = one
                    waiting.append(one)


def _children_of(value: "Any") -> "List[Entry]":
    """(name or None, entry) of a container, but for the plain numbers in a list; nothing for anything else."""
    fields = _inside(value) if isinstance(value, functools.partial) else fields_of(value)
    if fields is not None:
        return list(fields.items())
    if not isinstance(value, (list, tuple)):
        return []
    return [(None, entry) for entry in value if type(entry) not in _NUMBERS]


class _Cleaner:
    """Makes the copies; what holds nothing to hide is shared with the original.

    Args:
        leave_out: see `without_experiments`.
        tokens: those to mask; None where nothing is.
    """

    def __init__(self, leave_out: bool, tokens: "Optional[List[str]]") -> None:
        self._leave_out = leave_out
        self._tokens = tokens
        self._known: "Dict[Any, Tuple[Any, Any]]" = {}  # id, or a secret's name and id -> (object, what became of it)

    def changes(self, name: "Any", value: "Any") -> bool:
        """Whether an entry does not stay as it is, whatever is in it."""
        if self._is_left_out(name, value) or self._leaf(value) is not value:
            return True
        named = [(name, value)] + [(other, value[place]) for place, other in self._borrowed_names(value).items()]
        return any(masking.is_secret_name(name) and self._under(name, value) is not value for name, value in named)

    def of(self, value: "Any") -> "Any":
        """What a framework may see of ``value``."""
        if isinstance(value, _SHOW_NOTHING):
            return value
        key = id(value)
        if key not in self._known:
            self._known[key] = value, experiments.short_text(value)  # where it holds itself
            try:
                cleaned = self._cleaned(value)
            except Exception:  # better nothing than what was not looked into
                cleaned = experiments.short_text(value)
            self._known[key] = value, cleaned
        return self._known[key][1]

    def _cleaned(self, value: "Any") -> "Any":
        leaf = self._leaf(value)
        if leaf is not value:
            return leaf
        if isinstance(value, functools.partial):
            inside = _inside(value)
            return value if self._fields(inside) is inside else experiments.short_text(value)
        fields = fields_of(value)
        if fields is not None:
            cleaned = self._fields(fields)
            return value if cleaned is fields else cleaned
        return self._entries(value) if isinstance(value, (list, tuple)) else value

    def _fields(self, fields: "Mapping[Any, Any]", secret: "Any" = None) -> "Any":
        """``secret``: the name that all of it stands under, if that is one of a secret."""
        kept, same = {}, True
        names = self._borrowed_names(fields)
        for name, value in fields.items():
            if self._is_left_out(name, value):
                same = False
                continue
            own = names.get(name, name)
            new = self._under(own if secret is None or masking.is_secret_name(own) else secret, value)
            new_name = self.of(name)
            same = same and new is value and new_name is name
            kept[new_name] = new
        return fields if same else kept

    def _entries(self, value: "Sequence[Any]", secret: "Any" = None) -> "Any":
        names = self._borrowed_names(value)
        entries = [self._under(names.get(place, secret), entry) for place, entry in enumerate(value)]
        same = all(new is old for new, old in zip(entries, value))
        return value if same else entries if isinstance(value, list) else tuple(entries)

    def _is_left_out(self, name: "Any", value: "Any") -> bool:
        return self._leave_out and name is not None and (
            isinstance(name, str) and name == PARAMETER or experiments.is_live(value))

    def _borrowed_names(self, value: "Any") -> "Dict[Any, Any]":
        is_container = isinstance(value, (list, tuple, dict))
        return masking.borrowed_names(value) if self._tokens is not None and is_container else {}

    def _under(self, name: "Any", value: "Any") -> "Any":
        """What a framework may see of ``value`` under this name, which may be that of a secret."""
        if self._tokens is None or not masking.is_secret_name(name):
            return self.of(value)
        key = name, id(value)
        if key not in self._known:
            self._known[key] = value, masking.MASK  # where it holds itself
            try:
                hidden = self._hidden(name, value)
            except Exception:
                hidden = masking.MASK
            self._known[key] = value, hidden
        return self._known[key][1]

    def _hidden(self, name: "Any", value: "Any") -> "Any":
        """A container keeps its shape, its names and, but for passwords, its numbers."""
        fields = fields_of(value)
        if fields is not None:
            hidden = self._fields(fields, name)
            return value if hidden is fields else hidden
        if isinstance(value, (list, tuple)):
            return self._entries(value, name)
        if isinstance(value, (set, frozenset)):
            return masking.MASK if any(masking.hides(name, entry) for entry in value) else self.of(value)
        return masking.MASK if masking.hides(name, value) else self.of(value)

    def _leaf(self, value: "Any") -> "Any":
        """What stands for a text, an experiment, or an object that shows a secret; any other ``value`` itself."""
        if isinstance(value, str):
            return value if self._tokens is None else masking.mask(value, self._tokens)
        if experiments.is_live(value):
            return experiments.short_text(value)
        if self._tokens is None or isinstance(value, (list, tuple, functools.partial)) or fields_of(value) is not None:
            return value
        return experiments.short_text(value) if self._shows_secret(value) else value

    def _shows_secret(self, value: "Any") -> bool:
        """A framework's serialiser is about to ask for the text of an object as well."""
        kind: "Any" = type(value)
        plain_repr, plain_str = kind.__repr__ is object.__repr__, kind.__str__ is object.__str__
        if isinstance(value, _SHOW_NOTHING) or plain_repr and plain_str:
            return False
        try:
            text = repr(value) if plain_str else "%r\n%s" % (value, value)
            return masking.mask(text, self._tokens) != text
        except Exception:
            return False


def _inside(partial: "functools.partial[Any]") -> "Dict[str, Any]":
    return {"func": partial.func, "args": partial.args, "keywords": partial.keywords,
            "arguments": masking.arguments_of(partial)}


def fields_of(value: "Any") -> "Optional[Mapping[Any, Any]]":
    """The entries of a mapping, a namespace (argparse's and its like), a dataclass or an object with a secret among its
    attributes; None for anything else."""
    if isinstance(value, dict):
        return value
    if isinstance(value, _PLAIN + _SHOW_NOTHING + (list, tuple)) or experiments.is_live(value):
        return None
    try:
        if isinstance(value, collections.abc.Mapping):
            return dict(value)
        if hasattr(type(value), "__dataclass_fields__"):
            return {name: getattr(value, name, None) for name in type(value).__dataclass_fields__}
        if any(cls.__name__ in ("Namespace", "SimpleNamespace") for cls in type(value).__mro__) or any(
                isinstance(entry, (str, bytes)) and masking.hides(name, entry)
                for name, entry in getattr(value, "__dict__", {}).items()):
            return dict(vars(value))
    except Exception:
        pass
    return None
