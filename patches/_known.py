"""Frameworks that draw with a SummaryWriter: found by their symbols, refused by name, with the command that reaches
them."""
from __future__ import annotations

import ast
from typing import NamedTuple

from patches import _symbols as symbols
from patches._patch import Patch, Target
from patches._refusals import TO_W_AND_B, Refused, reached_by
from patches._tables import Table, is_in
from patches.edits import Edit


class Known(NamedTuple):
    """One framework.

    Attributes:
        name: that of its patch, once there is one.
        title: what people call it.
        upstream: where it is developed.
        draws: the packages whose SummaryWriter it draws with, of which a patched one reaches it.
        tables: what its loggers are known by.
    """

    name: str
    title: str
    upstream: str
    draws: str
    tables: tuple[Table, ...]

    def as_patch(self) -> Patch:
        """A patch that refuses each of its loggers."""
        return Patch(self.name, self.upstream, self.tables[0].defines, tuple(map(self._target, self.tables)),
                     supported=False)

    def _target(self, table: Table) -> Target:
        def refuse(tree: ast.Module) -> list[Edit]:
            if not is_in(tree, table) or _has_own_writer(tree):
                return []
            if "add_scalar" not in symbols.attributes(tree) and "wandb" in symbols.names(tree):  # as in many forks
                raise Refused(f"this copy of {self.title} logs {TO_W_AND_B}")
            raise Refused(f"{self.title} has no logger of its own, it logs with {self.draws}'s SummaryWriter; "
                          f"{reached_by(self.draws.split()[0])}")

        return Target(table.signs, refuse)


def _has_own_writer(tree: ast.Module) -> bool:
    """Whether the file's SummaryWriter is its package's own, which is patched where it is."""
    return any(isinstance(node, ast.ImportFrom) and node.module and node.module.endswith(".utils.tensorboard")
               and not node.module.startswith("torch.") for node in tree.body)


def _table(*defines: str, holds: tuple[str, ...] = ()) -> Table:
    return Table(defines, holds=holds)


KNOWN = tuple(known.as_patch() for known in (
    Known("rsl_rl", "rsl_rl", "https://github.com/leggedrobotics/rsl_rl", "torch", (
        _table("get_inference_policy", "learn", "log", holds=("writer",)),
        _table("init_logging_writer", "process_env_step", "log", holds=("writer",)))),
    Known("rl_games", "rl_games", "https://github.com/Denys88/rl_games", "tensorboardX and torch", (
        _table("write_stats", "update_epoch", "init_rnn_from_model"),)),
    Known("skrl", "skrl", "https://github.com/Toni-SM/skrl", "torch", (
        _table("write_tracking_data", "track_data"),)),
    Known("sample_factory", "Sample Factory", "https://github.com/alex-petrenko/sample-factory", "tensorboardX", (
        _table("_report_experiment_summaries", "print_stats"),)),
))
