"""Errors of the record side, named for their consequence (the exit codes: crawler/errors.py).

Unreadable      a page ends as ``rejected:<code>``
"""


class Unreadable(Exception):
    """A page that cannot be read as an article; *code* is the outcome's, *detail* the evidence, in a line."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail
