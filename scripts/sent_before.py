"""Copies of runs that `replay` sent before from another folder: by their path they are other runs, and sent again."""
from __future__ import annotations

import itertools
import os
import re
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Sequence, Tuple

from neptune_writer.resend.found_runs import PATTERN

_TIME = re.compile(rb'"t":[-+.e0-9]+,')  # that of a file, which a copy may not keep
_LOOK = 3  # lines: the header, the config, and a row


def copies(made: Sequence[str], cache: Path) -> Iterator[Tuple[str, str]]:
    """(journal, the one with the same config and rows that was sent before), of each that was not sent yet.

    Args:
        made: journals, of which those in ``cache`` were made of other formats.
        cache: where these are kept, with how far each was sent.
    """
    new = [path for path in map(Path, made) if path.parent == cache]
    sent = {name.partition(".jsonl.")[0] for name in os.listdir(cache) if name.endswith(".cursor")} if new else set()
    if not any(path.stem not in sent for path in new):
        return
    known: Dict[bytes, List[Path]] = {}
    for path in sorted(cache.glob(PATTERN)):
        if path.stem in sent:
            known.setdefault(_content(path, _LOOK), []).append(path)
    for path in new:
        alike = known.get(_content(path, _LOOK), []) if path.stem not in sent else []
        for other in alike:
            if _content(path) == _content(other):
                yield str(path), str(other)
                break


def _content(path: Path, lines: Optional[int] = None) -> bytes:
    """Of a journal, or of its first lines: all but its header, which has the run's id, and times."""
    with path.open("rb") as file:
        return _TIME.sub(b"", b"".join(itertools.islice(file, 1, lines)))
