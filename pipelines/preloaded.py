"""Imported by the process that workers are forked from, and by nothing else: it loads what all of them need, once."""

from pipelines.chain import warm_up

warm_up()
