"""Fixtures of all tests of trackers."""
from small_deliveries import opened, path  # noqa: F401
from tracker_clients import client_folder, python  # noqa: F401
