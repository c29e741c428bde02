"""What a page says of its article besides the text: title, byline, credits, dates, pictures, language."""
