"""A withheld article is there and is not shown: 451, with what the tombstone says, on its page and in every form of its
row. Its emptied columns under 200 would pass for an article that says nothing.
"""

from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response
from datasette.views.row import RowView

from pipelines.publish import withheld
from pipelines.publish.plugins import hook

# RFC 7725, Unavailable For Legal Reasons.
UNAVAILABLE = 451
TOLD = ("article", "source", "url", "published_at", "at", "reason", "reference")


@hook
def register_routes() -> Any:
    # Datasette's own route for rows, of this one table.
    return [(r"^/(?P<database>[^/.]+)/(?P<table>articles)/(?P<pks>[^/]+?)(\.(?P<format>\w+))?$", row_page)]


async def row_page(request: Request, datasette: Datasette) -> Response:
    number = request.url_vars["pks"]
    database = datasette.get_database()
    if number.isascii() and number.isdigit() and request.url_vars["database"] == database.route:
        tomb = await database.execute_fn(lambda c: withheld.tombstone_of_row(c, int(number)))
        if tomb:
            return await unavailable(tomb, request, datasette, as_json=request.url_vars["format"] is not None)
    return await RowView(datasette).dispatch_request(request)


async def unavailable(
    tomb: dict[str, Any], request: Request, datasette: Datasette, *, as_json: bool = False
) -> Response:
    """Whatever machine form is asked for gets JSON: a CSV file of one error would be taken for data."""
    accepted = request.headers.get("accept", "")
    if as_json or ("json" in accepted and "text/html" not in accepted):
        said = {"ok": False, "status": UNAVAILABLE, "error": "This article is withheld", "title": "Withheld"}
        return Response.json(said | {name: tomb[name] for name in TOLD}, status=UNAVAILABLE)
    page = await datasette.render_template("tombstone.html", {"tomb": tomb}, request, view_name="read")
    return Response.html(page, status=UNAVAILABLE)
