"""Every client of a tracker, a row each: how a spec names it, what it imports, and how its live objects are recognised.

Objects are told apart by the names their classes define. Nothing is asked of the object itself: the first
generation's offline object answers every attribute with itself, and a Run raises on names it does not have.
"""
import collections
import importlib.util

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Set, Tuple

Client = collections.namedtuple("Client", "name scheme modules install tracker origin has lacks")
"""One row.

Attributes:
    name: what a person calls it.
    scheme: what stands before the colon of a spec; the first rows of a scheme are tried first.
    modules: what must be importable.
    install: what pip calls it.
    tracker: the class that serves it, ``module.Class`` in `trackers`.
    origin: the top module that a live object's class comes from; None for any.
    has, lacks: names that its classes define, and do not; with neither, live objects of it are not served.
"""


def _row(name: str, scheme: str, modules: str, install: str, tracker: str, origin: "Optional[str]" = None,
         has: str = "", lacks: str = "") -> "Client":
    return Client(name, scheme, tuple(modules.split()), install, tracker, origin,
                  frozenset(has.split()), frozenset(lacks.split()))


TABLE = (  # of live objects the first row that fits serves them
    _row("goodseed run", "goodseed", "goodseed", "goodseed", "goodseed.Goodseed",
         "goodseed", "log_metrics log_configs"),
    _row("minfx run", "minfx", "minfx", "minfx", "neptune_run.MinfxRun", "minfx", "__getitem__ stop wait"),
    _row("Neptune run", "neptune", "neptune", "neptune", "neptune_run.NeptuneRun",
         None, "__getitem__ __setitem__ stop wait sync", "log_metrics"),
    _row("Neptune experiment", "neptune", "neptune", "neptune-client", "neptune_experiment.NeptuneExperiment",
         None, "log_metric set_property stop", "log_metrics wait"),
    _row("Neptune Scale run", "scale", "neptune_scale", "neptune-scale", "neptune_scale.ScaleRun",
         None, "log_metrics log_configs close"),
    _row("Weights & Biases run", "wandb", "wandb", "wandb", "wandb.Wandb"),
    _row("MLflow run", "mlflow", "mlflow sqlalchemy alembic", "mlflow", "mlflow.MLflow"),
    _row("TensorBoard event files", "tensorboard", "tensorboard", "tensorboard", "tensorboard.TensorBoard"),
    _row("Trackio run", "trackio", "trackio", "trackio", "trackio.Trackio"),
)
NOTHING = _row("offline object", "", "", "neptune-client", "base.Nothing")
"""The first generation's offline object, which stores nothing."""
SCHEMES = tuple(sorted({client.scheme for client in TABLE}))


def of_live(value: object) -> "Optional[Client]":
    """The row of a live experiment; None for anything else."""
    classes = type(value).__mro__
    if any(cls.__name__ == "NoopObject" for cls in classes):
        return NOTHING
    if len(classes) == 2 and type(value).__module__ == "builtins":
        return None  # the plain values that configs are made of, which is nearly all of them
    names: "Set[str]" = set()
    for cls in classes:
        names.update(vars(cls))
    for client in TABLE:
        if client.has and client.has <= names and not client.lacks & names:
            if client.origin in (None,) + tuple(cls.__module__.split(".")[0] for cls in classes):
                return client
    return None


def of_spec(spec: str) -> "List[Client]":
    """The rows that may serve a spec, the first installed one does; see `specs`."""
    scheme = spec.partition(":")[0] if ":" in spec else "neptune"
    rows = [client for client in TABLE if client.scheme == scheme]
    if ":" not in spec:  # what the newest generation of Neptune's own clients is for, where it is the only one
        rows += [client for client in TABLE if client.scheme == "scale"]
    return rows


def missing(client: "Client") -> "Optional[str]":
    """The first of a client's modules that this interpreter lacks; None where it has them all."""
    modules: "Tuple[str, ...]" = client.modules
    for module in modules:
        try:
            found = importlib.util.find_spec(module)
            if found is None or found.origin in (None, "namespace"):  # a mere folder of that name, as wandb makes one
                return module
        except (ImportError, ValueError):
            return module
    return None
