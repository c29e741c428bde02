"""Captures read again: which, by whose hands, what differs then, and how that is written and told."""
