"""What sending to a spec needs, and what to install where it is missing: a Python, this package on disk, a client."""
import sys

from .. import installed
from ..system import interpreters
from . import clients

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional


def unmet(spec: str) -> "Optional[str]":
    """Why no process can send to ``spec``, and how to change that; None where one can."""
    if interpreters.find() is None:
        return ("%s is not a Python that can send while the training runs; set NEPTUNE_WRITER_PYTHON to one that has %s"
                % (sys.executable or "this program", clients.of_spec(spec)[0].install))
    if not installed.can_be_run():
        return "%s is not a folder on the disk, so that no Python can run it" % installed.FOLDER
    return how_to_install(spec) if lacks_client(spec) else None


def interpreter() -> str:
    """The Python that has the tracker's client, see `interpreters`; the one that trains where none is found."""
    return interpreters.find() or sys.executable or "python3"


def no_such_python() -> str:
    """The message where `interpreter` does not exist."""
    return "NEPTUNE_WRITER_PYTHON is %s, which is not a program; set it to a Python, such as .../bin/python" \
        % interpreter()


def how_to_install(spec: str) -> str:
    """The message where no client for ``spec`` is installed in this interpreter."""
    client = clients.of_spec(spec)[0]
    return "%s has no %s; %s -m pip install %s, or point NEPTUNE_WRITER_PYTHON at a Python that has it" % (
        sys.executable, clients.missing(client) or client.modules[0], sys.executable, client.install)


def lacks_client(spec: str) -> bool:
    """Whether this interpreter would send to ``spec`` but has no client for it."""
    return interpreter() == sys.executable and all(map(clients.missing, clients.of_spec(spec)))
