"""Sources as they were in force, kept in the WARC files themselves: an archive can be rebuilt from them alone.

A ``resource`` record in JSON stands in a file before the first exchange of its source.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from crawler.records.warcread import records
from crawler.records.warcrecord import Record
from crawler.source import Expect, Host, Selectors, Source

PREFIX = "urn:newsarchive:source:"
CONTENT_TYPE = "application/json"


def to_json(source: Source) -> str:
    return json.dumps(asdict(source), default=_plain, ensure_ascii=False, sort_keys=True)


def _plain(value: Any) -> str:
    return str(value.pattern) if isinstance(value, re.Pattern) else str(value)


def from_json(text: str) -> Source:
    """The source that *text* was made of. Keys that this version does not know are left out.

    Raises ValueError where it is no source's definition.
    """
    try:
        fields = json.loads(text)
        flags = re.IGNORECASE if fields.get("ignore_case") else re.NOFLAG
        known = {name: _value(name, fields[name], flags) for name in Source.__dataclass_fields__ if name in fields}
        return Source(**known)
    except (TypeError, KeyError, AttributeError, re.error) as error:
        raise ValueError(f"no source's definition: {error}") from error


def _value(name: str, value: Any, flags: re.RegexFlag) -> Any:
    if value is None:
        return None
    match name:
        case "article" | "exclude":
            return re.compile(value, flags)
        case "hosts":
            return tuple(Host(**{**host, "until": _date(host.get("until"))}) for host in value)
        case "selectors":
            return Selectors(**{**value, "drop": tuple(value.get("drop", ()))})
        case "expect":
            return Expect(**value)
        case "started" | "ended":
            return _date(value)
    return tuple(value) if isinstance(value, list) else value


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def definitions_in(path: Path) -> Mapping[str, Source]:
    """The sources defined in a WARC file of ours, by slug; the last definition of each."""
    found: dict[str, Source] = {}
    for record in records(path):
        if isinstance(record, Record) and record.type == "resource" and record.url.startswith(PREFIX):
            try:
                source = from_json(record.parse().content_stream().read().decode())
            except ValueError:
                continue
            found[source.slug] = source
    return found
