"""What the user points at: live objects of every client, and the texts that name where a run goes."""
