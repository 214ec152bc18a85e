"""Which metric comes first: the episode return, then what belongs to it, then the rest by its name."""
from __future__ import annotations

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
_LOWER_IS_BETTER = re.compile(r".*loss.*|.*(err(or)?|cost|regret|perplexity|nll|mse)\b.*", re.IGNORECASE)


def ordered(names: Iterable[str]) -> List[str]:
    """The names, the most telling one first."""
    return sorted(names, key=_key)


def is_return(name: str) -> bool:
    """Whether it is among those that are looked at first."""
    return rank(name) < len(_FIRST)


def rank(name: str) -> int:
    """The smaller the sooner."""
    return next((place for place, pattern in enumerate(_FIRST) if pattern.fullmatch(name)), len(_FIRST))


def lower_is_better(name: str) -> bool:
    """Whether the best value is the lowest."""
    return bool(_LOWER_IS_BETTER.fullmatch(name))


def _key(name: str) -> Tuple[int, int, str, str]:
    return rank(name), 2 if name.startswith("monitor/") else int("/" in name), name.lower(), name
