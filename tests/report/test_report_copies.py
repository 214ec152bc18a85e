"""scripts/report/table: a tracker's copy of a journal that lies in the same tree is shown once."""
import math

import numpy as np
import pytest

from scripts.runs.joined.copies import without_copies
from scripts.runs.table import Run, Series


def run(steps, times, name="toy", id="", **series):
    every = {metric: Series(np.array([row for row, value in enumerate(values) if value is not None]),
                            np.array([value for value in values if value is not None], dtype=np.float64))
             for metric, values in series.items()}
    return Run(name, name, {}, name, np.array(steps, dtype=np.float64), np.array(times, dtype=np.float64), every, id=id)


JOURNAL = run([64, 64, 128], [1.0, 1.1, 2.0], id="r", eval=[500, None, 400], rollout=[None, 25, 26])


@pytest.mark.parametrize("copy, is_copy", [
    (run([64, 128], [1.0, 2.0], eval=[500, 400], rollout=[25, 26]), True),  # which joins the two rows of step 64
    (run([64, 64], [1.0, 1.1], eval=[500, None], rollout=[None, 25]), True),
    (run([64], [1.0], eval=[500.0000001]), True),  # in single precision
    (run([64], [1.0], eval=[501]), False),
    (run([64], [1.5], eval=[500]), False),
    (run([64], [1.0], rollout=[26]), False),
    (run([64], [math.nan], eval=[500]), False),
])
def test_a_copy_has_the_first_moment_with_the_same_numbers(copy, is_copy):
    assert [one is JOURNAL for one in without_copies([copy, JOURNAL])] == ([True] if is_copy else [False, True])
