"""The hyper-parameters of a model: what its constructor takes, by the attributes of those names."""
import contextlib
import inspect
import re

from .schedules import readable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional

_LEFT_OUT = frozenset((  # none of what a reader of results asks for
    "self", "args", "kwargs", "env", "eval_env", "verbose", "policy_base", "requires_vec_env", "monitor_wrapper",
    "create_eval_env", "support_multi_env", "sde_support", "supported_action_spaces", "full_tensorboard_log"))
_DEEPEST = 100  # wrappers; one that makes another each time it is asked has no end
_ID = re.compile(r"<([^<>]+)>")  # in the text of an environment, the innermost


def of(model: "Any", **more: "Any") -> "Dict[str, Any]":
    """Name -> value, as the model has it, but with numbers and texts in place of schedules; classes stay.

    The first ones are ``algorithm``, a text, and, as far as they are known, ``env``, a text, and ``n_envs``.

    Args:
        **more: further ones; None for what is not known.
    """
    config = {"algorithm": type(model).__name__}
    with contextlib.suppress(Exception):  # whatever a user's environment does where it is looked at
        environment = _environment(getattr(model, "env", None))
        if environment is not None:
            config["env"] = environment
    attributes = dict(vars(model), policy=getattr(model, "policy_class", getattr(model, "policy", None)))
    for name in ["n_envs"] + _parameters(type(model)):
        if name in attributes:
            config[name] = readable(attributes[name])
    config.update((name, readable(value)) for name, value in more.items() if value is not None)
    return config


def _parameters(kind: type) -> "List[str]":
    """What the constructors of a class and of its bases take, in their order."""
    names: "List[str]" = []
    for cls in kind.__mro__[:-1]:  # but object
        if "__init__" in vars(cls):
            names += inspect.signature(vars(cls)["__init__"]).parameters
    return [name for name in names if name not in _LEFT_OUT and not name.startswith("_")]


def _environment(env: "Any") -> "Optional[str]":
    """The id that an environment was made by, else the name of its class; None where neither is known."""
    for _ in range(_DEEPEST):
        if not _has(env, "venv"):
            break
        env = env.venv
    if _has(env, "remotes"):  # in other processes: a text travels whatever it is of, a `spec` may not be pickled
        text = None if getattr(env, "waiting", False) else env.env_method("__str__", indices=0)[0]
        return next((name.replace(" instance", "") for name in _ID.findall(text)), None) if text else None
    if _has(env, "envs"):
        env = env.envs[0]
    if env is None or _has(env, "num_envs"):  # many in one, of someone's own
        return None if env is None else type(env).__name__
    env = env.unwrapped if _has(env, "unwrapped") else env
    name = getattr(env.spec, "id", None) if _has(env, "spec") else None
    return name if isinstance(name, str) else type(env).__name__


def _has(env: "Any", name: str) -> bool:
    """`hasattr`; of an environment that answers whatever it is asked, only what it really has."""
    if not hasattr(env, "_neptune_asks_whether_anything_is_there"):
        return hasattr(env, name)
    return name in getattr(env, "__dict__", {}) or any(name in vars(cls) for cls in type(env).__mro__)
