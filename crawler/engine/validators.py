"""ETag and Last-Modified, where a later request may lean on them (RFC 9110, 8.8 and 13.1)."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]+"')
# Seen are a dozen to some eighty characters; what is longer is no name of a version, and goes out with every request.
MAX_ETAG = 200


def etag_of(values: Iterable[str]) -> str | None:
    """The one ETag among a response's ETag headers, as sent; None where it cannot name a version: none or several,
    not quoted (comparing it is anyone's guess), empty (some servers give ``""`` to every page).
    """
    found = [value.strip() for value in values]
    if len(found) != 1 or len(found[0]) > MAX_ETAG:
        return None
    return found[0] if _ETAG.fullmatch(found[0]) else None


def last_modified_of(values: Iterable[str], fetched_at: datetime) -> str | None:
    """The one Last-Modified as sent; None where it is no date, or one that was still to come at *fetched_at*: it would
    hide every change until then.
    """
    found = [value.strip() for value in values]
    if len(found) != 1:
        return None
    try:
        moment = parsedate_to_datetime(found[0])
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
        return found[0] if moment <= fetched_at else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
