"""What groups differ in, in as few words as can be, and the line that says so."""
from __future__ import annotations

import re
from collections import Counter
from typing import Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

from scripts.runs.groups.rules import Groups

HEAD = ("algo", "env", "name")  # whose value is enough: ``CartPole-v1``, where other entries are ``lr=0.1``
_LONGEST_VALUE = 24  # characters
_MOST_ENTRIES = 3

Facets = Mapping[str, str]
"""Key -> value, see `groups.Groups`."""


def telling(groups: Sequence[Facets], bases: Sequence[str]) -> Tuple[List[str], List[str]]:
    """The keys in which groups differ, and a label for each group: the values of those that tell it from the others.

    Args:
        bases: what each group is called where it has no value that could be its name, or differs in nothing. Two labels
            are alike where no facet tells the groups apart.
    """
    keys: List[str] = []
    head = _fewest([key for key in HEAD if _differ(key, groups)], groups)
    labels = []
    classes: Dict[Tuple[Optional[str], ...], List[Facets]] = {}
    for group in groups:
        classes.setdefault(_values(head, group), []).append(group)
    called: Dict[Tuple[Optional[str], ...], List[str]] = {}
    for group, base in zip(groups, bases):
        called.setdefault(_values(head, group), []).append(base)
    chosen = {values: _entries(alike, not head and len(set(called[values])) == len(alike))
              for values, alike in classes.items()}
    for group, base in zip(groups, bases):
        own = chosen[_values(head, group)]
        words = [group[key] for key in head if group.get(key)] or [base] * bool(head)
        words += [group[key] for key in own if _is_place(key) and group.get(key) and group[key] not in words]
        entries = [f"{key.rpartition('/')[2]}={group[key]}" for key in own if not _is_place(key) and key in group]
        labels.append(" ".join(words + [", ".join(entries)] if entries else words) or base)
        keys += [key for key in own if key not in keys]
    return head + keys, labels


def _entries(alike: Sequence[Facets], are_called: bool) -> List[str]:
    """In what groups differ whose heads are alike: in all of it where that is little, else in what tells them apart.
    What all that have settings have alike tells them from those without only where nothing else does.

    Args:
        are_called: whether their bases tell them apart, and will be shown.
    """
    counts = Counter(key for group in alike for key in group)
    differing = [key for key in sorted(counts, key=lambda key: -counts[key]) if key not in HEAD and _differ(key, alike)]
    short = [key for key in differing if all(len(group.get(key, "")) <= _LONGEST_VALUE for group in alike)]
    known = [group for group in alike if any(key not in HEAD and not _is_place(key) for key in group)]
    settings = _once([key for key in short if not _is_place(key)], alike)
    telling = [key for key in settings if _differ(key, known)]
    first = telling if len(telling) <= _MOST_ENTRIES else _fewest(telling, alike)
    others = [] if are_called else [key for key in settings if key not in telling]
    found = _fewest(first + [key for key in short if _is_place(key)] + others, alike)
    return first + [key for key in found if key not in first]


def _once(keys: Sequence[str], groups: Sequence[Facets]) -> List[str]:
    """The keys without those that only repeat another by a longer name, as ``learning_rate`` does ``lr`` in a folder's
    name, and ``hyperparams/learning_rate`` does ``learning_rate``."""
    values = {key: tuple(_number(group.get(key)) for group in groups) for key in keys}
    ordered = sorted(keys, key=len)
    repeat = {key for place, key in enumerate(ordered) if None not in values[key] and any(
        values[other] == values[key] and _is_short_for(other, key) for other in ordered[:place])}
    return [key for key in keys if key not in repeat]


def _is_short_for(short: str, key: str) -> bool:
    """Whether both end in the same word, or one in the initials of the other's: lr, learning_rate."""
    last = key.rpartition("/")[2].lower()
    return short.rpartition("/")[2].lower() in (last, "".join(word[:1] for word in last.split("_")))


def _number(text: Optional[str]) -> Optional[float]:
    try:
        return float(text or "")
    except ValueError:
        return None


def _fewest(keys: Iterable[str], groups: Sequence[Facets]) -> List[str]:
    """Those of the keys, the first ones first, that tell apart what those before them do not."""
    found: List[str] = []
    parts = 1
    for key in keys:
        parted = len({_values(found + [key], group) for group in groups})
        if parted > parts:
            found, parts = found + [key], parted
    return found


def _values(keys: Iterable[str], group: Facets) -> Tuple[Optional[str], ...]:
    return tuple(group.get(key) for key in keys)


def _differ(key: str, groups: Sequence[Facets]) -> bool:
    return len({group.get(key) for group in groups}) > 1


def _is_place(key: str) -> bool:
    return bool(re.fullmatch(r"path\d+", key))


def seeds_of(groups: Groups, runs: Iterable[int]) -> str:
    """``seed 3``, ``seeds 0-2, 7``, ``seeds assumed`` where they are bare numbers; empty where none are known."""
    known = list(runs)
    told = (groups.seeds[run] for run in known)
    found = sorted({int(seed) for seed in told if seed and re.fullmatch(r"-?\d+", seed)})
    if any(groups.assumed[groups.of[run]] for run in known):
        return "seeds assumed"
    if not found:
        return ""
    spans: List[List[int]] = []
    for seed in found:
        if spans and seed == spans[-1][1] + 1:
            spans[-1][1] = seed
        else:
            spans.append([seed, seed])
    shown = [str(first) if first == last else f"{first}-{last}" for first, last in spans]
    return f"seed{'s' if len(found) > 1 else ''} " + ", ".join(shown[:8] + ["..."] * (len(shown) > 8))


def line(groups: Groups, keys: Sequence[str]) -> str:
    """What was found and by what it was grouped: ``12 runs in 4 groups (algo, env; seeds 0-2)``."""
    runs, many = len(groups.of), len(groups.names)
    made_of = "; ".join(part for part in (", ".join(keys), seeds_of(groups, range(runs)),
                                          "only dates and ids tell some runs apart" if groups.alone else "") if part)
    return (f"{runs} run{'s' * (runs != 1)} in {many} group{'s' * (many != 1)}" + (f" ({made_of})" if made_of else ""))
