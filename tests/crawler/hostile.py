"""A server that answers as no server should: raw sockets, since http.server is too polite for most of this.

One port serves all; the Host header says which trap. Each is a host of its own, a newspaper whose front page names the
hostile address ``/tin-2.html`` and then an honest article ``/tin-1.html``, which must arrive whatever the other does.
"""

import gzip
import itertools
import socket
import socketserver
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import brotli

Answer = bytes | Callable[[int], bytes | Iterator[bytes]]
Pages = dict[str, Answer]

HTML = {"Content-Type": "text/html; charset=utf-8"}
TRAP, HONEST = "/tin-2.html", "/tin-1.html"
MIB = 1 << 20
# What Google's brotli makes of a mebibyte of spaces and a flush, and then of another.
FIRST, AGAIN = bytes.fromhex("abffff074002241e0b24f7fec100"), bytes.fromhex("faff7f002400e2b00074ef1f0c")


def answer(body: bytes = b"", status: str = "200 OK", *, length: int | None = -1, **headers: str) -> bytes:
    """*length*: of the body as stated; -1 the true one, None not stated. Underscores in names are hyphens."""
    stated = {} if length is None else {"Content-Length": str(len(body) if length == -1 else length)}
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in (HTML | stated | given).items()]
    return f"HTTP/1.1 {status}\r\n".encode() + "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def article(title: str, lead: str = "") -> bytes:
    """A page as a small newspaper makes it; no two titles have a sentence in common."""
    words = [f"{title.lower()}{number}" for number in range(90)]
    paragraphs = "".join(f"<p>{' '.join(words[at : at + 30])} là lời kể của bà con trong xã.</p>" for at in (0, 30, 60))
    return (
        f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>"
        f"<p>{lead or f'Chuyện {title} ở xã Sông Xanh được người dân kể lại vào mùa gặt.'}</p>{paragraphs}"
        "</article></body></html>"
    ).encode()


def links(*addresses: str, more: str = "") -> bytes:
    anchors = "".join(f'<li><a href="{address}">Bài {address[:40]}</a>' for address in addresses)
    return answer(f"<html><title>Mục</title>{anchors}{more}</html>".encode())


def moved(to: str, status: str = "302 Found", **headers: str) -> bytes:
    return answer(b"moved", status, Location=to, **headers)


def slowly(data: bytes, seconds: float = 0.4) -> Callable[[int], Iterator[bytes]]:
    """A byte at a time, for as long as anyone listens."""

    def write(_times: int) -> Iterator[bytes]:
        for byte in data:
            yield bytes([byte])
            time.sleep(seconds)

    return write


def packed(body: bytes, coding: str) -> bytes:
    """*coding* as Content-Encoding has it, the last applied last."""
    for name in coding.split(", "):
        body = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}[name](body)
    return body


def bomb(coding: str, mebibytes: int) -> bytes:
    """So much white space in a coding, as a whole answer: behind a flush, the same block may be repeated for ever."""
    block = b" " * MIB
    if coding == "br":
        first, again, end = FIRST, AGAIN, b"\3"
    else:
        packer = zlib.compressobj(wbits=31 if coding == "gzip" else 15)
        first, again = (packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
        end = packer.flush()
    return answer(first + again * (mebibytes - 1) + end, Content_Encoding=coding)


def feed(items: str, before: str = "") -> bytes:
    head = f'<?xml version="1.0" encoding="utf-8"?>{before}<rss version="2.0"><channel><title>F</title>'
    return answer(f"{head}{items}</channel></rss>".encode(), Content_Type="application/rss+xml")


def item(address: str, title: str = "Tin", date: str = "Sat, 26 Sep 2026 09:20:00 +0700") -> str:
    return f"<item><title>{title}</title><link>{address}</link><pubDate>{date}</pubDate></item>"


def xml(text: str, **headers: str) -> bytes:
    return answer(text.encode(), Content_Type="application/xml", **headers)


def numbered(pages: int, address: str, body: str) -> Iterator[tuple[str, Answer]]:
    """*pages* with ``{n}`` and ``{next}`` filled in."""
    for n in range(pages):
        yield address.format(n=n), links(HONEST, more=body.format(n=n, next=n + 1))


@dataclass
class Server:
    """*asked*: every request line's path, by host; *heads*: every request's head, by host."""

    sites: dict[str, Pages]
    port: int = 0
    asked: dict[str, list[str]] = field(default_factory=dict)
    heads: dict[str, list[bytes]] = field(default_factory=dict)

    def reply(self, head: bytes) -> bytes | Iterator[bytes]:
        path = head.split(b" ", 2)[1].decode("latin-1")
        host = next(line[5:].strip() for line in head.split(b"\r\n") if line.lower().startswith(b"host:"))
        name = host.decode("latin-1").partition(":")[0].removesuffix(".test")
        before = Counter(self.asked.setdefault(name, []))[path]
        self.asked[name].append(path)
        self.heads.setdefault(name, []).append(head)
        pages = self.sites.get(name, {})
        found = pages.get(path, pages.get("*", answer(b"<html>not here</html>", "404 Not Found")))
        return found(before) if callable(found) else found


def _handler(server: Server) -> type[socketserver.BaseRequestHandler]:
    class Handler(socketserver.BaseRequestHandler):
        request: socket.socket

        def handle(self) -> None:
            head = b""
            while b"\r\n\r\n" not in head:
                piece = self.request.recv(65536)
                if not piece:
                    return
                head += piece
            reply = server.reply(head)
            try:
                for piece in [reply] if isinstance(reply, bytes) else reply:
                    self.request.sendall(piece)
                self.request.shutdown(socket.SHUT_WR)
            except OSError:
                return  # the crawler hung up, as it should

    return Handler


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 256

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Quiet: who is cut off resets the connection."""


@contextmanager
def serving(sites: dict[str, Pages]) -> Iterator[Server]:
    server = Server(sites)
    with _Server(("127.0.0.1", 0), _handler(server)) as listening:
        server.port = listening.server_address[1]
        threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield server
        finally:
            listening.shutdown()


def endless(prefix: bytes, piece: bytes) -> Callable[[int], Iterator[bytes]]:
    """*prefix*, then *piece* for ever."""
    return lambda _times: itertools.chain([prefix], itertools.repeat(piece))


def later(make: Callable[[], bytes]) -> Callable[[int], bytes]:
    """For what takes a while to make: not before it is asked for."""
    return lambda _times: make()
