"""Errors of the record side, named for their consequence (the exit codes: crawler/errors.py).

Unreadable      a page ends as ``rejected:<code>``
"""


class Unreadable(Exception):
    """A page that cannot be read as an article; *code* is the outcome's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
