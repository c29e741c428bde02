"""How two texts differ, paragraph by paragraph and word by word, and what kind of difference it is. Pure."""
