"""The rank of this process among those that train together."""
import os
import sys


def of(owner: object) -> int:
    """The rank, 0 where this process trains alone.

    A SpinningUp logger keeps neither folder nor file on ranks other than 0. Otherwise MPI knows, or torch. A
    scheduler's task id is never used: people take it as a seed.

    Args:
        owner: the framework's logger.
    """
    own = vars(owner) if hasattr(owner, "__dict__") else {}
    if own.get("output_file", owner) is None and own.get("output_dir", owner) is None:
        return 1
    mpi = sys.modules.get("mpi4py.MPI")
    try:
        if mpi is not None and mpi.Is_initialized() and not mpi.Is_finalized():
            return int(mpi.COMM_WORLD.Get_rank())
        torch = sys.modules.get("torch.distributed")
        if torch is not None and torch.is_available() and torch.is_initialized():
            return int(torch.get_rank())
        return int(os.environ.get("PMI_RANK") or os.environ.get("OMPI_COMM_WORLD_RANK") or 0)
    except Exception:
        return 0
