"""Videos that lie beside a run, as gymnasium's RecordVideo and Stable-Baselines3's VecVideoRecorder leave them, at the
step that their names say; they are linked, never copied."""
from __future__ import annotations

import os
import re
import urllib.parse
from collections import Counter
from pathlib import Path
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence

from scripts.runs.table import Run

_ENDING = ".mp4"
_DEEPEST = 3  # folders below the run's
_STEP = re.compile(r"step[-_]?(\d+)", re.IGNORECASE)
_EPISODE = re.compile(r"(?:episode|ep)[-_]?(\d+)|\.video\.\d+\.\d+\.video(\d+)", re.IGNORECASE)


class Video(NamedTuple):
    """A file; ``step`` or ``episode``: what its name says, if anything."""

    path: str
    step: Optional[int] = None
    episode: Optional[int] = None


def of_runs(runs: Sequence[Run]) -> List[List[Video]]:
    """The videos of each run, in the order of their steps: those in the folder that is its own, and below."""
    folders = [_folder(run) for run in runs]
    many, known = Counter(folders), set(folders)
    found: Dict[str, List[Video]] = {folder: _below(folder, known) for folder in known if many[folder] == 1}
    return [found.get(folder, []) for folder in folders]


def links(videos: Sequence[Video], page: Optional[Path], masked: Callable[[str], str]) -> List[Dict[str, str]]:
    """As the page has them: ``name``, ``at``, and ``href``, relative to the page's folder; empty without one."""
    return [{"href": "" if page is None else _href(video.path, page), "name": masked(os.path.basename(video.path)),
             "at": f"step {video.step:,}" if video.step is not None else
             f"episode {video.episode:,}" if video.episode is not None else ""} for video in videos]


def read_name(path: str) -> Video:
    """What a file's name says: ``rl-video-step-2000-to-step-2500.mp4``, ``rl-video-episode-8.mp4``."""
    name = os.path.basename(path)
    step, episode = _STEP.search(name), _EPISODE.search(name)
    return Video(path, int(step.group(1)) if step else None,
                 int(episode.group(1) or episode.group(2)) if episode and not step else None)


def _below(folder: str, known: "set[str]") -> List[Video]:
    """Those in a folder and the ones below it, as far as these are no other run's."""
    found: List[Video] = []
    for place, folders, names in os.walk(folder):
        depth = place[len(folder):].count(os.sep)
        folders[:] = [name for name in folders if depth < _DEEPEST and os.path.join(place, name) not in known]
        found += [read_name(os.path.join(place, name)) for name in names if name.lower().endswith(_ENDING)]
    return sorted(found, key=lambda video: (video.step is None, video.step or 0, video.episode or 0, video.path))


def _folder(run: Run) -> str:
    return os.path.realpath(run.source if os.path.isdir(run.source) else os.path.dirname(run.source))


def _href(path: str, page: Path) -> str:
    """A relative address, of which no part is taken for a scheme."""
    try:
        relative = os.path.relpath(path, os.path.realpath(page))
    except ValueError:  # on another drive
        return Path(path).as_uri()
    return urllib.parse.quote(relative.replace(os.sep, "/"), errors="surrogateescape")
