"""Galleries and films without a text: their captions and titles alone are no article."""

import re

from lxml.etree import XPath

from pipelines.refusing.listing import NOTICE
from pipelines.refusing.refusal import Refusal, Suspect

# A notice is often a scan of two pages.
_MANY = 4
# An invitation of a few lines beside its picture is a text.
_LINES = 25
_IMAGES = XPath(
    "count(//body//img[not(ancestor::nav or ancestor::footer or ancestor::header or ancestor::aside or ancestor::a)])"
)
_PLAYER = XPath(
    "boolean(//body//video | //body//iframe[contains(@src, 'youtube') or contains(@src, 'youtu.be') or"
    " contains(@src, 'vimeo') or contains(@src, 'player') or contains(@src, 'embed') or contains(@src, 'video')])"
)
_BOXES = XPath(
    "boolean(//body//*[contains(@class, 'gallery') or contains(@class, 'slideshow') or contains(@class, 'album') or"
    " contains(@class, 'lightbox')])"
)
_GALLERY = re.compile(r"/(?:photos?|anh|album|thu-vien-anh|phong-su-anh|gallery|multimedia|infographics?)[/.-]", re.I)
_VIDEO = re.compile(r"/(?:videos?|clip|truyen-hinh|media|tv|thu-vien-video|multimedia)[/.-]", re.I)


def refuse(page: Suspect) -> Refusal | None:
    if page.prose >= NOTICE or page.own >= _LINES:
        return None
    return _gallery(page) or _video(page)


def _gallery(page: Suspect) -> Refusal | None:
    tree, images = page.head.page.tree, int(_IMAGES(page.head.page.tree))
    marks = {
        "called a gallery": any(kind in _types(page) for kind in ("ImageGallery", "MediaGallery")),
        "the address is a gallery's": _GALLERY.search(page.head.page.url) is not None,
        "a box for an album": bool(_BOXES(tree)),
    }
    return _refusal("gallery", f"{images} images, {page.own} words", marks) if images >= _MANY else None


def _video(page: Suspect) -> Refusal | None:
    kind = page.head.metas.get("og:type", "").lower()
    marks = {
        "called a video": "VideoObject" in _types(page) or kind.startswith("video"),
        "the address is a video's": _VIDEO.search(page.head.page.url) is not None,
    }
    if not _PLAYER(page.head.page.tree) and not all(marks.values()):
        return None
    return _refusal("video", f"a player, {page.own} words", marks)


def _types(page: Suspect) -> str:
    return " ".join(str(item.get("@type")) for item in page.head.linked)


def _refusal(code: str, measure: str, marks: dict[str, bool]) -> Refusal | None:
    found = [mark for mark, is_there in marks.items() if is_there]
    return Refusal(code, ", ".join([measure, *found])) if found else None
