"""What is refused, and what looks like it and must be kept. The pages are made of parts of a site's (page_kinds)."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from page_kinds import (
    HEADLINES,
    PROSE,
    SAPOS,
    SITE,
    article,
    flat,
    frame,
    links,
    metas,
    pager,
    rows,
    spam_links,
    stated,
    teasers,
)
from record_side import Shot

from crawler.source import Source
from pipelines.chain import Result, run_chain

SOURCE = Source(slug="sonha", name="Báo Sơn Hà", homepage=f"{SITE}/", timezone="Asia/Ho_Chi_Minh", day_first=True)
PAGE = "/lam-duong-o-thon-dong-post20999.html"
TITLE = "Bà con thôn Đông góp công làm đường"
HOUSES = (
    "KUWIN",
    "98WIN",
    "789BET",
    "Nhà cái uy tín",
    "Tài xỉu online",
    "Soi cầu hôm nay",
    "Nổ hũ đổi thưởng",
    "FUN88",
)
INVITATION = "Ủy ban nhân dân xã Tràng Ngạn trân trọng kính mời bà con dự lễ khánh thành nhà văn hóa thôn Đông."
POWER_CUT = "Điện lực Sơn Hà ngừng cấp điện xã Hòa Lộc từ 7 giờ đến 11 giờ ngày 16/3 để sửa chữa đường dây."
SPAM = (
    "KUWIN là nhà cái uy tín số 1 với kho game bài đổi thưởng, tài xỉu, nổ hũ và casino trực tuyến đẳng cấp.",
    "Đăng ký ngay tại link vào KUWIN mới nhất không bị chặn để nhận ngay 100k, nạp tiền rút tiền nhanh chóng.",
    "Ngoài KUWIN, cược thủ còn có thể trải nghiệm 98WIN và 789BET với tỷ lệ kèo hấp dẫn, khuyến mãi mỗi ngày.",
)
RAID = (
    "Công an tỉnh Sơn Hà vừa triệt phá một đường dây cá độ bóng đá qua mạng, bắt giữ mười hai đối tượng, trong đó hai"
    " kẻ cầm đầu nhận làm đại lý cho một nhà cái ở nước ngoài.",
    "Theo cơ quan điều tra, các đối tượng lập trang mạng mang tên KUWIN và 98WIN để tổ chức tài xỉu, game bài và soi"
    " cầu lô đề, mỗi ngày có hàng nghìn lượt nạp tiền.",
    "Tòa án và viện kiểm sát đã thống nhất khởi tố vụ án; công an cảnh báo người dân không tham gia cá độ, đánh bạc.",
)
RESULTS = "".join(
    f"<tr><td>Giải {number}</td><td>{number * 7919 % 100_000:05}</td><td>{number * 6841 % 100_000:05}</td></tr>"
    for number in range(1, 9)
)
SHORT = article("Thư mời dự lễ khánh thành", [INVITATION])
LOGIN_FORM = '<form action="/login"><input name="u"><input type="password" name="p"><button>Vào</button></form>'
IMAGES = "".join(f'<figure><img src="/anh/{n}.jpg"><figcaption>{SAPOS[n % 6]}</figcaption></figure>' for n in range(6))
PLAYER = '<div class="player"><video src="/clip.mp4" controls></video></div>'

REFUSED = {
    "a section": ("/thoi-su", frame("Thời sự", teasers(12) + pager(), head=metas(og_type="website")), "listing"),
    "a section's third page": ("/kinh-te/trang-3/", frame("Kinh tế", teasers(10) + pager()), "listing"),
    "a section of headlines alone": ("/thoi-su", frame("Thời sự", links(20) + pager()), "listing"),
    "a section without boxes": ("/thoi-su", frame("Thời sự", f"<div>{flat(12)}</div>{pager()}"), "listing"),
    "a section in a table": ("/tin-tuc.aspx", frame("Tin tức", rows(10) + pager()), "listing"),
    "a section whose items are dated": ("/thoi-su", frame("Thời sự", teasers(12, dates=True) + pager()), "listing"),
    "a section that says so": ("/van-hoa", frame("Văn hóa", teasers(9), head=stated("CollectionPage")), "listing"),
    "a section that calls itself an article": (
        "/danh-muc/van-hoa/",
        frame("Văn hóa", teasers(12) + pager(), head=metas(og_type="article")),
        "listing",
    ),
    "the home page for a dead address": (
        "/bai-da-mat-post1.html",
        frame("Trang chủ", teasers(8) + links(20, 8), head=metas(og_type="website")),
        "listing",
    ),
    "the home page": ("/", frame("Báo Sơn Hà", teasers(6) + links(12, 6)), "listing"),
    "a tag": ("/lam-duong-tag123.html", frame("làm đường", teasers(8)), "tag-page"),
    "a tag with one headline": ("/lam-duong-ptag.html", frame("làm đường", links(1)), "tag-page"),
    "a tag without a headline": ("/tag/lam-duong", frame("Từ khóa: làm đường", "<h1>làm đường</h1>"), "tag-page"),
    "a search": ("/tim-kiem/?q=lam+duong", frame("Tìm kiếm", teasers(10)), "search-results"),
    "a search that found nothing": (
        "/tim-kiem?q=xyz",
        frame("Tìm kiếm", "<h1>Kết quả tìm kiếm</h1><p>Có 0 kết quả cho xyz</p>"),
        "search-results",
    ),
    "a search that says so": (
        "/index.aspx?tukhoa=cau",
        frame("Kết quả", links(12), head=stated("SearchResultsPage")),
        "search-results",
    ),
    "a topic that looks like an article": (
        "/xay-dung-nong-thon-moi-event123.html",
        frame(
            "Xây dựng nông thôn mới",
            f"<h1>Xây dựng nông thôn mới</h1><p>{SAPOS[0]}</p>{teasers(14)}",
            head=metas(og_type="article"),
        ),
        "topic-page",
    ),
    "a topic": ("/chu-de/bau-cu", frame("Bầu cử", f"<h1>Bầu cử</h1>{teasers(7)}"), "topic-page"),
    "an author": ("/tac-gia/mai-thuong", frame("Mai Thương", f"<h1>Mai Thương</h1>{teasers(10)}"), "author-page"),
    "an author who says so": (
        "/mai-thuong",
        frame("Mai Thương", teasers(9), head=stated("ProfilePage")),
        "author-page",
    ),
    "a gallery": ("/photo/mua-sen-post9.html", frame("Mùa sen", f"<h1>Mùa sen</h1>{IMAGES}"), "gallery"),
    "a gallery that says so": (
        PAGE,
        frame("Mùa sen", f"<h1>Mùa sen</h1>{IMAGES}", head=stated("ImageGallery")),
        "gallery",
    ),
    "an album": (PAGE, frame("Mùa sen", f'<h1>Mùa sen</h1><div class="album-slideshow">{IMAGES}</div>'), "gallery"),
    "a video": ("/video/mua-sen-post9.html", frame("Mùa sen", f"<h1>Mùa sen</h1>{PLAYER}"), "video"),
    "a video that says so": (PAGE, frame("Mùa sen", f"<h1>Mùa sen</h1>{PLAYER}", head=stated("VideoObject")), "video"),
    "an embedded video with headlines around it": (
        "/truyen-hinh/mua-sen-post9.html",
        frame("Mùa sen", '<h1>Mùa sen</h1><iframe src="https://www.youtube.com/embed/x"></iframe>', aside=links(4)),
        "video",
    ),
    "a wall before a login": (
        PAGE,
        frame(TITLE, f"<h1>{TITLE}</h1><p>Vui lòng đăng nhập để đọc tiếp bài viết này.</p>{LOGIN_FORM}"),
        "login-wall",
    ),
    "a wall behind a sapo": (
        PAGE,
        frame(TITLE, article(TITLE, SAPOS[:1]) + f"<p>Nội dung dành cho thuê bao.</p>{LOGIN_FORM}"),
        "login-wall",
    ),
    "a login": ("/dang-nhap", frame("Đăng nhập", f"<h1>Đăng nhập</h1>{LOGIN_FORM}"), "login-wall"),
    "a soft 404": (
        PAGE,
        frame("Không tìm thấy trang", "<p>Không tìm thấy trang mà bạn yêu cầu. Mời bạn quay lại trang chủ.</p>"),
        "soft-404",
    ),
    "a soft 404 with the news of the day": (
        PAGE,
        frame("Lỗi 404", f"<h1>Bài viết không tồn tại hoặc đã bị xóa</h1>{links(10)}"),
        "soft-404",
    ),
    "a shell": (
        PAGE,
        '<html><head><title>Báo</title></head><body><div id="root"></div></body></html>',
        "javascript-shell",
    ),
    "a shell that says so": (
        PAGE,
        "<html><head><title>Báo</title></head><body><noscript>Vui lòng bật JavaScript để xem.</noscript></body></html>",
        "javascript-shell",
    ),
    "gambling on a portal": (
        "/kuwin-nha-cai-uy-tin-post5.html",
        frame("KUWIN - Nhà cái uy tín số 1", article("KUWIN nhà cái", SPAM) + spam_links(HOUSES)),
        "gambling",
    ),
    "gambling that is dated and long": (
        PAGE,
        frame("Link vào 98WIN mới nhất", article("98WIN", SPAM * 6) + spam_links(HOUSES, host="x.example/{name}")),
        "gambling",
    ),
    "gambling in links within the text": (
        PAGE,
        frame(
            "789BET tặng ngay 100k",
            article("789BET", [text.replace("KUWIN", '<a href="https://kuwin.example">KUWIN</a>') for text in SPAM]),
        ),
        "gambling",
    ),
}

KEPT = {
    "an article": (PAGE, frame(TITLE, article(TITLE))),
    "an article amid lists": (PAGE, frame(TITLE, article(TITLE, after=teasers(10)), aside=links(30, 10) + pager())),
    "an article without statements, amid lists": (PAGE, frame(TITLE, teasers(6) + article(TITLE) + flat(8))),
    "an undated article": (PAGE, frame(TITLE, article(TITLE, PROSE * 2, date=None), aside=teasers(10))),
    "an article with a related box after each paragraph": (
        PAGE,
        frame(TITLE, article(TITLE, [f"{text}</p>{links(2, at)}<p>" for at, text in enumerate(PROSE * 2)])),
    ),
    "an article on a site that calls all its pages websites": (
        PAGE,
        frame(TITLE, article(TITLE), head=metas(og_type="website"), aside=links(20)),
    ),
    "an article that states its related items as a list": (
        PAGE,
        frame(TITLE, article(TITLE), head=stated("ItemList"), aside=teasers(12)),
    ),
    "an article in a section called a topic": (
        "/chu-de/lam-duong-o-thon-dong/",
        frame(TITLE, article(TITLE), aside=links(20)),
    ),
    "an article whose slug ends like a tag": ("/dong-ho-hang-hieu-tag-123.html", frame(TITLE, article(TITLE))),
    "an article of line breaks": (PAGE, frame(TITLE, f"<h1>{TITLE}</h1>15/02/2026<div>{'<br><br>'.join(PROSE)}</div>")),
    "an article whose paragraphs are boxes": (
        PAGE,
        frame(TITLE, article(TITLE, [f"</p><div><p>{text}</p></div><p>" for text in PROSE]), aside=teasers(9)),
    ),
    "an invitation": (PAGE, frame("Thư mời", SHORT)),
    "an invitation amid headlines": (PAGE, frame("Thư mời", SHORT, aside=teasers(8) + links(20, 8))),
    "a power cut": (PAGE, frame("Lịch cắt điện", article("Lịch cắt điện", [POWER_CUT]), aside=links(12))),
    "a notice on a site of websites, amid headlines": (
        PAGE,
        frame("Thư mời", SHORT, head=metas(og_type="website"), aside=links(16) + pager()),
    ),
    "a notice of a dozen words": (
        PAGE,
        frame(
            "Thông báo nghỉ lễ",
            article("Thông báo nghỉ lễ", ["Cơ quan nghỉ từ ngày 30/4 đến hết ngày 3/5, trực 24/24."]),
        ),
    ),
    "a notice with a picture": (PAGE, frame("Thư mời", SHORT + '<img src="/anh/1.jpg">', aside=links(8))),
    "a notice in a root for scripts": (PAGE, frame("Thư mời", f'<div id="root">{SHORT}</div>')),
    "a notice on a page that mentions JavaScript": (
        PAGE,
        frame("Thư mời", SHORT + "<noscript>Hãy bật JavaScript để bình luận</noscript>", aside=links(6)),
    ),
    "a report in pictures with a text": ("/photo/mua-sen-post9.html", frame(TITLE, article(TITLE) + IMAGES)),
    "a gallery with a sapo of two sentences": (
        "/photo/mua-sen-post9.html",
        frame("Mùa sen", article("Mùa sen", SAPOS[:2]) + IMAGES),
    ),
    "a video with a text": (
        "/video/lam-duong-post9.html",
        frame(TITLE, PLAYER + article(TITLE), head=stated("VideoObject")),
    ),
    "an article with a player": (
        PAGE,
        frame(TITLE, article(TITLE) + '<iframe src="https://www.youtube.com/embed/x"></iframe>'),
    ),
    "an article with a login for comments": (
        PAGE,
        frame(TITLE, article(TITLE) + f"<p>Bạn cần đăng nhập để bình luận.</p>{LOGIN_FORM}"),
    ),
    "a notice with a login for comments": (
        PAGE,
        frame("Thư mời", SHORT + f"<p>Đăng nhập để bình luận</p>{LOGIN_FORM}"),
    ),
    "an article on a login": (
        PAGE,
        frame("Cách đăng nhập cổng dịch vụ công", article("Cách đăng nhập cổng dịch vụ công")),
    ),
    "a search party": (
        PAGE,
        frame(
            "Không tìm thấy nạn nhân vụ lật đò",
            article(
                "Không tìm thấy nạn nhân vụ lật đò", [*SAPOS[:1], "Đến tối qua lực lượng cứu hộ vẫn chưa có kết quả."]
            ),
        ),
    ),
    "a raid on gambling": (PAGE, frame("Bắt nhóm cá độ bóng đá", article("Bắt nhóm cá độ bóng đá", RAID))),
    "a warning of pages like these": (
        PAGE,
        frame(
            "Cổng thông tin bị chèn quảng cáo nhà cái",
            article("Cổng thông tin bị chèn quảng cáo nhà cái", (*RAID, *PROSE), after=links(12)),
        ),
    ),
    "a draw of the lottery": (
        "/xo-so/ket-qua-xo-so-son-ha-ngay-15-3-post77.html",
        frame(
            "Kết quả xổ số Sơn Hà ngày 15/3",
            article("Kết quả xổ số Sơn Hà ngày 15/3", [SAPOS[1]], after=f"<table>{RESULTS}</table>"),
            aside='<a href="/xo-so/mien-bac">Xổ số miền Bắc</a> <a href="/xo-so/soi-cau">Soi cầu</a>',
        ),
    ),
    "a report on a casino in a plan": (
        PAGE,
        frame(
            "Bàn về dự án casino ở Vân Hải",
            article(
                "Bàn về dự án casino ở Vân Hải", (*PROSE, "Dự án casino cần được cân nhắc kỹ, nhiều đại biểu nói.")
            ),
        ),
    ),
}


def read(address: str, html: str) -> Result:
    url = f"{SITE}{address}"
    shot = Shot(lines=("x",)).capture
    capture = replace(
        shot, url=url, final_url=url, body=html.encode(), headers=(("Content-Type", "text/html; charset=utf-8"),)
    )
    return run_chain(capture, SOURCE)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_and_why(name: str) -> None:
    address, html, code = REFUSED[name]
    result = read(address, html)
    assert (result.outcome, result.article) == (f"rejected:{code}", None)
    assert result.detail and "\n" not in result.detail


@pytest.mark.parametrize("name", KEPT)
def test_what_must_be_kept(name: str) -> None:
    result = read(*KEPT[name])
    assert (result.outcome, result.detail) == ("article", None)
    assert result.article and not result.article.reading.flags


def test_a_listing_is_said_to_be_one_in_figures() -> None:
    result = read("/thoi-su", frame("Thời sự", teasers(12) + pager()))
    assert (
        result.detail
        == "12 headlines with links, 0% of the words are prose, numbered pages, undated, the text is theirs, no body"
    )


HIDDEN = (
    '<div style="display:none">{}</div>',
    '<div style="position:absolute; left:-9999px">{}</div>',
    "<div hidden><ul><li>{}</li></ul></div>",
    '<span style="font-size:0px">{}</span>',
    '<marquee style="height: 1px; width: 1px">{}</marquee>',
    "<p>{}</p>",  # where all can see it
)


@pytest.mark.parametrize("box", HIDDEN)
@pytest.mark.parametrize("place", ["before", "within", "behind"])
def test_links_put_into_an_article_are_left_out_and_flagged(box: str, place: str) -> None:
    block = box.format(spam_links(HOUSES))
    paragraphs = {
        "before": [f"</p>{block}<p>{PROSE[0]}", *PROSE[1:]],
        "within": [PROSE[0], f"{PROSE[1]}</p>{block}<p>", PROSE[2]],
        "behind": [*PROSE, f"</p>{block}<p>"],
    }[place]
    result = read(PAGE, frame(TITLE, article(TITLE, paragraphs), aside=links(6)))
    assert result.outcome == "article" and result.article
    assert result.article.reading.flags == ("injected-links",)
    assert not any(house in result.article.text for house in HOUSES)
    assert all(text in result.article.text for text in PROSE)


def test_one_hidden_link_is_enough_and_the_sentence_around_it_stays() -> None:
    hidden = '<a style="display:none" href="https://kuwin.example">KUWIN</a>'
    result = read(PAGE, frame(TITLE, article(TITLE, [PROSE[0], f"{PROSE[1]} {hidden}", PROSE[2]])))
    assert result.article and result.article.reading.flags == ("injected-links",)
    assert "KUWIN" not in result.article.text and PROSE[1] in result.article.text


def test_the_paper_s_own_links_are_none_that_were_put_in() -> None:
    own = "".join(
        f'<li><a href="/the-thao/{slug}">{slug}</a></li>' for slug in ("ca-do", "soi-cau", "casino", "nha-cai")
    )
    result = read(PAGE, frame(TITLE, article(TITLE), aside=f"<ul>{own}</ul>"))
    assert result.article and not result.article.reading.flags


# Sentences that no caption and no teaser of the lists has too.
TOLD = tuple(f"Theo bà con, {sapo[0].lower()}{sapo[1:]}" for sapo in SAPOS)
SENTENCES = st.lists(st.sampled_from((*PROSE, *TOLD)), min_size=3, max_size=8, unique=True).filter(
    lambda found: sum(len(text.split()) for text in found) >= 60
)
LISTS = st.lists(
    st.one_of(
        st.builds(teasers, st.integers(0, 15), sapo=st.booleans(), dates=st.booleans()),
        st.builds(links, st.integers(0, 40)),
        st.builds(flat, st.integers(0, 12)),
        st.builds(rows, st.integers(0, 12)),
        st.builds(pager),
        st.just(LOGIN_FORM),
        st.just(IMAGES),
        st.just(PLAYER),
        st.just(f"<ul>{spam_links(HOUSES)}</ul>"),
        st.just("<p>Vui lòng đăng nhập để đọc tiếp</p>"),
    ).map(lambda part: f'<div class="box">{part}</div>'),
    max_size=5,
)
HEADS = st.sampled_from(
    [
        "",
        metas(og_type="website"),
        metas(og_type="article"),
        stated("CollectionPage"),
        stated("ItemList"),
        stated("ImageGallery"),
    ]
)
ADDRESSES = st.sampled_from(
    [PAGE, "/", "/tag/a", "/x-event12.html", "/tim-kiem?q=a", "/tac-gia/b", "/photo/a.html", "/video/b.html"]
)


@settings(max_examples=60, deadline=None)
@given(SENTENCES, LISTS, LISTS, HEADS, ADDRESSES, st.sampled_from(HEADLINES))
def test_a_dated_page_with_a_title_and_a_body_is_never_refused(
    body: list[str], before: list[str], behind: list[str], head: str, address: str, title: str
) -> None:
    dated = '<meta property="article:published_time" content="2026-02-15T08:30:00+07:00">'
    html = frame(title, "".join(before) + article(title, body) + "".join(behind), head=dated + head)
    assert read(address, html).outcome == "article"
