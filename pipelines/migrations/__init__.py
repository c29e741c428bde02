"""What each migration of pipelines/schema.py executes, in order. Never edited once released."""
