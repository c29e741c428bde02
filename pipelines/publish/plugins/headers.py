"""Security headers on every answer: texts of others are shown here, so no script but ours may run."""

from collections.abc import Awaitable, Callable
from typing import Any

from pipelines.publish.plugins import hook

Application = Callable[..., Awaitable[None]]

HEADERS = {
    # Inline styles: Datasette colours its headings so.
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    # Newspapers needn't know what was searched for here.
    "referrer-policy": "same-origin",
}
_RAW = [(name.encode(), value.encode()) for name, value in HEADERS.items()]


@hook
def asgi_wrapper() -> Callable[[Application], Application]:
    def wrap(application: Application) -> Application:
        async def with_headers(scope: Any, receive: Any, send: Any) -> None:
            async def send_with_headers(message: Any) -> None:
                if message["type"] == "http.response.start":
                    message = {**message, "headers": [*message.get("headers", []), *_RAW]}
                await send(message)

            await application(scope, receive, send_with_headers)

        return with_headers

    return wrap
