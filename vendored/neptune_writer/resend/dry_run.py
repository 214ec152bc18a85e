"""The dry run: how many rows would be sent of each journal, and the table that shows it."""
import collections

from .. import messages
from ..delivery.run_journals import RunJournal
from ..delivery.step_options import AS_LOGGED
from ..delivery.stopping import Stopping
from ..delivery.unsent_points import UnsentPoints
from ..journal import reading
from . import found_runs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Sequence

    from ..delivery.step_options import StepOptions


def rows_to_send(paths: "Sequence[str]", spec: str, others: "Optional[Dict[str, List[str]]]" = None,
                 options: "StepOptions" = AS_LOGGED) -> "Dict[str, int]":
    """{path: rows} of the journals of one run, in their order, by the rules by which they are sent: without rows that
    others supersede, and those that ``spec`` has got.

    ``others``: path -> see `Cursor`.
    """
    stopping = Stopping(follow=False)
    journals = [RunJournal.of_target(path, options.target(spec), stopping, (others or {}).get(path, ()))
                for path in paths]
    unsent = UnsentPoints(journals, stopping.is_set, *options)
    for journal in journals:
        unsent.begin(journal)
        reader = reading.Reader(journal.path, journal.cursor.offset)
        for records in iter(reader.read, []):
            for record in records:
                unsent.take(journal, record)
        unsent.read(journal, reader.offset)
        reader.close()
    unsent.end()
    return collections.OrderedDict((position.journal.path, position.rows) for position in unsent.positions())


def show(paths: "Sequence[str]", spec: str, planned: "Optional[Dict[str, Any]]" = None,
         options: "StepOptions" = AS_LOGGED) -> int:
    """Print what would be sent, a line a journal; returns the exit code.

    Args:
        planned: path -> (rows, name of the run, what stands for the journal) of journals that are not made yet.
    """
    planned = planned or {}
    lines: List[Any] = [("rows", "run", "file")]
    bad: List[str] = []

    def unreadable(path: str, error: "Exception") -> None:
        if path not in bad:  # which may lie below several that are named
            bad.append(path)
            messages.warn("%s: %s" % (path, messages.reason(error, path)))

    def copied(path: str, kept: str) -> None:
        messages.say(found_runs.COPY % (path, kept))

    found = found_runs.group([path for path in found_runs.journals(paths, unreadable) if path not in planned],
                             unreadable, copied)
    for journals in found.values():
        try:
            counts = rows_to_send([journal.path for journal in journals], spec,
                                  {journal.path: journal.copies for journal in journals}, options)
        except Exception as error:  # gone meanwhile, or odd in a way that nobody thought of
            unreadable(journals[0].path, error)
            continue
        lines += [(counts[journal.path], journal.header["name"], journal.path) for journal in journals]
    lines += [planned[path] for path in paths if path in planned]
    if len(lines) == 1:
        if not bad:
            messages.warn("%s: %s" % (", ".join(paths), found_runs.NOTHING))
        return 1
    shown = [[messages.plain(str(cell)) for cell in line] for line in lines]
    width = [max(len(line[column]) for line in shown) for column in range(2)]
    for rows, name, path in shown:
        print("%s  %s  %s" % (rows.rjust(width[0]), name.ljust(width[1]), path))
    print("%s of %s to %s" % (messages.count(sum(line[0] for line in lines[1:]), "row"),
                              messages.count(len(found) + len(planned), "run"), spec.rstrip(":")))
    return 1 if bad else 0
