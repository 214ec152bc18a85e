"""Which runs are of one group: they differ in nothing but their seed."""
