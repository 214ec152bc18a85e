"""What the user points at: live objects of each client, specs, and what sending to them needs."""
