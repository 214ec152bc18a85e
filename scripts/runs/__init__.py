"""What lies on the disk: a reader a format, one table, and the groups that runs belong to."""
