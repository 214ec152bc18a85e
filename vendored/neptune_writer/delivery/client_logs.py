"""The log of what a client prints, next to the journal. It may hold anything, so only its owner may read it."""
import binascii
import os

from .. import messages
from ..system import descriptors, files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO


def opened(path: str) -> "BinaryIO":
    """The log at this path, a binary file to append to, for a process that is started; to be closed then.

    Where something else has the name it gets another, and where the folder takes none nothing is kept; a message says
    so, and no row is lost.
    """
    refused = None
    for name in (path, "%s.%s" % (path, binascii.hexlify(os.urandom(4)).decode("ascii"))):
        try:
            descriptor = files.create_or_open(name, files.PRIVATE, append=True)
        except OSError as error:
            refused = error
            continue
        if hasattr(os, "fchmod"):
            os.fchmod(descriptor, files.PRIVATE)  # an older version's
        if refused is not None:
            messages.warn("%s; what the client prints is in %s" % (refused, name))
        return os.fdopen(descriptor, "ab")
    messages.warn("%s takes no log (%s); what the client prints is not kept" % (path, refused))
    return os.fdopen(descriptors.high(os.open(os.devnull, os.O_WRONLY)), "ab")
