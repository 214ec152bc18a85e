"""Let Dopamine's runners emit the summaries of an iteration; where there is a dispatcher, what it is told.

https://github.com/google/dopamine/blob/master/dopamine/discrete_domains/run_experiment.py
https://github.com/google/dopamine/blob/master/dopamine/metrics/collector_dispatcher.py
https://github.com/google-research/batch_rl/blob/master/batch_rl/fixed_replay/run_experiment.py

`write`, `flush` and `close` are common words: a dispatcher is known by its `_collectors`, and a list of those allowed.
"""
from patches._tables import Table, patch
from patches.edits import import_package

IMPORT = import_package("neptune_writer.frameworks.dopamine", "write")

RUNNER = Table(
    defines=("_save_tensorboard_summaries", "run_experiment"),
    holds=("_summary_writer", "_base_dir"),
    imports=IMPORT,
    code="neptune_writer.summaries({self}, locals())",
)

PATCH = patch(
    "dopamine",
    "https://github.com/google/dopamine",
    RUNNER,
    RUNNER._replace(  # one of a user's, which is derived from that in the package
        defines=("_save_tensorboard_summaries", "_run_one_iteration"),
        holds=("_summary_writer",),
        lacks=("run_experiment", "_base_dir"),
    ),
    Table(
        defines=("write", "flush", "close"),
        holds=("_collectors",),
        reads=("collector_allowlist",),
        imports=IMPORT,
        code="neptune_writer.write({self}, {1}, {2})",
        more=(("__init__", "neptune_writer.describe({self}, {1})"),),
    ),
    package="dopamine-rl",
)
