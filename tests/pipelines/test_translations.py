"""An article and its translation: linked by number, slug, or what a page states; in whatever order they arrive."""

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record_side import SOURCES, Shot, one, open_memory, record, take

from crawler.source import Host, Source
from pipelines.archive import Archive
from pipelines.publish import reading
from pipelines.reading.page.editions import is_edition
from pipelines.versions import translations
from pipelines.versions.handles import handles
from pipelines.versions.kinship import Evidence, Kin, Relation, original_of
from pipelines.versions.parallel import alike, marks

DAY, NEXT, LATER = "2026-03-02T07:30+07:00", "2026-03-03", "2026-06-20"
SLUG = "cau-ben-vong-hop-long-som-hai-thang"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = open_memory(tmp_path)
    yield archive
    archive.connection.close()


def shot(source: str, page: str, language: str = "vi", hour: float = 0, **more: object) -> Shot:
    words = f"{source} {page} {language}"
    letters = hashlib.sha256(words.encode()).hexdigest().translate(str.maketrans("0123456789", "ghijklmnop"))
    lines = tuple(" ".join(letters[start : start + 4] + "aeo"[line] for start in range(40)) for line in range(3))
    fields = {"title": f"Bài {words}", "lines": lines, "language": language} | more
    return Shot(source=source, page=page, hour=hour, **fields)  # type: ignore[arg-type]


def links(archive: Archive) -> dict[str, str]:
    """Address → address of what it translates, both without scheme and folder."""
    sql = "SELECT a.url, b.url FROM articles a JOIN articles b ON b.id = a.translation_of"
    rows = archive.connection.execute(sql).fetchall()
    return {translation.removeprefix("http://"): original.removeprefix("http://") for translation, original in rows}


def check(archive: Archive, shots: Sequence[Shot], expected: dict[str, str]) -> None:
    take(archive, shots)
    assert links(archive) == expected
    assert one(archive, "SELECT count(*) FROM articles") == len(shots)


def test_one_number_on_the_hosts_of_a_site_on_days_that_meet(archive: Archive) -> None:
    vi = shot("song", "thoi-su/cau-hop-long-410632.html", published=DAY)
    en = shot("song-en", "society/bridge-closes-its-gap-410632.html", "en", published=NEXT)
    check(archive, [vi, en], {"en.song.test/society/bridge-closes-its-gap-410632.html": "song.test/" + vi.page})


def test_one_number_months_apart_is_chance(archive: Archive) -> None:
    vi, en = shot("song", "a-410632.html", published=DAY), shot("song-en", "b-410632.html", "en", published=LATER)
    check(archive, [vi, en], {})


def test_one_number_on_two_hosts_without_a_day_says_too_little(archive: Archive) -> None:
    check(archive, [shot("song", "a-410632.html"), shot("song-en", "b-410632.html", "en", published=DAY)], {})


def test_one_number_in_one_space_needs_no_day(archive: Archive) -> None:
    vi, en = shot("hai", "cau-hop-long-7701.html"), shot("hai-en", "bridge-closes-7701.html", "en", published=DAY)
    check(archive, [vi, en], {"hai.test/en/bridge-closes-7701.html": "hai.test/cau-hop-long-7701.html"})
    keys = {key for (key,) in archive.connection.execute("SELECT key FROM articles")}
    assert keys == {"id::hai.test:7701", "id:en:hai.test:7701"}


def test_one_slug_needs_no_day_either(archive: Archive) -> None:
    """As machine translations have it: the Vietnamese slug, with its number or without."""
    shots = [
        shot("song", f"thoi-su/{SLUG}-1643133.ldo", published=LATER),
        shot("song-en", f"thoi-su/{SLUG}-1643133.ldo", "en", published=DAY),
        shot("hai", f"{SLUG}"),
        shot("hai-en", f"{SLUG}", "en"),
    ]
    check(archive, shots, {
        f"en.song.test/thoi-su/{SLUG}-1643133.ldo": f"song.test/thoi-su/{SLUG}-1643133.ldo",
        f"hai.test/en/{SLUG}": f"hai.test/{SLUG}",
    })  # fmt: skip


