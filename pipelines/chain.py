"""The chain: extract → clean → accept → fingerprint, from a capture's bytes to what the one writer compares and keeps.

Pure: it runs in worker processes and touches no archive. The crawl, ``import``, ``extract`` and ``reextract`` share it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from crawler.capture import Capture
from crawler.identity import key as identity_key
from crawler.requisites import find as find_requisites
from crawler.source import Source
from pipelines import dates, metadata
from pipelines.accept import refuse_answer, refuse_page
from pipelines.article import Article, Block, Fingerprint, Metadata, Outcome, Page, Reading
from pipelines.body import finder
from pipelines.boilerplate import NO_RULES, Rules
from pipelines.clean import clean
from pipelines.errors import Unreadable
from pipelines.extract import extract, parse
from pipelines.fingerprint import fingerprint
from pipelines.reading.letters.repair import repair
from pipelines.reading.page.head import head_of
from pipelines.reading.text.language import language_of, machine_translated
from pipelines.reading.text.placeholders import tidy
from pipelines.reading.text.topics import is_wanted
from pipelines.refusing import injected
from pipelines.versions.readings import Packed, prepare
from pipelines.vietnamese import fold
from pipelines.withholding.words.redacting import ByKey, names_for, redact_reading

# `captures.detail` of what the operator took in.
ACCEPTED = "accepted by the operator"

# Letters at the start of a line, of four characters each at most: what is invisible or a mark is none.
_START = 2

# Languages whose countries all write 07/06/2021 for the seventh of June; English is written both ways.
DAY_FIRST = frozenset({"de", "el", "es", "fr", "it", "nl", "pl", "pt", "ru", "th", "uk"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a capture ended. *article*, *fingerprint* and *packed* are there where *outcome* is ``article`` (the
    writer may still find it ``unchanged``); *outcome* is complete with its code, *detail* says why. *requisites* are
    the addresses of what else the page shows, where the source's file asks for it. *names* are those that the operator
    took out of the source's articles: what shows the same bytes at another address may be another of them.
    """

    outcome: str
    key: str
    article: Article | None = field(default=None, repr=False)
    fingerprint: Fingerprint | None = field(default=None, repr=False)
    packed: Packed | None = field(default=None, repr=False)
    requisites: tuple[str, ...] = field(default=(), repr=False)
    detail: str | None = None
    names: ByKey | None = field(default=None, repr=False)


def run_chain(
    capture: Capture,
    source: Source,
    rules: Rules = NO_RULES,
    accepted: bool | None = None,
    names: ByKey | None = None,
) -> Result:
    """*accepted* is what the operator decided of the page (pipelines/decisions.py); None: it is judged. *names* are to
    be taken out of it.
    """
    result = _run(capture, source, rules, accepted, names or {})
    return replace(result, names=names) if names else result


def _run(capture: Capture, source: Source, rules: Rules, accepted: bool | None, names: ByKey) -> Result:
    key = identity_key(capture.final_url, source)
    outcome = refuse_answer(capture)
    if outcome and not (accepted and outcome == Outcome.CHALLENGE and capture.status == 200):
        return Result(outcome=outcome, key=key)
    try:
        reading = redact_reading(read(capture, source, accepted), names_for(names, key))
    except Unreadable as refusal:
        return Result(outcome=f"{Outcome.REJECTED}:{refusal.code}", key=key, detail=refusal.detail or None)
    article = clean(reading, rules, source=source.slug, key=key, url=capture.final_url)
    return Result(
        outcome=Outcome.ARTICLE,
        key=key,
        article=article,
        fingerprint=fingerprint(article.compared),
        packed=prepare(reading),
        requisites=_requisites(capture, source),
        detail=ACCEPTED if accepted else None,
    )


def _requisites(capture: Capture, source: Source) -> tuple[str, ...]:
    """Parsed a second time (10 ms), for those few sources alone; they are no part of the reading: the address of a
    stylesheet that changes daily would make every reading a new one.
    """
    if source.requisites != "page":
        return ()
    return find_requisites(parse(capture.body, capture.header("content-type")), capture.final_url)


def read(capture: Capture, source: Source, accepted: bool | None = None) -> Reading:
    """The page as the extractor reads it. Raises Unreadable where it is no article, unless it was *accepted*."""
    if accepted is False:
        raise Unreadable("operator", "decided by the operator")
    tree = parse(capture.body, capture.header("content-type"))
    repaired = repair(tree, capture.body)
    taken_out = injected.take_out(tree, capture.final_url)
    extractor, blocks = extract(tree, capture.final_url, source.selectors)
    text = "\n".join(block.text for block in blocks if block.sure >= 0)
    language = language_of(text)
    local = localised(source, language)
    page = Page(url=capture.final_url, fetched_at=capture.fetched_at, source=local, tree=tree, link=capture.link)
    head = head_of(page)
    reading = Reading(
        extractor=extractor,
        metadata=_only_noise_of(metadata.read(head), blocks),
        published=dates.find_published(head),
        language=language,
        machine_translated=machine_translated(capture.final_url, text, language),
        blocks=blocks,
        repaired=repaired,
        flags=(injected.FLAG,) if taken_out else (),
    )
    reading = tidy(reading)
    if not accepted:
        if refusal := refuse_page(reading, head):
            raise Unreadable(refusal.code, refusal.evidence)
        if not is_wanted(reading, capture.final_url, source.keep):
            raise Unreadable("off-topic")
    return reading


def localised(source: Source, language: str) -> Source:
    """Where nobody described the source (an import), its pages' language says what can be said of its dates.

    The English pages of a host in .vn are made by the same people, who write 04/03/2026 for the fourth of March.
    """
    if source.kind != "import":
        return source
    if language == "vi" or (urlsplit(source.homepage).hostname or "").endswith(".vn"):
        return replace(source, timezone="Asia/Ho_Chi_Minh", day_first=True)
    return replace(source, day_first=True if language in DAY_FIRST else None)


def _only_noise_of(found: Metadata, blocks: Sequence[Block]) -> Metadata:
    """*found* without noise that no block is: alt texts of teasers change daily, and would make every reading new."""
    texts = {fold(block.text) for block in blocks}
    # Two letters tell most lines apart, at a twentieth of the cost of folding them.
    starts = {text[:_START] for text in texts}
    noise = (line for line in found.noise if fold(line[: 4 * _START])[:_START] in starts)
    return replace(found, noise=tuple(line for line in noise if fold(line) in texts))


def warm_up() -> None:
    """Load what the first page would otherwise wait for: language models, trafilatura's and lxml's tables."""
    language_of("Uỷ ban nhân dân tỉnh họp phiên thường kỳ. The provincial committee met today.")
    finder.warm_up()
