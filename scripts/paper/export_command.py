"""The command behind export.py: paths in, a tidy table out."""
from __future__ import annotations

import argparse
import csv
import functools
import io
import itertools
import sys
from pathlib import Path
from typing import Any, BinaryIO, Callable, Dict, List, Sequence, Tuple

import pyarrow as pa
from neptune_writer import masking, messages
from pyarrow import compute
from pyarrow import csv as arrow_csv

from scripts import command_lines, reading_runs
from scripts.paper import asked, outputs, tidy
from scripts.paper.tidy import Found, Shape
from scripts.refusal import Refusal

_TO_STDOUT = "-"


def main(argv: Sequence[str]) -> int:
    """The exit status: 0, 1 for a refusal or where something may not be read, 2 for wrong usage, 130 for Ctrl-C."""
    return reading_runs.run("export", _parser(), _export, argv)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=command_lines.prog("export"),
        description="Write runs as one table, one row per point: run, group, framework, metric, x, time, value.")
    reading_runs.add_arguments(parser)
    parser.add_argument("-o", "--output", required=True, metavar="FILE.csv|FILE.parquet|-",
                        help="the file to write; - writes CSV to stdout")
    parser.add_argument("--metric", action="append", default=[], metavar="PATTERN", help="only metrics with such "
                        "names, for example eval/*; repeat for more")
    parser.add_argument("--config", action="store_true", help="add a column for each config entry, such as config/lr")
    parser.add_argument("--wide", action="store_true", help="one column per metric; what was logged together is "
                        "one row")
    return parser


def _export(arguments: argparse.Namespace) -> int:
    write = _writer(arguments.output)
    runs, is_partial = asked.runs_below("export", arguments)
    every = tidy.found(runs, arguments.group_by)
    shape = Shape(tuple(arguments.metric), tidy.config_columns(every) if arguments.config else (), arguments.wide)
    names = tidy.names_of(every, shape)
    tidy.check(every, shape)
    rows = write(every, shape)
    if arguments.output != _TO_STDOUT:
        told = [messages.count(len(runs), "run"), messages.count(len(names), "metric"), messages.count(rows, "row")]
        print(f"{', '.join(told)}: {messages.plain(arguments.output)}")
    return int(is_partial)


def _writer(output: str) -> Callable[[Found, Shape], int]:
    """What writes the table and returns the number of its rows.

    Raises:
        Refusal: it is to be written where or how it cannot be.
    """
    if output == _TO_STDOUT:
        return lambda every, shape: _as_csv(every, shape, sys.stdout.buffer)
    path = Path(output)
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".parquet"):
        raise Refusal(f"-o {output}: expected a name that ends in .csv or .parquet, or - for stdout")
    outputs.path_to_write(path)
    form = _as_csv if suffix == ".csv" else _as_parquet

    def write(every: Found, shape: Shape) -> int:
        with outputs.replaced(path) as file:
            return form(every, shape, file)
    return write


def _as_csv(every: Found, shape: Shape, file: BinaryIO) -> int:
    """The texts of a run and metric are the same in many rows: they are put around the numbers, which are written by
    Arrow."""
    names, rows = list(tidy.schema_of(every, shape).names), 0
    masked = functools.partial(masking.mask, tokens=masking.known_tokens())
    first = names.index("x")
    behind = len(names) - len(shape.configs)
    file.write(_line(names, masked) + b"\n")
    texts: Dict[int, Tuple[Any, Any]] = {}  # of the columns before; with these, so that no id comes again
    plain = arrow_csv.WriteOptions(include_header=False, quoting_style="none")
    for part in tidy.parts(every, shape):
        run = every.runs[part.run]
        told = {"run": every.labels[part.run], "group": every.groups[part.run], "framework": run.framework,
                "metric": part.metric, **{tidy.column_of_config(path): run.config.get(path) for path in shape.configs}}
        before = _line([told[name] for name in names[:first]], masked) + b","
        after = (b"," if shape.configs else b"") + _line([told[name] for name in names[behind:]], masked) + b"\n"
        columns = [part.columns[name] for name in names[first:behind]]
        texts = {id(one): texts.get(id(one)) or (one, _as_text(one)) for one in columns}
        batch = pa.RecordBatch.from_arrays([texts[id(one)][1] for one in columns], names[first:behind])
        written = pa.BufferOutputStream()
        arrow_csv.write_csv(batch, written, plain)
        lines = written.getvalue().to_pybytes().replace(b"\n", after + before)
        if lines:
            file.write(before + lines[:-len(before)])
        rows += batch.num_rows
    file.flush()
    return rows


def _as_text(column: Any) -> Any:
    """Numbers and moments as Arrow writes them, but several times as fast; ``Z`` says that moments are UTC."""
    if not pa.types.is_timestamp(column.type):
        return column.cast(pa.string())
    return compute.binary_join_element_wise(column.cast(pa.timestamp("ms")).cast(pa.string()), "Z", "")


def _line(values: Sequence[Any], masked: Callable[[str], str]) -> bytes:
    """Cells of CSV, without the end of the line."""
    output = io.StringIO()
    csv.writer(output).writerow(  # its end of line, of both letters, has it quote either
        ["" if value is None else str(value).lower() if isinstance(value, bool) else masked(value)
         if isinstance(value, str) else value for value in values])
    return output.getvalue()[:-2].encode(errors="backslashreplace") if values else b""


def _as_parquet(every: Found, shape: Shape, file: BinaryIO) -> int:
    from pyarrow import parquet
    rows = 0
    held: List[Any] = []
    with parquet.ParquetWriter(file, _plain(tidy.schema_of(every, shape))) as writer:
        for batch in itertools.chain(tidy.tables(every, shape), [None]):
            if held and (batch is None or sum(one.num_rows for one in held) >= tidy.ROWS):
                writer.write_table(pa.Table.from_batches(held))  # one row group, also of many small runs
                held = []
            if batch is not None:
                held.append(_as_texts(batch, writer.schema))
                rows += batch.num_rows
    return rows


def _plain(schema: Any) -> Any:
    """With texts in place of dictionaries, which differ from part to part."""
    return pa.schema([pa.field(one.name, pa.string() if pa.types.is_dictionary(one.type) else one.type)
                      for one in schema])


def _as_texts(batch: Any, schema: Any) -> Any:
    columns: List[Any] = [column.cast(one.type) if column.type != one.type else column
                          for column, one in zip(batch.columns, schema)]
    return pa.RecordBatch.from_arrays(columns, schema=schema)
