"""The runs that lie below the paths a person names: a journal each, or several where a training went on with one."""
import collections
import fnmatch
import os

from .. import messages
from ..delivery.cursor import Cursor
from ..delivery.feed import Feed
from ..delivery.parts import of as part_of
from ..delivery.step_options import AS_SAID
from ..delivery.stopping import Stopping
from ..journal import journal, reading
from ..system import files

PATTERN = "neptune-*" + journal.SUFFIX
NOTHING = "expected %s in this folder or below it, found none; name the folder where the framework writes" % PATTERN
Found = collections.namedtuple("Found", "path header copies")
"""One journal of a run: its path, its first record, and the paths of older copies of it."""


def journals(paths, unreadable=lambda path, error: None):
    """Every journal that is named, or lies anywhere below a folder that is; the same one once.

    ``unreadable(path, error)`` is called for each folder that may not be looked into, and for what has the name of a
    journal and is none: a FIFO, which would never end, a folder, a link to nothing.
    """
    found = collections.OrderedDict()
    for path in paths:
        if not os.path.isdir(path):
            found.setdefault(os.path.realpath(path), path)
            continue
        for folder, inner, names in os.walk(path, onerror=lambda error: unreadable(error.filename, error)):
            inner.sort()
            for name in sorted(fnmatch.filter(inner + names, PATTERN)):
                place = os.path.join(folder, name)
                try:
                    files.expect_file(place)
                except OSError as error:
                    if os.path.lexists(place):  # else it was removed meanwhile
                        unreadable(place, error)
                else:
                    found.setdefault(os.path.realpath(place), place)
    return list(found.values())


def run_id(header):
    """The id of the run that a journal belongs to, which is that of an earlier one where it goes on with it."""
    return header.get("resumes") or header["run"]


def group(paths, unreadable, copied=lambda path, kept: None):
    """Journals -> {run id: [Found]}, in the order in which the training went on: each after the one that it resumes,
    then by time.

    ``unreadable(path, error)`` is called for each that is none, ``copied(path, kept)`` for each that is an older copy
    of another: that is no part of the run.
    """
    found = []
    for path in paths:
        try:
            found.append(Found(path, reading.read_whole_header(path), []))
        except (OSError, ValueError) as error:
            unreadable(path, error)
    found = _without_copies(found, copied)
    resumed = {part.header["run"]: part.header.get("resumes") for part in found}
    runs = collections.OrderedDict()
    for part in found:
        runs.setdefault(_first_of(part.header["run"], resumed), []).append(part)
    for first, parts in runs.items():
        runs[first] = _in_order(parts)
    return runs


def _first_of(run, resumed):
    """The id of the run that went on under this one, through all that it was resumed by in between."""
    passed = {run}
    while resumed.get(run) and resumed[run] not in passed:
        run = resumed[run]
        passed.add(run)
    return run


def _in_order(parts):
    """The parts of one run: each behind the one that it resumes, if that is among them; of those that may come next the
    oldest, by clocks that may not agree."""
    waiting, ids, order = sorted(parts, key=lambda part: part.header["t"]), {}, []
    for part in parts:
        ids[part.header["run"]] = False  # whether it has its place
    while waiting:
        ready = next((part for part in waiting if ids.get(part.header.get("resumes"), True)
                      or part.header["resumes"] == part.header["run"]), waiting[0])
        waiting.remove(ready)
        ids[ready.header["run"]] = True
        order.append(ready)
    return order


def _without_copies(found, copied):
    """The journals, of several that begin alike (one header is one writer) the longest."""
    alike = collections.OrderedDict()
    for part in found:
        alike.setdefault(part.header["run"], []).append(part)
    left = set()
    for parts in alike.values():
        parts.sort(key=lambda part: -_size(part.path))
        for number, part in enumerate(parts):
            kept = next((other for other in parts[:number]
                         if other.path not in left and _begins_with(other.path, part.path)), None)
            if kept is not None:
                left.add(part.path)
                kept.copies.append(part.path)
                copied(part.path, kept.path)
    return [part for part in found if part.path not in left]


def _begins_with(path, shorter):
    """Whether all whole lines of a journal, of which there are some, are the first of another."""
    try:
        with files.open_to_read(path) as one, files.open_to_read(shorter) as other:
            lines = 0
            for line in other:
                if not line.endswith(b"\n"):
                    break
                if one.readline() != line:
                    return False
                lines += 1
            return lines > 0
    except OSError:
        return False


def _size(path):
    try:
        return os.path.getsize(path)
    except OSError:
        return 0


def has_more(path, target, others=()):
    """Whether a journal holds anything whole that a target has not got yet; ``others``: see `Cursor`."""
    cursor = Cursor(path, target, others)
    return bool(cursor.open) or reading.has_whole_line(path, cursor.offset)


def to_send(paths, spec, others=None, how=AS_SAID):
    """{path: how many rows would be handed over} of the journals of one run, in their order, by the rules by which
    they are sent: without those that others supersede, and those that ``spec`` has got.

    ``others``: path -> see `Cursor`. ``how``: see `how`.
    """
    there = Stopping(follow=False)
    found = [part_of(path, how.target(spec), there, (others or {}).get(path, ())) for path in paths]
    feed = Feed(found, there.is_set, how.x, how.restarts)
    for part in found:
        feed.begin(part)
        reader = reading.Reader(part.path, part.cursor.offset)
        for records in iter(reader.read, []):
            for record in records:
                feed.take(part, record)
        feed.read(part, reader.offset)
        reader.close()
    feed.end()
    return collections.OrderedDict((part.path, rows) for part, _, _, rows in feed.positions())


def show(paths, spec, planned=None, how=AS_SAID):
    """Print what would be sent, a line a journal; returns the exit code.

    Args:
        how: see `how`.
        planned: path -> (rows, name of the run, what stands for the journal) of journals that are not made yet.
    """
    planned = planned or {}
    lines, bad = [("rows", "run", "file")], []

    def unreadable(path, error):
        if path not in bad:  # which may lie below several that are named
            bad.append(path)
            messages.warn("%s: %s" % (path, messages.reason(error, path)))

    def copied(path, kept):
        messages.say("%s: an older copy of %s, left out" % (path, kept))

    found = group([path for path in journals(paths, unreadable) if path not in planned], unreadable, copied)
    for parts in found.values():
        try:
            counts = to_send([part.path for part in parts], spec, {part.path: part.copies for part in parts}, how)
        except Exception as error:  # gone meanwhile, or odd in a way that nobody has thought of
            unreadable(parts[0].path, error)
            continue
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
