"""The file on disk that each run writes first: its records, how they are encoded, writing it, and reading it."""
