"""What lies on the disk of runs, and what they say together: statistics, figures and data that go into a paper."""
