"""Random draws that are the same numbers here and in the page (`page/statistics.js`), whatever order they are asked in.

Philox2x32-10 of Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011: a counter-based generator. The
draw for a place in a resample is the first word that it makes of the counter (place, resample) and the key seed. Among
n values it picks the one of rank floor(draw * n / 2**32), counted from 0, the lowest first: so the order in which runs
come changes nothing.
"""
from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

from scripts.runs.table import Indices

RESAMPLES, SEED = 2000, 0
_ROUNDS, _MULTIPLIER, _WEYL, _WORD = 10, np.uint64(0xD256D193), 0x9E3779B9, np.uint64(0xFFFFFFFF)
Words = npt.NDArray[np.uint64]


def philox(low: Words, high: Words, key: int) -> Words:
    """The first of the two words made of each counter (low, high), 32 bits each, and a key of 32 bits."""
    for _ in range(_ROUNDS):
        product = low * _MULTIPLIER
        low, high = (product >> np.uint64(32)) ^ np.uint64(key) ^ high, product & _WORD
        key = (key + _WEYL) & 0xFFFFFFFF
    return low


@functools.lru_cache(maxsize=64)
def picks(many: int, first: int = 0, resamples: int = RESAMPLES, seed: int = SEED) -> Indices:
    """Ranks, 0 to many - 1, drawn with replacement: an array of resamples x many; not to be changed.

    Args:
        first: the place of the first one: strata that are drawn side by side have places of their own.
    """
    places = np.arange(first, first + many, dtype=np.uint64)[None, :]
    drawn = philox(places + np.zeros((resamples, 1), dtype=np.uint64),
                   np.arange(resamples, dtype=np.uint64)[:, None] + np.zeros_like(places), seed)
    found = (drawn * np.uint64(many) >> np.uint64(32)).astype(np.int64)
    found.flags.writeable = False
    return found
