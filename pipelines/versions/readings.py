"""Readings as bytes: what an extractor read, kept beside each revision so that new site rules need no extraction."""

import hashlib
import json
import zlib
from dataclasses import dataclass, field

from pipelines.article import Block, Image, Metadata, Published, Reading
from pipelines.boilerplate import SURE, PageBlocks, page_blocks
from pipelines.versions.dating import stated

# An older reading has nothing but what was taken for the article's, and no word on how surely: no page decides against
# its blocks, and what the site repeats goes as it went.
NOT_ASKED = SURE - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A reading as it is kept: its bytes, their digest, the blocks that the site's rules are learned from, the
    addresses of translations that the page names, and what it states of its dates.
    """

    data: bytes = field(repr=False)
    sha256: str
    blocks: PageBlocks = field(repr=False)
    alternates: tuple[tuple[str, str, str], ...] = ()
    stated: str | None = None
    updated: str | None = None


def prepare(reading: Reading) -> Packed:
    """A millisecond of work that the one writer need not do."""
    text = _text_of(reading)
    return Packed(
        data=zlib.compress(text),
        sha256=hashlib.sha256(text).hexdigest(),
        blocks=page_blocks(reading.blocks),
        alternates=reading.metadata.alternates,
        stated=stated(reading.published),
        updated=reading.published.updated_at,
    )


def pack(reading: Reading) -> bytes:
    """JSON, deflated: about a third of the text's size."""
    return zlib.compress(_text_of(reading))


def _text_of(reading: Reading) -> bytes:
    paths = {path: place for place, path in enumerate(dict.fromkeys(block.path for block in reading.blocks))}
    fields = {
        "extractor": reading.extractor,
        "metadata": _fields(reading.metadata),
        "published": _fields(reading.published),
        "language": reading.language,
        "machine_translated": reading.machine_translated,
        "repaired": reading.repaired,
        "flags": reading.flags,
        "paths": list(paths),
        "blocks": [(block.kind, block.text, block.sure, paths[block.path]) for block in reading.blocks],
    }
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _fields(of: Metadata | Published | Image) -> dict[str, object]:
    """As dataclasses.asdict, which copies every string's container twice."""
    found = {name: getattr(of, name) for name in of.__slots__}
    if isinstance(of, Metadata):
        found["images"] = [_fields(image) for image in of.images]
    return found


def digest(packed: bytes) -> str:
    """Of what was packed, since another zlib may deflate it otherwise."""
    return hashlib.sha256(zlib.decompress(packed)).hexdigest()


def unpack(packed: bytes) -> Reading:
    fields = json.loads(zlib.decompress(packed))
    meta = fields["metadata"]
    meta |= {"images": tuple(Image(**image) for image in meta["images"])}
    meta |= {name: tuple(meta[name]) for name in ("keywords", "noise")}
    meta["alternates"] = tuple((language, url, method) for language, url, method in meta.get("alternates", ()))
    fields["flags"] = tuple(fields.get("flags", ()))
    fields["metadata"] = Metadata(**meta)
    fields["published"] = Published(**fields["published"])
    paths = fields.pop("paths", None)
    fields["blocks"] = tuple(
        Block(kind=kind, text=text, sure=place[0], path=paths[place[1]])
        if paths
        else Block(kind=kind, text=text, sure=NOT_ASKED)
        for kind, text, *place in fields["blocks"]
    )
    return Reading(**fields)
