"""Undoes content codings, with a limit and without trusting them. Behind the WARC, which keeps what was sent."""

from typing import Any

from scrapy import Request
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Response, TextResponse
from scrapy.responsetypes import responsetypes

from crawler.capture import Kind
from crawler.failures import Failure, NotAsked
from crawler.records.codings import unpack

# Not br and zstd: they save 15 % and not every tool that replays a WARC reads them.
ACCEPTED = "gzip, deflate"


class CodingMiddleware:
    def __init__(self, max_body: int) -> None:
        self._max = max_body

    @classmethod
    def from_crawler(cls, crawler: Any) -> "CodingMiddleware":
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        request.headers.setdefault("Accept-Encoding", ACCEPTED)

    def process_response(self, request: Request, response: Response) -> Response:
        codings = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        if not codings or not response.body:
            return response
        body, whole = unpack(response.body, codings, self._max + 1)
        of_robots = request.meta["kind"] is Kind.ROBOTS  # whose beginning will do
        if len(body) > self._max and not of_robots:
            raise NotAsked(Failure.TOO_LARGE, f"{request.url} unpacks to more than {self._max} bytes")
        if not whole and not of_robots:
            raise ResponseDataLossError
        headers = response.headers.copy()
        del headers["Content-Encoding"]
        kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
        encoding: dict[str, Any] = {"encoding": None} if issubclass(kind, TextResponse) else {}
        return response.replace(cls=kind, body=body, headers=headers, **encoding)
