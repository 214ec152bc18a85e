"""What a tracker calls a run: its name and its seed, so that runs of one group can be told apart in a list."""
import re

from ..journal import reading
from ..trackers import config_entries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from ..journal.records import Record

_LIKE_SEEDS = r"(?:seed|(?<![a-zA-Z])s|[-_ =/.])[-_ =]?%d(?!\w)"


def with_seed(header: "Record", path: str) -> "Record":
    """The header of the journal at ``path``, with the seed in the name where the config has one that the name lacks."""
    seed = _seed_of(path)
    if seed is None or re.search(_LIKE_SEEDS % seed, header["name"]):
        return header
    return dict(header, name="%s seed %d" % (header["name"], seed))


def _seed_of(path: str) -> "Optional[int]":
    """The config's seed, the one least deep in it; None where it has none, or comes only after the first row."""
    config = config_entries.fitted(reading.first_config(path))
    found = {name: value for name, value in config_entries.flatten(config)
             if type(value) is int and re.fullmatch(r"(?:.*/)?(?:random_|global_)?seed", name)}
    return found[min(found, key=lambda name: name.count("/"))] if found else None
