"""Real HTTP servers on loopback for crawl tests, and a real crawl in a process of its own."""

import json
import os
import ssl
import subprocess
import sys
import threading
import time
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

CHILD = Path(__file__).with_name("crawl_child.py")


@dataclass
class Reply:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})
    hang: float = 0.0
    chunked: bool = False
    etag: str = ""  # answered with 304 where the request states it


Pages = dict[str, Reply | Callable[[int], Reply]]


@dataclass
class Site:
    """*asked*: when each request began and ended, by the server's clock, and for what."""

    pages: Pages
    address: str = ""
    asked: list[tuple[float, float, str]] = field(default_factory=list)
    heads: list[dict[str, str]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def paths(self) -> list[str]:
        return [path for _, _, path in self.asked]


def article(title: str, *links: str) -> Reply:
    anchors = "".join(f'<a href="{link}">{link}</a>' for link in links)
    return Reply(f"<html><title>{title}</title><h1>{title}</h1><p>{'Lời. ' * 20}</p>{anchors}</html>".encode())


def listing(*links: str) -> Reply:
    anchors = "".join(f'<li><a href="{link}">Bài {link}</a>' for link in links)
    return Reply(f"<html><title>Mục</title>{anchors}</html>".encode())


def feed(*entries: tuple[str, str]) -> Reply:
    items = "".join(
        f"<item><title>Tin {link}</title><link>{link}</link><pubDate>{date}</pubDate></item>" for link, date in entries
    )
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>F</title>{items}</channel></rss>'
    return Reply(body.encode(), headers={"Content-Type": "application/rss+xml"})


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            began = time.monotonic()
            times = site.paths.count(self.path)
            entry = [began, began, self.path]
            site.asked.append(entry)  # type: ignore[arg-type]
            site.heads.append(dict(self.headers))
            found = site.pages.get(self.path, Reply(b"<html>not here</html>", status=404))
            reply = found(times) if callable(found) else found
            if reply.hang:
                site.released.wait(reply.hang)
            try:
                self._send(reply)
            except OSError:  # the crawler hung up first
                self.close_connection = True
            entry[1] = time.monotonic()

        def _send(self, reply: Reply) -> None:
            if reply.etag and self.headers.get("If-None-Match") == reply.etag:
                reply = Reply(status=304, headers={"ETag": reply.etag})
            self.send_response(reply.status)
            if reply.etag:
                self.send_header("ETag", reply.etag)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.chunked:
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                self.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(reply.body), reply.body))
            else:
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    return Handler


def serving(**pages: Pages) -> AbstractContextManager[dict[str, Site]]:
    """One server per keyword."""
    return serve(pages)


def server_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@contextmanager
def serve(pages: Mapping[str, Pages], certificate: Path | ssl.SSLContext | None = None) -> Iterator[dict[str, Site]]:
    """Over TLS with *certificate*, a PEM file with its key."""
    sites, servers = {}, []
    for name, own in pages.items():
        site = Site(pages=own)
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(site))
        server.daemon_threads = True
        if certificate:
            context = certificate if isinstance(certificate, ssl.SSLContext) else server_context(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        site.address = f"127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        sites[name] = site
        servers.append(server)
    try:
        yield sites
    finally:
        for site in sites.values():
            site.released.set()
        for server in servers:
            server.shutdown()
            server.server_close()


@dataclass
class Crawled:
    exchanges: list[dict[str, Any]]
    reports: dict[str, dict[str, Any]]
    log: str
    seconds: float
    error: str | None
    peak: int

    def of(self, slug: str, kind: str | None = None) -> list[dict[str, Any]]:
        found = [e for e in self.exchanges if e["metadata"]["source"] == slug]
        return [e for e in found if kind in (None, e["metadata"]["kind"])]

    def by_url(self, url: str) -> list[dict[str, Any]]:
        return [e for e in self.exchanges if e["url"] == url]


def start(plan: dict[str, Any], **environment: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    child = subprocess.Popen(
        [sys.executable, str(CHILD)], stdin=pipe, stdout=pipe, stderr=pipe, text=True, env={**os.environ, **environment}
    )
    assert child.stdin is not None
    child.stdin.write(json.dumps(plan))
    child.stdin.close()
    child.stdin = None
    return child


def finish(child: subprocess.Popen[str], timeout: float = 60) -> Crawled:
    began = time.monotonic()
    out, err = child.communicate(timeout=timeout)
    assert child.returncode == 0, err
    result = json.loads(out)
    for exchange in result["exchanges"]:
        for name in ("request", "response_head", "payload"):
            exchange[name] = b64decode(exchange[name]) if exchange[name] is not None else None
    reports = {report["slug"]: report for report in result["reports"]}
    assert len(reports) == len(result["reports"]), "a source was reported twice"
    return Crawled(result["exchanges"], reports, err, time.monotonic() - began, result["error"], result["peak"])


def crawl(**plan: Any) -> Crawled:
    """*sources*: keyword arguments of Source; *hosts*, *pace*; *known*: keys by slug; *due*: (url, missing) by slug.
    *warc*: a folder to keep exchanges in as WARC, instead of giving them back.
    """
    return finish(start(plan))
