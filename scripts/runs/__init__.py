"""What lies on the disk: a reader a format, one table, the groups that runs belong to, and what they say together."""
