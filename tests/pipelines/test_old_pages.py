"""Pages in the encodings of before Unicode, from bytes to the record: text, date, byline, caption and what is noted."""

from dataclasses import replace
from pathlib import Path

import pytest
from record_side import SOURCES, Shot, one, open_memory
from wrong_letters import ENCODERS, misread, western

from pipelines import store
from pipelines.chain import run_chain
from pipelines.keep import keep

TITLE = "Xã Tràng Ngạn diễn tập cứu hộ trước mùa bão"
SAPO = "Gần 200 người đã tham gia buổi diễn tập cứu hộ trên sông Ngàn Phố trong sáng 7/6."
BODY = (
    "Theo kịch bản, nước sông dâng nhanh trong đêm, ba thôn ven bãi bị chia cắt; lực lượng xung kích phải đưa người "
    "già và trẻ em lên điểm cao trước khi trời sáng.",
    "Ban chỉ huy xã đã huy động bốn thuyền máy, hai xe tải và toàn bộ dân quân của các thôn, đồng thời lập trạm cấp "
    "phát lương thực, nước uống tại trường tiểu học.",
    "Sau buổi diễn tập, xã rút kinh nghiệm về cách liên lạc khi mất điện và bổ sung áo phao cho từng hộ ở vùng trũng.",
)
CAPTION = "Lực lượng xung kích đưa người già lên thuyền."
PAGE = """<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}">
<title>{title}</title></head>
<body><table><tr><td><h1 class="title">{title}</h1><div class="date">{date}</div>
<p class="sapo">{sapo}</p><table class="picture"><tr><td><img src="/anh/1.jpg"></td></tr><tr><td class="caption">
{caption}</td></tr></table>{body}<p class="author">{author}</p></td></tr></table></body></html>"""


def html(charset: str) -> str:
    return PAGE.format(
        charset=charset,
        title=TITLE,
        date="Cập nhật lúc: 09:55, 07/06/2004",
        sapo=SAPO,
        caption=CAPTION,
        body="".join(f"<p>{text}</p>" for text in BODY),
        author="Mai Thương",
    )


PAGES: dict[str, tuple[str | None, bytes]] = {}
PAGES |= {f"{name}, undeclared": (name, encode(html("").replace("charset=", ""))) for name, encode in ENCODERS.items()}
PAGES |= {f"{name}, declared": (name, encode(html("iso-8859-1"))) for name, encode in ENCODERS.items()}
PAGES |= {f"{name}, in UTF-8": (name, western(encode(html("utf-8"))).encode()) for name, encode in ENCODERS.items()}
PAGES |= {"misread": ("utf-8-as-latin-1", misread(html("utf-8")).encode())}
PAGES |= {"misread twice": ("utf-8-as-latin-1-twice", misread(html("utf-8"), 2).encode())}
PAGES |= {"as it should be": (None, html("utf-8").encode())}


@pytest.mark.parametrize("page", PAGES)
def test_from_bytes_to_the_record(page: str, tmp_path: Path) -> None:
    name, body = PAGES[page]
    shot = replace(Shot(lines=("x",)).capture, body=body, headers=(("Content-Type", "text/html"),))
    archive, source = open_memory(tmp_path), SOURCES["song"]
    with archive.transaction() as connection:
        keep(connection, source, shot, store.Place(file="w", offset=0, length=1), run_chain(shot, source))
    columns = "repaired, title, summary, byline, substr(published_at, 1, 16), language, flags"
    assert one(archive, f"SELECT {columns} FROM articles") == (
        name, TITLE, SAPO, "Mai Thương", "2004-06-07T09:55", "vi", None,
    )  # fmt: skip
    assert one(archive, "SELECT text FROM articles").endswith("\n".join(BODY))
    assert one(archive, "SELECT caption FROM images") == CAPTION
    archive.connection.close()
