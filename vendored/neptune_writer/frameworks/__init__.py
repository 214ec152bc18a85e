"""What patched frameworks import: the framework's own idiom on top of the writer, a file each."""
