"""The runs that lie below the paths a person names: a journal each, or several where a training went on with one."""
import collections
import fnmatch
import math
import os

from . import journal, messages, reading
from .cursor import Cursor
from .series import Series

PATTERN = "neptune-*" + journal.SUFFIX
NOTHING = "expected %s in this folder or below it, found none; name the folder where the framework writes" % PATTERN
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


def to_send(paths, spec):
    """{path: how many rows would be handed over} of the journals of one run, the oldest first, by the rules by which
    they are sent: without those that others supersede, and those that ``spec`` has got."""
    counts = collections.OrderedDict()
    for index, path in enumerate(paths):
        cursor, later = Cursor(path, spec), [reading.FirstSteps(other) for other in paths[index + 1:]]
        series, rewinds = Series(cursor.series), reading.rewinds(path, cursor.offset)
        reader, counts[path] = reading.Reader(path, cursor.offset), 0
        for records in iter(reader.read, []):
            counts[path] += len(series.rows([record for record in records if "values" in record], "", True, (
                lambda stream: min([steps.of(stream) for steps in later] or [math.inf])), rewinds))
        reader.close()
    return counts


def show(paths, spec, planned=None):
    """Print what would be sent, a line a journal; returns the exit code.

    Args:
        planned: path -> (rows, name of the run, what stands for the journal) of journals that are not made yet.
    """
    planned = planned or {}
    lines, bad = [("rows", "run", "file")], []

    def unreadable(path, error):
        bad.append(path)
        messages.warn("%s: %s" % (path, messages.reason(error, path)))

    found = group([path for path in journals(paths) if path not in planned], unreadable)
    for parts in found.values():
        counts = to_send([part.path for part in parts], spec)
        lines += [(counts[part.path], part.header["name"], part.path) for part in parts]
    lines += [planned[path] for path in paths if path in planned]
    if len(lines) == 1:
        if not bad:
            messages.warn("%s: %s" % (", ".join(paths), NOTHING))
        return 1
    shown = [[messages.plain(str(cell)) for cell in line] for line in lines]
    width = [max(len(line[column]) for line in shown) for column in range(2)]
    for rows, name, path in shown:
        print("%s  %s  %s" % (rows.rjust(width[0]), name.ljust(width[1]), path))
    print("%s of %s to %s" % (messages.count(sum(line[0] for line in lines[1:]), "row"),
                              messages.count(len(found) + len(planned), "run"), spec.rstrip(":")))
    return 1 if bad else 0
