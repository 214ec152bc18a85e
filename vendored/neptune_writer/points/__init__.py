"""From rows to points: where each stands in a chart, which of two counts, and what was superseded. Nobody else decides.

    rows          what goes in and what comes out, and what a step is
    lines         a journal's records as rows: format 2, and format 1
    step_metrics  which metrics may be the step metric, ranked, for each framework; what the user names
    survey        a first look at rows: which step metric they have
    rule          row after row -> where its points stand (`Rule`)
    clocks        one thing that steps are counted by: where it started over, where it went on from a checkpoint
    places        one run's metrics: where each stands, and whether it falls by itself
    superseded    which points later rows supersede, and which have to wait for order; by what `first_pass` notes down
    whole         a run that can be read twice (`WholeRun`): each point once
    growing       a run that grows (`GrowingRun`): its first rows wait for the choice of the step metric
    rising        for a tracker whose series must rise
    format_1      where version 1 of this package put rows

A point is (metric, x, time, value). x belongs to the metric, not to the row:

1. x is the step that came with the row, else the value of the *step metric*, else the number of the row.
2. Where the step starts over, x goes on from the last one.
3. Where the run goes on from a checkpoint, what was logged from that step on is superseded.
4. Nothing else moves anything: a metric that falls by itself, or a row that came late, stands at its step.
5. A metric that comes again at its step keeps both points.

Base, top and what is superseded are kept for each *clock*, which is what a step was counted by: the step metric, or the
framework's own word. No clock moves another's points.
"""
