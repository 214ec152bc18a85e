"""Which processes of a Launchpad program open a run: the learner's, or those that are asked to.

A program has a process for the learner, one for the evaluator, one for each actor: NEPTUNE_EXPERIMENT is the same in
all of them.
https://github.com/google-deepmind/launchpad
"""
import os
import sys

from ... import messages

VARIABLE = "NEPTUNE_LAUNCHPAD"
_DEFAULT = "learner"


def is_wanted(label: str) -> bool:
    """Whether loggers of that label emit in this process: always outside of Launchpad's."""
    if not is_process():
        return True
    label = label or "logger"
    wanted = [part.strip() for part in (os.environ.get(VARIABLE) or _DEFAULT).split(",")]
    if label in wanted or "all" in wanted:
        return True
    messages.say("%s: this Launchpad process records no run; to have it record one, set %s=%s,%s (or all)"
                 % (label, VARIABLE, _DEFAULT, label))
    return False


def is_process() -> bool:
    """Whether Launchpad has started this process, which it does with an entry module of its own."""
    main = getattr(sys.modules.get("__main__"), "__file__", None) or ""
    return "launchpad" in sys.modules and os.path.basename(main) == "process_entry.py" or any(
        argument.startswith("--lp_task_id") for argument in sys.argv[1:])
