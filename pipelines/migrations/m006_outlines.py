"""What short texts are screened by, beside their signatures."""

STATEMENTS = (
    "ALTER TABLE signatures ADD COLUMN words BLOB",
    "ALTER TABLE signatures ADD COLUMN runs INTEGER",
)
