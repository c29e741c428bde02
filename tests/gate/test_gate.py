"""The pinned gate: how well the gate set is read, and what may never be read worse again.

``pinned.toml`` holds it: of each family the least precision and recall of its texts, of each field the pages where it
is known to be wrong. ``python tests/gate`` shows the figures and what is wrong on which page, ``--pin`` writes the file
when reading got better; only ``--pin --lower`` lets anything become worse, and that needs a reason in the commit.
"""

from pathlib import Path
from unicodedata import normalize

import pytest
from gate_pins import MARGIN, PINNED, load, measure, worse
from gate_score import ALL, Found, bare_score, mean, read_through_archive, score, wants
from lxml.html import document_fromstring
from pages import GatePage, GateSetError, Truth, pages

FAMILIES = sorted({page.site.family for page in pages()})


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[Found]:
    return read_through_archive(pages(), tmp_path_factory.mktemp("gate"))


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_the_truth_stands_on_its_page(page: GatePage) -> None:
    """Letters and figures alone count: what is wanted must be there to be found, whatever stands between its words."""
    shown = condense(document_fromstring(page.html.decode(page.site.encoding)).text_content())
    wanted = (page.truth.title, *page.truth.text.split("\n"), *page.truth.captions)
    assert [line for line in wanted if condense(line) not in shown] == []


def condense(text: str) -> str:
    return "".join(character for character in normalize("NFC", text) if character.isalnum()).casefold()


def test_every_family_is_pinned() -> None:
    assert sorted(load(PINNED).floors) == FAMILIES


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_is_read_as_well_as_ever(found: list[Found], family: str) -> None:
    ours, (precision, recall) = measure(found).floors[family], load(PINNED).floors[family]
    assert ours[0] >= precision, "precision"
    assert ours[1] >= recall, "recall"


@pytest.mark.parametrize("name", ALL)
def test_a_field_is_right_wherever_it_was(found: list[Found], name: str) -> None:
    assert measure(found).wrong.get(name, set()) <= load(PINNED).wrong.get(name, set())


def test_no_date_is_wrong(found: list[Found]) -> None:
    """None, or one that says less (no zone), may be all that a page gives; a wrong one is never allowed."""
    wrong = {}
    for each in found:
        got = each.values["published_at"] if each.values else None
        if got and not (each.page.truth.published_at or "").startswith(got):
            wrong[each.page.name] = got
    assert wrong == {}


def test_no_text_is_lost_that_trafilatura_alone_finds(found: list[Found]) -> None:
    ours = mean(score(each.page.truth.text, each.text) for each in found)
    assert ours.recall >= mean(bare_score(each.page) for each in found).recall - 0.005


def test_what_got_worse_is_named(found: list[Found]) -> None:
    best = measure(found)
    family = FAMILIES[0]
    precision, recall = best.floors[family]
    raised = best.with_floor(family, (precision + 2 * MARGIN, recall))
    assert worse(best, best) == []
    assert worse(raised, best) == [f"family {family}: precision {precision:.3f}, pinned {precision + 2 * MARGIN:.3f}"]
    without = best.with_wrong("title", set())
    assert worse(without, best.with_wrong("title", {"bao/01"})) == ["bao/01: title"]


def write_site(
    folder: Path, *, layout: str = "<p>{{article}}</p>", page: str = "==== article ====\nBài", truth: str
) -> None:
    site = folder / "bao"
    site.mkdir()
    (site / "site.toml").write_text('name="Báo"\nhomepage="https://bao.example/"\nlanguage="vi"\nfamily="A"\n')
    (site / "layout.html").write_text(layout)
    (site / "01.html").write_text(page)
    (site / "01.toml").write_text(truth)


TRUTH = 'url="https://bao.example/1"\ntitle="Tin & bài"\nlanguage="vi"\ntext="""\n  Một\nHai """\n'
TRUTH_DATED = TRUTH + 'published_at="2026-03-04T09:05+07:00"\n'


def test_a_page_is_its_layout_filled(tmp_path: Path) -> None:
    layout = "<h1>{{=title}}</h1>{{=title|json}} {{=published_at|%d/%m/%Y - %H:%M}} {{=credit}}|{{article}}"
    write_site(tmp_path, layout=layout, truth=TRUTH_DATED)
    (page,) = pages(tmp_path)
    assert page.html.decode() == '<h1>Tin &amp; bài</h1>"Tin & bài" 04/03/2026 - 09:05 |Bài'
    assert (page.name, page.truth.text, page.site.family) == ("bao/01", "Một\nHai", "A")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"truth": TRUTH + 'titel="x"\n'}, "unknown keys \\['titel'\\]"),
        ({"truth": 'title="x"\n'}, "missing keys \\['language', 'text', 'url'\\]"),
        ({"truth": TRUTH + "captions=3\n"}, "captions: 3 is no"),
        ({"truth": TRUTH.replace("bao.example", "khac.example")}, "is not at https://bao.example/"),
        ({"truth": TRUTH, "layout": "{{article}}{{comments}}"}, "wants \\['comments'\\]"),
        ({"truth": TRUTH, "layout": "<p></p>"}, "does not know \\['article'\\]"),
        ({"truth": TRUTH, "layout": "{{article}}{{=colour}}"}, "colour, which is no key"),
        ({"truth": TRUTH, "page": "x\n==== article ====\n"}, "text before the first section"),
        ({"truth": TRUTH, "page": "==== article ====\na\n==== article ====\nb"}, "more than once: \\['article'\\]"),
    ],
)
def test_a_set_that_is_wrong_is_refused(tmp_path: Path, change: dict[str, str], complaint: str) -> None:
    write_site(tmp_path, **change)
    with pytest.raises(GateSetError, match=complaint):
        pages(tmp_path)


def test_a_page_without_truth_is_refused(tmp_path: Path) -> None:
    write_site(tmp_path, truth=TRUTH)
    (tmp_path / "bao/02.html").write_text("==== article ====\n")
    with pytest.raises(GateSetError, match="needs its"):
        pages(tmp_path)


@pytest.mark.parametrize(
    ("wanted", "got", "precision", "recall"),
    [
        ("một hai ba bốn năm", "một hai ba bốn năm", 1, 1),
        ("một hai ba bốn năm", "một hai, ba\nbốn năm!", 1, 1),
        ("một hai ba bốn năm", "một hai ba bốn", 1, 0.5),
        ("một hai ba bốn", "một hai ba bốn năm sáu", 1 / 3, 1),
        ("một hai", "một hai", 1, 1),
        ("một hai ba bốn", "", 1, 0),
        ("a b c d", "a b c d a b c d", 1 / 5, 1),
    ],
)
def test_scores(wanted: str, got: str, precision: float, recall: float) -> None:
    result = score(wanted, got)
    assert (result.precision, result.recall) == pytest.approx((precision, recall))


def test_nothing_right_scores_nothing() -> None:
    assert score("a b c d", "e f g h").f1 == 0


def test_a_field_that_truth_leaves_out_is_not_held() -> None:
    truth = Truth(url="u", title="t", text="x", language="vi")
    assert wants(truth, "byline") and not wants(truth, "flags")
