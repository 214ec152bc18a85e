"""The YAML of config files, as Hydra, Lightning, OmegaConf and RL Zoo write it, whatever tags it has."""
from __future__ import annotations

import math
import re
from typing import Any

import yaml

_MOST_ALIASES = 100  # of anchors: a few lines of these can stand for billions of values
_FLOAT = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+(?=[eE]))(?:[eE][-+]?\d+)?\Z")


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
        return super().compose_node(parent, index)

    def untagged(self, _suffix: str, node: yaml.Node) -> Any:
        """A node of an unknown tag, as if it had none."""
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
        except (ValueError, AttributeError, yaml.constructor.ConstructorError):
            return self.construct_scalar(node)
        is_cut = isinstance(value, float) and math.isinf(value) and "inf" not in node.value.lower()
        return self.construct_scalar(node) if is_cut else value


for _kind in ("int", "float", "timestamp", "binary"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_kind}", _Loader.scalar_or_text)
_Loader.add_multi_constructor("", _Loader.untagged)
_Loader.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT, list("-+.0123456789"))  # 1e-3, which is a text else


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