def test_sites_that_have_nothing_to_do_with_each_other_share_numbers_and_slugs_by_chance(archive: Archive) -> None:
    shots = [
        shot("song", f"{SLUG}-410632.html", published=DAY),
        shot("hai-en", f"{SLUG}-410632.html", "en", published=DAY),
        shot("nui", f"{SLUG}-410632.html", "fr", published=DAY),
    ]
    check(archive, shots, {})


def test_two_articles_of_one_language_translate_nothing(archive: Archive) -> None:
    vi = shot("song", "a-410632.html", published=DAY)
    en = shot("song-en", "b-410632.html", "vi", published=DAY, stated=(vi.capture.url,))
    check(archive, [vi, en], {})


def test_a_number_that_a_language_has_twice_is_none(archive: Archive) -> None:
    """As the numbers of Liferay's portlets; the two would be translations of each other's."""
    one_en = shot("song-en", "c-410632.html", "en", published=DAY)
    check(archive, [shot("song", "a-410632.html", published=DAY), one_en], {
        "en.song.test/c-410632.html": "song.test/a-410632.html"
    })  # fmt: skip
    take(archive, [shot("song", "b-410632.html", published=NEXT)])
    assert links(archive) == {}


def test_a_slug_that_comes_again_is_told_apart_by_its_day(archive: Archive) -> None:
    shots = [
        shot(source, f"{month}/{SLUG}.html", language, published=f"2026-{month}-10")
        for source, language in (("song", "vi"), ("song-en", "en"))
        for month in ("04", "05", "06")
    ]
    expected = {f"en.song.test/{month}/{SLUG}.html": f"song.test/{month}/{SLUG}.html" for month in ("04", "05", "06")}
    check(archive, shots, expected)


def test_the_years_and_months_of_addresses_are_no_numbers() -> None:
    def numbers(path: str) -> set[str]:
        found = handles(SOURCES["song"], "url:x", [f"http://song.test{path}"])
        return {handle.split()[-1] for handle in found if handle.startswith("id ")}

    assert numbers("/kinh-te/202603/gia-lua-tang-1a2b3c4/") == set()
    assert numbers("/kinh-te/gia-lua-2026.html") == numbers("/kinh-te/gia-lua-20260302.html") == set()
    assert numbers("/danh-muc-12/gia-lua.html") == numbers("/tin-1234/gia-lua.html") == set()
    assert numbers("/kinh-te/gia-lua-post41063.html") == {"41063"}
    assert numbers("/kinh-te/gia-lua-a41063.html") == {"41063"}
    assert numbers("/bg/politics/410632/half-term-hallmarks.html") == {"410632"}
    assert numbers("/en/theory-and-practice/all-people-defence/23308.html") == {"23308"}
    assert numbers("/tin.aspx?id=41063") == set()


def test_the_vietnamese_article_is_the_original_whoever_came_first(archive: Archive) -> None:
    shots = [
        shot("song-en", "b-410632.html", "en", published="2026-03-01", stated=("http://song.test/a-410632.html",)),
        shot("song", "ja/c-410632.html", "ja", published="2026-03-01"),
        shot("song", "a-410632.html", published=NEXT),
    ]
    original = "song.test/a-410632.html"
    check(archive, shots, {"en.song.test/b-410632.html": original, "song.test/ja/c-410632.html": original})


def test_without_a_vietnamese_one_the_main_edition_then_the_earlier(archive: Archive) -> None:
    def linked(*urls: str) -> str | None:
        kin = [
            Kin(id=str(n), key="", is_edition=is_edition(url), language="en" if n else "fr", machine_translated=False,
                published_at=("2026-03-02", "2026-03-01")[n], state="live")
            for n, url in enumerate(urls)
        ]  # fmt: skip
        return original_of(kin[0], [Relation(other=kin[1], evidence=Evidence.MUTUAL)])

    assert linked("http://fr.song.test/a", "http://en.song.test/a") == "1"
    assert linked("http://song.test/a", "http://en.song.test/a") is None


