"""What is no article, a module for each kind: judged on the page alone, by several marks together."""
