"""Fixtures of all tests of sending again."""
from replays import folder  # noqa: F401
from small_deliveries import opened, path  # noqa: F401
