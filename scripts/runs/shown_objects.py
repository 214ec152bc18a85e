"""Functions and objects in a config file, which has them as `str` shows them, named as a journal names them.

So runs from before an install and after it are of one group, and no place in memory tells two runs apart.
"""
from __future__ import annotations

import re
from typing import Any

_SHOWN = (
    (re.compile(r" at 0x[0-9a-fA-F]+(?=>)"), ""),
    (re.compile(r"<function (?:[\w.<>]*\.)?(\w+|<lambda>)>"), r"\1"),
    (re.compile(r"<(?:[\w.<>]*\.)?(\w+) object>"), r"<\1>"),
    (re.compile(r"\bfunctools\.partial\("), "partial("))
_LONGEST, _DEEPEST = 1000, 20  # letters, and levels of nesting: a config is cut at less


def named(config: Any, depth: int = 0) -> Any:
    """The config, nested as its file has it, with the names."""
    if isinstance(config, (dict, list)) and depth == _DEEPEST:
        return config
    if isinstance(config, dict):
        return {named(name): named(entry, depth + 1) for name, entry in config.items()}
    if isinstance(config, list):
        return [named(entry, depth + 1) for entry in config]
    if not isinstance(config, str) or len(config) > _LONGEST or not ("<" in config or "functools" in config):
        return config
    for pattern, name in _SHOWN:
        config = pattern.sub(name, config)
    return config
