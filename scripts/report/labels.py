"""Names that tell runs, and groups of runs, apart: as short as can be, no two alike."""
from __future__ import annotations

import math
import os
import time
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
    return _unlike(labels, [group[0] for group in members])


def of_runs(runs: Sequence[Run], groups: Sequence[str]) -> List[str]:
    """For each run: its group's label, and where that has several, its seed, its folder, or when it began.

    Args:
        groups: the label of each run's group.
    """
    seeds = [_seed(run) for run in runs]
    labels = [f"{group} seed {seed}" if groups.count(group) > 1 and seed is not None else group
              for group, seed in zip(groups, seeds)]
    return _unlike(labels, runs)


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


def _unlike(labels: Sequence[str], runs: Sequence[Run]) -> List[str]:
    """Those that are alike with what their sources differ in, when they began, or a number."""
    found = list(labels)
    for label in set(labels):
        alike = [place for place, same in enumerate(labels) if same == label]
        files = [runs[place].source for place in alike]
        if len(alike) > 1:
            parts = [_telling(one, files) for one in range(len(files))]
            are_files = any(part in ("", os.path.basename(file)) for part, file in zip(parts, files))
            parts = are_files and _times([runs[place].began for place in alike]) or parts
            for place, part in zip(alike, parts):
                found[place] = f"{label} {part}".strip()
    return [label if found.count(label) == 1 else f"{label} #{found[:place + 1].count(label)}"
            for place, label in enumerate(found)]


def _times(began: Sequence[float]) -> List[str]:
    """Local times that differ, as short as can be; empty where there are none."""
    if not all(map(math.isfinite, began)):
        return []
    one_day = len({time.strftime("%x", time.localtime(at)) for at in began}) == 1
    for form in ("%H:%M", "%H:%M:%S") if one_day else ("%b %d %H:%M", "%Y-%m-%d %H:%M:%S"):
        found = [time.strftime(form, time.localtime(at)) for at in began]
        if len(set(found)) == len(found):
            return found
    return []


def _telling(place: int, sources: Sequence[str]) -> str:
    """The part of a path that the others do not have: the last folder of these, else the file."""
    parts = os.path.abspath(sources[place]).split(os.sep)
    others: List[Set[str]] = [set(os.path.abspath(other).split(os.sep)) for other in sources if other != sources[place]]
    telling = [part for part in parts if all(part not in other for other in others)]
    return (telling[-2:] or [""])[0] if telling[-1:] == parts[-1:] else (telling[-1:] or [""])[0]