def test_a_page_that_names_another_is_believed(archive: Archive) -> None:
    vi = shot("song", "cau-hop-long.html", stated=("https://www.hai.test/en/bridge/?utm_source=x",))
    en = shot("hai-en", "bridge", "en")
    check(archive, [vi, en], {"hai.test/en/bridge": "song.test/cau-hop-long.html"})
    row = archive.connection.execute("SELECT url, key, language, method FROM alternates").fetchone()
    assert tuple(row) == ("https://www.hai.test/en/bridge/?utm_source=x", "http://hai.test/en/bridge", "xx", "hreflang")


def test_it_is_believed_too_where_it_began_to_say_so_later(archive: Archive) -> None:
    """The words are the same, so it is no new version; the translation was published meanwhile."""
    first = shot("song", "cau.html")
    again = shot("song", "cau.html", hour=5, stated=("http://hai.test/en/bridge",))
    kept = take(archive, [first, shot("hai-en", "bridge", "en", hour=3), again])
    assert [(item.outcome, item.revised) for item in kept][2] == ("unchanged", False)
    assert links(archive) == {"hai.test/en/bridge": "song.test/cau.html"}


def test_an_address_that_several_name_is_nobodys_translation_but_his_whom_it_names(archive: Archive) -> None:
    about = "http://hai.test/en/about-us"
    take(archive, [shot("hai-en", "about-us", "en", stated=("http://song.test/b-2.html",))])
    take(archive, [shot("song", f"b-{n}.html", stated=(about,)) for n in range(1, 3)])
    assert links(archive) == {"hai.test/en/about-us": "song.test/b-2.html"}
    take(archive, [shot("song", f"b-{n}.html", stated=(about,)) for n in range(3, 40)])
    assert links(archive) == {"hai.test/en/about-us": "song.test/b-2.html"}


def test_a_page_that_every_article_names_is_none(archive: Archive) -> None:
    about = shot("hai-en", "about-us", "en")
    take(archive, [about, shot("song", "b-1.html", stated=(about.capture.url,))])
    assert links(archive) == {"hai.test/en/about-us": "song.test/b-1.html"}  # nothing speaks against it yet
    take(archive, [shot("song", "b-2.html", stated=(about.capture.url,))])
    assert links(archive) == {}


def test_a_former_host_is_still_understood() -> None:
    source = Source(
        slug="bn", name="Báo", homepage="https://baomoi.test/", hosts=(Host(host="baocu.test", same_ids=True),)
    )
    found = handles(source, "url:http://baomoi.test/cau", ["https://www.baomoi.test/cau"])
    assert {"http://baomoi.test/cau", "http://baocu.test/cau"} <= found


def test_a_withdrawn_article_is_linked_with_nothing(archive: Archive) -> None:
    vi, en = shot("hai", "a-7701.html"), shot("hai-en", "b-7701.html", "en")
    take(archive, [vi, en])
    assert len(links(archive)) == 1
    with archive.transaction() as connection:
        id_ = one(archive, "SELECT id FROM articles WHERE language = 'vi'")
        connection.execute("UPDATE articles SET state = 'withdrawn' WHERE id = ?", (id_,))
        translations.tell(connection, SOURCES["hai"], id_)
    assert links(archive) == {}


def test_what_is_read_again_without_a_link_has_none(archive: Archive) -> None:
    en = shot("hai-en", "bridge", "en")
    kept = take(archive, [shot("song", "cau.html", stated=(en.capture.url,)), en])
    with archive.transaction() as connection:
        assert kept[0].article
        translations.restate(connection, kept[0].article, [])
    assert links(archive) == {}


def test_the_numbers_of_one_source_in_two_languages(archive: Archive) -> None:
    """One number is one key to a source that knows no editions; other words make two articles of it all the same."""
    vi, en = shot("chung", "7/cau-hop-long", published=DAY), shot("chung", "7/bridge", "en", published=DAY)
    check(archive, [vi, en], {"chung.test/7/bridge": "chung.test/7/cau-hop-long"})


