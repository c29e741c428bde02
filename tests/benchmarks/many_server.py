"""Many small newspapers that keep a log: ``many_server.py COUNTS.json LOG.json``, where COUNTS is host → articles.

Prints ``127.0.0.1:PORT``; when its standard input closes, writes LOG: host → the arrivals of its requests, in seconds.
A host has a front page that links its articles, and no robots.txt. With an ETag in a request it answers 304.
"""

import asyncio
import json
import sys
import time
import zlib
from pathlib import Path

from news_pages import Newspaper

# As real ones: 20-400 ms, each page always as long.
LEAST_SECONDS, MOST_SECONDS = 0.02, 0.4
MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n"
# Of a few kinds, given to all hosts: making 6,000 pages would take longer than asking for them.
KINDS = 8


def front(articles: int) -> bytes:
    links = "".join(f'<li><a href="/tin-{n}.html">Tin số {n}</a></li>' for n in range(articles))
    return f"<html><head><title>Báo</title></head><body><ul>{links}</ul></body></html>".encode()


class Newspapers:
    def __init__(self, counts: dict[str, int]) -> None:
        self._fronts = {host: answer(front(count), '"f"') for host, count in counts.items()}
        self._counts = counts
        self._pages = [answer(Newspaper(1, kind, 2).page(1), '"a"') for kind in range(KINDS)]
        self.log: dict[str, list[tuple[float, str]]] = {host: [] for host in counts}

    def reply(self, head: str) -> tuple[bytes, float]:
        first, *lines = head.split("\r\n")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        host, path = fields.get("host", "").partition(":")[0], first.split(" ")[1]
        self.log.setdefault(host, []).append((time.monotonic(), path + (" if" if "if-none-match" in fields else "")))
        spread = zlib.crc32(f"{host}{path}".encode())
        return self._answer(host, path, spread, fields), LEAST_SECONDS + (MOST_SECONDS - LEAST_SECONDS) * spread / 2**32

    def _answer(self, host: str, path: str, spread: int, fields: dict[str, str]) -> bytes:
        if path == "/":
            return unmodified('"f"') if fields.get("if-none-match") == '"f"' else self._fronts[host]
        number = path.removeprefix("/tin-").removesuffix(".html")
        if number.isdigit() and int(number) < self._counts.get(host, 0):
            return unmodified('"a"') if fields.get("if-none-match") == '"a"' else self._pages[spread % KINDS]
        return MISSING


def answer(body: bytes, etag: str) -> bytes:
    lines = [
        "HTTP/1.1 200 OK",
        "Content-Type: text/html; charset=utf-8",
        f"ETag: {etag}",
        f"Content-Length: {len(body)}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def unmodified(etag: str) -> bytes:
    return f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n\r\n".encode()


class Connection(asyncio.Protocol):
    def __init__(self, newspapers: Newspapers) -> None:
        self._newspapers, self._heard = newspapers, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *heads, self._heard = (self._heard + data).split(b"\r\n\r\n")
        for head in heads:
            reply, seconds = self._newspapers.reply(head.decode("latin-1"))
            asyncio.get_running_loop().call_later(seconds, self._transport.write, reply)  # type: ignore[attr-defined]


async def serve(newspapers: Newspapers) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(newspapers), "127.0.0.1", 0, backlog=1000)
    print("{}:{}".format(*server.sockets[0].getsockname()), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


def main() -> None:
    newspapers = Newspapers(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    asyncio.run(serve(newspapers))
    Path(sys.argv[2]).write_text(json.dumps(newspapers.log), encoding="utf-8")


if __name__ == "__main__":
    main()
