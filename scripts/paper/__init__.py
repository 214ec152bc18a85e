"""What runs say together, for a paper: tables that compare, figures, and data."""
