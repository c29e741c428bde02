"""Which words are looked for, where they stand in any form of a record or text, and what is left without them."""
