# /// script
# requires-python = ">=3.9"
# dependencies = ["libcst>=1.1"]
# ///
"""Try every patch on the newest release and the newest commit."""
from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Iterator, List, NamedTuple, Sequence

if __name__ == "__main__":  # run as a file, so that only its own folder is on the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from patches import Patch, discover
from scripts import checkout, output, upstream
from scripts.checkout.nearest import NoLogger
from scripts.checkout.state import insertions
from scripts.refusal import Refusal
from neptune_writer.system import descriptors

FITS, BROKEN, UNKNOWN = "fits", "broken", "not tried"


class Row(NamedTuple):
    """One patch on one version; `detail` is what fits, the anchor that does not, or why it was not tried."""

    framework: str
    source: str
    version: str
    verdict: str
    detail: str


def main(argv: Sequence[str]) -> int:
    """Returns the exit status: 0, 1 where a patch does not fit any more, 2 for wrong usage."""
    descriptors.fill_standard()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("frameworks", nargs="*", help="names of patches; default: all")
    chosen = parser.parse_args(argv).frameworks
    patches = [patch for patch in discover() if not chosen or patch.name in chosen]
    if len(patches) < len(set(chosen)):
        known = [patch.name for patch in discover()]
        parser.error(f"no patch is called {', '.join(sorted({*chosen} - {*known}))}; there are {', '.join(known)}")
    rows: List[Row] = []
    for patch in patches:
        for row in tried(patch):
            rows.append(row)
            if sys.stderr.isatty():
                print(f"{row.framework} {row.source}: {row.verdict}", file=sys.stderr)
    print_table(rows)
    return int(any(row.verdict == BROKEN for row in rows))


def tried(patch: Patch) -> Iterator[Row]:
    """A row for the release, and one for the commit."""
    for source, name in (("index", patch.package), ("HEAD", patch.upstream)):
        if name is None:
            yield Row(patch.name, source, "-", UNKNOWN, "it has no package on the index")
            continue
        folder = Path(tempfile.mkdtemp(prefix="neptune-drift-"))
        try:
            tree = upstream.newest_release(name, folder) if source == "index" else \
                upstream.newest_commit(name, folder / "clone")
            yield Row(patch.name, source, tree.version, *verdict(patch, tree.folder))
        except upstream.Unavailable as error:
            yield Row(patch.name, source, "-", UNKNOWN, str(error))
        finally:
            shutil.rmtree(folder)


def verdict(patch: Patch, folder: Path) -> "tuple[str, str]":
    """Whether the patch fits, and what it would insert or which anchor is missing where."""
    none = f"no {' and '.join(patch.logger)} in it"
    try:
        found = checkout.open_checkout(str(folder))
    except NoLogger as error:
        return BROKEN, "; nearest: ".join([none, *map(str, error.nearest[:1])])
    except Refusal as error:
        return BROKEN, str(error).replace(f"{folder}: ", "")
    files = [file for file in found.files if file.patch.name == patch.name]
    broken = [f"{file.path}: {file.detail}" for file in files if file.new is None]
    if broken or all(file.companion for file in files):
        return BROKEN, "; ".join(broken) or none
    return FITS, ", ".join(f"{file.path} {insertions(file.raw, file.new or b'')}" for file in files)


def print_table(rows: Sequence[Row]) -> None:
    """Aligned, the last column as long as it is."""
    table = [("framework", "source", "version", "patch", ""), *rows]
    widths = [max(len(row[column]) for row in table) for column in range(4)]
    for row in table:
        cells = [f"{cell:<{width}}" for cell, width in zip(row, widths)]
        print(output.plain("  ".join([*cells, row[4]]).rstrip()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
