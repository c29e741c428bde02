"""XML as it comes from the web, put right as far as a parser needs it. Pure."""

import re

_BEGINNING = re.compile(rb"<(?:\?xml|rss|rdf|feed|channel|urlset|sitemapindex|[a-z]+:(?:rdf|rss|feed|urlset))\b", re.I)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
# XML 1.0 allows none of these, and one of them makes a parser refuse everything behind it.
_FORBIDDEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])
# What stands before the beginning is a blank line, a comment or a warning of PHP.
_MOST_JUNK = 64 * 1024
# One broken character in so many letters that aren't ASCII is a cut-off teaser, and no other encoding: texts in
# windows-1258 or TCVN3 are broken at every other one.
_BROKEN_SHARE = 0.1


def as_utf8(body: bytes) -> bytes:
    """*body* from its first element or declaration on; in UTF-8 without characters that XML forbids, if it is UTF-8
    whatever it declares. What is in another encoding is left to its declaration.
    """
    start = _BEGINNING.search(body, 0, _MOST_JUNK)
    body = body[start.start() :] if start and not body.startswith((b"\xff\xfe", b"\xfe\xff")) else body
    text = _decoded(body)
    if text is None:
        return body
    return _DECLARATION.sub('<?xml version="1.0" encoding="utf-8"?>', text, count=1).translate(_FORBIDDEN).encode()


def _decoded(body: bytes) -> str | None:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    foreign = sum(len(run) for run in re.findall(r"[^\x00-\x7f]+", text))
    return text if broken <= max(1, foreign * _BROKEN_SHARE) and foreign > broken else None
