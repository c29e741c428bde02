"""What is decided: which article is meant, what it is known by, which captures it reaches, what is left to decide."""
