"""Configs made safe: the framework goes on with its own objects, but no experiment reaches its serialiser."""
import functools

from . import experiments, masking

PARAMETER = "neptune_experiment"  # what the installer adds to constructors, and users to logger_kwargs
DEEPEST = 12  # levels of nesting that are looked into


def without_experiments(config, leave_out=True, mask=True):
    """``config`` without experiments and tokens; the very same object where it holds none.

    Looks into dicts, lists, tuples, partials, dataclasses and namespaces; of the latter two a dict comes back. Nothing
    is changed in place.

    Args:
        config: any object.
        leave_out: entries that are experiments are left out; otherwise, as in lists, a short text stands in their
            place.
        mask: tokens are masked too.
    """
    return _cleaned(config, leave_out, masking.known_tokens() if mask else None, {}, 0)


def _cleaned(value, leave_out, tokens, known, depth):
    """``known``: (id, depth) -> (object, what became of it), so that what is shared is looked into once."""
    if isinstance(value, str):
        return masking.mask(value, tokens) if tokens else value
    if experiments.is_live(value):
        return experiments.short_text(value)
    if isinstance(value, (bytes, bytearray, set, frozenset)):
        return experiments.short_text(value) if any(token in str(value) for token in tokens or ()) else value
    if depth >= DEEPEST:
        return value
    key = id(value), depth  # the depth, too: further down less of an object is looked into
    if key not in known:
        known[key] = value, value  # the object too: an id is its own only while it lives
        known[key] = value, _cleaned_container(value, leave_out, tokens, known, depth)
    return known[key][1]


def _cleaned_container(value, leave_out, tokens, known, depth):
    fields = fields_of(value)
    if fields is not None:
        cleaned = _cleaned_fields(fields, leave_out, tokens, known, depth)
        return value if cleaned is fields else cleaned
    if isinstance(value, (list, tuple)):
        entries = [_cleaned(entry, leave_out, tokens, known, depth + 1) for entry in value]
        same = all(new is old for new, old in zip(entries, value))
        return value if same else entries if isinstance(value, list) else tuple(entries)
    if isinstance(value, functools.partial):
        inside = {"func": value.func, "args": value.args, "keywords": value.keywords}
        same = _cleaned(inside, leave_out, tokens, known, depth + 1) is inside
        return value if same else experiments.short_text(value)
    return experiments.short_text(value) if tokens and _shows_token(value, tokens) else value


def _cleaned_fields(fields, leave_out, tokens, known, depth):
    kept, same = {}, True
    for name, entry in fields.items():
        if leave_out and (name == PARAMETER or experiments.is_live(entry)):
            same = False
            continue
        if tokens is not None and masking.is_secret_name(name) and isinstance(entry, (str, bytes)):
            new = masking.MASK
        else:
            new = _cleaned(entry, leave_out, tokens, known, depth + 1)
        new_name = masking.mask(name, tokens) if tokens and isinstance(name, str) else name
        same = same and new is entry and new_name is name
        kept[new_name] = new
    return fields if same else kept


def _shows_token(value, tokens):
    """Whether the text of an object shows a token. A framework's serialiser is about to ask for that text as well."""
    kind = type(value)
    if kind.__module__ == "builtins" or kind.__str__ is object.__str__ and kind.__repr__ is object.__repr__:
        return False
    try:
        return any(token in str(value) for token in tokens)
    except Exception:
        return False


def fields_of(value):
    """The entries of a dict, a namespace (argparse's and its like) or a dataclass; None for anything else."""
    if isinstance(value, dict):
        return value
    try:
        if hasattr(type(value), "__dataclass_fields__"):
            return {name: getattr(value, name, None) for name in type(value).__dataclass_fields__}
        if any(cls.__name__ in ("Namespace", "SimpleNamespace") for cls in type(value).__mro__):
            return vars(value)
    except Exception:
        pass
    return None
