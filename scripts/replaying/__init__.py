"""What `replay` makes of runs in other formats: journals, found again and made longer as the runs grow."""
