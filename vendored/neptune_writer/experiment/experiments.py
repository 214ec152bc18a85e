"""What an experiment is: a live object of a client, a callable that makes one, or a spec string."""
import os
import sys

from .. import installed
from ..system import interpreters
from . import clients, specs

ACCEPTED = ("a run or experiment object of a Neptune client (neptune, neptune-client, neptune-scale, minfx, goodseed), "
            "a callable that makes one, or a text such as 'offline', 'journal', 'workspace/project' or 'wandb:project'")


def is_live(value):
    """Whether ``value`` is a live experiment; see `clients`."""
    return clients.of_live(value) is not None


def is_given(experiment):
    """Whether the code names an experiment: not None, not an empty text. Its truth is never asked."""
    return experiment is not None and not (type(experiment) is str and not experiment)


def check(experiment):
    """Raise TypeError unless ``experiment`` is one."""
    if not (isinstance(experiment, str) or callable(experiment)):
        check_live(experiment)


def check_live(experiment):
    """Raise TypeError unless ``experiment`` is a live one."""
    if not is_live(experiment):
        raise TypeError("neptune_experiment: expected %s; found an object of type %s.%s"
                        % (ACCEPTED, type(experiment).__module__, type(experiment).__qualname__))


def short_text(experiment):
    """What stands for an experiment in a text: its type, never its content."""
    return "<%s.%s>" % (type(experiment).__module__.split(".")[0], type(experiment).__qualname__)


def of_environment():
    """The spec that NEPTUNE_EXPERIMENT gives, or None."""
    return os.environ.get("NEPTUNE_EXPERIMENT") or None


def of_client():
    """The spec of what Neptune's client would do by itself; the disk alone where it knows of no project."""
    mode = os.environ.get("NEPTUNE_MODE", "").strip().lower()
    if mode in specs.MODES:
        return mode
    return "async" if os.environ.get("NEPTUNE_PROJECT") else specs.JOURNAL


OF_ANOTHER_PYTHON = interpreters.OF_ANOTHER_PYTHON


def interpreter():
    """The Python that has the tracker's client, see `interpreters`; what trains, where there is none."""
    return interpreters.find() or sys.executable or "python3"


def no_such_python():
    """What to tell where `interpreter` is none."""
    return "NEPTUNE_WRITER_PYTHON: expected a Python, such as .../bin/python, found %r" % interpreter()


def to_install(spec):
    """What to tell of a spec none of whose clients is installed in this interpreter."""
    client = clients.of_spec(spec)[0]
    return "%s has no %s; %s -m pip install %s, or point NEPTUNE_WRITER_PYTHON at a Python that has it" % (
        sys.executable, clients.missing(client) or client.modules[0], sys.executable, client.install)


def lacks_client(spec):
    """Whether this interpreter is to send to ``spec`` and has no client for it."""
    return interpreter() == sys.executable and all(map(clients.missing, clients.of_spec(spec)))


def hindrance(spec):
    """Why no process beside the training can send to ``spec``, and what to do about it; None where one may."""
    if interpreters.find() is None:
        return ("%s is no Python that could run beside the training; point NEPTUNE_WRITER_PYTHON at one that has %s"
                % (sys.executable or "this program", clients.of_spec(spec)[0].install))
    if not installed.can_be_run():
        return "%s is no folder that a Python could run beside the training" % installed.FOLDER
    return to_install(spec) if lacks_client(spec) else None
