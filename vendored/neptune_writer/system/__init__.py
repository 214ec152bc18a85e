"""The operating system: files, folders, locks, descriptors, interpreters. Imports no other room."""
