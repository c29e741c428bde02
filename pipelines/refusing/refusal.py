"""A refusal and the page that it is judged on."""

from dataclasses import dataclass, field
from functools import cached_property

from pipelines.article import Reading
from pipelines.reading.page.head import Head
from pipelines.refusing import addresses
from pipelines.refusing.layout import Layout, layout_of
from pipelines.vietnamese import fold
from pipelines.words import weigh_words

# As many letters tell a headline or a teaser's text from any other.
_START = 40
# A line of fewer words is a label, a date, a name.
_LINE = 4
# A paragraph has at least so many.
PARAGRAPH = 8


@dataclass(frozen=True, slots=True)
class Refusal:
    """*code* is the outcome's: ``rejected:<code>``; *evidence* says why, in a line, to the operator."""

    code: str
    evidence: str


@dataclass(frozen=True, kw_only=True)
class Suspect:
    """A page that is looked at. Each question is worked out when it is first asked: most pages need none of them."""

    reading: Reading
    head: Head = field(repr=False)

    @cached_property
    def layout(self) -> Layout:
        return layout_of(self.head.page.tree, self.head.page.url)

    @cached_property
    def text(self) -> str:
        """Title and text, as read."""
        return "\n".join(filter(None, (self.reading.metadata.title, *(block.text for block in self.reading.body))))

    @cached_property
    def words(self) -> int:
        return sum(weigh_words(block.text) for block in self.reading.body)

    @property
    def is_dated(self) -> bool:
        return self.reading.published.at is not None

    @cached_property
    def claims(self) -> bool:
        """Whether its statements call the page an article."""
        metas = self.head.metas
        return bool(self.head.about or "article" in metas.get("og:type", "").lower())

    @cached_property
    def address(self) -> str | None:
        """The kind of page that the address speaks of: ``tag-page``, ``search-results``, …"""
        return addresses.kind_of(self.head.page.url)

    @cached_property
    def teased(self) -> int:
        """How many words of the text are headlines with links and what is told of them."""
        return self.words - sum(weigh_words(line) for line in self._own)

    @cached_property
    def own(self) -> int:
        """Words of the text that are the page's own, labels and dates left out."""
        counts = (weigh_words(line) for line in self._own)
        return sum(count for count in counts if count >= _LINE)

    @cached_property
    def prose(self) -> int:
        """Words in paragraphs of the page's own: of its markup, or of the text where that has more."""
        counts = (weigh_words(line) for line in self._own)
        return max(self.layout.prose, sum(count for count in counts if count >= PARAGRAPH))

    @cached_property
    def _own(self) -> list[str]:
        others = {_start(text) for text in (*self.layout.headlines, *self.layout.teasers, *self.layout.captions)}
        title = _start(self.reading.metadata.title or "")
        return [b.text for b in self.reading.body if (start := _start(b.text)) not in others and start != title]


def _start(text: str) -> str:
    return fold(text).lower()[:_START]
