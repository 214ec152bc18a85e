"""A look from the terminal: which runs go on, and what is wrong with them."""
