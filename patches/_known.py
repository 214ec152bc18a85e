"""Loggers that are known and not supported yet: found by their symbols, refused by name, with what there is instead.

Who adds the framework (README.md beside this file) takes its row out of here.
"""
from __future__ import annotations

import ast
from typing import NamedTuple

from patches import Patch, Target
from patches._tables import Table, is_in
from patches.edits import Edit, Refused

EVENTS = "its event files"


class Known(NamedTuple):
    """One framework.

    Attributes:
        name: that of its patch, once there is one.
        title: what people call it.
        upstream: where it is developed.
        files: what it writes that `report.py` reads.
        tables: what its loggers are known by.
    """

    name: str
    title: str
    upstream: str
    files: str
    tables: tuple[Table, ...]

    def as_patch(self) -> Patch:
        """A patch that refuses each of its loggers."""
        return Patch(self.name, self.upstream, self.tables[0].defines, tuple(map(self._target, self.tables)),
                     supported=False)

    def _target(self, table: Table) -> Target:
        def refuse(tree: ast.Module) -> list[Edit]:
            if is_in(tree, table):
                raise Refused(f"{self.title}'s logger is known and not supported yet; scripts/report.py shows "
                              f"{self.files}, patches/README.md says how a logger is added")
            return []

        return Target(table.signs, refuse)


def _table(*defines: str, holds: tuple[str, ...] = ()) -> Table:
    return Table(defines, holds=holds)


KNOWN = tuple(known.as_patch() for known in (
    Known("rsl_rl", "rsl_rl", "https://github.com/leggedrobotics/rsl_rl", EVENTS, (
        _table("get_inference_policy", "learn", "log", holds=("writer",)),
        _table("init_logging_writer", "process_env_step", "log", holds=("writer",)))),
    Known("rl_games", "rl_games", "https://github.com/Denys88/rl_games", EVENTS, (
        _table("write_stats", "update_epoch", "init_rnn_from_model"),)),
    Known("skrl", "skrl", "https://github.com/Toni-SM/skrl", EVENTS, (
        _table("write_tracking_data", "track_data"),)),
    Known("sample_factory", "Sample Factory", "https://github.com/alex-petrenko/sample-factory", EVENTS, (
        _table("_report_experiment_summaries", "print_stats"),)),
))
