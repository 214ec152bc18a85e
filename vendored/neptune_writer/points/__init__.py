"""From rows to points: where each stands in a chart, which of two counts, and what was superseded. Nobody else decides.

    names       which metrics may be the step metric, ranked, for each framework; what the user names
    survey      a first look at rows: which step metric they have
    rule        row after row -> where its points stand (`Rule`), with a state that a cursor stores
    clocks      one thing that steps are counted by: where it started over, where it went on from a checkpoint
    places      one run's metrics: where each stands, and whether it falls by itself
    later       a first pass over rows that are there: which points later ones supersede, which have to wait for order
    past        runs that are over: two passes, and each point once
    live        runs that grow: the first rows wait for the choice of the step metric
    rising      for a tracker whose series must rise
    lines       the journal's lines as rows: format 2, and format 1

A point is (metric, x, time, value). x belongs to the metric, not to the row:

1. x is the step that came with the row, else the value of the *step metric*, else the number of the row.
2. Where the step starts over, x goes on from the last one.
3. Where the run goes on from a checkpoint, what was logged from that step on is superseded.
4. Nothing else moves anything: a metric that falls by itself, or a row that came late, stands at its step.
5. A metric that comes again at its step keeps both points.

Base, top and what is superseded are kept for each *clock*, which is what a step was counted by: the step metric, or the
framework's own word. No clock moves another's points.
"""
