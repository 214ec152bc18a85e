"""The file that a run is before it is anywhere else: its format, writing it, and reading it."""
