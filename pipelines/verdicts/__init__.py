"""What is wrong with a source, as only the record can tell."""
