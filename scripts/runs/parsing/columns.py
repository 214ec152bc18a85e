"""Stretches of a table as columns, by pyarrow: what it reads otherwise than cell by cell is refused, and read so."""
from __future__ import annotations

import csv
import re
from codecs import BOM_UTF8
from typing import Any, Dict, List, Optional, Sequence, Tuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from scripts.runs.parsing import odd_cells, texts
from scripts.runs.rows import Columns
from scripts.runs.table import Bools, Floats

_CLEAN_QUOTES = re.compile(rb'(?<![^,\n])"[^"\n]*"(?![^,\r\n])')  # around a whole cell, with none in it
_SMALL = 1 << 20  # bytes: to wait for a thread of pyarrow's would take longer than to read them here
_HUGE = re.compile(rb"[0-9]{300}")  # a whole number of which `float` makes none, and pyarrow infinity


class Reader:
    """Reads stretches of whole lines that lie behind one header.

    What comes out is bit for bit what `texts.number` makes of each cell.

    Args:
        header: the columns; of two of one name the second counts.
        separator: one byte.
        holds_brackets: whether separators within brackets separate nothing.
    """

    def __init__(self, header: Sequence[str], separator: str, holds_brackets: bool) -> None:
        self._header, self._separator, self._holds_brackets = list(header), separator.encode(), holds_brackets
        self._is_plain_header = not any(texts.number(name) is not None for name in header)  # it may come again
        self._kinds: Optional[List[pa.DataType]] = None

    def read(self, stretch: bytes) -> Optional[Columns]:
        """The rows, or None where a line must be looked at by itself."""
        if b"\r" in stretch:
            stretch = stretch.replace(b"\r\n", b"\n")
        if not self._is_plain(stretch):
            return None
        for kinds in (self._kinds or [pa.float64()] * len(self._header), None):
            try:
                table = self._parsed(stretch, kinds or self._found_kinds(stretch))
            except pa.ArrowInvalid:
                continue
            found = self._columns(table)
            if found and any(np.isinf(column).any() for column in found.values.values()) and _HUGE.search(stretch):
                return None
            return found
        return None

    def _is_plain(self, stretch: bytes) -> bool:
        if not self._is_plain_header or b"\r" in stretch or self._separator == b" " or stretch.startswith(BOM_UTF8):
            return False
        if any(mark in stretch for mark in (b"(", b"[", b"{")):
            if self._holds_brackets or b"an(" in stretch.lower():  # nan(..), which pyarrow takes for a number
                return False
        if b'"' in stretch and (self._separator != b"," or self._holds_brackets or
                                stretch.count(b'"') != 2 * len(_CLEAN_QUOTES.findall(stretch))):
            return False
        if b'"' in stretch and max(map(len, stretch.split(b"\n"))) > csv.field_size_limit():
            return False
        return self._separator != b";" or b"," not in stretch  # which may be a decimal one

    def _parsed(self, stretch: bytes, kinds: Sequence[pa.DataType]) -> pa.Table:
        names = list(map(str, range(len(self._header))))
        options: Dict[str, Any] = dict(
            read_options=pyarrow.csv.ReadOptions(use_threads=False, column_names=names, block_size=len(stretch) + 1),
            parse_options=pyarrow.csv.ParseOptions(delimiter=self._separator.decode()),
            convert_options=pyarrow.csv.ConvertOptions(column_types=dict(zip(names, kinds)), check_utf8=False,
                                                       null_values=[""], strings_can_be_null=True))
        if len(stretch) < _SMALL:
            return pyarrow.csv.open_csv(pa.py_buffer(stretch), **options).read_all()
        return pyarrow.csv.read_csv(pa.py_buffer(stretch), **options)

    def _found_kinds(self, stretch: bytes) -> List[pa.DataType]:
        """Of each column: numbers, or texts, which are looked at one by one."""
        table = self._parsed(stretch, [pa.string()] * len(self._header))
        self._kinds = []
        for column in table.columns:
            try:
                pc.cast(column, pa.float64())
            except pa.ArrowInvalid:
                self._kinds.append(pa.dictionary(pa.int32(), pa.string()))
            else:
                self._kinds.append(pa.float64())
        return self._kinds

    def _columns(self, table: pa.Table) -> Optional[Columns]:
        if not table.num_rows:
            return None
        values: Dict[str, Floats] = {}
        present: Dict[str, Bools] = {}
        odd: Dict[str, Tuple[int, str]] = {}
        is_there: Optional[Bools]
        has_number = np.zeros(table.num_rows, dtype=bool)
        for name, place in {name: place for place, name in enumerate(self._header)}.items():
            chunks = table.column(place)
            column = chunks.chunk(0) if chunks.num_chunks == 1 else pa.concat_arrays(chunks.chunks)
            is_there = None if not column.null_count else _is_valid(column)
            if pa.types.is_dictionary(column.type):
                found, is_there, odd[name] = _of_texts(column, is_there)
            else:
                found = _raw(column, np.float64)
                if is_there is not None:
                    found = np.where(is_there, found, np.nan)
                if name:
                    has_number |= True if is_there is None else is_there
            if name and (is_there is None or is_there.any()):
                values[name] = found
                if is_there is not None and not is_there.all():
                    present[name] = is_there
        if not has_number.all() or not values:
            return None  # a line without a number may be another header
        return Columns(values, present, {name: found for name, found in odd.items() if found[0]})


def _of_texts(column: pa.DictionaryArray, is_there: Optional[Bools]) -> Tuple[Floats, Bools, Tuple[int, str]]:
    """What numbers there are among texts, and where; how many of the others say something, and the first of these."""
    cells = column.dictionary.to_pylist()
    numbers = [texts.number(text) for text in cells]
    table = np.array([np.nan if number is None else number for number in numbers] + [np.nan], dtype=np.float64)
    is_number = np.array([number is not None for number in numbers] + [False], dtype=bool)
    is_odd = np.array([number is None and odd_cells.says_something(text) for number, text in zip(numbers, cells)]
                      + [False], dtype=bool)
    which = _raw(column.indices, np.int32)
    if is_there is not None:
        which = np.where(is_there, which, len(numbers))
    odd = np.flatnonzero(is_odd[which])
    return table[which], is_number[which], (len(odd), cells[which[odd[0]]] if len(odd) else "")


def _raw(column: pa.Array, kind: Any) -> Any:
    """The values as they lie in memory; `to_numpy` would import pandas."""
    return np.frombuffer(column.buffers()[1], kind, len(column), column.offset * np.dtype(kind).itemsize)


def _is_valid(column: pa.Array) -> Bools:
    bits = np.frombuffer(column.buffers()[0], np.uint8)
    return np.unpackbits(bits, bitorder="little")[column.offset:column.offset + len(column)].astype(bool)
