"""Where a tracker has other points of a run than the report shows, said once a sending, with the command that helps."""
import shlex

from .. import messages

_NAMED = 3  # metrics in one line
_CANDIDATES = 10


def say(parts, feed, rising, tracker):
    """Say it of one run.

    Args:
        parts: its `parts.Part`.
        feed: its `feed.Feed`.
        rising: the `points.rising.Rising` that its points went through.
        tracker: what a person calls it.
    """
    path = parts[0].path
    say_of_points(path, feed, rising, tracker)
    again = "to send all of it again: rm %s" % " ".join(shlex.quote(part.cursor.path) for part in parts)
    before = feed.x() if feed.x_now() != feed.x() else feed.x_before
    if before is not None:
        messages.warn("%s: x is now %s, as most rows have it; what was sent before stands in %s by %s, and may lack "
                      "points; %s" % (path, _named(feed.x_now()), tracker, _named(before), again))
    elif feed.moved:
        messages.warn("%s: %s stand in %s where an older version put them; %s" % (
            path, messages.count(feed.moved, "row"), tracker, again))
    if feed.went_back is not None:
        messages.say("%s: the run went on from step %s; points beyond it that %s already has stay there" % (
            path, feed.went_back, tracker))


def say_of_points(path, feed, rising, tracker):
    """Say which points the tracker did not get, since its steps must rise, and what x is where no step was found."""
    if rising.left_out:
        metrics = sorted(rising.left_out)
        more = " and %d more metrics" % (len(metrics) - _NAMED) if len(metrics) > _NAMED else ""
        messages.warn("%s: %s of %s%s left out, since steps in %s must rise; the report shows them" % (
            path, messages.count(sum(rising.left_out.values()), "point"), ", ".join(metrics[:_NAMED]), more, tracker))
    survey = feed.survey()
    if survey is None or survey.rows < 2:
        return
    choice = survey.choice()
    if survey.missing() and not choice.wins:
        messages.warn("%s: no row has %s; x is %s" % (
            path, " or ".join(survey.missing()), choice.name or "as it was logged"), once=(path, "missing"))
    elif choice.name is None and not choice.given:
        rising_ones = ", ".join(survey.candidates()[:_CANDIDATES])
        messages.warn("%s: no step metric was found, so x counts rows%s; name one with NEPTUNE_STEP for a training, "
                      "with --x here" % (path, rising_ones and "; rising in every row: " + rising_ones),
                      once=(path, "no step"))


def _named(x):
    return x or "the number of the row"
