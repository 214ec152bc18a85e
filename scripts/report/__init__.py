"""One page of learning curves, and the server that keeps it current."""
