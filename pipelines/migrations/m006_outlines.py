"""What short texts are screened by, beside their signatures; crowded keys in a table of their own."""

STATEMENTS = (
    "ALTER TABLE signatures ADD COLUMN words BLOB",
    "ALTER TABLE signatures ADD COLUMN runs INTEGER",
    "CREATE TABLE crowded (key INTEGER PRIMARY KEY) STRICT",
)
