"""What the address of a page says of its kind. A mark among others: /chu-de/ may be a section like any."""

import re
from urllib.parse import urlsplit

# In the path, in small letters. Numbers behind the word are its maker's: an article on a tag has them behind its slug.
_KINDS = {
    "tag-page": r"-(?:p?tag\d*|tags\d+)\.\w+$|/(?:tags?|tu-khoa|the|hashtag|keyword)/[^/]+/?(?:$|trang|page)",
    "search-results": r"/(?:tim-?kiem|search|timkiem|ket-qua-tim-kiem)(?:[/.]|$)",
    "topic-page": r"-(?:event|topic|sukien|chude)\d+\.\w+$|/(?:topics?|chu-de|events?|dong-su-kien|chuyen-de)/[^/]+/?$",
    "author-page": r"/(?:tac-gia|authors?|phong-vien|but-danh)/[^/]+/?(?:$|trang|page)|-author\d+\.\w+$",
    "listing": (
        r"^/?$|^/(?:index|default|home|trang-chu)\.\w+$|/(?:trang|page)[-/]\d+/?$"
        r"|/(?:category|danh-muc|chuyen-muc)/[^/]+/?$"
    ),
}
_PATTERNS = {kind: re.compile(pattern) for kind, pattern in _KINDS.items()}
_SEARCH = re.compile(r"(?:^|&)(?:q|s|keyword|keywords|tukhoa|tu-khoa|key|search)=", re.IGNORECASE)


def kind_of(url: str) -> str | None:
    """The kind of page that is no article which *url* speaks of, as an outcome's code; None where it speaks of none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    path = parts.path.lower()
    found = next((kind for kind, pattern in _PATTERNS.items() if pattern.search(path)), None)
    return "search-results" if found in (None, "listing") and _SEARCH.search(parts.query) else found
