"""Loggers that dump a table, installed, driven in a process of their own, and taken out again."""
import os
import subprocess
import sys
from collections import namedtuple

from placed import points_of
from small_checkout import call, make, snapshot
from small_tables import FAMILIES
from trainings import journals, stored

from scripts import install, uninstall

Run = namedtuple("Run", "folder name group framework config points")


def installed(folder, family):
    """A checkout with that family's logger, patched; what it was before."""
    make(folder, {"lib/__init__.py": "", "lib/logger.py": FAMILIES[family]})
    before = snapshot(folder)
    assert call(install, folder) == 0
    return before


def drive(folder, code, status=0, **variables):
    """Run a training with the checkout on its path; what it prints on stdout and stderr."""
    variables = dict(os.environ, PYTHONPATH=str(folder), PYTHONDONTWRITEBYTECODE="1", **variables)
    done = subprocess.run([sys.executable, "-c", code], cwd=str(folder), env=variables, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True)
    assert done.returncode == status, done.stderr
    return done.stdout, done.stderr


def runs(folder):
    """The runs that were recorded below a folder, in the order of their folders and their paths."""
    order = sorted(journals(folder), key=lambda journal: (journal.parent.name, str(journal.parent)))
    return [Run(os.path.basename(journal.parent), header["name"], header["group"], header["framework"],
                configs[-1] if configs else None, points_of(journal))
            for journal in order for header, configs, _, _ in [stored(journal)]]


def taken_out(folder, before):
    """Whether uninstalling gives back every byte."""
    assert call(uninstall, folder) == 0
    return {path: content for path, content in snapshot(folder).items() if path in before} == before and not any(
        "neptune_writer" in path for path in snapshot(folder))
