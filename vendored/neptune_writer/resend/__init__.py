"""Runs that lie on the disk, sent again: the command, what it finds, and what came of it."""
