"""A first look at the journals of a run: its step metric, and which points others supersede."""
import time

from ..journal import reading
from ..points.growing import CHOOSE_AFTER_ROWS, CHOOSE_AFTER_SECONDS, GrowingRun
from ..points.lines import Lines, is_of_ray, steps_of
from ..points.rows import RESUMED
from ..points.superseded import Superseded
from ..points.whole import WholeRun

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Tuple, Union

    from ..points.rows import Row
    from .row_keys import RowKeys
    from .run_journals import RunJournal


def lines_of(journal: "RunJournal", keys: "RowKeys") -> Lines:
    """What makes rows of a journal's records, each with a key that no other row of the run has."""
    return Lines(dict(journal.header, run=keys.id_of(journal)))


def look(journals: "Sequence[RunJournal]", keys: "RowKeys", has_end: "Callable[[], bool]",
         step_metrics: "Sequence[str]", restarts: "Optional[str]") -> "Tuple[GrowingRun, Superseded, int]":
    """Read all that is there; returns (what rows are to be fed to, what is superseded, how many clocks there are).

    For the arguments see `unsent_points.UnsentPoints`.
    """
    names, user = _names(journals, step_metrics)
    options: Dict[str, Any] = {"every_fall_is_a_checkpoint": is_of_ray(journals[0].header), "restarts": restarts}
    sizes = [journal.size() for journal in journals]
    is_over = has_end() and journals[-1].is_over()
    whole = WholeRun(lambda: _rows(journals, sizes, keys), names, user, is_over=is_over, **options)
    began = next((row.time for row in _rows(journals[:1], sizes, keys) if not isinstance(row, str)), None)
    is_known = whole.survey.rows >= CHOOSE_AFTER_ROWS or has_end() or (
        began is not None and not 0 <= time.time() - began < CHOOSE_AFTER_SECONDS)
    growing = GrowingRun(names, user, choice=whole.choice if is_known else None, rows=whole.survey.rows, **options)
    return (growing, whole.superseded if is_known else Superseded(),
            len(whole.choice.given | {whole.choice.name} - {None}) or 1)


def _rows(journals: "Sequence[RunJournal]", sizes: "Sequence[int]", keys: "RowKeys") -> "Iterator[Union[Row, str]]":
    """What is there of each journal, up to its size."""
    for number, (journal, size) in enumerate(zip(journals, sizes)):
        if number:
            yield RESUMED
        lines, reader = lines_of(journal, keys), reading.Reader(journal.path)
        try:
            for records in iter(reader.read, []):
                for record in records:
                    if record["offset"] < size:
                        yield from lines.rows(record)
                if reader.offset >= size:
                    break
        finally:
            reader.close()


def _names(journals: "Sequence[RunJournal]", step_metrics: "Sequence[str]") -> "Tuple[List[str], List[str]]":
    """The names of the step metric, by rank, as all journals have them: (the frameworks', the user's)."""
    names: List[str] = []
    named = list(step_metrics)
    for journal in journals:
        of_caller, of_user = steps_of(journal.header)
        names += [name for name in of_caller if name not in names]
        named += [name for name in of_user if name not in named and not step_metrics]
    return names, named
