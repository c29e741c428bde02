"""Pages laid out as the families of content systems lay them out, with dates of other things in every corner.

Each says what it is: *true* is the one date of publication and where it stands, or nothing. All sentences are made up.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from crawler.links import Via

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FETCHED = datetime(2024, 2, 27, 3, 13, 31, tzinfo=UTC)  # 10:13:31 on Tuesday 27/02/2024 in Việt Nam
NOW = FETCHED.astimezone(ZONE)
TITLE = "Nông dân Sơn Hà đưa chè vụ xuân xuống chợ huyện"
SAPO = (
    "Con đường mới qua đèo Tràng Ngạn rút ngắn nửa ngày đi chợ, người trồng chè Sơn Hà bán được búp tươi ngay trong "
    "buổi sáng thay vì sao khô chờ thương lái."
)
PARAGRAPHS = (
    "Từ tờ mờ sáng, bà Lương Thị Nhài đã gùi hai bao búp chè ra đầu bản, nơi chiếc xe tải nhỏ của hợp tác xã chờ sẵn. "
    "Bà nói năm nào cũng phải sao khô rồi mới dám mang đi, vì đường xa mà búp thì mau héo.",
    "Theo Ủy ban nhân dân xã, tuyến đường được khởi công ngày 12/03/2019 và thông xe ngày 05/09/2021, tổng chiều dài "
    "hơn mười một cây số. Bà con góp gần ba nghìn ngày công để mở rộng đoạn qua khe Nậm Lúa.",
    "Ông Đinh Văn Sáu, chủ nhiệm hợp tác xã, cho biết giá thu mua tại nương hiện cao hơn năm trước khoảng một phần "
    "năm, và hợp tác xã đã ký bao tiêu với hai cơ sở chế biến dưới xuôi đến hết vụ.",
)
NOTICE = ("Phiên chợ chè đầu xuân mở tại sân nhà văn hóa xã, bà con mang hàng đến trước bảy giờ sáng.",)
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# How the families print the date of publication.
FORMATS: dict[str, Callable[[datetime], str]] = {
    "time first": lambda t: f"{t:%H:%M %d/%m/%Y}",
    "date first": lambda t: f"{t:%d/%m/%Y %H:%M}",
    "bar": lambda t: f"{t:%H:%M} | {t:%d/%m/%Y}",
    "comma": lambda t: f"{t:%H:%M}, {t:%d/%m/%Y}",
    "hyphens": lambda t: f"{t:%d-%m-%Y %H:%M}",
    "dash": lambda t: f"{t:%d/%m/%Y} - {t:%H:%M}",
    "zone": lambda t: f"{t:%d/%m/%Y %H:%M} (GMT+7)",
    "weekday": lambda t: f"{WEEKDAYS[t.weekday()]}, {t:%d/%m/%Y} - {t:%H:%M}",
    "weekday and hour": lambda t: f"{WEEKDAYS[t.weekday()]}, {t:%Hh%M} ngày {t.day}/{t.month}/{t.year}",
    "words": lambda t: f"{WEEKDAYS[t.weekday()]}, ngày {t.day} tháng {t.month} năm {t.year}, {t:%H:%M}",
    "english": lambda t: f"{WEEKDAYS_EN[t.weekday()]}, {t:%B} {t.day}, {t.year}, {t:%H:%M} (GMT+7)",
    "halves": lambda t: f"{t:%I:%M} {'SA' if t.hour < 12 else 'CH'} {t:%d/%m/%Y}",
    "am and pm": lambda t: f"{t:%d/%m/%Y %I:%M} {'AM' if t.hour < 12 else 'PM'}",
    "updated": lambda t: f"Cập nhật lúc: {t:%H:%M, %d/%m/%Y}",
    "updated en": lambda t: f"Updated: {t:%H:%M, %d/%m/%Y}",
    "published": lambda t: f"Ngày đăng: {t:%d/%m/%Y %H:%M}",
    "counted": lambda t: f"{t:%d/%m/%Y %H:%M} Số lượt xem: 1.052",
    "glued": lambda t: f"{t - timedelta(days=283):%H:%M | %d/%m/%Y} {t:%H:%M | %d/%m/%Y}",
    "author": lambda t: f"Mai Thương - {t:%d/%m/%Y %H:%M}",
    "both": lambda t: f"Ngày đăng {t:%d/%m/%Y %H:%M} | Cập nhật {t + timedelta(days=1):%d/%m/%Y %H:%M}",
}

# Skeletons. What stands in braces is filled by the layout; lines of the date in {dated}, if they are printed there.
FAMILIES = {
    "A": """<header class="site-header">{header}<ul class="menu"><li><a href="/">Trang chủ</a></li></ul></header>{below}