POOL = (
    shot("song", "a-410632.html", published=DAY),
    shot("song-en", "b-410632.html", "en", published=NEXT),
    shot("song", "ja/c-410632.html", "ja", published=NEXT),
    shot("song", "x-410632.html", published=DAY, hour=9),
    shot("song", f"{SLUG}.html", stated=("http://hai.test/en/about-us",)),
    shot("song-en", f"{SLUG}.html", "en"),
    shot("hai-en", "about-us", "en", stated=("http://hai.test/c-9.html",)),
    shot("hai", "c-9.html", stated=("http://hai.test/en/about-us", "http://song.test/d.html")),
    shot("hai", "c-9.html", hour=3, stated=("http://song.test/d.html",)),
    shot("song", "d.html", "fr", stated=("http://song.test/a-410632.html",)),
    shot("hai-en", "d-7701.html", "en"),
    shot("hai", "e-7701.html"),
    shot("hai", "e-7701.html", hour=4, language="fr", lines=("Une tout autre page, sous le même numéro.",)),
    shot("chung", "7/cau-hop-long", published=DAY),
    shot("chung", "7/bridge", "en", published=DAY, stated=("http://chung.test/8/bridge",)),
    shot("chung", "7/bridge", "en", hour=2, published=DAY),
    shot("chung", "8/bridge", published=DAY),
)


def told(shots: Sequence[Shot], runs: Sequence[int] = ()) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        archive = open_memory(Path(folder))
        for start, end in zip([0, *runs], [*runs, len(shots)], strict=True):
            take(archive, shots[start:end])
        found = record(archive)
        with archive.transaction() as connection:  # told from nothing, they are the same
            connection.execute("UPDATE articles SET translation_of = NULL")
            translations.decide(connection, [row["id"] for row in found["articles"]])
        assert record(archive)["articles"] == found["articles"]
        archive.connection.close()
    parents = {row["id"]: row["translation_of"] for row in found["articles"]}
    assert all(parents[parents[id_]] != id_ for id_ in parents if parents[id_])
    return {name: found[name] for name in ("articles", "alternates", "handles")}


@settings(max_examples=15)
@given(st.permutations(POOL), st.sets(st.integers(0, len(POOL)), max_size=3), st.integers(4, len(POOL)))
def test_any_order_and_any_split_ends_in_the_same_links(order: list[Shot], runs: set[int], size: int) -> None:
    kept = order[:size]
    found = told(kept, sorted(min(run, size) for run in runs))
    assert found == told(sorted(kept, key=POOL.index))


LANGUAGES = st.sampled_from(["vi", "en", "ja", "und", None])
KIN = st.builds(
    Kin,
    id=st.text("abc", min_size=1, max_size=3),
    key=st.sampled_from(["id::h:1", "id:en:h:1", "url:http://h/x"]),
    is_edition=st.booleans(),
    language=LANGUAGES,
    machine_translated=st.booleans(),
    published_at=st.sampled_from([None, "2026", "2026-03-01", "2026-03-02T10:00+07:00"]),
    state=st.sampled_from(["live", "gone", "withdrawn"]),
)


@given(st.lists(KIN, unique_by=lambda kin: kin.id, min_size=2, max_size=6), st.data())
def test_links_never_run_in_a_circle(articles: list[Kin], data: st.DataObject) -> None:
    evidence = st.sampled_from(Evidence)
    parents = {
        article.id: original_of(article, [Relation(other=other, evidence=data.draw(evidence)) for other in articles])
        for article in articles
    }
    for article in articles:
        passed, here = set[str](), article.id
        while (above := parents[here]) is not None:
            assert above not in passed | {here}
            passed.add(here)
            here = above


@pytest.mark.parametrize("kind", ["named", "slug"])
def test_what_everybody_shares_costs_no_more_as_the_archive_grows(archive: Archive, kind: str) -> None:
    about = shot("hai-en", "about-us", "en")
    take(archive, [about], learn=False)

    def statements(n: int) -> int:
        made = shot("song", f"b-{n}.html", stated=(about.capture.url,)) if kind == "named" else shot(
            "song", f"{n}/{SLUG}.html"
        )  # fmt: skip
        seen: list[str] = []
        (kept,) = take(archive, [made], learn=False)
        assert kept.article
        with archive.transaction() as connection:
            connection.set_trace_callback(seen.append)
            translations.tell(connection, SOURCES["song"], kept.article)
            connection.set_trace_callback(None)
        return len(seen)

    counts = [statements(n) for n in range(50)]
    assert counts[-1] == counts[30] <= 30


