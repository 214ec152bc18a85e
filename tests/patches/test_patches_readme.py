"""patches/README.md: its worked example is the patch that is there."""
from pathlib import Path

from patches._tables import Table, patch
from patches.offlinerl_kit import PATCH

README = Path(__file__).resolve().parents[2] / "patches" / "README.md"


def test_the_worked_example_is_the_patch():
    code = README.read_text().split("```python\n")[1].split("```")[0]
    scope = {"Table": Table, "patch": patch}
    exec(code, scope)
    example = scope["PATCH"]
    assert [target.signs for target in example.targets] == [target.signs for target in PATCH.targets]
    assert example[:3] == PATCH[:3]


def test_it_is_one_page():
    assert len(README.read_text().partition("\n## What is supported")[0].splitlines()) < 105
