"""One newspaper on a port of 127.0.0.1: real HTTP/1.1, for the demo and the tests."""

import gzip
import select
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from crawler.demo.pages import Reply

# host, path → what to answer, and since when it has been so; None: never answer
Answer = Callable[[str, str], tuple[Reply, datetime] | None]


class Handler(BaseHTTPRequestHandler):
    server: "NewspaperServer"
    protocol_version = "HTTP/1.1"
    server_version = "Demo"
    sys_version = ""
    wbufsize = -1  # head and body in one segment: two writes wait 40 ms for a delayed ACK

    def do_GET(self) -> None:
        host = (self.headers.get("Host") or "").partition(":")[0].lower()
        found = self.server.answer(host, self.path)
        if found is None:
            self._hang()
            return
        reply, since = found
        if reply.stable and self._unchanged(reply, since):
            self._send(Reply(status=304, body=b""), reply, since)
        else:
            self._send(reply, reply, since)

    do_HEAD = do_GET

    def _unchanged(self, reply: Reply, since: datetime) -> bool:
        """If-None-Match wins over If-Modified-Since (RFC 9110, 13.2.2)."""
        if tags := self.headers.get("If-None-Match"):
            return reply.etag in [tag.strip().removeprefix("W/") for tag in tags.split(",")]
        if stamp := self.headers.get("If-Modified-Since"):
            try:
                return since.replace(microsecond=0) <= parsedate_to_datetime(stamp)
            except (TypeError, ValueError):
                return False
        return False

    def _send(self, reply: Reply, described: Reply, since: datetime) -> None:
        body = reply.body
        self.send_response(reply.status)
        if reply.location:
            self.send_header("Location", reply.location)
        if described.stable:
            self.send_header("ETag", described.etag)
            self.send_header("Last-Modified", format_datetime(since.astimezone(UTC), usegmt=True))
        if reply.status != 304:
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Vary", "Accept-Encoding")
            if body and "gzip" in self.headers.get("Accept-Encoding", "") and reply.content_type != "image/png":
                body = gzip.compress(body, mtime=0)
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _hang(self) -> None:
        """Until the client gives up (its end becomes readable) or the server closes."""
        while not self.server.closing.is_set() and not select.select([self.connection], [], [], 0.1)[0]:
            pass
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        pass


class NewspaperServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer
        self.closing = threading.Event()
        self._connections: set[socket.socket] = set()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.closing.set()
        self.shutdown()
        self._thread.join()
        for connection in tuple(self._connections):  # kept alive by clients that are done
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients may go away in the middle; that is theirs to do."""
