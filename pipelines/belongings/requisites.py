"""What keeping a source's pages costs in disk a month, with and without what belongs to them."""

from dataclasses import dataclass

from crawler.source import Source
from pipelines.sqlite import Connection

WEEKS_A_MONTH = 365.25 / 12 / 7
# Where neither the archive nor the source's file says: a provincial newspaper prints some fifteen articles a day.
ARTICLES_A_WEEK = 100.0
# 50-130 KB of HTML, a quarter of it once packed, fetched twice: revisits that find another clock on the page keep it.
PAGE_BYTES, LOOKS = 25_000, 2.0
# Measured on 681 news pages of other people's collections: 1.2 to 4.1 images an article; 40 on the whole page and 5
# stylesheets, of which nearly all stand on every page of the site, and are kept once.
IMAGES, OTHERS = 2.0, 3.0
# A press photo of 800 pixels as JPEG; what else a page has are thumbnails, and now and then a PDF.
IMAGE_BYTES, OTHER_BYTES = 150_000, 60_000
# A week's articles are no measure before there was a week, and older habits say little of the next month.
LEAST_DAYS, MOST_DAYS = 7, 28
# Fewer files than this may all be of one kind; more than the latest thousand are no better a sample.
ENOUGH, SAMPLE = 20, 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Monthly:
    """Bytes a month for each choice of ``requisites``. *articles* a week are expected; *measured*: on the archive."""

    none: int
    images: int
    page: int
    articles: float
    measured: bool

    def sentence(self, choice: str) -> str:
        """What *choice* costs, beside the others."""
        costs = {name: getattr(self, name) for name in ("none", "images", "page")}
        others = ", ".join(f"{name} {_megabytes(cost)}" for name, cost in costs.items() if name != choice)
        basis = "as measured so far" if self.measured else f"estimated for {self.articles:.0f} articles a week"
        return f"requisites = {choice} takes about {_megabytes(costs[choice])} of disk a month ({others}; {basis})"


def monthly_bytes(connection: Connection, source: Source) -> Monthly:
    """From the archive's own averages where it has enough of them, else from the source's file and usual figures."""
    articles, is_counted = _articles_a_week(connection, source)
    page = _mean(connection, source.slug, "kind = 'page' AND outcome IN ('article', 'unchanged')")
    image = _mean(connection, source.slug, "kind = 'requisite' AND outcome = 'requisite'")
    looks, images = _per_article(connection, source.slug)
    a_month = articles * WEEKS_A_MONTH
    none = a_month * looks * (page or PAGE_BYTES)
    with_images = none + a_month * images * (image or IMAGE_BYTES)
    return Monthly(
        none=round(none),
        images=round(with_images),
        page=round(with_images + a_month * OTHERS * OTHER_BYTES),
        articles=articles,
        measured=is_counted and page is not None,
    )


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.0f} MB" if size >= 1e6 else "under 1 MB"


def _articles_a_week(connection: Connection, source: Source) -> tuple[float, bool]:
    """Of the last four weeks, without the first day: that finds what the newspaper printed in the weeks before."""
    sql = (
        "WITH span (first) AS (SELECT max(julianday(min(first_seen_at)) + 1, julianday('now') - ?2) FROM articles"
        " WHERE source = ?1) SELECT julianday('now') - first, (SELECT count(*) FROM articles WHERE source = ?1"
        " AND julianday(first_seen_at) > first) FROM span"
    )
    days, count = connection.execute(sql, (source.slug, MOST_DAYS)).fetchone()
    if days is not None and days >= LEAST_DAYS:
        return 7 * count / days, True
    return float(source.expect.articles_per_week or ARTICLES_A_WEEK), False


def _mean(connection: Connection, source: str, condition: str) -> float | None:
    sql = (
        f"SELECT count(*), avg(warc_length) FROM (SELECT warc_length FROM captures WHERE source = ? AND {condition}"
        " ORDER BY id DESC LIMIT ?)"
    )
    count, mean = connection.execute(sql, (source, SAMPLE)).fetchone()
    return float(mean) if count >= ENOUGH else None


def _per_article(connection: Connection, source: str) -> tuple[float, float]:
    """Kept captures, and images, of an article."""
    sql = (
        "SELECT count(*), sum(looks), sum(images) FROM (SELECT"
        " (SELECT count(*) FROM captures c WHERE c.article = a.id AND c.reading IS NOT NULL) AS looks,"
        " (SELECT count(*) FROM images i WHERE i.article = a.id) AS images"
        " FROM articles a WHERE a.source = ? ORDER BY a.n DESC LIMIT ?)"
    )
    count, looks, images = connection.execute(sql, (source, SAMPLE)).fetchone()
    return (looks / count, images / count) if count >= ENOUGH else (LOOKS, IMAGES)
