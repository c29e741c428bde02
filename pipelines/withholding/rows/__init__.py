"""The tables: what goes out of their rows, what stays as a tombstone, what SQLite leaves of it in its files."""
