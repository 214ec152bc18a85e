"""What was read before, in the user's cache folder: found again as long as no file that it came from has changed."""
