"""Configs as people really pass them, and worse, for the tests of what becomes of them."""
import collections
import dataclasses
import enum


@dataclasses.dataclass
class Settings:
    lr: float = 1e-3
    api_token: str = None
    note: str = "fine"


Pair = collections.namedtuple("Pair", "first second")


class Colour(enum.Enum):
    RED = 1


class Raising:
    __dataclass_fields__ = {"lr": None}

    def __getattr__(self, name):
        raise RuntimeError("not to be asked")

    def __str__(self):
        raise RuntimeError("not to be shown")


def initialise(project, token):
    """A function that makes a run."""


def a_list_of_itself():
    loop = []
    loop.extend([loop] * 10)
    return loop


def a_tree_that_knows_its_parents(children=30):
    parent = {"children": []}
    for _ in range(children):
        parent["children"].append({"parent": parent, "siblings": parent["children"]})
    return parent
