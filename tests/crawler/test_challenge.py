"""Bot challenges are told from pages, and articles about them are not taken for one."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.challenge import MARKS, MAX_BYTES, challenge_of

# Layouts as the makers' pages have them; the words are ours.
PAGES = {
    "D1N": '<html><body><script>document.cookie="D1N=0123456789abcdef0123456789abcdef"+"; expires=Fri, 31-Dec-2027'
    ' 23:59:59 GMT; path=/";window.location.reload(true);</script></body></html>',
    "Cloudrity": "<html><head><title>Access Denied</title></head><body><h1>Access Denied</h1>"
    "<p>Viettel WAF System</p><p>ID: 123</p></body></html>",
    "Cloudflare": "<!DOCTYPE html><html><head><title>Just a moment...</title><style>" + "p{margin:0}" * 400 + "</style>"
    "</head><body><noscript>Please run scripts</noscript><script>(function(){window._cf_chl_opt={cvId:'3'};"
    "var a=document.createElement('script');a.src='/cdn-cgi/challenge-platform/h/b/orchestrate';}())</script></body>",
    "Incapsula": '<html><head><META NAME="robots" CONTENT="noindex"></head><iframe id="main-iframe" '
    'src="/_Incapsula_Resource?CWUDNSAI=24&xinfo=1" frameborder=0>Request not done. Incident 1-2</iframe></html>',
    "DDoS-Guard": '<html><head><title>DDoS-Guard</title></head><body data-ddg-origin="true">Checking'
    '<script src="/.well-known/ddos-guard/js-challenge/index.js"></script></body></html>',
    "Sucuri": "<html><title>You are being redirected...</title><script>var s={},u,c,U,r,i,l=0,a,e=eval,w="
    "String.fromCharCode,sucuri_cloudproxy_js='',S='cz0i';</script></html>",
    "AWS WAF": '<html><script>window.gokuProps = {"key":"A"};</script><div id="challenge-container"></div></html>',
    "DataDome": "<html><head><title>x.vn</title></head><body><script>var dd={'rt':'c'}</script>"
    '<script src="https://ct.captcha-delivery.com/c.js"></script></body></html>',
    "Akamai": '<html><head><meta http-equiv="refresh" content="5; URL=\'/?bm-verify=AAQ\'"></head><body></body></html>',
    "Anubis": '<html><body><p>Checking</p><script src="/.within.website/x/cmd/anubis/static/js/main.mjs"></script>',
    "F5": "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Please consult with"
    " your administrator.<br><br>Your support ID is: 1234<br><a href='javascript:history.back();'>[Go Back]</a></html>",
    "PerimeterX": '<html><head><title>Access</title></head><body><div id="px-captcha"></div><p>Hold</p></body>',
    "Vercel": "<html><head><title>Vercel Security Checkpoint</title></head><body><p>Checking your browser</p></body>",
    "Kasada": "<html><head></head><body><script>window.KPSDK={};KPSDK.now=1</script><script src='/ips.js'></script>",
    "cookie stub": "<html><head><script>var v = 1 + 2; document.cookie = 'ok=' + v; location.href = location.href;"
    "</script></head><body><noscript>This site requires JavaScript to work</noscript></body></html>",
}
# What an article on such things says, and markup that ordinary pages of protected sites carry.
SAID = (
    "Just a moment...", "Cloudflare", "Viettel WAF System", "Cloudrity", "DDoS-Guard", "Sucuri WebSite Firewall",
    "Incapsula incident ID", "Attention Required! | Cloudflare", "document.cookie=&quot;D1N=0&quot;", "_cf_chl_opt",
    "sucuri_cloudproxy_js", "window.gokuProps", "captcha-delivery.com", "?bm-verify=1", "cf-browser-verification",
    "location.reload(true)", "enable JavaScript", "Request Rejected: the minister said no", "px-captcha",
    "window.KPSDK", "Vercel Security Checkpoint",
)  # fmt: skip
CARRIED = (
    '<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>',
    '<script src="/_Incapsula_Resource?SWJIYLWA=719"></script>',
    "<script>document.cookie='seen=1'</script>",
    "<script>if(0){location.reload()}</script>",
    "<script>window.__CF$cv$params={r:'8'}</script>",
    '<a href="https://cloudrity.com.vn/">Cloudrity</a>',
    '<a href="/tin-ddos-guard-1.html">DDoS-Guard</a>',
)

WORDS = ("Sáng", "nay", "ủy", "ban", "họp", "phiên", "thường", "kỳ", "bàn", "việc", "mùa", "lũ")


@pytest.mark.parametrize("name", PAGES)
def test_each_makers_page_is_known_by_its_name(name: str) -> None:
    assert challenge_of(PAGES[name].encode()) == name
    assert set(PAGES) == {*MARKS, "cookie stub"}


@given(
    words=st.lists(st.sampled_from(WORDS), min_size=250),
    said=st.lists(st.sampled_from(SAID)),
    carried=st.lists(st.sampled_from(CARRIED)),
    title=st.sampled_from(("Họp phiên thường kỳ", *SAID)),
)
def test_an_article_that_speaks_of_them_is_none(
    words: list[str], said: list[str], carried: list[str], title: str
) -> None:
    text = " ".join(words)
    page = f"<html><head><title>{title}</title>{''.join(carried)}</head><body><h1>{title}</h1><p>{text}"
    assert challenge_of("</p><p>".join((page, *said, "</body></html>")).encode()) is None


@given(st.lists(st.sampled_from(SAID), max_size=2), st.lists(st.sampled_from(CARRIED[:2] + CARRIED[4:]), max_size=2))
def test_nor_is_a_notice_of_two_lines(said: list[str], carried: list[str]) -> None:
    said = [words for words in said if words != "Viettel WAF System"]  # in two lines it is what the page is about
    carried = [markup for markup in carried if "cloudrity.com" not in markup]
    page = f"<html><title>Kính mời</title>{''.join(carried)}<p>Kính mời bà con dự họp thôn. {' '.join(said)}</p></html>"
    assert challenge_of(page.encode()) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html></html>",
        b"<html>document.cookie</html>",
        b"<html><script>document.cookie='a=1'</script></html>",  # sets a cookie, and stays
        b"<html><script>location.reload()</script></html>",  # reloads, without a cookie
        PAGES["Cloudflare"].encode() + b" " * MAX_BYTES,
        b'<?xml version="1.0"?><rss><channel><item><title>Cloudflare: Just a moment...</title></item></channel></rss>',
        b"User-agent: *\nDisallow: /cdn-cgi/challenge-platform/\n",
    ],
)
def test_other_short_answers_are_none(body: bytes) -> None:
    assert challenge_of(body) is None


@given(st.binary(max_size=300))
def test_any_bytes_are_judged(body: bytes) -> None:
    page = b"document.cookie d1n= <script" + body
    found = challenge_of(page)
    assert found in {None, "cookie stub", *MARKS}
    assert found == challenge_of(page.upper()), "letters' case has no say"


@pytest.mark.parametrize("unit", [b"<script", b"<", b"<iframe ", b"<title", b"</script", b"document.cookie="])
def test_in_time_linear_in_the_length(unit: bytes) -> None:
    began = time.process_time()
    challenge_of((b"sucuri d1n= _incapsula_resource " + unit * MAX_BYTES)[:MAX_BYTES])
    challenge_of((b"document.cookie " + unit * 4096)[:4096])
    assert time.process_time() - began < 0.5
