"""What was decided on a file that may hold a logger."""
from __future__ import annotations

from typing import Dict, NamedTuple, Optional


class Decision(NamedTuple):
    """What `hook/neptune_run_hook/kept.py` reads, for a file of the bytes ``raw``; ``form``: the patched form."""

    raw: bytes
    patch: Optional[str] = None
    why: str = ""
    installed: bool = False
    needs: Dict[str, str] = {}
    form: Optional[bytes] = None
