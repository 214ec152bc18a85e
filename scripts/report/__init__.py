"""Runs, whatever wrote them, on one page: a reader a format, one table in the middle, one page out."""
