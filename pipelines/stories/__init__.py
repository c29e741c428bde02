"""Stories: which articles are one, who wrote it, what each reprint added."""
