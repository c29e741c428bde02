"""What belongs to pages, as the crawl asks for it: last, so many in a run, each once."""

from local_sites import Pages, Reply, article, crawl, listing, serve

from crawler.capture import Kind

SITES: dict[str, Pages] = {
    "song": {"/": listing("/tin-1.html"), "/tin-1.html": article("Một")},
    "nui": {"/": listing("/tin-1.html"), "/tin-1.html": article("Một")},
    "khong": {"/": listing("/tin-1.html"), "/tin-1.html": article("Một")},
    "img": {f"/{n}.jpg": Reply(b"\xff\xd8\xff" + bytes([n])) for n in range(9)},
    "broken": {f"/{n}.jpg": Reply(b"no", status=403) for n in range(60)},
}
BUDGET = 4


def source(slug: str, requisites: str) -> dict[str, object]:
    return {"slug": slug, "homepage": f"http://{slug}.test/", "sections": ["/"], "requisites": requisites}


def test_so_many_in_a_run_each_once_and_nothing_of_who_wants_none() -> None:
    images = [f"http://img.test/{n}.jpg" for n in range(9)]
    with serve(SITES) as sites:
        found = crawl(
            sources=[source("song", "images"), source("nui", "page"), source("khong", "none")],
            hosts={f"{name}.test": site.address for name, site in sites.items()},
            pace={"requisites": BUDGET, "delay": 0.02},
            requisites={
                "song": images[:2] + [f"http://broken.test/{n}.jpg" for n in range(60)],
                "nui": images[:6],
                "khong": images[6:],
            },
        )
    asked = [path for path in sites["img"].paths if path.endswith(".jpg")]
    assert sorted(asked) == ["/0.jpg", "/1.jpg", "/2.jpg", "/3.jpg"]
    assert len([path for path in sites["broken"].paths if path.endswith(".jpg")]) == BUDGET - 2
    kinds = [exchange["metadata"]["kind"] for exchange in found.of("song") + found.of("nui")]
    assert kinds.count(Kind.REQUISITE) == BUDGET + BUDGET - 2
    for slug, report in found.reports.items():
        assert report["scheduled"] == report["accounted"], slug
        assert (report["cause"], report["fetched"]) == (None, 2), slug
    assert found.reports["song"]["outcomes"]["requisite 403"] == BUDGET - 2
