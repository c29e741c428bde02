"""Which articles carry the same text: candidates by an index, worth confirming or not, confirmed by their words.

What they are together, a story, is told in pipelines/stories/.
"""
