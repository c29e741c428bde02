"""What a national outlet is kept for."""

from typing import Any

import pytest
from record_side import Shot

from pipelines.reading.text.topics import is_wanted


@pytest.mark.parametrize(
    ("url", "changes", "wanted"),
    [
        ("https://x.test/a.html", {"lines": ("Công nhân ở Bắc Ninh đón Tết sớm.",)}, True),
        ("https://x.test/a.html", {"lines": ("Workers in Bac Ninh go home.",)}, True),
        ("https://x.test/a.html", {"title": "Bac Ninh: ten bridges"}, True),
        ("https://x.test/news/bac-ninh-ten-bridges-1.html", {}, True),
        ("https://x.test/a.html", {"lines": ("Phía bắc tỉnh Quảng Ninh mưa to.",)}, False),
        ("https://x.test/a.html", {"lines": ("Bacninhese is no word.",)}, False),
        ("https://x.test/a.html", {"lines": ("Ông Bạc Ninh kể chuyện.",)}, False),
        ("https://x.test/a.html", {"lines": ("Mưa ở phía bắc Ninh Bình.",)}, False),
        ("https://x.test/a.html", {"lines": ("Phía Bắc Ninh Bình, mưa.",)}, False),
        ("https://x.test/a.html", {"lines": ("BẮC NINH: MƯA", "BAC NINH")}, True),
        ("https://x.test/a.html", {"lines": ("Ba\u0306\u0301c Ninh", "x")}, True),
        ("https://x.test/mua-o-phia-bac-ninh-binh-2.html", {}, False),
        ("https://x.test/bac-ninh/mua-2.html", {}, True),
    ],
)
def test_a_national_outlet_is_kept_for_its_words(url: str, changes: dict[str, Any], wanted: bool) -> None:
    shot = Shot(**{"lines": ("Tin khác.",), **changes})
    assert is_wanted(shot.reading, url, ("Bắc Ninh", "Bắc Giang")) is wanted
    assert is_wanted(shot.reading, url, ())


@pytest.mark.parametrize(
    ("word", "line", "wanted"),
    [
        ("Bac Ninh", "Ông Bạc Ninh kể chuyện.", True),
        ("Bac Ninh", "Mưa ở Bắc Ninh.", True),
        ("bac ninh", "Mưa ở phía bắc, ninh sườn.", False),
        ("kinh tế", "KINH TẾ phát triển", True),
        ("kinh tế", "Kinh te phat trien", True),
        ("kinh tế", "kính tê", False),
        ("Thời sự", "mục thời sự", True),
        ("Hoà Bình", "tỉnh Hòa Bình", True),
        ("Hòa Bình", "vì hòa bình", False),
        ("GDP", "gdp tăng", True),
        ("…", "chỉ có dấu …", False),
    ],
)
def test_marks_and_capitals_of_a_word_to_keep(word: str, line: str, wanted: bool) -> None:
    assert is_wanted(Shot(lines=(line,)).reading, "https://x.test/a.html", (word,)) is wanted
