"""Copying an import's records into archive-warc/, with the ingest at their heels."""

import queue
import time
from collections.abc import Mapping

from crawler.records.recorded import to_json
from crawler.source import Source
from crawler.warc import WarcWriter
from pipelines.archive import Archive
from pipelines.ingest import Ingest, seal
from pipelines.version import SOFTWARE

# Bytes copied and not yet written; a network disk must not become this box's memory.
BACKLOG = 32 * 1024 * 1024
PAUSE_SECONDS = 0.02


class Copying:
    """The writer of the copies, and ingest at its heels."""

    def __init__(self, archive: Archive, ingest: Ingest) -> None:
        self._archive, self._ingest = archive, ingest
        self._durable: queue.SimpleQueue[tuple[str, int]] = queue.SimpleQueue()
        self._sealed: queue.SimpleQueue[tuple[str, int, str]] = queue.SimpleQueue()
        self.seen: dict[str, bytes] = {}
        catalogue = ingest.catalogue
        known = {**catalogue.recorded, **catalogue.sources}
        self._definitions = {slug: to_json(source) for slug, source in known.items()}

    def define(self, sources: Mapping[str, Source]) -> None:
        """Sources that a file of another archive of ours defines: kept in force where this one knows them not."""
        for slug, source in sources.items():
            if not self._ingest.catalogue.has(slug):
                self._ingest.catalogue.recorded[slug] = source
                self._definitions[slug] = to_json(source)

    def __enter__(self) -> "Copying":
        self.writer = WarcWriter(
            self._archive.warc_folder,
            prefix="import",
            info={
                "software": SOFTWARE,
                "format": "WARC File Format 1.1",
                "description": "records imported from other archives",
            },
            definitions=self._definitions,
            on_durable=lambda name, offset: self._durable.put((name, offset)),
            on_sealed=lambda name, size, digest: self._sealed.put((name, size, digest)),
        )
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.writer.close()
        self.follow()

    def follow(self) -> None:
        """Take in what is durable; wait while too much is not yet written."""
        while True:
            latest: dict[str, int] = {}
            while not self._durable.empty():
                name, offset = self._durable.get()
                latest[name] = offset
            for name, offset in latest.items():
                self._ingest.follow(name, offset)
            self._ingest.pump()
            while not self._sealed.empty():
                seal(self._archive, *self._sealed.get())
            if self.writer.backlog <= BACKLOG or self.writer.failed:  # the next copy, or the end, says what failed
                return
            time.sleep(PAUSE_SECONDS)
