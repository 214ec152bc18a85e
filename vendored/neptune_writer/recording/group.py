"""The group of a run: what runs share that differ in nothing but their seed."""
import hashlib
import json
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_NOT_OF_THE_GROUP = re.compile(  # the seed, and what says where, when, or from where it went on
    r"(.*_)?(seeds?|dir|directory|path|fname|folder|logdir|uuid|pid|port|host(name)?|devices?|timestamp|run_(name|id))"
    r"|exp_name|experiment_name|tensorboard_log|save_(freq|interval)|checkpoint_(freq|interval)"
    r"|logger|load_(run|checkpoint)|(wandb|neptune|mlflow|comet)_(project(_name)?|entity|team|workspace|group|tags)",
    re.IGNORECASE)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def is_of_group(name: str) -> bool:
    """Whether runs that differ in the entry of this name are of two groups: not for a seed, a folder, a port."""
    return not _NOT_OF_THE_GROUP.fullmatch(_HUMP.sub("_", name).replace("-", "_"))


def group(config: "Any", name: str) -> str:
    """The runs of one configuration: its name and a hash over the config without the seed, and without what says where
    or when."""
    def same_for_all_seeds(entry: "Any") -> "Any":
        if isinstance(entry, dict):
            return {n: same_for_all_seeds(e) for n, e in entry.items() if is_of_group(n)}
        return entry
    if not config:
        return name
    canonical = json.dumps(same_for_all_seeds(config), sort_keys=True)
    return "%s-%s" % (name, hashlib.sha1(canonical.encode()).hexdigest()[:8])
