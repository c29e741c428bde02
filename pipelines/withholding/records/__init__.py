"""The bytes: cut out of the WARC files, kept dark beside them, given back or destroyed."""
