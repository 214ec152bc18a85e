"""Hyper-parameters made plain, and made safe.

`without_experiments` is for the framework, which goes on with its own objects; `plain` is for the journal,
which wants JSON that is the same for the same configuration, whatever the seed and the memory addresses.
"""
import enum
import functools
import hashlib
import json
import os

from . import experiments, masking, values

_DEEPEST = 12  # below that, a text; also what ends a cycle
_LONGEST_TEXT = 1000
_LONGEST_LIST = 1000
_PARAMETER = "neptune_experiment"
_NOT_OF_THE_GROUP = {"seed", "random_seed", "output_dir", "output_fname", "exp_name", "data_dir", "log_dir"}


def without_experiments(config, leave_out=True, mask=True):
    """``config`` without experiments and tokens; the very same object where it holds none.

    Looks into dicts, lists and tuples. Nothing is changed in place.

    Args:
        config: any object.
        leave_out: entries of dicts that are experiments are left out; otherwise, as in lists, a short text stands
            in their place.
        mask: tokens are masked too.
    """
    return _cleaned(config, leave_out, masking.known_tokens() if mask else None, 0)


def _cleaned(value, leave_out, tokens, depth):
    if isinstance(value, str):
        return masking.mask(value, tokens) if tokens else value
    if experiments.kind_of(value) or experiments.holds_experiment(value):
        return experiments.short_text(value)
    if isinstance(value, dict) and depth < _DEEPEST:
        kept = {}
        for name, entry in value.items():
            if leave_out and (name == _PARAMETER or experiments.kind_of(entry)):
                continue
            if tokens is not None and masking.is_secret_name(name) and isinstance(entry, str):
                entry = masking.MASK
            kept[name] = _cleaned(entry, leave_out, tokens, depth + 1)
        same = len(kept) == len(value) and all(kept[name] is value[name] for name in kept)
        return value if same else kept
    if isinstance(value, (list, tuple)) and depth < _DEEPEST:
        entries = [_cleaned(entry, leave_out, tokens, depth + 1) for entry in value]
        same = all(new is old for new, old in zip(entries, value))
        return value if same else entries if isinstance(value, list) else tuple(entries)
    return value


def plain(config, owner=None):
    """``config`` as JSON can hold it: numbers, texts, lists, dicts; functions and classes by their name.

    ``owner`` (the logger, which ``locals()`` holds) is left out, and so are modules, and names that begin with two
    underscores.
    """
    return _plain(without_experiments(config), owner, masking.known_tokens(), 0)


def _plain(value, owner, tokens, depth):
    if isinstance(value, enum.Enum):
        return value.name
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return masking.mask(value, tokens)[:_LONGEST_TEXT]
    if experiments.kind_of(value) or experiments.holds_experiment(value):
        return experiments.short_text(value)
    fields = _fields(value)
    if fields is not None and depth < _DEEPEST:
        return {masking.mask(str(name), tokens): masking.MASK if masking.is_secret_name(name)
                else _plain(entry, owner, tokens, depth + 1)
                for name, entry in fields.items() if _belongs(name, entry, owner)}
    if isinstance(value, (list, tuple, set, frozenset)) and depth < _DEEPEST and len(value) <= _LONGEST_LIST:
        entries = [_plain(entry, owner, tokens, depth + 1) for entry in value if entry is not owner or owner is None]
        return sorted(entries, key=repr) if isinstance(value, (set, frozenset)) else entries
    found = values.number(value)
    if found is not None:
        return values.row({"": found}, None)[""]
    return masking.mask(_text(value), tokens)


def _fields(value):
    """The entries of a dict, a namespace (argparse's and its like) or a dataclass; None for anything else."""
    if isinstance(value, dict):
        return value
    if hasattr(type(value), "__dataclass_fields__") and not isinstance(value, type):
        return {name: getattr(value, name, None) for name in type(value).__dataclass_fields__}
    return vars(value) if type(value).__name__ in ("Namespace", "SimpleNamespace") else None


def _belongs(name, entry, owner):
    return ((owner is None or entry is not owner) and type(entry).__name__ != "module" and name != _PARAMETER
            and not (isinstance(name, str) and name.startswith("__")))


def _text(value):
    """A text that two runs of the same configuration share: no memory address in it."""
    name = getattr(value, "__name__", None)
    if isinstance(name, str):
        return name
    if isinstance(value, functools.partial):
        return "partial(%s)" % _text(value.func)
    kind = type(value)
    shape = getattr(value, "shape", None)
    if shape is not None and not callable(shape):
        return "<%s of shape %s>" % (kind.__name__, tuple(shape) if isinstance(shape, tuple) else shape)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if kind.__str__ is not object.__str__ or kind.__repr__ is not object.__repr__:
        try:
            text = str(value)
        except Exception:
            text = ""
        if text and " at 0x" not in text and not masking.is_secret_name(text):
            return text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + "..."
    return "<%s>" % kind.__qualname__


def flatten(config, prefix="config"):
    """Nested config -> [(path, number, bool or text)]; paths joined by ``/``, lists as JSON texts."""
    flat = []
    for name, entry in config.items():
        path = "%s/%s" % (prefix, str(name).strip("/") or "_")
        if isinstance(entry, dict) and entry:
            flat.extend(flatten(entry, path))
        elif isinstance(entry, (bool, float, str)):
            flat.append((path, entry))
        elif isinstance(entry, int):
            flat.append((path, entry if abs(entry) < 2 ** 63 else str(entry)))
        else:
            flat.append((path, json.dumps(entry)))
    return flat


def group(config, name):
    """The runs of one configuration: its name and a hash over the config without seed and output folder."""
    def same_for_all_seeds(entry):
        if isinstance(entry, dict):
            return {n: same_for_all_seeds(e) for n, e in entry.items() if n not in _NOT_OF_THE_GROUP}
        return entry
    if not config:
        return name
    canonical = json.dumps(same_for_all_seeds(config), sort_keys=True)
    return "%s-%s" % (name, hashlib.sha1(canonical.encode()).hexdigest()[:8])
