"""The labelled set: texts, and of each two of them whether they are the same text, by kind.

A *family* is one text in all its forms. Two families may be reports of one *event*, notices on one *template*, or carry
the same *background* paragraphs: none of that makes them copies. A round-up's *parts* are the families that it strings
together.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from labelled import grammar
from labelled.events import reports
from labelled.vary import VARIATIONS, Paragraphs, credited, edited

PRINTED = "as printed"
SAME_EVENT = "the same event, other words"
BUT_ONE = "the same event, one paragraph in common"
ROUND_UP = "round-up of three items"
BORROWING = "with a paragraph of the other report"
UNRELATED = "nothing in common"
# Texts on one template, of which each two are a negative; the first ones are reprinted elsewhere, so that who finds no
# copy of any notice gains nothing.
ON_ONE_TEMPLATE, REPRINTS = 4, (edited(0.02), credited)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    family: str
    kind: str
    language: str
    paragraphs: Paragraphs = field(repr=False)
    event: str = ""
    template: str = ""
    background: str = ""
    parts: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


@dataclass(frozen=True, slots=True)
class Label:
    """*copy*: the two carry the same text; None: they do, but no method is asked to find so distant a pair (two forms
    of one text, a form of an item and a round-up).
    """

    kind: str
    copy: bool | None


def label(a: Text, b: Text) -> Label:
    if a.family == b.family:
        forms = {a.kind, b.kind}
        if PRINTED in forms:
            return Label((forms - {PRINTED}).pop(), True)
        return Label("two forms of one text", None)
    if a.family in b.parts or b.family in a.parts:
        whole = PRINTED in {a.kind, b.kind}
        return Label(ROUND_UP, True if whole else None)
    for shared, kind in (
        (a.event and a.event == b.event, BUT_ONE if BORROWING in (a.kind, b.kind) else SAME_EVENT),
        (a.template and a.template == b.template, f"one template: {a.template.partition(':')[0]}"),
        (a.background and a.background == b.background, "background paragraphs in common"),
    ):
        if shared:
            return Label(kind, False)
    return Label(UNRELATED, False)


def build(seed: int, *, articles: int, events: int | None = None) -> list[Text]:
    """*articles* composed ones in each language, the first *events* of the hand-written ones (all), and the traps."""
    texts: list[Text] = []
    for language in grammar.LANGUAGES:
        rng = random.Random(f"{seed} {language}")
        bases = [*_reported(language, events), *_composed(rng, language, articles)]
        texts += [form for base in bases for form in _forms(rng, base)]
        texts += _borrowing(language, events)
        texts += _round_ups(rng, language, [base for base in bases if not base.event])
        texts += _with_background(rng, language, max(2, articles // 2))
        texts += _on_templates(rng, language)
    return texts


def _reported(language: str, events: int | None) -> Iterator[Text]:
    for name, pair in reports(language)[:events]:
        for letter, paragraphs in zip("ab", pair, strict=True):
            yield Text(family=f"{name}-{letter}", kind=PRINTED, language=language, paragraphs=paragraphs, event=name)


def _borrowing(language: str, count: int | None) -> Iterator[Text]:
    """The second paper's report with a paragraph of the first one's, as both had it from the police or the ministry."""
    for name, (one, other) in reports(language)[:count]:
        paragraphs = (*other[:3], one[2], *other[3:])
        yield Text(family=f"{name}-b", kind=BORROWING, language=language, paragraphs=paragraphs, event=name)


def _composed(rng: random.Random, language: str, count: int) -> Iterator[Text]:
    topics = grammar.topics(language)
    for number in range(count):
        paragraphs = grammar.article(rng, language, topics[number % len(topics)], rng.randint(150, 400))
        yield Text(family=f"{language}-{number}", kind=PRINTED, language=language, paragraphs=paragraphs)


def _forms(rng: random.Random, base: Text) -> Iterator[Text]:
    yield base
    for kind, vary in VARIATIONS[base.language].items():
        yield replace(base, kind=kind, paragraphs=vary(rng, base.language, base.paragraphs))


def _round_ups(rng: random.Random, language: str, bases: list[Text]) -> Iterator[Text]:
    """Three whole articles one after the other, each article in one of them."""
    for number in range(0, len(bases) - 2, 3):
        parts = bases[number : number + 3]
        yield Text(
            family=f"{language}-round-up-{number}",
            kind=ROUND_UP,
            language=language,
            paragraphs=tuple(paragraph for part in parts for paragraph in part.paragraphs),
            parts=frozenset(part.family for part in parts),
        )


def _with_background(rng: random.Random, language: str, pairs: int) -> Iterator[Text]:
    """Two articles that end in the same paragraphs, a third to three fifths of each: fresh news, old background."""
    topics = grammar.topics(language)
    for number in range(pairs):
        name = f"{language}-background-{number}"
        old = grammar.article(rng, language, topics[number % len(topics)], rng.randint(70, 150))
        for letter, topic in zip("ab", rng.sample(topics, 2), strict=True):
            news = grammar.article(rng, language, topic, rng.randint(90, 180))
            yield Text(
                family=f"{name}-{letter}", kind=PRINTED, language=language, paragraphs=(*news, *old), background=name
            )


def _on_templates(rng: random.Random, language: str) -> Iterator[Text]:
    for table, kind in (("notices", "short notice"), ("daily", "daily bulletin")):
        for name in grammar.patterns(language)[table]:
            every = [
                Text(
                    family=f"{language}-{name}-{number}",
                    kind=PRINTED,
                    language=language,
                    paragraphs=paragraphs,
                    template=f"{kind}s: {language} {name}",
                )
                for number, paragraphs in enumerate(grammar.lines(rng, language, table, name, ON_ONE_TEMPLATE))
            ]
            yield from every
            for text, vary in zip(every, REPRINTS, strict=False):
                paragraphs = vary(rng, language, text.paragraphs)
                yield replace(text, kind=f"{kind}, reprinted", paragraphs=paragraphs)
