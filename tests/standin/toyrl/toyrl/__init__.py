"""A framework of one algorithm, which learns nothing, with its metrics going where its logger says."""
__version__ = "0.3"
