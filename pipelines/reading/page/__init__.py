"""What the page itself states: its markup, headline and title, pictures, other languages, what stands beside it."""
