"""When an article was published: dates in markup, in print, in addresses."""
