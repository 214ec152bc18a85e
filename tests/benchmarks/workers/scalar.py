"""What a scalar costs a training: a SummaryWriter as it is, and one with the patch, in turns.

    scalar.py PLAIN PATCHED ROUNDS SECONDS    prints JSON: way -> times of BLOCK scalars, and how many the journal has

Both are packages that have a SummaryWriter, importable here. It writes its file in a thread, behind a queue of ten
events, so one call says little: a block is timed until it is in the file.
"""
import glob
import importlib
import json
import os
import sys

from interleaved import measure, rows_of

BLOCK = 200


def drawing(module, folder):
    """``call(row, step)`` of that package's writer: a block of scalars."""
    writer = importlib.import_module(module).SummaryWriter(folder)

    def write(row, step):
        for name, value in row.items():
            for number in range(BLOCK):
                writer.add_scalar(name, value, step * BLOCK + number)
        writer.flush()
    return write


def main():
    """Measure, print, leave at once."""
    plain, patched, rounds, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    found = measure({"plain": drawing(plain, "plain"), "patched": drawing(patched, "patched")}, rows_of(1), rounds,
                    seconds)
    journal, = glob.glob("patched/*.jsonl")
    found["rows"] = sum('"values":' in line for line in open(journal))
    found["block"] = BLOCK
    print(json.dumps(found), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
