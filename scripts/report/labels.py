"""Names that tell runs, and groups of runs, apart: as short as can be, no two alike."""
from __future__ import annotations

import os
from typing import Any, Dict, List, Sequence, Set

from scripts.report.table import Run

_LONGEST_VALUE = 24  # characters
_MOST_ENTRIES = 3


def of_groups(members: Sequence[Sequence[Run]]) -> List[str]:
    """For each group: its runs' name, and where others have it, too, the config entries that it differs in; these alone
    where all have it."""
    names = [group[0].name for group in members]
    configs = [_shared(group) for group in members]
    labels = []
    for place, name in enumerate(names):
        alike = [configs[other] for other, same in enumerate(names) if same == name]
        telling = [path for path in configs[place] if _tells(path, alike) and not _is_seed(path)]
        known = len(alike) > 1 and len(telling) <= _MOST_ENTRIES
        entries = ", ".join(f"{path.rpartition('/')[2]}={configs[place][path]}" for path in telling) if known else ""
        labels.append(entries if entries and len(alike) == len(names) > 1 else f"{name} {entries}".strip())
    return _unlike(labels, [group[0].source for group in members])


def of_runs(runs: Sequence[Run], groups: Sequence[str]) -> List[str]:
    """For each run: its group's label, and where that has several, its seed, or its folder.

    Args:
        groups: the label of each run's group.
    """
    seeds = [_seed(run) for run in runs]
    labels = [f"{group} seed {seed}" if groups.count(group) > 1 and seed is not None else group
              for group, seed in zip(groups, seeds)]
    return _unlike(labels, [run.source for run in runs])


def _shared(runs: Sequence[Run]) -> Dict[str, Any]:
    first = runs[0].config
    return {path: value for path, value in first.items() if all(run.config.get(path) == value for run in runs)}


def _tells(path: str, configs: Sequence[Dict[str, Any]]) -> bool:
    found = [str(config.get(path, "")) for config in configs]
    return len(set(found)) > 1 and max(map(len, found)) <= _LONGEST_VALUE


def _is_seed(path: str) -> bool:
    return path.rpartition("/")[2] == "seed"


def _seed(run: Run) -> Any:
    return next((value for path, value in run.config.items() if _is_seed(path) and value not in (None, "null")), None)


def _unlike(labels: Sequence[str], sources: Sequence[str]) -> List[str]:
    """Those that are alike with what their sources differ in, or a number."""
    found = list(labels)
    for place, label in enumerate(labels):
        alike = [other for other, same in enumerate(labels) if same == label]
        if len(alike) > 1:
            found[place] = f"{label} {_telling(place, alike, sources)}".strip()
    return [label if found.count(label) == 1 else f"{label} #{found[:place + 1].count(label)}"
            for place, label in enumerate(found)]


def _telling(place: int, alike: Sequence[int], sources: Sequence[str]) -> str:
    """The part of a path that the others do not have: the last folder of these, else the file."""
    parts = os.path.abspath(sources[place]).split(os.sep)
    others: List[Set[str]] = [set(os.path.abspath(sources[other]).split(os.sep)) for other in alike if other != place]
    telling = [part for part in parts if all(part not in other for other in others)]
    return (telling[-2:] or [""])[0] if telling[-1:] == parts[-1:] else (telling[-1:] or [""])[0]
