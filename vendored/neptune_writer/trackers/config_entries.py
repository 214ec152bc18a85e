"""A config as a tracker takes it: flat, and no deeper than trackers bear."""
import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Tuple

_DEEPEST = 12  # levels of nesting, as in the configs that we record


def fitted(config: "Dict[str, Any]") -> "Dict[str, Any]":
    """A config from a journal, which may be of anybody's making: what lies deeper than ours do, which no tracker takes
    for long, is a text."""
    return {name: _fitted(entry, 1) for name, entry in config.items()}


def _fitted(entry: "Any", depth: int) -> "Any":
    if not isinstance(entry, (dict, list)):
        return entry
    if depth > _DEEPEST:
        try:
            return json.dumps(entry)
        except RecursionError:
            return "<%s of %d>" % (type(entry).__name__, len(entry))
    if isinstance(entry, dict):
        return {name: _fitted(inner, depth + 1) for name, inner in entry.items()}
    return [_fitted(inner, depth + 1) for inner in entry]


def flatten(config: "Dict[str, Any]", prefix: str = "config") -> "List[Tuple[str, Any]]":
    """Nested config -> [(path, number, bool or text)]; paths joined by ``/``, lists as JSON texts. Of two that come out
    alike, as ``a/b`` and ``b`` in ``a``, the later gets an underscore behind."""
    taken, flat = set(), []
    for path, entry in _flat(config, prefix):
        while path in taken:
            path += "_"
        taken.add(path)
        flat.append((path, entry))
    return flat


def _flat(config: "Dict[str, Any]", prefix: str) -> "List[Tuple[str, Any]]":
    flat = []
    for name, entry in config.items():
        path = "%s/%s" % (prefix, str(name).strip("/") or "_")
        if isinstance(entry, dict) and entry:
            flat.extend(_flat(entry, path))
        elif isinstance(entry, (bool, float, str)):
            flat.append((path, entry))
        elif isinstance(entry, int):
            flat.append((path, entry if abs(entry) < 2 ** 63 else str(entry)))
        else:
            flat.append((path, json.dumps(entry)))
    return flat
