"""Where the points of a journal stand."""
import json
from pathlib import Path

from neptune_writer.points.lines import Lines, steps_of
from neptune_writer.points.whole import WholeRun


def points_of(journal):
    """Metric -> [(x, value)], of a journal's path."""
    records, offset = [], 0
    for line in Path(journal).read_bytes().splitlines(True):
        records.append(dict(json.loads(line), offset=offset))
        offset += len(line)
    lines = Lines(records[0])
    rows = [row for record in records[1:] for row in lines.rows(record)]
    found = {}
    for placed in WholeRun(lambda: rows, *steps_of(records[0])).points():
        for metric, value in placed.values.items():
            found.setdefault(metric, []).append((placed.x, value))
    return found
