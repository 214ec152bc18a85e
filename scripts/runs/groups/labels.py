"""Names that tell runs, and groups of runs, apart: as short as can be, no two alike."""
from __future__ import annotations

import os
import time
from collections import Counter
from typing import Dict, List, Optional, Sequence

from scripts.runs.groups import settings, telling
from scripts.runs.groups.rules import Groups
from scripts.runs.table import Run


def of_groups(found: Groups, runs: Sequence[Run]) -> List[str]:
    """For each group what it differs in from the others; where that is nothing, what all of it is called."""
    _, labels = telling.telling(found.facets, found.bases)
    firsts = [runs[members[0]] for members in found.members()]
    return _unlike([label or run.name for label, run in zip(labels, firsts)], firsts)


def of_runs(runs: Sequence[Run], groups: Sequence[str], seeds: Optional[Sequence[Optional[str]]] = None) -> List[str]:
    """For each run: its group's label, and where that has several, its seed, its folder, or when it began.

    Args:
        groups: the label of each run's group.
        seeds: of each run; by default what its config says.
    """
    many = Counter(groups)
    known = [settings.read(run.config).seed for run in runs] if seeds is None else seeds
    labels = [f"{group} seed {seed}" if many[group] > 1 and seed is not None else group
              for group, seed in zip(groups, known)]
    return _unlike(labels, runs)


def listed(labels: Sequence[str], most: int = 8) -> str:
    """Labels in a sentence; between those that hold commas stand semicolons."""
    between = "; " if any(", " in label for label in labels) else ", "
    return between.join(labels[:most]) + (f" and {len(labels) - most} more" if len(labels) > most else "")


def _unlike(labels: Sequence[str], runs: Sequence[Run]) -> List[str]:
    """Those that are alike with what their sources differ in, when they began, or a number."""
    found = list(labels)
    places: Dict[str, List[int]] = {}  # label -> the places of those that have it
    for place, label in enumerate(labels):
        places.setdefault(label, []).append(place)
    for label, alike in places.items():
        files = [runs[place].source for place in alike]
        if len(alike) > 1:
            parts = _telling(files)
            are_files = any(part in ("", os.path.basename(file)) for part, file in zip(parts, files))
            parts = are_files and _times([runs[place].began for place in alike]) or parts
            for place, part in zip(alike, parts):
                found[place] = f"{label} {part}".strip()
    many = Counter(found)
    seen: Counter[str] = Counter()
    for place, label in enumerate(found):
        seen[label] += 1
        found[place] = label if many[label] == 1 else f"{label} #{seen[label]}"
    return found


def _times(began: Sequence[float]) -> List[str]:
    """Local times that differ, as short as can be; empty where there are none."""
    try:
        moments = [time.localtime(at) for at in began]
    except (ValueError, OverflowError, OSError):  # NaN, and nanoseconds that somebody took for seconds
        return []
    one_day = len({time.strftime("%x", at) for at in moments}) == 1
    for form in ("%H:%M", "%H:%M:%S") if one_day else ("%b %d %H:%M", "%Y-%m-%d %H:%M:%S"):
        found = [time.strftime(form, at) for at in moments]
        if len(set(found)) == len(found):
            return found
    return []


def _telling(sources: Sequence[str]) -> List[str]:
    """For each path the last folder that no other path has, or the file."""
    cut = {source: os.path.abspath(source).split(os.sep) for source in sources}
    having = Counter(part for parts in cut.values() for part in set(parts))
    found = []
    for source in sources:
        own = [part for part in cut[source] if having[part] == 1]
        found.append((own[-2:] or [""])[0] if own[-1:] == cut[source][-1:] else (own[-1:] or [""])[0])
    return found