<main><div class="l-content"><article class="article">{above}<h1 class="article__header">{title}</h1>
<div class="article__meta">{dated}</div>{after}<div class="article__sapo cms-desc">{sapo}</div>{after_sapo}
<div class="article__body cms-body" itemprop="articleBody">{body}</div>{bottom}</article></div>
<div class="l-sidebar">{side}</div></main><div class="site-bottom">{footer}</div>""",
    "B": """<div class="b-top">{header}</div><div class="b-menu"><nav><a href="/">Trang nhất</a></nav></div>{below}
<div class="b-maincontent">{above}<h1 class="c-detail-head__title">{title}</h1>
<div class="c-detail-head__row"><span class="c-detail-head__cat"><a href="/kt">Kinh tế</a></span>{dated}</div>{after}
<h2 class="c-detail-head__sapo">{sapo}</h2>{after_sapo}<article class="entry">{body}</article>{bottom}</div>
<div class="b-aside">{side}</div><div class="b-bottom">{footer}</div>""",
    "B longform": """<div class="b-top">{header}</div>{below}<div class="sc-longform-header">{above}
<h1 class="sc-longform-header-title">{title}</h1><p class="sc-longform-header-sapo">{sapo}</p>
<div class="sc-longform-header-meta">{dated}</div></div>{after}{after_sapo}<div class="b-maincontent">
<div class="entry">
{body}</div>{bottom}</div><div class="b-aside">{side}</div><div class="b-bottom">{footer}</div>""",
    "C": """<div id="top"><div class="logo"></div>{header}</div><div id="nav"><ul><li><a href="/">Trang chủ</a></li>
<li><a href="/ct">Chính trị</a></li><li><a href="/kt">Kinh tế</a></li></ul></div>{below}<div class="wrap">
<div class="left">
{above}<h1 class="title-detail">{title}</h1>{dated}{after}<p class="desc"><strong>{sapo}</strong></p>{after_sapo}
<div id="content" class="content-detail"><div class="td-post-content">{body}</div></div>{bottom}</div>
<div class="right">{side}</div></div><div id="end">{footer}</div>""",
    "D": """<div class="head">{header}</div>{below}<div class="news_detail"><div class="bread"><a href="/">Home</a>
<a href="/kt">Kinh tế</a></div>{above}<h1>{title}</h1>{dated}{after}<div class="news_detail_sapo"><p>{sapo}</p></div>
{after_sapo}<div class="news-details__content link_content">{body}</div>{bottom}</div><div class="col-2">{side}</div>
<div class="ft">{footer}</div>""",
    "E": """<table class="page"><tr><td colspan="2">{header}</td></tr><tr><td colspan="2">{below}</td></tr><tr><td>
<div id="newscontents">{above}<h1 class="tit">{title}</h1>{dated}{after}<h4 class="sapo">{sapo}</h4>{after_sapo}
<div class="content-fck">{body}</div>{bottom}</div></td><td>{side}</td></tr><tr><td colspan="2">{footer}</td></tr>
</table>""",
    "liferay": """<div id="wrapper"><div id="banner">{header}</div>{below}<div class="portlet-boundary">
<div class="asset-full-content">{above}<h3 class="asset-title header-title">{title}</h3>{dated}{after}
<div class="article-summary">{sapo}</div>{after_sapo}<div class="journal-content-article">{body}</div></div>{bottom}
</div>
<div class="column-2">{side}</div><div id="end">{footer}</div></div>""",
    "sharepoint": """<form action="/Lists/TinTucSuKien/TongQuat.aspx"><div id="s4-workspace">
<div class="ms-top">{header}</div>
{below}<div class="ms-rte"><div class="row">{above}<h1 class="tieude">{title}</h1></div><div class="row">{dated}</div>
{after}<div class="row"><div class="tomtat">{sapo}</div></div>{after_sapo}<div class="noidung">{body}</div>
</div>{bottom}
<div class="ms-right">{side}</div><div class="ms-end">{footer}</div></div></form>""",
    "webforms": """<form id="form1"><input type="hidden" name="__VIEWSTATE" value="dDw0MDQ">
<div id="ctl00_top">{header}</div>
{below}<div id="ctl00_main">{above}<h1><span id="ctl00_zone1_ctl01_lblTieuDe">{title}</span></h1>{dated}{after}
<span id="ctl00_zone1_ctl01_lblTomTat">{sapo}</span>{after_sapo}<div id="ctl00_zone1_ctl01_pnlNoiDung">{body}</div>
{bottom}</div><div id="ctl00_right">{side}</div><div id="ctl00_end">{footer}</div></form>""",
    "nukeviet": """<div class="section-top">{header}</div>{below}<div class="news_column panel">
