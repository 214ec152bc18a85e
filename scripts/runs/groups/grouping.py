"""Runs in groups: by the rules, or by what a person names."""
from __future__ import annotations

import dataclasses
import difflib
import os
from collections import Counter
from pathlib import Path
from typing import List, Optional, Sequence, Tuple

from neptune_writer import messages
from neptune_writer.journal import journal_files

from scripts.refusal import Refusal
from scripts.runs import config_files
from scripts.runs.groups import known, rules, telling
from scripts.runs.groups.known import Known
from scripts.runs.groups.rules import Groups
from scripts.runs.table import Run, Say

NOTHING = "none"  # each run by itself
HELP = ("what runs in a group have in common, separated by commas: config entries, env, algo, framework, path1, "
        "path2, ... (folders below the given path), or none; default: everything but the seed")


def keys_of(text: str) -> List[str]:
    """What ``--group-by`` names; empty for none.

    Raises:
        ValueError: it names nothing, or none beside others.
    """
    keys = list(dict.fromkeys(key.strip() for key in text.split(",") if key.strip()))
    if not keys or NOTHING in keys and len(keys) > 1:
        raise ValueError(f"{text!r} names nothing to group by; name keys, or none alone")
    return [] if keys == [NOTHING] else keys


def known_of(run: Run) -> Known:
    """What tells the run's group; an id that its tracker gave it is no name."""
    return Known("" if run.id.endswith(f"/{run.name}") else run.name, run.path, run.config, run.framework,
                 run.group if run.id and run.group != run.name else "")


def of(runs: Sequence[Run], by: Optional[Sequence[str]] = None) -> Groups:
    """The groups of runs.

    Args:
        by: what a person named; none of it where it is None.
    """
    every = [known_of(run) for run in runs]
    return rules.grouped(every) if by is None else rules.grouped_by(every, by)


def check(runs: Sequence[Run], by: Optional[Sequence[str]]) -> None:
    """Refusal where no run has what is named, or it may be one thing or another."""
    for key in by or ():
        expect_one(runs, "--group-by", key)


def expect_one(runs: Sequence[Run], option: str, key: str) -> None:
    """Refusal where what an option names is not one thing that runs have: an entry of their configs, or a fact."""
    choice = dict.fromkeys(name for run in runs for name in (*known.facts(known_of(run)), *run.config))
    found = known.entries(choice, key)
    if runs and not found:
        near = difflib.get_close_matches(key, choice, 3) or list(choice)[:12]
        raise Refusal(f"{option} {key}: no run has that; there is {', '.join(near)}")
    if len(found) > 1:
        raise Refusal(f"{option} {key}: there are {' and '.join(found[:4])}; name one of them")


def line(runs: Sequence[Run], by: Optional[Sequence[str]] = None) -> str:
    """What was found and by what it was grouped."""
    found = of(runs, by)
    return telling.line(found, telling.telling(found.facets, found.bases)[0] if by is None else by)


def tell(runs: Sequence[Run], named: Sequence[str], by: Optional[Sequence[str]] = None) -> None:
    """Say what was found and by what it is grouped, of more than one run.

    Raises:
        Refusal: no run has what is named.
    """
    placed = with_groups(runs, [Path(path) for path in named], lambda path, what: None, by)
    check(placed, by)
    if len(placed) > 1:
        messages.say(line(placed, by))


def with_groups(runs: Sequence[Run], named: Sequence[Path], say: Say, by: Optional[Sequence[str]] = None) -> List[Run]:
    """The runs with their paths below what was named, the configs beside them, and their groups as trackers get them:
    under the name that their journals have, where it is the same for all of a group and for no other."""
    placed = [dataclasses.replace(run, path=path) for run, path in zip(runs, _paths(runs, named))]
    placed = config_files.with_configs(placed, say)
    found = of(placed, by)
    names = found.names if by is not None else _names(placed, runs, found)
    return [dataclasses.replace(run, group=names[group]) for run, group in zip(placed, found.of)]


def _names(placed: Sequence[Run], runs: Sequence[Run], found: Groups) -> List[str]:
    """The names of groups by the rules: where a config is known, that of their journals, else what they differ in."""
    names, members = list(found.names), found.members()
    labels = telling.telling(found.facets, found.bases)[1]
    wanted: List[str] = []
    for group, own in enumerate(members):
        told = {runs[run].group for run in own if runs[run].config is placed[run].config}
        if not found.by_config[group]:
            wanted.append(names[group])
        elif len(told) == 1:
            wanted.append(told.pop())
        else:
            base, label = found.bases[group], labels[group]
            wanted.append(label if base in label else f"{base} {label}")
    counts = Counter(wanted)
    return [name if counts[name] == 1 else known for name, known in zip(wanted, names)]


def _paths(runs: Sequence[Run], named: Sequence[Path]) -> List[Tuple[str, ...]]:
    """The folders of each run below what was named; of several, behind what tells these apart: as if the folder above
    were named, but that what lies at different depths, ``data`` and ``old/runs``, is one part each."""
    roots = sorted({os.path.abspath(path if path.is_dir() else path.parent) for path in named}, key=len, reverse=True)
    try:
        common = os.path.commonpath(roots) if roots else ""
    except ValueError:  # on several drives
        common = ""
    depths = {len(_parts(root, common)) for root in roots}
    found = []
    for run in runs:
        folder = os.path.abspath(run.source if os.path.isdir(run.source) else os.path.dirname(run.source))
        own = [root for root in roots if os.path.join(folder, "").startswith(os.path.join(root, ""))]
        root = own[0] if own and len(depths) > 1 else common
        above = _parts(root, common)
        found.append(((os.sep.join(above),) if above else ()) + _parts(folder, root))
    return found


def _parts(folder: str, root: str) -> Tuple[str, ...]:
    if root and folder.startswith(os.path.join(root, "")):  # as nearly always
        parts: Sequence[str] = folder[len(os.path.join(root, "")):].split(os.sep)
    else:
        parts = Path(os.path.relpath(folder, root)).parts if root else Path(folder).parts[1:]
    return tuple(part for part in parts if part not in ("", os.curdir, os.pardir)
                 and not part.startswith(journal_files.FALLBACK_FOLDER))
