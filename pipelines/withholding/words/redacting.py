"""Names taken out of readings. Pure: the same reading and names give the same, in whatever order they were decided.

A name of two words or more is found in any case and any spelling of its marks ("Nguyễn Văn Hoà", NGUYEN VAN HOA, in
NFD, with hỏi for ngã, with i for y): so a namesake who differs in marks alone goes with it. A single word would take
half of the language along: it must stand as it was given, marks and capital alike; so must the initial of "ông A",
since "ông ạ" is none. Nothing is guessed: neither "ông A." nor other initials go unless they are given too.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

from pipelines.article import Metadata, Reading
from pipelines.vietnamese import clean, fold, unify_tones
from pipelines.withholding.words.spans import Span, merged

# Of one length whatever it stands for: five letters and five words look alike.
SIGN = "█████"
# Among a reading's flags: something was taken out of it.
FLAG = "redacted"
# Letters from which words that were written together ("#NguyenVanA") can only be the name.
GLUED = 8
# Scripts that put no spaces between words, and Korean, whose particles follow a name without one.
_UNSPACED = "\u0e00-\u0edf\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff"
_WORD = re.compile(r"[^\W_]+")
# Between two words of a name; behind an initial a full stop too.
_BETWEEN, _BEHIND_INITIAL = r"[\s_‐-―\-·]", r"[\s_‐-―\-·.]"
_MOST_BETWEEN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What is to be taken out of an article. *mark* tells this decision from others without telling a name."""

    all: frozenset[str] = field(default=frozenset(), repr=False)
    mark: str = ""

    def __bool__(self) -> bool:
        return bool(self.all)


NO_NAMES = Names()
# By the identity key of an article's pages (without the "#…" that tells apart articles which share one).
ByKey = Mapping[str, Names]


def names_for(names: ByKey, key: str) -> Names:
    """Those of the article, or articles, with this identity key."""
    return names.get(key.partition("#")[0], NO_NAMES) if names else NO_NAMES


def has_words(name: str) -> bool:
    return bool(_WORD.search(clean(name)))


def redact(text: str, names: Iterable[str]) -> str:
    """*text* with ``SIGN`` for each occurrence of one of *names*; the very same where there is none."""
    wanted = tuple(sorted(names))
    while spans := merged(_spans(plain := clean(text), wanted)):
        pieces, at = [], 0
        for start, end in spans:
            pieces += [plain[at:start], SIGN]
            at = end
        text = "".join((*pieces, plain[at:]))
    return text


def occurs(text: str | None, names: Iterable[str]) -> bool:
    return bool(text) and next(_spans(clean(text or ""), tuple(sorted(names))), None) is not None


def redact_reading(reading: Reading, names: Names) -> Reading:
    """*reading* without *names*, in all that it says; addresses stay, which an archive is asked for by."""
    if not names:
        return reading
    blocks = tuple(replace(block, text=redact(block.text, names.all)) for block in reading.blocks)
    metadata = _redact_metadata(reading.metadata, names.all)
    if blocks == reading.blocks and metadata == reading.metadata:
        return reading
    flags = tuple(sorted({*reading.flags, FLAG}))
    return replace(reading, blocks=blocks, metadata=metadata, flags=flags)


def _redact_metadata(metadata: Metadata, names: frozenset[str]) -> Metadata:
    def one(text: str | None) -> str | None:
        return redact(text, names) if text else text

    def each(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(redact(text, names) for text in texts)

    return replace(
        metadata,
        title=one(metadata.title),
        summary=one(metadata.summary),
        byline=one(metadata.byline),
        byline_role=one(metadata.byline_role),
        agency=one(metadata.agency),
        credit=one(metadata.credit),
        dateline=one(metadata.dateline),
        section=one(metadata.section),
        keywords=each(metadata.keywords),
        images=tuple(replace(image, caption=one(image.caption), credit=one(image.credit)) for image in metadata.images),
        noise=each(metadata.noise),
    )


def _spans(text: str, names: tuple[str, ...]) -> Iterator[Span]:
    """Every occurrence in *text* (as ``clean`` leaves it), overlapping ones too: what comes of them knows no order."""
    form: str | None = None
    places: list[int] = []
    for name in names:
        pattern, is_single = _pattern(name)
        if pattern is None:
            continue
        if is_single:
            yield from _single(pattern, unify_tones(text), name)
            continue
        if form is None:
            form, places = _form(text)
        initial = _initial(name)
        for start, end in _overlapping(pattern, form):
            start, end = places[start], places[end - 1] + 1
            if not initial or initial in _WORD.findall(text[start:end]):
                yield start, end


def _overlapping(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    at = 0
    while match := pattern.search(text, at):
        yield match.span()
        at = match.start() + 1


def _single(pattern: re.Pattern[str], text: str, name: str) -> Iterator[Span]:
    is_capital = clean(name).strip()[:1].isupper()
    for start, end in _overlapping(pattern, text):
        if not is_capital or text[start].isupper():
            yield start, end


def _initial(name: str) -> str | None:
    """The A of "ông A", where it is a capital: two words, one of them a single letter."""
    words = _WORD.findall(clean(name))
    return next((word for word in words if len(words) == 2 and len(word) == 1 and word.isupper()), None)


@lru_cache(maxsize=1024)
def _pattern(name: str) -> tuple[re.Pattern[str] | None, bool]:
    """What finds *name*, and whether it is a single word. None for what has no letter and no figure."""
    words = _WORD.findall(clean(name))
    if not words:
        return None, False
    if len(words) == 1:
        return re.compile(_bounded(re.escape(unify_tones(words[0])), words[0]), re.IGNORECASE), True
    forms = [_form(word)[0] for word in words]
    least = 0 if sum(map(len, forms)) >= GLUED else 1
    pattern = re.escape(forms[0])
    for before, after in pairwise(forms):
        if len(before) == 1:
            pattern += f"{_BEHIND_INITIAL}{{0,{_MOST_BETWEEN}}}" + re.escape(after)
        else:
            pattern += f"{_BETWEEN}{{{least},{_MOST_BETWEEN}}}" + re.escape(after)
    return re.compile(_bounded(pattern, "".join(forms))), False


def _bounded(pattern: str, letters: str) -> str:
    before = "" if re.match(f"[{_UNSPACED}]", letters[0]) else r"(?<![^\W_])"
    after = "" if re.match(f"[{_UNSPACED}]", letters[-1]) else r"(?![^\W_])"
    return f"{before}{pattern}{after}"


def _form(text: str) -> tuple[str, list[int]]:
    """*text* as names are compared, and where in it each letter of that form comes from."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        form = _letter(letter)
        letters.append(form)
        places += [place] * len(form)
    return "".join(letters), places


@lru_cache(maxsize=4096)
def _letter(letter: str) -> str:
    """Folded, small, y as i (Lý, Lí); nothing of a mark that stands alone."""
    return unicodedata.normalize("NFC", fold(letter)).lower().replace("y", "i")
