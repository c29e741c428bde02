"""A newspaper's pages, made up but built as news pages are: 50-130 KB, 500-2,000 elements, one article among much else.

The same seed, host and number give the same page. Measured beside 872 real ones (medians: 63,000-76,000 bytes,
630-700 elements, 138 links, 65 list items, 67 ms in trafilatura): 83,000 bytes, 1,100 elements, 280 links, 138 list
items, 61 ms.
"""
# ruff: noqa: E501  (markup is easier to read in whole elements)

import json
import random
from datetime import datetime, timedelta, timezone
from html import escape

from news_words import Writer

VIETNAM = timezone(timedelta(hours=7))
FIRST_DAY = datetime(2026, 1, 5, 7, 0, tzinfo=VIETNAM)
SMALLEST, LARGEST = 50_000, 130_000


class Newspaper:
    """*host* is its number. Two of three papers are Vietnamese; what they state of a date, and how, differs too."""

    def __init__(self, seed: int, host: int, pages: int) -> None:
        self.host, self._count, self._seed = f"bench{host:02d}.test", pages, seed
        self._vietnamese, self._style = host % 3 != 2, host % 4
        rng = random.Random(f"{seed}/{host}")
        words = Writer(rng, vietnamese=self._vietnamese)
        self.name = f"Báo {words.name()}" if self._vietnamese else f"The {words.name()} Herald"
        self._sections = [words.title()[: rng.randint(8, 22)].strip() for _ in range(rng.randint(14, 22))]
        self._titles = [self._writer(number).title() for number in range(pages)]
        self._css = "".join(_rule(rng) for _ in range(rng.randint(90, 180)))
        self._script = "".join(_statement(rng) for _ in range(rng.randint(60, 160)))
        self._frame = self._nav(rng, words)
        self._foot = self._footer(words)

    def sitemap(self) -> bytes:
        entries = "".join(
            f"<url><loc>http://{self.host}{self.path(number)}</loc><lastmod>{self._moment(number).isoformat()}</lastmod></url>"
            for number in range(self._count)
        )
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'.encode()

    def path(self, number: int) -> str:
        return f"/section-{number % len(self._sections)}/a-story-of-the-day-{10_000 + number}.html"

    def page(self, number: int) -> bytes:
        rng = random.Random(f"{self._seed}/{self.host}/{number}")
        words = self._writer(number)
        title = words.title()
        article = self._article(rng, words, title, self._moment(number))
        aside = self._teasers(rng, words, rng.randint(20, 70))
        page = self._whole(title, self._head(words, title, number), article, aside)
        filler = []
        wanted = rng.randint(SMALLEST + 4_000, LARGEST - 8_000)
        size = len(page.encode())
        while size < wanted:  # what real pages are heavy with, and no extractor reads
            filler.append(f"<script>{self._script[: min(6_000, wanted - size)]}</script>{_icon(rng)}")
            size += len(filler[-1].encode())
        return page.replace("<!-- late -->", "".join(filler)).encode()

    def _writer(self, number: int) -> Writer:
        return Writer(random.Random(f"{self._seed}/{self.host}/{number}/words"), vietnamese=self._vietnamese)

    def _moment(self, number: int) -> datetime:
        return FIRST_DAY + timedelta(minutes=97 * number)

    def _whole(self, title: str, head: str, article: str, aside: str) -> str:
        language = "vi" if self._vietnamese else "en"
        return (
            f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)} - {escape(self.name)}'
            f"</title>{head}<style>{self._css}</style><script>{self._script}</script></head><body>{self._frame}"
            f'<div class="wrap"><div class="col-main">{article}</div><aside class="col-side">{aside}</aside></div>'
            f"{self._foot}<!-- late --></body></html>"
        )

    def _head(self, words: Writer, title: str, number: int) -> str:
        moment, url = self._moment(number).isoformat(), f"http://{self.host}{self.path(number)}"
        head = (
            f'<meta name="viewport" content="width=device-width"><link rel="canonical" href="{url}">'
            f'<meta name="description" content="{escape(words.sentence())}"><meta property="og:type" content="article">'
            f'<meta property="og:title" content="{escape(title)}"><meta property="og:url" content="{url}">'
            f'<meta property="og:image" content="/img/{number}.jpg"><meta property="og:site_name" content="{escape(self.name)}">'
        )
        if self._style != 3:  # every fourth paper says its date in the text alone
            head += f'<meta property="article:published_time" content="{moment}">'
        if self._style < 2:
            data = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": title, "datePublished": moment,
                    "author": {"@type": "Person", "name": words.name()}, "publisher": {"@type": "Organization", "name": self.name}}  # fmt: skip
            head += f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>'
        return head

    def _article(self, rng: random.Random, words: Writer, title: str, moment: datetime) -> str:
        left, parts = rng.randint(250, 700), []
        while left > 0:
            text = words.paragraph(rng.randint(25, 80))
            left -= len(text.split())
            emphasis = f"<strong>{escape(words.name())}</strong> " if rng.random() < 0.2 else ""
            link = (
                f' <a href="{self.path(rng.randrange(self._count))}">{escape(words.title())}</a>'
                if rng.random() < 0.15
                else ""
            )
            parts.append(self._paragraph(f"{emphasis}{escape(text)}{link}"))
            if rng.random() < 0.2:
                parts.append(_figure(rng, words))
            if rng.random() < 0.08:
                parts.append(f"<h2>{escape(words.title())}</h2>")
        tags = "".join(f'<li><a href="/tag/{n}">{escape(words.name())}</a></li>' for n in range(rng.randint(3, 8)))
        return (
            f'<div class="breadcrumb"><a href="/">{escape(self.name)}</a> › <a href="/s">{escape(self._sections[0])}</a></div>'
            f'<article class="detail"><h1 class="title-detail">{escape(title)}</h1><div class="meta"><span class="date">'
            f"{moment:%d/%m/%Y - %H:%M}</span> {_share()}</div>"
            f'<p class="sapo"><strong>{escape(words.sentence())}</strong></p><div class="content-detail">{"".join(parts)}'
            f'<p class="author"><strong>{escape(words.name())}</strong></p></div><ul class="tags">{tags}</ul>{_share()}</article>'
            f'<section class="related">{self._teasers(rng, words, rng.randint(5, 12))}</section>'
            f'<section class="comments">{self._comments(rng, words)}</section><form><textarea name="c"></textarea><input name="n"><button>OK</button></form>'
        )

    def _paragraph(self, content: str) -> str:
        """Every second paper pastes from a word processor."""
        if self._style % 2:
            content = f'<span style="font-size:14px"><span style="font-family:Arial,sans-serif">{content}</span></span>'
        return f'<p style="text-align: justify;">{content}</p>'

    def _comments(self, rng: random.Random, words: Writer) -> str:
        return "".join(
            f'<div class="comment"><div class="who"><span class="avatar"></span><b>{escape(words.name())}</b></div><div class="what">'
            f'<p>{escape(words.paragraph(rng.randint(8, 40)))}</p></div><div class="do"><a href="#">+1</a> <a href="#">×</a></div></div>'
            for _ in range(rng.choice((0, 0, 3, 8, 15)))
        )

    def _teasers(self, rng: random.Random, words: Writer, count: int) -> str:
        parts = []
        for _ in range(count):
            number = rng.randrange(self._count)
            text = f"<p>{escape(words.sentence())}</p>" if rng.random() < 0.3 else ""
            parts.append(
                f'<div class="item"><div class="teaser" data-id="{number}"><div class="avatar"><a class="thumb" href="{self.path(number)}">'
                f'<img loading="lazy" data-src="/img/{number}_320x200.jpg" alt="{escape(self._titles[number])}"></a></div>'
                f'<div class="info"><h3><a href="{self.path(number)}" title="{escape(self._titles[number])}">'
                f'{escape(self._titles[number])}</a></h3>{text}<p class="more"><span class="section">'
                f'{escape(self._sections[number % len(self._sections)])}</span> <span class="time">'
                f"{self._moment(number):%d/%m/%Y}</span></p></div></div></div>"
            )
        return "".join(parts)

    def _nav(self, rng: random.Random, words: Writer) -> str:
        def entry(name: str) -> str:
            below = "".join(
                f'<li><a href="/x/{n}">{escape(words.name())}</a></li>' for n in range(rng.choice((0, 0, 3, 4, 6)))
            )
            return (
                f'<li class="menu-item"><a href="/{len(below)}">{escape(name)}</a>{below and f"<ul>{below}</ul>"}</li>'
            )

        menu = "".join(map(entry, self._sections))
        return (
            f'<header><div class="top"><a class="logo" href="/"><img src="/logo.png" alt="{escape(self.name)}"></a>'
            f'<form action="/search"><input name="q"></form>{_icon(rng)}</div><nav><ul class="menu">{menu}</ul></nav></header>'
            f'<div class="mobile-menu"><ul>{menu}</ul></div>'
        )

    def _footer(self, words: Writer) -> str:
        links = "".join(f'<li><a href="/f/{n}">{escape(name)}</a></li>' for n, name in enumerate(self._sections))
        return (
            f"<footer><ul>{links}</ul><p>{escape(self.name)}. {escape(words.sentence())}</p><p>Tel. 0900 000 000, "
            f"toasoan@{self.host}</p></footer>"
        )


def _figure(rng: random.Random, words: Writer) -> str:
    name = rng.randrange(10**6)
    caption = f"<figcaption>{escape(words.sentence())}</figcaption>"
    return (
        f'<figure><img src="/img/{name}.jpg" alt="{escape(words.name())}" width="800" height="533">{caption}</figure>'
    )


def _share() -> str:
    return "".join(
        f'<a class="share s-{name}" href="#" rel="nofollow"><i class="icon"></i></a>' for name in ("f", "z", "x", "m")
    )


def _rule(rng: random.Random) -> str:
    return f".c{rng.randrange(9999)}>a:hover{{color:#{rng.randrange(16**6):06x};margin:{rng.randrange(40)}px auto;display:block}}"


def _statement(rng: random.Random) -> str:
    name, number = f"v{rng.randrange(99999)}", rng.randrange(10**6)
    return f'var {name}=window.{name}||[];{name}.push({{id:{number},slot:"ad-{number % 97}",lazy:true}});'


def _icon(rng: random.Random) -> str:
    path = "".join(f"L{rng.randrange(999)} {rng.randrange(999)}" for _ in range(60))
    return f'<svg viewBox="0 0 999 999"><path d="M0 0{path}z"/></svg>'
