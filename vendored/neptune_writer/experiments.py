"""What an experiment is: a live object of a client, a callable that makes one, or a spec string.

Objects are told apart by the names their classes define. Nothing is asked of the object itself: the first
generation's offline object answers every attribute with itself, and a Run raises on names it does not have.
"""
import os
import sys

ACCEPTED = ("a run or experiment object of a Neptune client, a callable that makes one, or a text such as "
            "'offline', 'journal' or 'workspace/project'")

EXPERIMENT, RUN, NOTHING = "Experiment", "Run", "offline object"

_DEFINED_BY = (  # first match wins: (what it is, names its classes define, names they must not define)
    (EXPERIMENT, {"log_metric", "set_property", "stop"}, {"log_metrics", "wait"}),  # later ones define __getitem__, too
    (RUN, {"__getitem__", "__setitem__", "stop", "wait", "sync"}, {"log_metrics"}),
)


def kind_of(value):
    """EXPERIMENT, RUN or NOTHING (the first generation's offline object) for a live experiment, else None."""
    classes = type(value).__mro__
    if any(cls.__name__ == "NoopObject" for cls in classes):
        return NOTHING
    if len(classes) == 2 and type(value).__module__ == "builtins":
        return None  # the plain values that configs are made of, which is nearly all of them
    names = set()
    for cls in classes:
        names.update(vars(cls))
    for kind, has, has_not in _DEFINED_BY:
        if has <= names and not has_not & names:
            return kind
    return None


def is_given(experiment):
    """Whether the code names an experiment: not None, not an empty text. Its truth is never asked."""
    return experiment is not None and not (isinstance(experiment, str) and not experiment)


def check(experiment):
    """Raise TypeError unless ``experiment`` is one."""
    if not (isinstance(experiment, str) or callable(experiment)):
        check_live(experiment)


def check_live(experiment):
    """Raise TypeError unless ``experiment`` is a live one."""
    if not kind_of(experiment):
        raise TypeError("neptune_experiment: expected %s; found an object of type %s.%s"
                        % (ACCEPTED, type(experiment).__module__, type(experiment).__qualname__))


def short_text(experiment):
    """What stands for an experiment in a text: its type, never its content."""
    return "<%s.%s>" % (type(experiment).__module__.split(".")[0], type(experiment).__qualname__)


def of_environment():
    """The spec that NEPTUNE_EXPERIMENT gives, or None."""
    return os.environ.get("NEPTUNE_EXPERIMENT") or None


OF_ANOTHER_PYTHON = ("PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__", "PYTHONEXECUTABLE")
"""Variables that are for the interpreter that trains, and would mislead another."""


def interpreter():
    """The Python that has the tracker's client: NEPTUNE_WRITER_PYTHON, else the one that trains."""
    return os.environ.get("NEPTUNE_WRITER_PYTHON") or sys.executable
