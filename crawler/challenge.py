"""Answers that are no pages: a bot challenge under HTTP 200 looks like success until someone reads the archive.

A challenge is recognised and recorded, never answered. It is a page with next to nothing to read, and with the mark of
its maker in its markup or scripts: what an article says of such pages stands in its text, and is no mark.
"""

import re

# Cloudflare's are the longest, about 30 KB with their styles.
MAX_BYTES = 64 * 1024
# What a visitor reads while being checked: three lines in the longest. Vietnamese takes up to three bytes a letter.
MAX_TEXT = 1200
# A stub that only sets a cookie and reloads: D1N's has 177 bytes, one that reckons with AES first about 1,000.
MAX_STUB = 4096
MAX_STUB_TEXT = 120

# Marks in markup and scripts, in small letters; a page needs one of them.
MARKS: dict[str, re.Pattern[bytes]] = {
    "D1N": re.compile(rb"document\.cookie\s*=\s*[\"']d1n="),
    "Cloudrity": re.compile(rb"viettel waf|cloudrity\.com\.?(?:vn)?/"),
    "Cloudflare": re.compile(
        rb"\b_cf_chl_opt\b|cf-browser-verification|/cdn-cgi/l/chk_|<title>\s*attention required! \| cloudflare"
    ),
    # The script alone stands in ordinary pages too.
    "Incapsula": re.compile(rb"<iframe[^<>]{1,400}_incapsula_resource"),
    "DDoS-Guard": re.compile(rb"/\.well-known/ddos-guard/|<title>\s*ddos-guard"),
    "Sucuri": re.compile(rb"sucuri_cloudproxy_js|<title>\s*sucuri website firewall"),
    "AWS WAF": re.compile(rb"\bawswafintegration\b|window\.gokuprops"),
    "DataDome": re.compile(rb"(?:geo|ct)\.captcha-delivery\.com"),
    "Akamai": re.compile(rb"/_sec/cp_challenge/|[?&]bm-verify="),
    "Anubis": re.compile(rb"/\.within\.website/x/cmd/anubis/"),
    # "The requested URL was rejected. Please consult with your administrator."
    "F5": re.compile(rb"<title>\s*request rejected\s*$", re.MULTILINE),
    "PerimeterX": re.compile(rb"window\._pxappid|\bid\s*=\s*[\"']?px-captcha\b"),
    "Vercel": re.compile(rb"<title>\s*vercel security checkpoint|/\.well-known/vercel/security/"),
    "Kasada": re.compile(rb"window\.kpsdk\b"),
}
# Each is a part of what its mark matches: most pages are passed over without a regular expression.
HINTS = (
    b"d1n=", b"viettel waf", b"cloudrity", b"_cf_chl_opt", b"cf-browser-verification", b"/cdn-cgi/l/chk_",
    b"attention required!", b"_incapsula_resource", b"ddos-guard", b"sucuri", b"awswafintegration", b"gokuprops",
    b"captcha-delivery.com", b"/_sec/cp_challenge/", b"bm-verify=", b"/cmd/anubis/",
    b"request rejected", b"_pxappid", b"px-captcha", b"vercel", b"kpsdk",
)  # fmt: skip
_SETS_COOKIE = re.compile(rb"document\.cookie\s*=")
_RELOADS = re.compile(rb"\blocation\.(?:reload|replace|assign)\s*\(|\blocation(?:\.href)?\s*=[^=]")
_HIDDEN = (b"script", b"style", b"noscript", b"template")
_TAG = re.compile(rb"<[^<>]*>")


def challenge_of(body: bytes) -> str | None:
    """Whose challenge *body* is ("Cloudflare", "cookie stub"), or None for any other answer."""
    if len(body) > MAX_BYTES:
        return None
    page = body.lower()
    stub = len(page) <= MAX_STUB and b"document.cookie" in page
    if not stub and not any(hint in page for hint in HINTS):
        return None
    code, text = _divide(page)
    if len(text) <= MAX_TEXT:
        for name, mark in MARKS.items():
            if mark.search(code) or (name == "Cloudrity" and b"viettel waf" in text):
                return name
    bare = stub and len(text) <= MAX_STUB_TEXT and _SETS_COOKIE.search(code) and _RELOADS.search(code)
    return "cookie stub" if bare else None


def is_challenge(body: bytes) -> bool:
    return challenge_of(body) is not None


def _divide(page: bytes) -> tuple[bytes, bytes]:
    """*page* as markup with scripts and titles, and as the text that a visitor sees. In time linear in its length."""
    code, rest = [], page
    for name in _HIDDEN:
        kept, at = [], 0
        while (start := rest.find(b"<" + name, at)) >= 0:
            end = rest.find(b"</" + name, start)
            end = len(rest) if end < 0 else end
            kept.append(rest[at:start])
            code.append(rest[start:end])
            at = end
        rest = b"".join((*kept, rest[at:]))
    start, end = rest.find(b"<title"), rest.find(b"</title")
    if 0 <= start < end:
        code.append(rest[start:end])
        rest = rest[:start] + rest[end:]
    code += _TAG.findall(rest)
    return b"\n".join(code), b" ".join(_TAG.sub(b" ", rest).split())
