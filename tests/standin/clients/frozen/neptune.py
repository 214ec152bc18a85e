"""A client stuck in compiled code that never gives Python back."""
import ctypes


def init_run(mode=None):
    ctypes.PyDLL(None).sleep(3600)
