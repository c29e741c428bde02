"""Our own pages: home, search, one to read each article on, and one per story."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response
from markupsafe import Markup, escape

from pipelines import search
from pipelines.publish import reading, stories, withheld, words
from pipelines.publish.dictionary import canned_queries
from pipelines.publish.plugins import hook
from pipelines.publish.plugins.unavailable import unavailable
from pipelines.publish.prose import blocks, paragraphs
from pipelines.sqlite import Connection

PAGE_SIZE = 20
# Private-use characters, so that the match can be marked in text that is escaped afterwards.
MARKS = ("\ue000", "\ue001")

Pages = list[tuple[str, Callable[..., Awaitable[Response]]]]


@hook
def register_routes() -> Pages:
    return [
        (r"^/search$", search_page),
        (r"^/search\.json$", search_json),
        (r"^/story/(?P<id>[^/]+)$", story_page),
        (r"^/read/(?P<id>[^/@]+)(@(?P<captured_at>[^/]+))?$", read_page),
    ]


@hook
def prepare_jinja2_environment(env: Any, datasette: Datasette) -> None:
    env.globals["archive"] = datasette.get_database().name  # not a variable of views: pages of errors have none
    env.filters |= {
        "marked": marked,
        "paper_date": words.paper_date,
        "moment": words.moment,
        "language": words.language,
    }


@hook
def extra_template_vars(datasette: Datasette, view_name: str, table: str | None, request: Request) -> Any:
    async def variables() -> dict[str, Any]:
        database = datasette.get_database()
        given: dict[str, Any] = {}
        if view_name == "index":
            given |= {"home": await database.execute_fn(reading.home), "questions": canned_queries()}
        if view_name == "row" and table == "articles":
            number = request.url_vars["pks"]
            given["article_id"], given["parts"] = await database.execute_fn(lambda c: reading.parts(c, number))
        return given

    return variables


async def search_page(request: Request, datasette: Datasette) -> Response:
    asked, page = request.args.get("q") or "", _page(request)

    def find(connection: Connection) -> tuple[list[search.Hit], int, dict[str, str]]:
        hits = search.search(connection, asked, PAGE_SIZE, offset=(page - 1) * PAGE_SIZE, marks=MARKS)
        return hits, search.count(connection, asked), reading.source_names(connection)

    hits, count, sources = await datasette.get_database().execute_fn(find)
    context = {"asked": asked, "hits": hits, "count": count, "page": page, "page_size": PAGE_SIZE, "sources": sources}
    return Response.html(await datasette.render_template("search.html", context, request, view_name="search"))


async def search_json(request: Request, datasette: Datasette) -> Response:
    asked, offset = request.args.get("q") or "", (_page(request) - 1) * PAGE_SIZE
    hits = await datasette.get_database().execute_fn(lambda c: search.search(c, asked, PAGE_SIZE, offset=offset))
    return Response.json([asdict(hit) for hit in hits])


def _page(request: Request) -> int:
    asked = request.args.get("page") or ""
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


async def read_page(request: Request, datasette: Datasette) -> Response:
    id_, captured_at = request.url_vars["id"], request.url_vars["captured_at"]
    database = datasette.get_database()
    if tomb := await database.execute_fn(lambda c: withheld.tombstone(c, id_)):
        return await unavailable(tomb, request, datasette)
    article = await database.execute_fn(lambda c: reading.article(c, id_, captured_at))
    if article is None:
        raise NotFound(f"No article {id_}" + (f" as of {captured_at}" if captured_at else ""))
    prose = paragraphs(article.text) if article.is_older else blocks(article.row["markdown"] or article.text)
    context = {"article": article, "prose": prose, "words": words}
    return Response.html(await datasette.render_template("read.html", context, request, view_name="read"))


async def story_page(request: Request, datasette: Datasette) -> Response:
    id_ = request.url_vars["id"]
    story = await datasette.get_database().execute_fn(lambda c: stories.story(c, id_))
    if story is None or not story.members:
        raise NotFound(f"No story {id_}")
    if story.row["id"] != id_:
        return Response.redirect(datasette.urls.path(f"/story/{story.row['id']}"))
    return Response.html(await datasette.render_template("story.html", {"story": story}, request, view_name="story"))


def marked(snippet: str) -> Markup:
    return Markup(str(escape(snippet)).replace(MARKS[0], "<mark>").replace(MARKS[1], "</mark>"))
