"""Which metric comes first: the episode return, then what belongs to it, then the rest by its name, and last what only
counts."""
from __future__ import annotations

import functools
import re
from typing import Iterable, List, Tuple

_FIRST = [re.compile(pattern, re.IGNORECASE) for pattern in (
    r"(Average)?EpRet",  # SpinningUp
    r"(.*/)?ep(isode)?_?(rew(ard)?|return)(_mean)?",  # Stable Baselines, RLlib, Acme
    r"(.*/)?(mean|average)?[ _]?(100[ _])?(episode)?[ _]?(reward|return)s?",  # DQN's "mean 100 episode reward"
    r"EpRewMean|eprewmean",
    r"(Average)?TestEpRet|eval/mean_reward",
    r".*(ep|episode).*(ret|rew).*",
    r".*(return|reward|score).*",
    r"(.*/)?ep(isode)?_?len(gth)?(_mean)?|(Test)?EpLen|eplenmean",
    r".*success.*",
)]
_COUNTS = re.compile(  # steps and seconds: a line that rises, whatever was learned
    r"(.*/)?(time|timers|counters|perf)/.*|.*_timer|(.*/)?(Epoch|Time|TotalEnvInteracts|TimestepsSoFar|TimeElapsed"
    r"|EpisodesSoFar|fps|n_updates|nupdates|(.*_)?iterations?(_since_restore)?"
    r"|(.*[_ ])?(steps|timesteps|episodes|epochs)(_per_second|_total)?"
    r"|(.*_)?num_.*|.*_lifetime|.*_throughput|(.*_)?walltime|time_.*|timestamp|(.*_)?time_s)", re.IGNORECASE)
_LOWER_IS_BETTER = re.compile(  # error_rate, EpCosts; no costume
    r".*loss.*|.*(err(or)?|cost|regret|violation|collision|perplexity|nll|mse)s?(?![a-z]).*", re.IGNORECASE)


def ordered(names: Iterable[str]) -> List[str]:
    """The names, the most telling one first."""
    return sorted(names, key=_key)


def is_return(name: str) -> bool:
    """Whether it is among those that are looked at first."""
    return rank(name) < len(_FIRST)


@functools.lru_cache(maxsize=10_000)
def rank(name: str) -> int:
    """The smaller the sooner."""
    return next((place for place, pattern in enumerate(_FIRST) if pattern.fullmatch(name)), len(_FIRST))


def lower_is_better(name: str) -> bool:
    """Whether the best value is the lowest."""
    return bool(_LOWER_IS_BETTER.fullmatch(name))


@functools.lru_cache(maxsize=10_000)
def _key(name: str) -> Tuple[int, int, str, str]:
    where = 3 if _COUNTS.fullmatch(name) else 2 if name.startswith("monitor/") else int("/" in name)
    return rank(name), where, name.lower(), name
