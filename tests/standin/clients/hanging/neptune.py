"""A client whose server never answers; in a process of its own, not even at the exit."""
import atexit
import sys
import time

if "neptune_writer.delivery.child_main" in sys.modules:
    atexit.register(time.sleep, 3600)


def init_run(**kwargs):
    time.sleep(3600)