def test_a_tie_in_the_day_is_broken_by_the_id() -> None:
    twins = [
        Kin(id=id_, key="url:x", is_edition=False, language=language, machine_translated=False,
            published_at=NEXT, state="live")
        for id_, language in (("b", "en"), ("a", "fr"))
    ]  # fmt: skip
    related = [Relation(other=twin, evidence=Evidence.MUTUAL) for twin in twins]
    assert [original_of(twin, related) for twin in twins] == ["a", None]


def told_of(vietnamese: str, english: str) -> bool | None:
    return alike(marks(vietnamese), marks(english))


BRIDGE = (
    "Sáng 14/3, tại phường Bến Vọng, Sở Xây dựng Sơn Hà hợp long cầu Bến Vọng dài 1.250 m, rộng 22,5 m, vốn 1.180 tỷ"
    " đồng. Phó Chủ tịch UBND tỉnh Đỗ Quang Thiện biểu dương 340 công nhân đã làm việc xuyên Tết Nguyên đán."
)
IN_ENGLISH = (
    "The Son Ha Department of Construction closed the last gap of Ben Vong bridge on March 14. The bridge is 1,250 m"
    " long and 22.5 m wide, and cost VND1,180 billion. Do Quang Thien, vice chairman of the province, praised 340"
    " workers who had stayed at their posts through Tet."
)
HARVEST = (
    "Farmers in Dong Tra commune sold 4,600 tonnes of summer rice at 7,900 dong a kilogram, said Lo Thi May, who heads"
    " the Nam Phung cooperative of 215 households. Yields rose by 12 percent over those of 2024."
)


def test_figures_and_names_tell_a_translation_from_another_article() -> None:
    assert told_of(BRIDGE, IN_ENGLISH) is True
    assert told_of(BRIDGE, HARVEST) is False
    assert told_of("Mưa to trên diện rộng.", "Heavy rain fell.") is None
    assert marks("1.250 ha, 1,250 ha, 22,5 m, năm 2024, 7 người") == {"1250", "225"}
    assert marks("bà Lò Thị Mây ở xã Đông Trà. Theo bà") == {"lo thi", "thi may", "dong tra"}


def test_without_a_day_the_words_tell(archive: Archive) -> None:
    vi = shot("song", "cau-hop-long-410632.html", title="Hợp long", lines=(BRIDGE,))
    en = shot("song-en", "bridge-410632.html", "en", title="Joined", lines=(IN_ENGLISH,), published=LATER)
    take(archive, [vi, en])
    assert links(archive) == {"en.song.test/bridge-410632.html": "song.test/cau-hop-long-410632.html"}


def test_words_that_have_nothing_in_common_are_not_linked_by_a_number_and_a_day(archive: Archive) -> None:
    """Two counts that meet: where they do, their days do as well."""
    vi = shot("song", "cau-hop-long-410632.html", title="Hợp long", lines=(BRIDGE,), published=DAY)
    en = shot("song-en", "harvest-410632.html", "en", title="Joined", lines=(HARVEST,), published=DAY)
    check(archive, [vi, en], {})
    take(
        archive,
        [shot("song-en", "harvest-410632.html", "en", title="Joined", lines=(IN_ENGLISH,), published=DAY, hour=5)],
    )
    assert links(archive) == {"en.song.test/harvest-410632.html": "song.test/cau-hop-long-410632.html"}


def test_the_page_of_each_shows_the_original_and_the_other_translations(archive: Archive) -> None:
    vi, en = shot("hai", "a-7701.html"), shot("hai-en", "b-7701.html", "en")
    fr = shot("song", "c.html", "fr", stated=(vi.capture.url,))
    ids = [kept.article for kept in take(archive, [vi, en, fr])]
    shown = []
    for id_ in ids:
        page = reading.article(archive.connection, str(id_), None)
        assert page
        shown.append([(other["id"], other["is_original"]) for other in page.translations])
    assert shown == [[(ids[1], None), (ids[2], None)], [(ids[0], 1), (ids[2], 0)], [(ids[0], 1), (ids[1], 0)]]


