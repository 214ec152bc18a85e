"""The YAML of config files, as Hydra, Lightning, OmegaConf and RL Zoo write it, whatever tags it has."""
from __future__ import annotations

import base64
import itertools
import math
import re
from typing import Any, Iterator

import numpy as np
import yaml

_MOST_ALIASES = 100  # of anchors: a few lines of these can stand for billions of values
_FLOAT = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+(?=[eE]))(?:[eE][-+]?\d+)?\Z")
_LOOKED_AT = 20  # texts that tell the kind of a number of numpy's
_DEEPEST_KEY = 3  # levels of nesting
_KIND = re.compile(r"[fiu][1248]|b1")  # of a number of numpy's
_TAG = "tag:yaml.org,2002:"
_PYTHON = f"{_TAG}python/"
_OF_SCALARS, _OF_OTHERS = [{_TAG + kind for kind in kinds} for kinds in (
    ("bool", "int", "float", "timestamp", "binary", "null", "str"), ("map", "set", "seq", "omap", "pairs"))]


class _Loader(yaml.SafeLoader):  # type: ignore[misc]  # it has no types
    """Makes nothing but dictionaries, lists and plain values: of ``!!python/object`` what it is made of."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._aliases = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Refuse what is no config but a bomb."""
        self._aliases += self.check_event(yaml.events.AliasEvent)
        if self._aliases > _MOST_ALIASES:
            raise ValueError("too many aliases")
        return _fitting(super().compose_node(parent, index))

    def untagged(self, tag: str, node: yaml.Node) -> Any:
        """A node of an unknown tag, as if it had none; but a function or a class is its name, as in journals, and a
        number of numpy's that number."""
        if tag.startswith((f"{_PYTHON}name:", f"{_PYTHON}module:")):
            return tag.rpartition(":")[2].rpartition(".")[2]
        if tag.endswith(".multiarray.scalar") and isinstance(node, yaml.SequenceNode):
            found = _number(node)
            if found is not None:
                return found
        if isinstance(node, yaml.MappingNode):
            return self.construct_mapping(node, deep=True)
        if isinstance(node, yaml.SequenceNode):
            return self.construct_sequence(node, deep=True)
        return self.construct_scalar(node)

    def scalar_or_text(self, node: yaml.Node) -> Any:
        """The number, date or bytes that a scalar is taken for; its text where it is none (``2021-13-40``, a commit
        ``12e34567``, which is no finite number)."""
        try:
            value = yaml.SafeLoader.yaml_constructors[node.tag](self, node)
        except (ValueError, AttributeError, LookupError, yaml.constructor.ConstructorError):
            return self.construct_scalar(node)
        is_cut = isinstance(value, float) and math.isinf(value) and "inf" not in node.value.lower()
        return self.construct_scalar(node) if is_cut else value


for _kind in ("bool", "int", "float", "timestamp", "binary"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_kind}", _Loader.scalar_or_text)
_Loader.add_multi_constructor("", _Loader.untagged)
_Loader.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT, list("-+.0123456789"))  # 1e-3, which is a text else


def _fitting(node: yaml.Node) -> yaml.Node:
    """The node, without a tag that is of other nodes (``!!map 5``); its keys are texts, tuples and ``1e5`` too."""
    if node.tag in (_OF_OTHERS if isinstance(node, yaml.ScalarNode) else _OF_SCALARS):
        node.tag = "!"
    if isinstance(node, yaml.MappingNode):
        for place, (key, value) in enumerate(node.value):
            if key.tag != f"{_TAG}merge" or isinstance(value, yaml.ScalarNode):
                node.value[place] = yaml.ScalarNode(f"{_TAG}str", _text(key)), value
    return node


def _number(node: yaml.SequenceNode) -> Any:
    """A scalar of numpy's, as PyYAML writes it: what its kind was made of, as ``f8``, and its bytes; else None."""
    made_of = itertools.chain.from_iterable(map(_scalars, node.value[:1]))
    kind = next((text for text in itertools.islice(made_of, _LOOKED_AT) if _KIND.fullmatch(text)), None)
    content = next((one.value for one in node.value[1:] if one.tag == f"{_TAG}binary"), "")
    try:
        return None if kind is None else np.frombuffer(base64.b64decode(content), kind)[0].item()
    except (ValueError, IndexError):
        return None


def _scalars(node: yaml.Node) -> Iterator[str]:
    if isinstance(node, yaml.ScalarNode):
        yield node.value
        return
    for one in node.value:
        yield from _scalars(one[1] if isinstance(one, tuple) else one)


def _text(node: yaml.Node, depth: int = 0) -> str:
    """Of a key; what lies deep in it, as in a bomb of anchors, is left out."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    entries = [one if isinstance(one, tuple) else (one,) for one in node.value if depth < _DEEPEST_KEY]
    told = ", ".join(": ".join(_text(part, depth + 1) for part in one) for one in entries)
    return f"({told})" if isinstance(node, yaml.SequenceNode) else f"{{{told}}}"


class _OfPyYaml(_Loader):
    """For what PyYAML has written, in which a bare ``1e5`` was a text."""

    yaml_implicit_resolvers = yaml.SafeLoader.yaml_implicit_resolvers


def load(text: str, is_of_pyyaml: bool = False) -> Any:
    """What the first document is.

    Args:
        is_of_pyyaml: whether no person but PyYAML has written it.

    Raises:
        ValueError: it is no YAML.
    """
    try:
        return next(yaml.load_all(text, _OfPyYaml if is_of_pyyaml else _Loader), None)
    except (yaml.YAMLError, RecursionError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(" ".join(str(error).split()) or "nested too deeply") from None
