"""What tells our text in a file from everybody else's."""
from __future__ import annotations

import re

MARKER = "  # neptune"
"""How every line that we insert ends."""

PARAMETER = "neptune_experiment"
"""The parameter that we add to constructors."""

_IMPORT = re.compile(rb'(?m)^(?:\xef\xbb\xbf)?(?:neptune_writer = __import__\(\s*"neptune_writer[."]'
                     rb"|from \. import neptune_writer\b|from \.neptune_writer\b)")


def imports_package(raw: bytes) -> bool:
    """Whether a patched file imports the package that is copied beside it, in any form that we ever wrote."""
    return _IMPORT.search(raw) is not None
