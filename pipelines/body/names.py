"""What the names that a page gives its boxes (class, id, itemprop) say of them. Pure."""

import re
from enum import IntFlag, auto
from functools import lru_cache


class Named(IntFlag):
    COMMENT = auto()
    RELATED = auto()
    NAV = auto()
    FOOT = auto()
    SIDE = auto()
    SHARE = auto()
    AD = auto()
    META = auto()
    CAPTION = auto()
    CONTENT = auto()
    LEAD = auto()
    TITLE = auto()
    BODY = auto()
    EMBED = auto()
    HIDDEN = auto()


_WORDS = {
    Named.COMMENT: r"comment|disqus|binh-?luan|repl(?:y|ies)|respond|discuss|forum|opin",
    Named.RELATED: r"relat|similar|tin-?khac|lien-?quan|recommend|most|popular|trend|teaser|latest|other|see-?also"
    r"|read-?(?:more|next|also)|xem-?them|doc-?them|suggest|more-|-more|c-box|outbrain|taboola",
    Named.NAV: r"nav|menu|crumb|pagin|pager|tabs?(?:$|[-_ ])|toolbar|topbar|header|masthead|skip",
    Named.FOOT: r"foot|copyright|legal|bottom|disclaimer|cookie|consent|gdpr",
    Named.SIDE: r"side|rail|widget|right|left|block-",
    Named.SHARE: r"shar|social|follow|facebook|twitter|print|email|tool|button|rating|vote",
    Named.AD: r"(?:^|[-_ ])ads?(?:$|[-_ 0-9])|advert|banner|sponsor|promo|quang-?cao|newsletter|subscri|signup|paywall"
    r"|login|register",
    Named.META: r"author|byline|date|time(?!line)|meta|info|source|tag|keyword|categor|posted|publish|views?"
    r"|kicker|label",
    Named.CAPTION: r"caption|image|photo|galler|figure|slide|video|media|credit|img|pic",
    Named.CONTENT: r"article|content|body|entry|post|story|text|main|detail|news|noi-?dung|chi-?tiet|page|paragraph",
    Named.LEAD: r"sapo|lead|summary|intro|standfirst|chapeau|abstract|excerpt|description|subtitle|deck",
    Named.TITLE: r"title|headline|heading",
    Named.BODY: r"(?:article|story)[-_]*(?:body|text|content|detail)|(?:post|entry|body|text)[-_]*content|body[-_]*text"
    r"|content[-_]*(?:detail|body|fck)|detail[-_]*(?:content|text)|wysiwyg|news[-_]*(?:content|detail|text)|the-?content"
    r"|cms-body|maincontent",
    Named.EMBED: r"tweet|twitter|instagram|embed|iframe|player|quiz|poll|survey",
    Named.HIDDEN: r"hidden|hide|invisible|print-only|sr-only|visually",
}
_PATTERNS = [(flag.value, re.compile(words, re.IGNORECASE)) for flag, words in _WORDS.items()]
_FIGURES = re.compile(r"\d+")
MOST_CLASSES, LONGEST_STEP = 4, 200
# Longer ones are not remembered: what a page may say in 5 MB would stay for good.
_LONGEST_KEPT = 1_000


def described(tag: str, classes: str | None, identifier: str | None, role: str | None) -> tuple[int, str]:
    """What an element's names say (Named flags, as a plain integer), and its step in a class path."""
    if len(tag) + len(classes or "") + len(identifier or "") + len(role or "") > _LONGEST_KEPT:
        return _described(tag, classes, identifier, role)
    return _remembered(tag, classes, identifier, role)


def _described(tag: str, classes: str | None, identifier: str | None, role: str | None) -> tuple[int, str]:
    own = 0
    for names in (classes, identifier, role):
        if names:
            own |= _flags(names) if len(names) > _LONGEST_KEPT else named(names)
    return own, step(tag, classes or "")


_remembered = lru_cache(maxsize=16384)(_described)


def _flags(names: str) -> int:
    return sum(value for value, pattern in _PATTERNS if pattern.search(names))


# A page says the same few names over and over.
named = lru_cache(maxsize=16384)(_flags)


def step(tag: str, classes: str) -> str:
    """One step of a class path: the tag with its classes in order, figures masked, so that ``post-4711`` is the same
    step on every page.
    """
    parts = sorted(set(_FIGURES.sub("0", classes).split()))[:MOST_CLASSES] if classes else []
    return ".".join((tag, *parts))[:LONGEST_STEP]
