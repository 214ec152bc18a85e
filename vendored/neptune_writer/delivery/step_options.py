"""What a user says of the steps of runs that are over."""
import collections


class How(collections.namedtuple("How", "x restarts")):
    """``x``: names of the step metric, the best first, which go before everything else; a tuple. ``restarts``: what
    each fall of the step is, `points.rule.CONTINUE` or `SUPERSEDE`; None to find out."""

    __slots__ = ()

    def target(self, spec):
        """The spec as the one of a position: what was sent otherwise says nothing of what is sent now."""
        return spec if self == AS_SAID else "%s x=%s restarts=%s" % (spec, ",".join(self.x), self.restarts or "")


AS_SAID = How((), None)
