"""What files hold, whatever is wrong with them: texts, tables, event files, databases, YAML."""