def test_a_translation_under_the_same_title_is_no_version_of_its_original(archive: Archive) -> None:
    """To a source that knows no editions both have one key, and the headline is a name."""
    vi = shot("chung", "7/son-ha-open-2026", title="Sơn Hà Open 2026", published=DAY)
    en = shot("chung", "7/en/son-ha-open-2026", "en", title="Sơn Hà Open 2026", published=DAY, hour=1)
    again = shot("chung", "7/son-ha-open-2026", title="Sơn Hà Open 2026", published=DAY, hour=2)
    kept = take(archive, [vi, en, again])
    assert [item.outcome for item in kept] == ["article", "article", "unchanged"]
    assert links(archive) == {"chung.test/7/en/son-ha-open-2026": "chung.test/7/son-ha-open-2026"}
    assert one(archive, "SELECT count(*), max(revision) FROM articles") == (2, 1)


PRICES = (
    "Arabica | 118.500 | 119.200 | 700",
    "Robusta 18 | 104.300 | 104.900 | 600",
    "SVR 3L | 52.100 | 52.450 | 350",
    "RSS 3 | 50.200 | 50.900 | 700",
    "Kem xốp 42 | 17.410 | 17.890 | 480",
)


@pytest.mark.parametrize("order", [0, 1])
def test_an_article_and_its_translation_are_two_stories_even_where_all_but_a_line_is_figures(
    archive: Archive, order: int
) -> None:
    vi = shot("hai", "gia-7701.html", title="Giá hàng hóa", published=DAY, lines=("Giá tại Sơn Hà sáng nay:", *PRICES))
    en = shot("hai-en", "prices-7701.html", "en", title="Prices", published=DAY, lines=("Prices in Son Ha:", *PRICES))
    again = shot("bien", "gia", title="Giá hàng hóa hôm nay", published=DAY, lines=("Giá các mặt hàng:", *PRICES))
    take(archive, [vi, en, again] if order else [again, en, vi])
    rows = archive.connection.execute(
        "SELECT source, relation, translation_of IS NOT NULL, (SELECT articles FROM stories WHERE id = story)"
        " FROM articles ORDER BY source"
    ).fetchall()
    assert sorted(row[2:] for row in rows) == [(0, 2), (0, 2), (1, 1)]
    assert rows[2][:3] == ("hai-en", "original", 1)
    assert one(archive, "SELECT count(*) FROM copies") == 1


def test_a_translation_of_a_translation_is_listed_with_all_others(archive: Archive) -> None:
    vi, en = shot("hai", "a-7701.html"), shot("hai-en", "b-7701.html", "en", published=DAY)
    fr = shot("song", "fr/c.html", "fr", published=NEXT, stated=(en.capture.url,))
    ids = [str(kept.article) for kept in take(archive, [vi, en, fr])]
    assert links(archive) == {
        "hai.test/en/b-7701.html": "hai.test/a-7701.html", "song.test/fr/c.html": "hai.test/en/b-7701.html"
    }  # fmt: skip
    for id_ in ids:
        page = reading.article(archive.connection, id_, None)
        assert page
        assert {other["id"] for other in page.translations} == {*ids} - {id_}
    page = reading.article(archive.connection, ids[2], None)
    assert page
    assert [(other["id"], other["is_original"]) for other in page.translations] == [(ids[1], 1), (ids[0], 0)]


@pytest.mark.parametrize("gone_first", [True, False])
def test_what_the_newspaper_took_down_stays_linked(archive: Archive, gone_first: bool) -> None:
    vi, en = shot("hai", "a-7701.html"), shot("hai-en", "b-7701.html", "en")
    gone = [Shot(source="hai", page="a-7701.html", hour=hour) for hour in (24, 72)]
    take(archive, [vi, *gone, en] if gone_first else [vi, en, *gone])
    assert one(archive, "SELECT state FROM articles WHERE source = 'hai'") == "gone"
    assert links(archive) == {"hai.test/en/b-7701.html": "hai.test/a-7701.html"}
