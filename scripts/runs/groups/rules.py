"""Which runs are of one group: those that differ in nothing but their seed; from configs, environments and paths.

Where a config is known, a group is the config without its seed, the environment, and the name without its numbers and
dates; else the path below what a person named, without what counts seeds or says when. A bare number counts seeds
where those of its siblings count up with it, which is an assumption, and said.
"""
from __future__ import annotations

from collections import Counter
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

from scripts.runs.groups import counting
from scripts.runs.groups.known import Cut, Known, entry, facts

Key = Tuple[Any, ...]


class Groups(NamedTuple):
    """Runs, by their place, in groups, by theirs.

    Attributes:
        of: the group of each run.
        names: of each group, the name without what differs within it, which does not depend on the other groups.
        seeds: of each run, None where none is known.
        assumed: of each group, whether its seeds are bare numbers.
        alone: whether there are runs that only dates and ids tell apart, of which each is its own group.
        facets: of each group, what it may differ from others in: key -> value.
        by_config: of each group, whether a config tells it from others.
        bases: of each group, what it is called where it differs from others in nothing.
    """

    of: List[int]
    names: List[str]
    seeds: List[Optional[str]]
    assumed: List[bool]
    alone: bool
    facets: List[Dict[str, str]]
    bases: List[str]
    by_config: List[bool]

    def in_order(self, order: Sequence[int]) -> Groups:
        """The same of runs in another order; groups in that of their first runs."""
        groups = list(dict.fromkeys(self.of[run] for run in order))
        at = {group: place for place, group in enumerate(groups)}
        return Groups([at[self.of[run]] for run in order], [self.names[group] for group in groups],
                      [self.seeds[run] for run in order], [self.assumed[group] for group in groups], self.alone,
                      [self.facets[group] for group in groups], [self.bases[group] for group in groups],
                      [self.by_config[group] for group in groups])

    def members(self) -> List[List[int]]:
        """The runs of each group."""
        found: List[List[int]] = [[] for _ in self.names]
        for run, group in enumerate(self.of):
            found[group].append(run)
        return found


def grouped(runs: Sequence[Known]) -> Groups:
    """The groups, in the order of their first runs; see the module."""
    every = [Cut(known) for known in runs]
    siblings: Dict[Key, List[Cut]] = {}
    for run in every:
        siblings.setdefault(run.shape(), []).append(run)
    for alike in siblings.values():
        counting.assume(alike)
    classes: Dict[Key, List[int]] = {}
    for place, run in enumerate(every):
        own = tuple(sorted(run.config.items())) if run.has_config else run.known.group
        key = (run.environments, run.cleaned(), run.has_config, own)
        classes.setdefault(key, []).append(place)
    of, found, alone = [0] * len(every), [], False
    for members in classes.values():
        split = _split(members, every)
        alone = alone or len(split) == len(members) > 1
        found += split
    found.sort(key=lambda members: members[0])
    for group, members in enumerate(found):
        for place in members:
            of[place] = group
    assumed = [len(members) > 1 and any(every[run].is_assumed for run in members) for members in found]
    firsts = [every[members[0]] for members in found]
    return Groups(of, _names(firsts), [run.seed for run in every], assumed, alone, [run.facets() for run in firsts],
                  _bases(firsts, [len(members) for members in found]), [run.has_config for run in firsts])


def _split(members: List[int], every: Sequence[Cut]) -> List[List[int]]:
    """Runs that the rules take for one group: where a seed comes twice by the folder that parts them, else, where no
    config is known, each by itself, as only dates and ids tell them apart."""
    if len({every[run].seeds() for run in members}) == len(members):
        return [members]
    depth = max(len(every[run].known.path) for run in members)
    for place in range(depth):
        parted: Dict[str, List[int]] = {}
        for run in members:
            parted.setdefault("".join(every[run].known.path[place:place + 1]), []).append(run)
        seeds_of = [[every[run].seeds() for run in part] for part in parted.values()]
        if 1 < len(parted) < len(members) and all(len(set(own)) == len(own) for own in seeds_of):
            return list(parted.values())
    return [members] if every[members[0]].has_config else [[run] for run in members]


def _bases(firsts: Sequence[Cut], sizes: Sequence[int]) -> List[str]:
    return [run.base() or (run.known.name if size == 1 else "runs") for run, size in zip(firsts, sizes)]


def _names(firsts: Sequence[Cut]) -> List[str]:
    """Of which no two are alike: those that are, with their environment, else by their whole path, or a number."""
    told = ["/".join(run.cleaned()) or run.known.name for run in firsts]
    places = [" ".join(run.environments) for run in firsts]
    counts = Counter(told)
    told = [f"{place} {name}".strip() if counts[name] > 1 and place not in name else name
            for name, place in zip(told, places)]
    counts = Counter(told)
    told = ["/".join(run.known.path) or name if counts[name] > 1 else name for name, run in zip(told, firsts)]
    seen: Counter[str] = Counter()
    for place, name in enumerate(told):
        seen[name] += 1
        told[place] = name if seen[name] == 1 else f"{name} #{seen[name]}"
    return told


def grouped_by(runs: Sequence[Known], keys: Sequence[str]) -> Groups:
    """Groups of runs that have these alike: entries of their configs, or `facts`; of no key: each run by itself."""
    found, told = grouped(runs), [facts(known) for known in runs]
    paths = dict.fromkeys(path for known in runs for path in known.config)
    entry_of = {key: entry(paths, key) for key in keys}
    values = [tuple(told[place].get(key, str(known.config.get(entry_of[key], "")))
                    for key in keys) if keys else (place,)
              for place, known in enumerate(runs)]
    groups = list(dict.fromkeys(values))
    members = {value: values.index(value) for value in groups}
    names_of = [" ".join(f"{key}={part}" for key, part in zip(keys, value) if part) or "other" for value in groups]
    firsts = [Cut(runs[members[value]]) for value in groups]
    return Groups([groups.index(value) for value in values], names_of if keys else _names(firsts), found.seeds,
                  [False] * len(groups), False,
                  [dict(zip(keys, map(str, value))) if keys else run.facets() for value, run in zip(groups, firsts)],
                  names_of if keys else _bases(firsts, [1] * len(firsts)), [True] * len(firsts))
