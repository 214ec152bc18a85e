"""How many runs a process of ours sends at once: as many as the files that it may have open allow."""
try:
    import resource
except ImportError:  # Windows, which has no such bound
    resource = None  # type: ignore[assignment]

_A_RUN = 8  # journal, lock and upload position, and what a client has open: Neptune's five files, wandb's sockets
_BESIDE = 56  # modules that are being imported, a client's own processes and connections
_AT_MOST = 1000  # threads


def make() -> int:
    """Raise the bound as far as this process may; returns the number of runs, one at least."""
    if resource is None:
        return _AT_MOST
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    except (OSError, ValueError):
        pass  # macOS has a bound of its own for what it calls unlimited
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return _AT_MOST
    return max(1, min(_AT_MOST, (soft - _BESIDE) // _A_RUN))
