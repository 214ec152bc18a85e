"""One training that several files tell of: joined, or shown once."""
