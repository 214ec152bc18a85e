"""What is known of a run that tells its group: its name, path and config, cut into what they are made of."""
from __future__ import annotations

import re
from typing import (Any, Dict, Iterable, List, Mapping, NamedTuple, Optional,
                    Sequence, Tuple)

from scripts.runs.groups import names_in_paths as names
from scripts.runs.groups import settings
from scripts.runs.groups.names_in_paths import Token

Place = Tuple[int, int]
"""Of a bare number: which part of the path, and which of the bare numbers in there: the same for all siblings, some of
which may have a date before it."""


class Known(NamedTuple):
    """What is known of one run; ``path`` are the folders from what was named down to its files."""

    name: str
    path: Tuple[str, ...] = ()
    config: Mapping[str, Any] = {}
    framework: Optional[str] = None
    group: str = ""
    """As its journal has it, where that says more than its name."""


class Cut:
    """A run whose name and path are cut into tokens.

    Attributes:
        config: its settings, see `settings.of`.
        path: what stands for its path: its name, where that is its own, and a config and the environment are known,
            which else a folder may tell.
        environments: of its config, else those that its folders and its name say.
        seed: as text; None where none is known.
        is_assumed: whether the seed is a bare number.
    """

    def __init__(self, known: Known) -> None:
        self.known = known
        told = settings.read(known.config)
        self.config, self.has_config = told.alike, told.is_known
        self.seed, self._algorithm = told.seed, told.algorithm
        self.environments = (told.environment,) if told.environment else _environments(known)
        self.path = _path(known, told.is_known and bool(self.environments))
        self.parts = names.parts(self.path)
        self._counts = [[place for place, token in enumerate(own) if token.kind == names.COUNT] for own in self.parts]
        self.is_assumed, self._told_seed = False, self.seed
        seeds = [token.value for own in self.parts for token in own if token.kind == names.SEED]
        self.says_seed = bool(seeds) or self.seed is not None
        if self.seed is None and seeds:
            self.seed = str(int(seeds[-1]))

    def seeds(self) -> Tuple[str, ...]:
        """All that counts seeds: of its config, and in its path."""
        counted = (token.value for own in self.parts for token in own if token.kind == names.SEED)
        return (self._told_seed or "", *counted)

    def places(self) -> List[Place]:
        """Where bare numbers stand."""
        return [(part, number) for part, own in enumerate(self._counts) for number in range(len(own))]

    def number(self, place: Place) -> int:
        part, number = place
        return int(self.parts[part][self._counts[part][number]].value)

    def drop(self, places: Iterable[Place]) -> None:
        """Take these numbers for what counts seeds."""
        for part, number in places:
            own, place = self.parts[part], self._counts[part][number]
            self.parts[part] = own[:place] + (own[place]._replace(kind=names.SEED),) + own[place + 1:]

    def cleaned(self) -> Tuple[str, ...]:
        """The parts without seeds and dates."""
        return tuple(part for part in self._cleaned() if part)

    def base(self) -> str:
        """What it is called by itself: its name without seeds and dates, else the last part that says more."""
        found = self._cleaned()
        at = self.path.index(self.known.name) if self.known.name in self.path else -1
        return found[at] if found and found[at] else "".join(self.cleaned()[-1:])

    def _cleaned(self) -> List[str]:
        return [_text(_lasting(own), own, part) for part, own in zip(self.path, self.parts)]

    def shape(self) -> Tuple[Any, ...]:
        """The same for siblings: all but seeds, dates and bare numbers."""
        kept = tuple(tuple("#" if token.kind == names.COUNT else token.text for token in _lasting(own))
                     for own in self.parts)
        return (self.has_config, self.says_seed and not self.has_config, kept)

    def facets(self) -> Dict[str, str]:
        """What groups may differ in: key -> value. ``path1`` is what the first folder says besides the rest."""
        environment, algorithm = next(iter(self.environments), None), self._algorithm
        found: Dict[str, str] = {}
        rest: Dict[str, str] = {}
        for place, own in enumerate(self.parts):
            left = []
            for token in own:
                if token.kind == names.SETTING:
                    found.setdefault(token.key, token.value)
                elif token.kind == names.ENVIRONMENT and _is_same(environment, token.value):
                    environment = environment or token.value
                elif token.kind == names.ALGORITHM and _is_same(algorithm, token.text):
                    algorithm = algorithm or token.text
                elif token.kind not in (names.SEED, names.WHEN):
                    left.append(token)
            if left:
                kept = _text(left, own, self.path[place])
                key = f"path{place + 1}" if self.path[:place + 1] == self.known.path[:place + 1] else "name"
                rest[key] = kept if re.match(r"[^\W\d_]", kept) else _text(_lasting(own), own, self.path[place])
        head = {"algo": algorithm, "env": environment, "name": rest.pop("name", None)}
        config = {key: value for key, value in self.config.items()
                  if value not in head.values() or not settings.is_head(key)}
        return {**{key: value for key, value in head.items() if value}, **found, **config, **rest}


def _environments(known: Known) -> Tuple[str, ...]:
    return tuple(dict.fromkeys(token.value for part in (*known.path, known.name) for token in names.tokens(part)
                               if token.kind == names.ENVIRONMENT))


def _lasting(own: Sequence[Token]) -> Tuple[Token, ...]:
    return tuple(token for token in own if token.kind not in (names.SEED, names.WHEN))


def _text(kept: Sequence[Token], own: Sequence[Token], part: str) -> str:
    """Some tokens of a part as text: all of them as the part stands there, with what is around them."""
    return part if len(kept) == len(own) else names.joined(tuple(kept))


def _path(known: Known, is_told: bool) -> Tuple[str, ...]:
    if known.name in known.path or not known.name:
        return known.path
    return (known.name,) if is_told else known.path + (known.name,)


def facts(known: Known) -> Dict[str, str]:
    """What a run may be grouped by besides the entries of its config: ``env``, ``algo``, ``framework``, the settings in
    its name, and ``path1`` and so on as they stand there."""
    run = Cut(known)
    found = {key: value for key, value in run.facets().items()
             if key not in run.config and not re.fullmatch(r"path\d+|name", key)}
    found.update({"framework": known.framework} if known.framework else {})
    found.update({f"path{place + 1}": part for place, part in enumerate(known.path)})
    return found


def entries(paths: Iterable[str], key: str) -> List[str]:
    """The entries of configs that a person may mean: the one of this path, or those whose last part it is, as labels
    name them: ``lr`` for ``algorithm/lr``."""
    every = list(paths)
    return [key] if key in every else [path for path in every if path.endswith(f"/{key}")]


def entry(paths: Iterable[str], key: str) -> str:
    """The entry that a person means by ``key``; ``key`` itself if that is no entry, or could be several."""
    found = entries(paths, key)
    return found[0] if len(found) == 1 else key


def _is_same(known: Optional[str], text: str) -> bool:
    return known is None or text.lower() in known.lower() or known.lower() in text.lower()
