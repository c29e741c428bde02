"""WARC files of one exchange each, so that tests can take them in in any order."""

import sys
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "crawler"))
from warc_samples import MOMENT

from crawler.warc import Exchange, WarcWriter


def write_each(folder: Path, looks: Sequence[Exchange], numbers: Iterable[int]) -> None:
    """Those of *looks* with these *numbers*; the record ids of a look are always the same."""
    for place, number in enumerate(numbers):
        ids = (f"<urn:uuid:{number:08d}-0000-4000-9000-{n:012d}>" for n in count())
        writer = WarcWriter(
            folder,
            info={"software": "newsarchive/test"},
            prefix=f"file-{place:02d}-{number:02d}",
            clock=lambda: MOMENT,
            new_id=partial(next, ids),
        )
        writer.write(looks[number])
        writer.close()
