"""What the operating system is asked for: files, folders, locks, descriptors, interpreters. Knows no other room."""
