"""The made-up newspapers over HTTP, in a process whose CPU counts for nobody: ``page_server.py HOSTS PAGES SEED``.

Prints ``127.0.0.1:PORT`` once all pages are made; ends when its standard input closes. One port, told apart by Host.
Every second paper compresses, if the client lets it: both happen, and cost different things in different places.
"""

import asyncio
import gzip
import sys
import zlib

from news_pages import Newspaper

# Answers take 20-400 ms, as real ones do, each page always as long. At once, they would all come in the same instant:
# every host is asked in step, and the lag measured would be that of twenty answers in a heap.
LEAST_SECONDS, MOST_SECONDS = 0.02, 0.4
MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n"


def answers(hosts: int, pages: int, seed: int) -> dict[tuple[str, str], tuple[bytes, bytes | None]]:
    """(host, path) → the whole answer, plain and compressed."""
    made: dict[tuple[str, str], tuple[bytes, bytes | None]] = {}
    for host in range(hosts):
        paper = Newspaper(seed, host, pages)
        made[paper.host, "/sitemap.xml"] = (_answer(paper.sitemap(), "application/xml"), None)
        for number in range(pages):
            body = paper.page(number)
            packed = _answer(gzip.compress(body, 6), "text/html; charset=utf-8", "gzip") if host % 2 else None
            made[paper.host, paper.path(number)] = (_answer(body, "text/html; charset=utf-8"), packed)
    return made


def _answer(body: bytes, kind: str, coding: str = "") -> bytes:
    lines = ["HTTP/1.1 200 OK", f"Content-Type: {kind}", f"Content-Length: {len(body)}", "Server: bench"]
    lines += [f"Content-Encoding: {coding}", "Vary: Accept-Encoding"] if coding else []
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


class Connection(asyncio.Protocol):
    def __init__(self, made: dict[tuple[str, str], tuple[bytes, bytes | None]]) -> None:
        self._made, self._heard = made, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *heads, self._heard = (self._heard + data).split(b"\r\n\r\n")
        for head in heads:
            answer, seconds = self._reply(head.decode("latin-1"))
            asyncio.get_running_loop().call_later(seconds, self._transport.write, answer)  # type: ignore[attr-defined]

    def _reply(self, head: str) -> tuple[bytes, float]:
        """The answer, and after how many seconds."""
        first, *lines = head.split("\r\n")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        host, path = fields.get("host", "").partition(":")[0], first.split(" ")[1]
        seconds = LEAST_SECONDS + (MOST_SECONDS - LEAST_SECONDS) * zlib.crc32(f"{host}{path}".encode()) / 2**32
        plain, packed = self._made.get((host, path), (MISSING, None))
        return packed if packed and "gzip" in fields.get("accept-encoding", "") else plain, seconds


async def serve(hosts: int, pages: int, seed: int) -> None:
    made = answers(hosts, pages, seed)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(made), "127.0.0.1", 0)
    print(f"127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(*map(int, sys.argv[1:4])))
