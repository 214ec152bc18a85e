"""Says where a tracker has other points of a run than the report shows, with the command that helps."""
import shlex

from .. import messages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Sequence

    from ..points.rising import Rising
    from .run_journals import RunJournal
    from .unsent_points import UnsentPoints

_NAMED = 3  # metrics in one line
_CANDIDATES = 10


def say(journals: "Sequence[RunJournal]", unsent: "UnsentPoints", rising: "Rising", tracker: str) -> None:
    """Say it of one run, once it was sent.

    Args:
        journals: the run's.
        unsent: its points.
        rising: what they went through.
        tracker: what a person calls it.
    """
    path = journals[0].path
    say_of_points(path, unsent, rising, tracker)
    again = "to send all of it again: rm %s" % " ".join(shlex.quote(journal.cursor.path) for journal in journals)
    before, now = unsent.step_metric(), unsent.step_metric_now()
    if now == before:
        before = unsent.step_metric_before
    if before is not None:
        messages.warn("%s: x is now %s, as most rows have it; what was sent before stands in %s by %s, and may lack "
                      "points; %s" % (path, _named(now), tracker, _named(before), again))
    elif unsent.moved:
        messages.warn("%s: %s stand in %s where an older version put them; %s" % (
            path, messages.count(unsent.moved, "row"), tracker, again))
    if unsent.went_back_to is not None:
        messages.say("%s: the run went on from step %s; the points beyond it that %s already has stay there" % (
            path, unsent.went_back_to, tracker))


def say_of_points(path: str, unsent: "UnsentPoints", rising: "Rising", tracker: str) -> None:
    """Say which points the tracker did not get because its steps must rise, and what x is where no step was found."""
    if rising.left_out:
        metrics = sorted(rising.left_out)
        more = " and %d more metrics" % (len(metrics) - _NAMED) if len(metrics) > _NAMED else ""
        messages.warn("%s: %s of %s%s skipped: in %s steps must rise. The report shows them" % (
            path, messages.count(sum(rising.left_out.values()), "point"), ", ".join(metrics[:_NAMED]), more, tracker))
    survey = unsent.survey()
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


def _named(step_metric: "Optional[str]") -> str:
    return step_metric or "the number of the row"
