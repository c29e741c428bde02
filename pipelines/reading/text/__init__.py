"""What stands at the edges of a text or is none of it, what language it is in, what it is about."""
