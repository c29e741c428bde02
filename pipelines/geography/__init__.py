"""Which provinces an article is about."""
