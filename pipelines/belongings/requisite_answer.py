"""Is an answer what belongs to a page, or an error page in its place? Pure."""

import re

from crawler.capture import Capture
from crawler.requisites import is_attachment
from pipelines.article import Outcome

_STYLE = re.compile(r"\.css$", re.I)
# What files of these kinds begin with, whatever the server calls them: many send images as octet-stream or text/html.
_MAGIC = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|GIF8[79]a|RIFF....WEBP|BM....\0\0\0\0|II\*\0|MM\0\*|\0\0\0.ftyp(?:avif|avis|heic|mif1)"
    rb"|%PDF-|PK\x03\x04|\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1|{\\rtf",
    re.S,
)
_MEDIA = re.compile(r"image/.+|text/css|application/(?:pdf|msword|rtf|vnd\.(?:ms-|openxmlformats-|oasis\.).+)", re.I)
_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|script)\b", re.I | re.S)
# Some say so after a comment or two; nothing that is no HTML says so at all.
_WINDOW = 2048


def judge(capture: Capture) -> str:
    """The outcome of a good answer (2xx) to a request for what belongs to a page."""
    media = (capture.header("content-type") or "").partition(";")[0].strip()
    if capture.refers_to:  # the bytes lie elsewhere; who has the archive at hand knows what they were found to be
        return Outcome.REQUISITE
    if not capture.body:
        return f"{Outcome.REJECTED}:empty"
    if _MAGIC.match(capture.body):
        return Outcome.REQUISITE
    is_style = _STYLE.search(capture.url.partition("?")[0]) is not None
    named = _MEDIA.fullmatch(media) or (is_style and media.lower() in ("", "text/plain", "application/octet-stream"))
    if named and not _HTML.match(capture.body[:_WINDOW]):
        return Outcome.REQUISITE
    other = is_style or is_attachment(capture.url)
    return f"{Outcome.REJECTED}:{'not-a-file' if other else 'not-an-image'}"
