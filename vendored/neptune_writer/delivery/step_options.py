"""What a user says of the steps of runs that are over."""
import collections

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple, Optional, Tuple

    _Options = NamedTuple("_Options", [("step_metrics", Tuple[str, ...]), ("restarts", Optional[str])])
else:
    _Options = collections.namedtuple("_Options", "step_metrics restarts")


class StepOptions(_Options):
    """``step_metrics``: names, the best first, which go before everything else. ``restarts``: what each fall of the
    step is, `points.rule.CONTINUE` or `SUPERSEDE`; None to find out."""

    __slots__ = ()

    def target(self, spec: str) -> str:
        """The spec as a `Cursor` knows it: what was sent with other options says nothing of what is sent now."""
        if self == AS_LOGGED:
            return spec
        return "%s x=%s restarts=%s" % (spec, ",".join(self.step_metrics), self.restarts or "")


AS_LOGGED = StepOptions((), None)
