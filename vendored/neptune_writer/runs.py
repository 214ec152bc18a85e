"""The runs that lie below the paths a person names: a journal each, or several where a training went on with one."""
import collections
import fnmatch
import math
import os

from . import journal, messages, reading
from .cursor import Cursor

PATTERN = "neptune-*" + journal.SUFFIX
Found = collections.namedtuple("Found", "path header")
"""One journal of a run: its path and its first record."""


def journals(paths):
    """Every journal that is named, or lies anywhere below a folder that is; the same one once."""
    found = collections.OrderedDict()
    for path in paths:
        if not os.path.isdir(path):
            found.setdefault(os.path.realpath(path), path)
            continue
        for folder, folders, names in os.walk(path):
            folders.sort()
            for name in sorted(fnmatch.filter(names, PATTERN)):
                found.setdefault(os.path.realpath(os.path.join(folder, name)), os.path.join(folder, name))
    return list(found.values())


def run_id(header):
    """The id of the run that a journal belongs to, which is that of an earlier one where it goes on with it."""
    return header.get("resumes") or header["run"]


def group(paths, unreadable):
    """Journals -> {run id: [Found]}, the oldest part first.

    ``unreadable(path, error)`` is called for each that is none.
    """
    runs = collections.OrderedDict()
    for path in paths:
        try:
            header = reading.read_header(path)
            runs.setdefault(run_id(header), []).append(Found(path, header))
        except (OSError, ValueError, KeyError) as error:
            unreadable(path, error)
    for parts in runs.values():
        parts.sort(key=lambda part: part.header.get("t", 0))
    return runs


def has_more(path, spec):
    """Whether a journal holds anything that ``spec`` has not got yet."""
    return Cursor(path, spec).offset < os.path.getsize(path)


def show(paths, spec):
    """Print what would be sent, a line a journal; returns the exit code."""
    lines, bad = [("rows", "run", "journal")], []

    def unreadable(path, error):
        bad.append(path)
        messages.warn("%s: %s" % (path, messages.short(error)))

    found = group(journals(paths), unreadable)
    for parts in found.values():
        for index, part in enumerate(parts):
            steps = [reading.FirstSteps(later.path) for later in parts[index + 1:]]
            rows = reading.rows_after(part.path, Cursor(part.path, spec).offset,
                                      lambda stream: min([step.of(stream) for step in steps] or [math.inf]))
            lines.append((str(rows), messages.plain(part.header["name"]), messages.plain(part.path)))
    if not found:
        messages.say("expected %s, found none" % PATTERN)
        return 1
    width = [max(len(line[column]) for line in lines) for column in range(2)]
    for rows, name, path in lines:
        print("%s  %s  %s" % (rows.rjust(width[0]), name.ljust(width[1]), path))
    print("%s of %s to %s" % (messages.count(sum(int(line[0]) for line in lines[1:]), "row"),
                              messages.count(len(found), "run"), spec))
    return 1 if bad else 0
