"""Where a tracker has other points of a run than the report shows, said once a sending, with the command that helps."""
import shlex

from . import messages


def say(parts, feed, rising, tracker):
    """Say it of one run.

    Args:
        parts: its `parts.Part`.
        feed: its `feed.Feed`.
        rising: the `points.rising.Rising` that its points went through.
        tracker: what a person calls it.
    """
    path = parts[0].path
    again = "to send all of it again: rm %s" % " ".join(shlex.quote(part.cursor.path) for part in parts)
    if rising.left_out:
        metrics = sorted(rising.left_out)
        messages.warn("%s: %s of %s%s left out, since steps in %s must rise; the report shows them" % (
            path, messages.count(sum(rising.left_out.values()), "point"), ", ".join(metrics[:3]),
            " and %d more metrics" % (len(metrics) - 3) if len(metrics) > 3 else "", tracker))
    if feed.x_before is not None:
        messages.warn("%s: x is now %s, as most rows have it; what was sent before stands in %s by %s, and may lack "
                      "points; %s" % (path, _named(feed.x()), tracker, _named(feed.x_before), again))
    elif feed.moved:
        messages.warn("%s: %s stand in %s where an older version put them; %s" % (
            path, messages.count(feed.moved, "row"), tracker, again))
    if feed.went_back is not None:
        messages.say("%s: the run went on from step %s; points beyond it that %s already has stay there" % (
            path, feed.went_back, tracker))


def _named(x):
    return x or "the number of the row"
