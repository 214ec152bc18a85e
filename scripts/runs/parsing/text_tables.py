"""Tables of past runs, whatever is wrong with them; what is left out is named, with its line.

A table is text with a header. Which separator it has is found by looking; cells may hold separators within quotes or
brackets, as a tensor's text or ``q(s,a)`` does; a second header, of a logger that was opened again with other metrics,
names the columns from there on. What is as it should be is read many rows at once (`columns`), the rest row by row
(`table_rows`).
"""
from __future__ import annotations

from pathlib import Path
from typing import Callable, Dict, Iterator, List, Optional, Sequence, Union

from scripts.runs.parsing import separators, texts
from scripts.runs.parsing.table_rows import TableRows
from scripts.runs.parsing.text_lines import Text
from scripts.runs.rows import Columns
from scripts.runs.table import Say

_LOOKED_AT = 50  # rows, to find the separator and how cells are split
_MANY, _FEW = 4_000_000, 64_000  # bytes that are read at once, and of what is looked at row by row around a trouble
Part = Union[Dict[str, str], Columns]
"""A row, column -> text; or many rows."""


def rows(path: Path, say: Say, separator: str = ",", comments: str = "",
         commented: Callable[[str], None] = lambda line: None,
         columns: Sequence[str] = ()) -> Iterator[Dict[str, str]]:
    """The rows of a table, one by one: column -> text.

    Args:
        separator: the one that the format has; another is found by looking, and is said.
        comments: lines that begin with it are skipped; ``commented`` is told each, between the rows.
        columns: what the columns are where there is no header but as many columns of numbers; else none is made up.
    """
    text = _text(path, say)
    table = _table(path, text, say, separator, comments, commented, columns)
    while table and text.is_left() and not table.is_refused:
        yield from table.read(text, text.cut(_MANY))
    if table:
        table.say_what_is_left_out(text.torn)


def parts(path: Path, say: Say, separator: str = ",") -> Iterator[Part]:
    """The rows of a table, many at once where that can be; see `rows`."""
    text = _text(path, say)
    table = _table(path, text, say, separator)
    if table is None:
        return
    # pyarrow, which takes a quarter of a second to import: not where all is cached
    from scripts.runs.parsing.columns import Reader
    reader: Optional[Reader] = None
    of: List[str] = []  # the columns that it reads
    trouble = 0  # the end of the last stretch that was not read at once
    while text.is_left() and not table.is_refused:
        if not table.header:
            yield from table.read(text, text.at + 1)
            continue
        if reader is None or of is not table.header:
            of, reader = table.header, Reader(table.header, table.separator, table.holds_brackets)
        end = text.cut(_FEW if text.at < trouble else _MANY)
        many = reader.read(text.until(end))
        if many is not None:
            text.take_until(end)
            yield many
        elif text.at >= trouble and end - text.at > _FEW:
            trouble = end
        else:
            yield from table.read(text, end)
    table.say_what_is_left_out(text.torn)


def _text(path: Path, say: Say) -> Text:
    content = texts.content(path, say)
    return Text(texts.without_zeros(content.decode()).encode() if b"\0" in content else content)


def _table(path: Path, text: Text, say: Say, expected_separator: str, comments: str = "",
           commented: Callable[[str], None] = lambda line: None, columns: Sequence[str] = ()) -> Optional[TableRows]:
    """How its rows are read; None where there are none, which is said."""
    sample = text.first(_LOOKED_AT, lambda line: bool(line.strip()) and not (comments and line.startswith(comments)))
    if not sample:
        say(str(path), "not a table, but one unfinished line" if text.torn.strip() else "it is empty")
        return None
    separator = separators.separator_of(sample, expected_separator)
    if separator != expected_separator:
        say(str(path), f"its columns are separated by {separators.NAMES[separator]}, not by "
                       f"{separators.NAMES[expected_separator]}")
    return TableRows(path, say, separator, separators.split_of(separator, sample), comments, commented, columns)
