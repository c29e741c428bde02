"""Withdrawn articles: what they are known by, where their bytes are kept dark, and how both come back."""
