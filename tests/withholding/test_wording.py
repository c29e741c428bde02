"""An article's words found, and taken out, in whatever form they stand; what is not its words stays."""

import gzip
import json
import os
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "crawler"))
from warc_samples import exchange, ours

from crawler.records.exchanges import Stored, capture_of, exchanges
from crawler.records.masked import masked
from crawler.records.tombstones import TooSmall
from crawler.records.warcrecord import Record, is_vouched, make_record
from pipelines.vietnamese import fold
from pipelines.withholding.words.masking import Sought, decoded, mask, without
from pipelines.withholding.words.redacting import SIGN
from pipelines.withholding.words.wording import is_there, wording

TITLE = "Bến đò Tràng Ngạn trước ngày lên cầu"
SAID = "Chiếc đò gỗ cuối cùng của bến chở chuyến khách sau chót vào lúc năm giờ chiều, khi nước đã rút khỏi bãi bồi."
SOUGHT = Sought(article="a", words=wording([TITLE], [SAID]), paths=("/tin/ben-do-77.html",))
FORMS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "NFD": lambda text: unicodedata.normalize("NFD", text),
    "capitals": str.upper,
    "without marks": fold,
    "entities": lambda text: "".join(f"&#{ord(letter)};" for letter in text),
    "entities of entities": lambda text: "".join(f"&amp;#x{ord(letter):x};" for letter in text),
    "JSON": lambda text: json.dumps(text)[1:-1],
    "an address": quote,
    "a form": lambda text: text.replace(" ", "+"),
    "lines": lambda text: text.replace(" ", "\n\t"),
    "through a tag": lambda text: text.replace("Tràng", "<b>Tr</b>àng").replace("chở", "ch<i>ở</i>"),
    "through an escaped tag": lambda text: text.replace("Ngạn", "&lt;b&gt;Ngạn&lt;/b&gt;"),
    "hard spaces": lambda text: text.replace(" ", "&nbsp;"),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("said", [TITLE, SAID])
def test_in_every_form_it_goes_and_nothing_else(form: str, said: str) -> None:
    there = FORMS[form](said)
    page = f'<p class="x">Chợ quê &amp; đò dọc</p> "{there}" <i>Sơn Hà</i> 100%'
    bare = mask(page, [SOUGHT], "utf-8", "")
    assert bare.startswith('<p class="x">Chợ quê &amp; đò dọc</p> "') and bare.endswith('" <i>Sơn Hà</i> 100%')
    assert not is_there(SOUGHT.words, bare)
    assert mask(bare, [SOUGHT], "utf-8", "") is bare


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Bến đò Tràng Ngạn trước ngày…", f"{SIGN}…"),  # cut off
        ("Bến đò Tràng Ngạn trước ngà…", f"{SIGN}…"),  # in the middle of a word
        ("Bến đò Tràng Ngạn", "Bến đò Tràng Ngạn"),  # too little: a place
        ("trước ngày lên cầu", "trước ngày lên cầu"),
        ("/tin/ben-do-trang-ngan-truoc-ngay-len-cau-77.html", "/tin/ben-do-trang-ngan-truoc-ngay-len-cau-77.html"),
        ("Chiếc đò gỗ cuối cùng của bến", "Chiếc đò gỗ cuối cùng của bến"),
    ],
)
def test_how_much_of_it_counts(text: str, wanted: str) -> None:
    assert mask(text, [SOUGHT], "utf-8", "") == wanted


@settings(deadline=None)
@given(st.text(st.sampled_from("<>&;#%\\u0123 abđế\"'/nrt"), max_size=60), st.sampled_from(sorted(FORMS)))
def test_whatever_stands_before_and_behind_it(around: str, form: str) -> None:
    page = f"{around} . {FORMS[form](TITLE)} . {around}"
    assert not is_there(SOUGHT.words, mask(page, [SOUGHT], "utf-8", ""))


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", b"Content-Type: text/html; charset=windows-1258"]))
def test_any_body_is_the_same_again(body: bytes, head: bytes) -> None:
    text, charset = decoded(body, head)
    assert text.encode(charset, "surrogatepass" if "16" in charset else "surrogateescape") == body


def test_what_its_link_and_its_item_say_goes_whatever_it_is() -> None:
    link = '<a href="https://x.test/tin/ben-do-77.html"><img alt="Đò cuối cùng sang sông">Người lái đò kể chuyện</a>'
    near = '<a href="/tin/ben-do-771.html">Người lái đò kể chuyện</a>'
    assert mask(link, [SOUGHT], "utf-8", "") == (
        f'<a href="https://x.test/tin/ben-do-77.html"><img alt="{SIGN}">{SIGN}</a>'
    )
    assert mask(near, [SOUGHT], "utf-8", "") == near
    feed = f"<item><title>{{}}</title><link>http://x.test/tin/ben-do-77.html</link></item><item>{near}</item>"
    assert mask(feed.format("Đò"), [SOUGHT], "utf-8", "") == feed.format(SIGN)
    items = {"a": [{"link": "/tin/ben-do-77.html", "title": "Đò"}, {"link": "/tin/ben-do-78.html", "title": "Cầu"}]}
    said = json.loads(mask(json.dumps(items), [SOUGHT], "utf-8", "application/json"))
    assert [one["title"] for one in said["a"]] == [SIGN, "Cầu"]


def stored(tmp_path: Path) -> Stored:
    (found,) = [one for one in exchanges(ours(tmp_path, [exchange(1)]), ours=True) if isinstance(one, Stored)]
    return found


def test_the_record_is_another_one_as_long_and_names_the_one_it_was(tmp_path: Path) -> None:
    found = stored(tmp_path)
    sought = Sought(article="a", words=wording([capture_of(found).body.decode()[:80]], []), paths=())
    anchor = found.anchor
    member = without(found, [sought])[anchor.id]
    assert len(member) == anchor.length
    made = make_record(gzip.decompress(member), anchor.offset, len(member), member)
    assert (made.type, made.url, made.date) == (anchor.type, anchor.url, anchor.date)
    assert (made.made_of, made.payload_digest) == (anchor.id, anchor.payload_digest) and made.id != anchor.id
    assert is_vouched(made.data) is not False  # so small a record has no room for a digest of its block
    assert SIGN.encode() in made.data


def test_what_does_not_fit_is_said_to_be_too_small(tmp_path: Path) -> None:
    anchor: Record = stored(tmp_path).anchor
    with pytest.raises(TooSmall, match="does not pack into"):
        masked(anchor, os.urandom(anchor.length), b"")