<div class="panel-body">{above}
<h1 class="title margin-bottom-lg">{title}</h1><div class="row"><div class="col-md-18"><em>{dated}</em></div>
</div>{after}
<div class="hometext m-bottom">{sapo}</div>{after_sapo}<div id="news-bodyhtml" class="bodytext">{body}</div></div></div>
{bottom}<div class="col-md-6">{side}</div><div class="section-end">{footer}</div>""",
    "plain": """{header}{below}<div>{above}<h1>{title}</h1>{dated}{after}<p>{sapo}</p>{after_sapo}{body}{bottom}
</div>{side}
{footer}""",
}
PLACES = ("header", "below", "above", "after", "after_sapo", "bottom", "side", "footer")


@dataclass(frozen=True, kw_only=True)
class Noise:
    """A part of the page with a date that isn't the article's. *html* has ``{c}`` where a class may tell what it is."""

    name: str
    places: tuple[str, ...]
    telling: str
    html: str

    def render(self, day: datetime, *, told: bool) -> str:
        classes = f' class="{self.telling}"' if told and self.telling else ' class="x7"'
        return self.html.format(c=classes, t=day, now=NOW, weekday=WEEKDAYS[NOW.weekday()], d=f"{day:%d/%m/%Y}")


_OUTER = ("header", "below", "side", "footer")
_BOXES = ("after_sapo", "bottom", "side")
_OTHER = "Xã vùng cao Nậm Lúa khánh thành trạm y tế mới"
NOISES = (
    Noise(name="clock", places=_OUTER, telling="clock", html="<div{c}>{weekday}, {now:%d/%m/%Y}</div>"),
    Noise(
        name="clock time", places=_OUTER, telling="date", html="<span{c}>{weekday}, {now:%d/%m/%Y} {now:%H:%M}</span>"
    ),
    Noise(
        name="clock today",
        places=_OUTER,
        telling="today",
        html="<div{c}>Today: {now:%d/%m/%Y} {now:%H:%M:%S} (GMT+7)</div>",
    ),
    Noise(
        name="clock vi", places=_OUTER, telling="", html="<p{c}>Hôm nay, ngày {now.day} tháng {now.month} năm 2024</p>"
    ),
    Noise(
        name="clock <time>", places=_OUTER, telling="", html='<time{c} datetime="{now:%Y-%m-%d}">{now:%d/%m/%Y}</time>'
    ),
    Noise(
        name="cached clock",
        places=("header", "below"),
        telling="time",
        html="<div{c}>Thứ Hai, 26/02/2024 | 22:40 GMT+7</div>",
    ),
    Noise(
        name="scores",
        places=("below", *_BOXES),
        telling="widget-scores",
        html="<div{c}><b>Vòng 12</b><p>Sơn Hà FC 2 - 1 Tràng Ngạn FC</p><span>{d} {t:%H:%M}</span></div>",
    ),
    Noise(
        name="score line",
        places=(*_BOXES,),
        telling="live-widget",
        html="<div{c}><span>Sơn Hà FC 2 - 1 Tràng Ngạn FC {d}</span></div>",
    ),
    Noise(
        name="weather",
        places=(*_OUTER, "bottom"),
        telling="weather",
        html="<div{c}><span>Sơn Hà</span> <span>{d}</span> <span>28 °C, Độ ẩm 80%</span></div>",
    ),
    Noise(
        name="related",
        places=("header", *_BOXES),
        telling="related",
        html="<div{c}><ul><li><a href='/b'>" + _OTHER + "</a> <span>({d})</span></li>"
        "<li><a href='/c'>Đồng bào bản Mường Tràng giữ nghề rèn cổ truyền</a> <span>({d})</span></li></ul></div>",
    ),
    Noise(
        name="related, date first",
        places=_BOXES,
        telling="tin-khac",
        html="<div{c}><div><span class='date'>{d} {t:%H:%M}</span><h4><a href='/b'>" + _OTHER + "</a></h4></div></div>",
    ),
    Noise(
        name="related with a lead",
        places=_BOXES,
        telling="list-related",
        html="<div{c}><h3>Tin liên quan</h3><div><h4><a href='/b'>"
        + _OTHER
        + "</a></h4><span>{t:%H:%M} | {d}</span><p>"
        "Trạm có sáu giường, hai y sĩ thay nhau trực đêm, người dân bốn bản quanh vùng không còn phải đi đò sang sông "
        "mỗi khi có người ốm nặng trong mùa nước lớn.</p></div></div>",
    ),
    Noise(
        name="<time> in a teaser",
        places=("header", "below", *_BOXES),
        telling="teaser",
        html="<div{c}><a href='/b'>" + _OTHER + "</a><time datetime='{t:%Y-%m-%dT%H:%M:%S}+07:00'>{d}</time></div>",
    ),
    Noise(
        name="microdata of a teaser",
        places=("header", "below", *_BOXES),
        telling="hot-news",
        html="<div{c} itemscope itemtype='http://schema.org/NewsArticle'><a itemprop='url' href='/b'>" + _OTHER + "</a>"
        "<meta itemprop='datePublished' content='{t:%Y-%m-%dT%H:%M:%S}+07:00'></div>",
    ),
    Noise(
        name="comment",
        places=("bottom",),
        telling="comment-list",
        html="<div{c}><div><b>Trần Văn Bình</b> <span class='time'>{d} {t:%H:%M}</span><p>Đường đẹp quá, mong các bản "
        "khác cũng sớm có đường như thế này để con em đi học bớt vất vả.</p></div></div>",
    ),
    Noise(
        name="short comment",
        places=("bottom",),
        telling="binh-luan",
        html="<div{c}><h3>Bình luận (2)</h3><div><b>Hoa Nguyễn</b> <i>2 giờ trước</i><p>Hay quá!</p></div>"
        "<div><b>Lê An</b> <i>{d}</i><p>Chúc mừng bà con.</p></div></div>",
    ),
    Noise(
        name="most read",
        places=("bottom", "side"),
        telling="most-read",
        html="<div{c}><h3>Đọc nhiều</h3><ol><li><a href='/b'>" + _OTHER + "</a><br><small>{d}</small></li></ol></div>",
    ),
    Noise(
        name="events",
        places=(*_OUTER, "bottom"),
        telling="calendar-widget",
        html="<div{c}><h4>Lịch công tác tuần</h4><p>{d}: Tiếp công dân</p><p>{d} 08:00</p></div>",
    ),
    Noise(
        name="rates",
        places=(*_OUTER, "bottom"),
        telling="rate",
        html="<div{c}>Tỷ giá ngày {d}<table><tr><td>USD</td><td>24.350</td></tr></table></div>",
    ),
    Noise(name="copyright", places=("footer",), telling="footer", html="<p{c}>© 2012-2024 Báo Sơn Hà. Bản quyền</p>"),
    Noise(
        name="licence",
        places=("footer", "side"),
        telling="footer-info",
        html="<p{c}>Giấy phép số 27/GP-TTĐT cấp ngày {d}</p><p{c}>Tổng biên tập: Nông Văn Thạch</p>",
    ),
    Noise(
        name="document",
        places=_BOXES,
        telling="widget-docs",
        html="<div{c}><a href='/vb'>15/QĐ-UBND</a> <i>{d}</i></div>",
    ),
    Noise(name="views", places=("after", "bottom"), telling="", html="<div{c}>Lượt xem: 2.019</div>"),
    Noise(name="sentence", places=("after", "bottom"), telling="", html="<p>Tiếp công dân định kỳ ngày {d}</p>"),
    Noise(name="range", places=("after", "bottom"), telling="", html="<p>Từ {d} đến 30/12/2023</p>"),
)

_LD = '<script type="application/ld+json">{}</script>'
HEAD_NOISES = {
    "nothing": "",
    "item list": _LD.format(
        '{"@type":"ItemList","itemListElement":[{"@type":"ListItem","item":{"@type":"NewsArticle","headline":"'
        + _OTHER
        + '","datePublished":"2020-05-06T07:08:09+07:00"}}]}'
    ),
    "another's article": _LD.format(
        '[{"@type":"NewsArticle","headline":"' + _OTHER + '","url":"https://bao.test/b",'
        '"datePublished":"2020-05-06T07:08:09+07:00"}]'
    ),
    "website": _LD.format('{"@type":"WebSite","name":"Báo Sơn Hà","datePublished":"2011-01-02"}'),
    "build": '<meta name="build-time" content="2023-12-01T01:02:03Z"><meta name="revised" content="01/12/2023">',
    "rendered": '<meta name="date" content="2024-02-27T10:13:30+07:00">',
    "modified is now": '<meta property="article:modified_time" content="2024-02-27T10:13:31+07:00">',
}


def _iso(when: datetime) -> str:
    return when.replace(tzinfo=ZONE).isoformat()


# Where the true date may stand: in the page's head, in its own line, or elsewhere.
STATED: dict[str, Callable[[datetime], str]] = {
    "json-ld": lambda t: _LD.format(
        '{"@context":"https://schema.org","@type":"NewsArticle","headline":"'
        + TITLE
        + '","datePublished":"'
        + _iso(t)
        + '"}'
    ),
    "json-ld graph": lambda t: _LD.format(
        '{"@graph":[{"@type":"WebSite"},{"@type":"WebPage","mainEntity":{"@type":"NewsArticle","headline":"'
        + TITLE
        + '","datePublished":"'
        + _iso(t)
        + '"}}]}'
    ),
    "meta": lambda t: f'<meta property="article:published_time" content="{_iso(t)}">',
    "meta pubdate": lambda t: f'<meta name="pubdate" content="{t:%Y-%m-%dT%H:%M:%S+0700}">',
    "meta cms-date": lambda t: f'<meta class="cms-date" content="{_iso(t)}">',
    "meta itemprop": lambda t: f'<meta itemprop="datePublished" content="{_iso(t)}">',
}
LINES: dict[str, Callable[[str], str]] = {
    "div": lambda line: f'<div class="x1">{line}</div>',
    "span": lambda line: f"<span>{line}</span>",
    "date class": lambda line: f'<p class="datetimes-detail">{line}</p>',
    "webforms": lambda line: f'<span id="ctl00_zone1_ctl01_lblNgayDang">{line}</span>',
    "two spans": lambda line: "<div><span>{}</span> <span>{}</span></div>".format(*line.rsplit(" ", 1)),
    "with share": lambda line: f'<div class="x2"><span>{line}</span><a href="#">In bài</a> <a href="#">Gửi</a></div>',
}
TIMES: dict[str, Callable[[datetime], str]] = {
    "time": lambda t: f'<time datetime="{_iso(t)}">{t:%d/%m/%Y}</time>',
    "time pubdate": lambda t: f'<span><time pubdate datetime="{_iso(t)}"></time></span>',
    "time itemprop": lambda t: f'<div><time itemprop="datePublished" datetime="{_iso(t)}">{t:%H:%M}</time></div>',
    "time text": lambda t: f"<time>{t:%H:%M %d/%m/%Y}</time>",
}
FED = {"feed": Via.FEED, "sitemap": Via.SITEMAP}


@dataclass(frozen=True, kw_only=True)
class Layout:
    """*true* is the moment of publication, at *place*: a key of STATED, TIMES, FED, LINES, ``url``, or None: nowhere.

    *noises* are (index of NOISES, index of its places, days before the fetch, whether its class tells what it is).
    """

    family: str
    place: str | None
    form: str
    slot: str
    true: datetime
    short: bool
    head: str
    noises: tuple[tuple[int, int, int, bool], ...]

    @property
    def fed(self) -> str | None:
        return self.true.replace(tzinfo=ZONE).isoformat() if self.place in FED else None

    @property
    def url(self) -> str:
        return (
            f"https://bao.test/kt/che-xuan-188{self.true:%y%m%d%H%M%S}123.html"
            if self.place == "url"
            else ("https://bao.test/kt/che-xuan-post4130.html")
        )

    def _dated(self) -> str:
        if self.place in LINES:
            return LINES[self.place](FORMATS[self.form](self.true))
        return TIMES[self.place](self.true) if self.place in TIMES else ""

    def render(self) -> str:
        slots = dict.fromkeys((*PLACES, "dated"), "")
        for number, where, days, told in self.noises:
            noise = NOISES[number]
            day = datetime.combine(NOW.date(), NOW.time()).replace(hour=1 + days % 20) - timedelta(days=days)
            slots[noise.places[where % len(noise.places)]] += noise.render(day, told=told) + "\n"
        slots[self.slot if self.place in LINES or self.place in TIMES else "dated"] += self._dated()
        paragraphs = NOTICE if self.short else PARAGRAPHS
        page = FAMILIES[self.family].format(
            title=TITLE, sapo="" if self.short else SAPO, body="".join(f"<p>{text}</p>" for text in paragraphs), **slots
        )
        stated = STATED[self.place](self.true) if self.place in STATED else ""
        return (
            f"<!DOCTYPE html><html lang='vi'><head><meta charset='utf-8'><title>{TITLE} - Báo Sơn Hà</title>"
            f"{HEAD_NOISES[self.head]}{stated}</head><body>{page}</body></html>"
        )
