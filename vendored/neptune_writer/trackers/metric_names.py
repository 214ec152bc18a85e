"""Names of metrics, so that no tracker makes one of two: each becomes another by a rule that looks at it alone."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence


def path(name: str) -> str:
    """A name that a tracker may split at ``/`` and put together again: an empty part is ``_``, and one of underscores
    gets one more, so that ``/loss``, ``_/loss`` and ``loss`` stay three."""
    if not name.startswith(("/", "_")) and "//" not in name and "/_" not in name and name and not name.endswith("/"):
        return name  # nearly all of them
    return "/".join(part + "_" if not part.strip("_") else part for part in name.split("/"))


def unreserved(name: str, reserved: "Sequence[str]") -> str:
    """A name that is none of those that a tracker keeps for itself: these, and these with underscores behind, get one
    more."""
    return name + "_" if name in reserved or name.rstrip("_") in reserved else name


def below_unreserved(path: str, reserved: "Sequence[str]") -> str:
    """A path whose first part is none of those that are reserved, see `unreserved`."""
    first, slash, rest = path.partition("/")
    return unreserved(first, reserved) + slash + rest
