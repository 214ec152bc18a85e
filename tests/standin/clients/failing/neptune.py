"""A client that cannot open a run."""


def init_run(mode=None):
    raise RuntimeError("\n\n--- no such project ---\nask someone")
