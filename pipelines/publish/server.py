"""Datasette on an archive: its metadata, our pages, its limits."""

import asyncio
import contextlib
import socket
import webbrowser
from pathlib import Path

import click
import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm

from crawler.errors import UsageError
from pipelines.archive import open_readonly
from pipelines.publish.live import Live
from pipelines.publish.metadata import SETTINGS, metadata
from pipelines.publish.plugins import cells, connections, headers, pages, unavailable

FOLDER = Path(__file__).parent
PLUGINS = (cells, connections, headers, pages, unavailable)


def datasette(archive: Path) -> Datasette:
    """Datasette on *archive*, live: never immutable, which reads a file that is being written as malformed."""
    open_readonly(archive).close()
    for plugin in PLUGINS:
        if not pm.is_registered(plugin):
            pm.register(plugin)
    application = Datasette(
        [str(archive)],
        metadata=metadata(archive.stem),
        settings=SETTINGS,
        template_dir=str(FOLDER / "templates"),
        static_mounts=[("assets", str(FOLDER / "static"))],
    )
    name = archive.stem
    application.remove_database(name)
    application.add_database(Live(application, archive), name=name)
    return application


def serve(archive: Path, *, host: str = "127.0.0.1", port: int = 8001, open_browser: bool = False) -> None:
    """Serve *archive* until Ctrl-C or SIGTERM; port 0 takes a free one. Prints the address once it answers there."""
    application = datasette(archive)
    asyncio.run(application.invoke_startup())
    with _listen(host, port) as listener:
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{listener.getsockname()[1]}/"
        click.echo(f"{archive} is at {address} (Ctrl-C ends it)")
        if open_browser:
            webbrowser.open(address)
        config = uvicorn.Config(application.app(), log_level="warning", lifespan="on")
        # uvicorn ends in good order at Ctrl-C and raises it again when it is done.
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise UsageError(f"cannot serve on {host}:{port}: {error.strerror or error}; choose another --port") from error
