"""Let MAPPO's runners and HARL's loggers emit what they give to their writer, or to W&B.

https://github.com/marlbenchmark/on-policy/blob/main/onpolicy/runner/shared/base_runner.py
https://github.com/PKU-MARL/HARL/blob/main/harl/common/base_logger.py
https://github.com/PKU-MARL/HARL/blob/main/harl/runners/off_policy_base_runner.py

`log_train` and `log_env` are not all: win rates go to the `writter` from within the loops. So that is followed from
where it is made. It is known by its spelling, too.
"""
from patches._tables import Table, patch
from patches.edits import import_package

RUNNER = Table(
    defines=("__init__", "log_train", "log_env"),
    holds=("writter",),
    imports=import_package("neptune_writer.frameworks.on_policy", "follow"),
    code="neptune_writer.follow({self})",
    late=True,
)

PATCH = patch(
    "on_policy",
    "https://github.com/marlbenchmark/on-policy",
    RUNNER,
    RUNNER._replace(defines=("__init__", "eval", "warmup", "restore", "close"), holds=("writter", "run_dir"),
                    lacks=("logger", "log_train", "log_env")),
)
