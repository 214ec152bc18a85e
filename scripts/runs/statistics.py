"""Aggregates over runs and tasks, with intervals, after Agarwal et al., "Deep Reinforcement Learning at the Edge of the
Statistical Precipice", NeurIPS 2021 (arXiv:2108.13264); below, x(m, n) is the score of run n on task m, of M tasks with
N runs each.

Scores are a sequence of arrays, one a task, whose last axis is the runs; any axes before it (resamples, places of x)
are kept. On tasks with as many runs each, the numbers are those of the paper's library, rliable 1.2.0. Where tasks have
different numbers of runs, each task counts alike, but for the IQM, in which each run does.
"""
from __future__ import annotations

from typing import Callable, Literal, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from scripts.runs import random_draws
from scripts.runs.table import Floats

Scores = Sequence[Floats]
LEVEL = 0.95
_TRIMMED = 0.25  # of either end
_FEW = 2000  # comparisons of each resample; more are counted in sorted scores, without memory for each
_SIDES: Tuple[Literal["left", "right"], ...] = ("left", "right")


class Estimate(NamedTuple):
    """A statistic and its interval, which is None where a task has a single run."""

    value: float
    low: Optional[float] = None
    high: Optional[float] = None

    @property
    def has_interval(self) -> bool:
        return self.low is not None


def mean(scores: Scores) -> Floats:
    """1/M sum_m 1/N sum_n x(m, n): section 4.3."""
    return np.asarray(np.mean(_task_means(scores), axis=-1))


def median(scores: Scores) -> Floats:
    """The median over tasks of 1/N sum_n x(m, n): section 4.3. Of one task it is the mean."""
    return np.asarray(np.median(_task_means(scores), axis=-1))


def iqm(scores: Scores) -> Floats:
    """The interquartile mean: of all MN scores the lowest and the highest floor(MN / 4) are left out, and the mean of
    the others is taken: section 4.3."""
    ranked = np.sort(np.concatenate(scores, axis=-1), axis=-1)
    many = ranked.shape[-1]
    cut = int(_TRIMMED * many)
    return np.asarray(ranked[..., cut:many - cut].mean(axis=-1))


def optimality_gap(scores: Scores, target: float = 1.0) -> Floats:
    """target - 1/M sum_m 1/N sum_n min(x(m, n), target): by how much the mean misses the target; section 4.3."""
    return np.asarray(target - mean([np.minimum(one, target) for one in scores]))


def profile(scores: Scores, thresholds: Floats) -> Floats:
    """1/M sum_m 1/N sum_n [x(m, n) > threshold], for each threshold, on the last axis: the run-score distribution,
    section 4.2."""
    return np.asarray(sum(_above(one, thresholds) for one in scores) / len(scores))


def improvement(scores: Scores, others: Scores) -> Floats:
    """1/M sum_m 1/(N K) sum_n sum_k S(x(m, n), y(m, k)), S being 1 where x > y, 1/2 where they are equal, else 0: the
    probability that a run does better than one of the others on a task chosen at random (the U statistic of Mann and
    Whitney), section 4.3."""
    return np.asarray(sum(_better(*both) for both in zip(scores, others)) / len(scores))


def std(scores: Scores) -> float:
    """The standard deviation of all scores (divided by their number, as the page's band has it); of scores that are all
    alike it is 0, whatever their mean is rounded to."""
    every = np.concatenate(scores)
    return 0.0 if (every == every[0]).all() else float(np.std(every))


def estimate(statistic: Callable[[Scores], Floats], scores: Scores) -> Estimate:
    """A statistic of the scores, and its interval by the stratified bootstrap (section 4.1): the runs of each task are
    drawn with replacement, 2,000 times; the interval is from the 2.5th to the 97.5th percentile."""
    value = float(statistic(scores))
    if any(one.shape[-1] < 2 for one in scores):
        return Estimate(value)
    low, high = limits(statistic(resampled(scores)))
    return Estimate(value, float(low), float(high))


def estimate_improvement(scores: Scores, others: Scores) -> Estimate:
    """`improvement` and its interval; both sides are drawn, each by itself."""
    value = float(improvement(scores, others))
    if any(one.shape[-1] < 2 for one in (*scores, *others)):
        return Estimate(value)
    many = sum(one.shape[-1] for one in scores)
    low, high = limits(improvement(resampled(scores), resampled(others, many)))
    return Estimate(value, float(low), float(high))


def resampled(scores: Scores, first: int = 0) -> Scores:
    """The scores of each resample, on an axis before the runs; ``first``: see `draws.picks`."""
    found = []
    for one in scores:
        found.append(np.sort(one, axis=-1)[..., random_draws.picks(one.shape[-1], first)])
        first += one.shape[-1]
    return found


def limits(found: Floats) -> Floats:
    """The percentiles between which 95 % of the resamples are, which are on the first axis: an array of 2 x ..."""
    outside = (1 - LEVEL) / 2
    return np.asarray(np.quantile(found, [outside, 1 - outside], axis=0))


def overlap(one: Estimate, other: Estimate) -> bool:
    """Whether two intervals have anything in common; those that are not known may."""
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return True
    return one.low <= other.high and other.low <= one.high


def _task_means(scores: Scores) -> Floats:
    return np.stack([one.mean(axis=-1) for one in scores], axis=-1)


def _above(scores: Floats, thresholds: Floats) -> Floats:
    """The share of the scores above each threshold."""
    many = scores.shape[-1]
    if many * len(thresholds) <= _FEW:
        return np.asarray((scores[..., None, :] > thresholds[:, None]).mean(axis=-1))
    ranked = np.sort(scores, axis=-1).reshape(-1, many)
    found = np.stack([(many - np.searchsorted(one, thresholds, side="right")) / many for one in ranked])
    return found.reshape(*scores.shape[:-1], len(thresholds))


def _better(scores: Floats, others: Floats) -> Floats:
    """How often one of the scores is the higher one, over all pairs."""
    pairs = scores.shape[-1] * others.shape[-1]
    if pairs <= _FEW:
        left, right = scores[..., :, None], others[..., None, :]
        return np.asarray(((left > right).mean(axis=(-2, -1)) + (left >= right).mean(axis=(-2, -1))) / 2)
    left, right = (np.sort(one, axis=-1).reshape(-1, one.shape[-1]) for one in (scores, others))
    below = [sum(int(np.searchsorted(row, own, side=side).sum()) for side in _SIDES) for own, row in zip(left, right)]
    return np.asarray(np.array(below).reshape(scores.shape[:-1]) / (2 * pairs))
