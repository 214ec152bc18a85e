"""What several frameworks share: a row handed over whole, a number a call, an output format, a model's runs."""
