"""WARC records: built, read, put together again."""
