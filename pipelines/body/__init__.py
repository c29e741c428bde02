"""Which of a page's blocks are the article's: blocks in boxes, the evidence for each, the trees that weigh it."""
