"""A small archive as a file on disk: three papers of an invented corner of the country, every relation there is."""

from dataclasses import dataclass, field
from pathlib import Path

import sqlite_utils

from pipelines import schema, search, sqlite

PROVINCES = (
    ("bac-giang", "Bắc Giang", "Bac Giang", "24", "1994-01-01", "2025-06-30", "bac-ninh-2025"),
    ("bac-ninh", "Bắc Ninh", "Bac Ninh", "27", "1997-01-01", "2025-06-30", "bac-ninh-2025"),
    ("bac-ninh-2025", "Bắc Ninh", "Bac Ninh", "24", "2025-07-01", None, None),
    ("da-nang", "Đà Nẵng", "Da Nang", "48", "1997-01-01", "2025-06-30", None),
)
SOURCES = (
    ("kinhbac", "Báo Kinh Bắc", "bac-ninh", "vi", "https://www.kinhbac.test/"),
    ("songhan", "Sông Hàn Online", "da-nang", "vi", "https://songhan.test/"),
    ("parks", "Northern Industrial Parks", "bac-giang", "en", "http://parks.test/"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    id: str
    source: str
    title: str | None
    text: str
    published_at: str | None
    language: str = "vi"
    province: str | None = "bac-ninh"
    more: dict[str, object] = field(default_factory=dict)


BRIDGE = (
    "Sáng 12/5, cây cầu mới bắc qua sông Cầu đã thông xe sau hai năm thi công.\n\n"
    "Công trình dài 640 m, rộng 22 m, do tỉnh Bắc Ninh làm chủ đầu tư với số vốn 815 tỷ đồng.\n\n"
    "Chị Ngô Thị Hạnh, tiểu thương chợ Nhớn, kể rằng từ nay bà con đỡ phải đi vòng gần chín cây số."
)
SAMPLES = (
    Sample(
        id="k1",
        source="kinhbac",
        title="Bắc Ninh thông xe cầu mới qua sông Cầu",
        text=BRIDGE,
        published_at="2024-05-12T09:55+07:00",
        more={
            "summary": "Cầu mới rút ngắn đường từ chợ Nhớn sang bên kia sông gần chín cây số.",
            "byline": "Mai Thương; Trần Tuấn",
            "byline_role": "phóng viên",
            "section": "Xã hội",
            "keywords": "cầu, giao thông",
            "published_raw": "09:55 | 12/05/2024",
            "published_precision": "minute",
            "published_method": "selector",
            "revision": 2,
            "story": "k1",
        },
    ),
    Sample(
        id="s1",
        source="songhan",
        title="Thông xe cầu mới trên sông Cầu",
        text=BRIDGE.replace("\n\nChị Ngô", "\n\nTheo kế hoạch, đường dẫn xong trong tháng Sáu.\n\nChị Ngô"),
        published_at="2024-05-13",
        province="da-nang",
        more={
            "credit": "Theo TTXVN",
            "agency": "TTXVN",
            "relation": "reprint",
            "reprint_of": "k1",
            "similarity": 0.82,
            "added": "Theo kế hoạch, đường dẫn xong trong tháng Sáu.",
            "story": "k1",
            "published_precision": "day",
            "published_method": "url",
        },
    ),
    Sample(
        id="s2",
        source="songhan",
        title="Đà Nẵng mở tuyến xe buýt ra bán đảo Sơn Trà",
        text="Tuyến xe buýt số 21 của Đà Nẵng chạy từ 5 giờ 30, mười lăm phút một chuyến.\n\n"
        "Vé tháng cho học sinh giá 45.000 đồng.",
        published_at="2024-06-01T07:00+07:00",
        province="da-nang",
    ),
    Sample(
        id="p1",
        source="parks",
        title="Three factories break ground near Bac Ninh",
        text="BEGIC - Three electronics factories broke ground on Tuesday on 42 hectares beside the Bac Ninh ring road."
        "\n\nThe a-b line of the first one will test 1,200 boards an hour.",
        published_at="2023-11-07T16:20+07:00",
        language="en",
        province="bac-giang",
        more={"dateline": "BEGIC", "published_precision": "minute", "published_method": "text", "date_conflict": 1},
    ),
    Sample(
        id="k2",
        source="kinhbac",
        title="Phía bắc tỉnh Quảng Ninh đón mưa lớn",
        text="Vùng núi phía bắc tỉnh Quảng Ninh có nơi mưa quá 120 mm. Dương lịch đã sang tháng Bảy.",
        published_at="2024-07-02T06:10+07:00",
        more={"state": "gone", "gone_since": "2024-07-09T01:00:00Z"},
    ),
    Sample(
        id="k3",
        source="kinhbac",
        title="Đường làng nở hoa",
        text="Con đường làng Hoà Bình được trồng cúc hai bên. Đoàn từ Thừa Thiên Huế và Đắk Lắk về thăm.",
        published_at=None,
    ),
    Sample(
        id="k4",
        source="kinhbac",
        title="Chuyện cụ Bạc Ninh giữ nghề <giấy> & mực",
        text="Cụ Bạc Ninh ở xóm Đông làm giấy dó đã sáu mươi năm."
        "\n\n<script>alert('xin chào')</script> là câu cụ thấy trên mạng.",
        published_at="2022-02",
        more={"state": "withdrawn", "published_precision": "month", "published_method": "image-path"},
    ),
)


def build(path: Path, samples: tuple[Sample, ...] = SAMPLES) -> Path:
    connection = sqlite.connect(path)
    schema.migrate(sqlite_utils.Database(connection))
    with_all_relations = {"k1", "s1"} <= {sample.id for sample in samples}
    connection.execute("BEGIN")
    _catalogue(connection)
    for number, sample in enumerate(samples, 1):
        _article(connection, number, sample)
    if with_all_relations:
        _relations(connection)
    search.add(connection, [(n, s.id, s.title, s.text) for n, s in enumerate(samples, 1)])
    connection.execute("COMMIT")
    connection.close()
    return path


def insert(connection: sqlite.Connection, table: str, **values: object) -> None:
    columns, marks = ", ".join(values), ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(values.values()))


def _catalogue(connection: sqlite.Connection) -> None:
    for id_, name, name_en, code, start, end, successor in PROVINCES:
        insert(
            connection, "provinces", id=id_, name=name, name_en=name_en, gso_code=code, valid_from=start, valid_to=end,
            successor=successor,
        )  # fmt: skip
    for slug, name, province, language, homepage in SOURCES:
        insert(
            connection, "sources", slug=slug, name=name, province=province, language=language, homepage=homepage,
            status="enabled", definition='{"name": "x"}',
        )  # fmt: skip
    insert(connection, "warc_files", name="kinhbac-20240512.warc.gz", bytes=9000)
    insert(
        connection, "runs", id="r1", kind="run", started_at="2024-07-09T00:00:00Z", state="done",
        outcomes='{"unchanged": 1200, "article": 6}',
    )  # fmt: skip


def _article(connection: sqlite.Connection, number: int, sample: Sample) -> None:
    url = f"https://{sample.source}.test/{sample.id}.html"
    year, month = (int(sample.published_at[:4]), sample.published_at[:7]) if sample.published_at else (None, None)
    seen = f"2024-05-12T03:{number:02}:00Z"
    insert(
        connection, "articles", n=number, id=sample.id, source=sample.source, key=sample.id, url=url,
        title=sample.title, text=sample.text, markdown=sample.text,
        published_at=sample.published_at, year=year, month=month, language=sample.language, province=sample.province,
        word_count=len(sample.text.split()), first_seen_at=seen,
        last_seen_at="2024-07-09T01:00:00Z", **sample.more,
    )  # fmt: skip
    insert(
        connection, "captures", id=number, record_id=f"urn:uuid:{number}", kind="response", source=sample.source,
        article=sample.id, url=url, final_url=url, fetched_at=seen, status=200, sha256="0" * 64,
        warc_file="kinhbac-20240512.warc.gz", warc_offset=number * 1000, warc_length=900, outcome="article", run="r1",
    )  # fmt: skip
    insert(
        connection, "revisions", article=sample.id, number=1, captured_at=seen, url=url, title=sample.title,
        text=sample.text.replace("815", "790"), published_at=sample.published_at, sha256="1" * 64, capture=number,
    )  # fmt: skip
    insert(connection, "addresses", url=url, key=sample.id, article=sample.id, first_seen_at=seen, last_seen_at=seen)


def _relations(connection: sqlite.Connection) -> None:
    k1 = SAMPLES[0]
    url = "https://kinhbac.test/k1.html"
    insert(
        connection, "captures", id=99, record_id="urn:uuid:99", kind="response", source="kinhbac", article="k1",
        url=url, final_url=url, fetched_at="2024-05-12T09:00:00Z", status=200, sha256="2" * 64,
        warc_file="kinhbac-20240512.warc.gz", warc_offset=99000, warc_length=900, outcome="article", run="r1",
    )  # fmt: skip
    insert(
        connection, "revisions", article="k1", number=2, captured_at="2024-05-12T09:00:00Z", url=url, title=k1.title,
        text=k1.text, published_at=k1.published_at, sha256="2" * 64, capture=99,
    )  # fmt: skip
    insert(
        connection, "changes", article="k1", old_number=1, new_number=2, field="text", old="790 tỷ", new="815 tỷ",
        silent=1, **{"class": "numbers"},
    )  # fmt: skip
    insert(
        connection, "edits", article="k1", old_number=1, new_number=2, field="text", position=1, old="790 tỷ",
        new="815 tỷ", before="chủ đầu tư với số vốn", after="đồng.", **{"class": "numbers"},
    )  # fmt: skip
    insert(connection, "stories", id="k1", first_article="k1", articles=2, sources=2)
    insert(connection, "copies", a="k1", b="s1", jaccard=0.82, containment=0.91, kind="copy")
    image = "https://kinhbac.test/cau.jpg"
    insert(
        connection, "images", article="k1", position=1, url=image, caption="Cầu mới nhìn từ bờ nam", credit="Trần Tuấn"
    )  # fmt: skip
    insert(
        connection, "captures", id=100, record_id="urn:uuid:100", kind="page", source="kinhbac",
        url="https://kinhbac.test/thoi-su", final_url="https://kinhbac.test/thoi-su", fetched_at="2024-05-12T09:01:00Z",
        status=200, sha256="3" * 64, warc_file="kinhbac-20240512.warc.gz", warc_offset=100_000, warc_length=900,
        outcome="rejected:listing", detail="37 headlines with links, 4% of the words are prose", run="r1",
    )  # fmt: skip
    insert(connection, "article_places", article="k1", place="bac-ninh", method="title")
    insert(connection, "observations", article="k1", at="2024-07-09T01:00:00Z", state="live", evidence=99)
