"""Errors, named for their consequence; each carries the exit code that it ends a command with.

    ArchiveError            1   done, but something needs attention
    ├── UsageError          2   wrong use, or a file that is not ours
    ├── LockedError        75   another process holds it (EX_TEMPFAIL of sysexits.h)
    └── ConfigError        78   a configuration or source file is wrong (EX_CONFIG)

A message is one line that says what, where, and what is allowed.
"""

import difflib
from collections.abc import Iterable


class ArchiveError(Exception):
    exit_code = 1


class UsageError(ArchiveError):
    exit_code = 2


class LockedError(ArchiveError):
    exit_code = 75


class ConfigError(ArchiveError):
    exit_code = 78


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """' (did you mean "x"?)' where one of *allowed* is close to *word*, else ''."""
    close = difflib.get_close_matches(word, list(allowed), n=1)
    return f' (did you mean "{close[0]}"?)' if close else ""
