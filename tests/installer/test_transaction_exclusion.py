"""scripts/checkout/exclusion.py: one command at a time in a folder, above it and below it."""
import pytest
from small_checkout import LOGGER, call, make, snapshot
from small_routes import said
from small_trees import small_package  # noqa: F401

from scripts import install
from scripts.checkout import transaction

pytestmark = pytest.mark.usefixtures("small_package")


@pytest.mark.parametrize("there, here", [("", "small"), ("small", ""), ("", "small/deep")])
def test_nothing_is_installed_above_or_below_a_folder_that_another_is_at_work_in(tmp_path, there, here):
    """Before there is a record both would make one."""
    before = snapshot(make(make(tmp_path), {"small/deep/logx.py": LOGGER}))
    with transaction.exclusive(str(tmp_path / there), print):
        code, _, lines = said(install, tmp_path / here)
    assert code == 1 and lines == [f"install: {tmp_path}: another install or uninstall is at work there; wait for it, "
                                   "then run this again"]
    assert snapshot(tmp_path) == before


def test_side_by_side_two_are_at_work(tmp_path):
    with transaction.exclusive(str(make(tmp_path / "one")), print):
        assert call(install, make(tmp_path / "two")) == 0
