"""Who made an article: people, agencies, and the lines that credit them."""
