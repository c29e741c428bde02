"""The letters of a page: which encoding its bytes are in, and wrong letters put right."""
