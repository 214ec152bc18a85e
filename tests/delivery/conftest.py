"""Fixtures of all tests of delivery."""
from small_deliveries import opened, path, second  # noqa: F401
