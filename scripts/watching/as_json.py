"""The runs for programs: one JSON object."""
from __future__ import annotations

import json
import math
from typing import Any, Dict, Optional, Sequence

from neptune_writer import masking

from scripts.runs.table import Problem
from scripts.watching.judged import Judged


def as_json(found: Sequence[Judged], problems: Sequence[Problem], now: float) -> str:
    """Numbers that are not known are null; times are Unix seconds, spans seconds."""
    runs = [_run(one) for one in found]
    told = {"format": 1, "now": round(now, 3), "ok": not any(one.is_bad for one in found), "runs": runs,
            "problems": [{"path": masking.mask(problem.path), "what": masking.mask(problem.what)}
                         for problem in problems]}
    return json.dumps(told, indent=1, allow_nan=False)


def _run(one: Judged) -> Dict[str, Any]:
    return {
        "run": one.label, "group": one.group, "source": masking.mask(one.run.source), "id": masking.mask(one.run.id),
        "framework": masking.mask(one.run.framework or ""), "state": one.state, "bad": one.is_bad,
        "verdicts": [{"kind": verdict.kind, "bad": verdict.is_bad, "why": masking.mask(verdict.why)}
                     for verdict in one.verdicts],
        "predecessors": [before.label for before in one.predecessors],
        "metric": masking.mask(one.metric), "value": _plain(one.value), "x": _plain(one.x), "rows": len(one.run.steps),
        "x_per_second": _plain(one.pace), "seconds_left": _plain(one.left),
        "end": None if one.end is None else {"x": one.end.x, "from": masking.mask(one.end.source)},
        "began": _plain(one.run.began), "last_row": _plain(one.last)}


def _plain(value: float) -> Optional[float]:
    return value if math.isfinite(value) else None
