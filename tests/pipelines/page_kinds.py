"""What pages of a made-up newspaper are put together from: a frame, lists, teasers, paragraphs, notices."""

from collections.abc import Iterable, Sequence

SITE = "https://baosonha.example"

HEADLINES = (
    "Sơn Hà khởi công cầu Bến Đục nối hai bờ sông Nhuệ Giang",
    "Học sinh xã Tràng Ngạn trở lại trường sau mưa lũ",
    "Giá vải thiều đầu vụ tăng nhẹ tại các chợ đầu mối",
    "Công an huyện Yên Lạc cấp căn cước lưu động cho người già",
    "Hội thi nấu cơm niêu ở đình làng Phú Khê thu hút hàng trăm người",
    "Nông dân Đồng Rùm chuyển ba mươi hecta lúa sang trồng sen",
    "Bệnh viện đa khoa Sơn Hà đưa vào dùng máy chụp cắt lớp mới",
    "Tuyến xe buýt số bảy kéo dài tới khu công nghiệp Nam Sách",
    "Đội bóng chuyền nữ Sơn Hà giành vé vào vòng chung kết",
    "Xã Hòa Lộc thu gom rác thải nhựa bằng ngân hàng phế liệu",
    "Phiên chợ hàng Việt về với bà con vùng cao Khe Mo",
    "Trao tặng hai trăm suất quà cho gia đình chính sách",
    "Khai mạc lễ hội đền Mẫu Thượng với nghi thức rước nước",
    "Tàu cá gặp nạn ngoài cửa Lạch Bằng được lai dắt vào bờ",
    "Hơn bốn nghìn thí sinh đăng ký thi vào lớp mười",
    "Huyện Tam Điền công bố quy hoạch khu đô thị ven hồ",
)
SAPOS = (
    "Sáng nay, sau gần hai năm chuẩn bị, đơn vị thi công đã đóng cọc đầu tiên ở bờ bắc trong niềm vui của bà con.",
    "Nước rút từ chiều qua, thầy cô cùng phụ huynh dọn bùn suốt đêm để kịp đón các em vào buổi học đầu tuần.",
    "Thương lái trả cao hơn năm ngoái từ hai đến ba nghìn đồng mỗi cân, nhưng sản lượng có thể giảm vì nắng nóng.",
    "Tổ công tác mang máy móc đến tận nhà văn hóa thôn, phục vụ cả ngày nghỉ để không ai bị bỏ lại phía sau.",
    "Tám đội tham gia phải vừa gánh nồi vừa giữ lửa cháy đều trên quãng đường dài hơn một trăm mét quanh sân đình.",
    "Vùng trũng quanh năm ngập úng nay phủ kín hoa, vừa bán được hạt vừa đón khách từ thành phố về chụp ảnh.",
)
PROSE = (
    "Ông Lê Văn Khoát, trưởng thôn Đông, cho biết bà con đã góp hơn sáu trăm ngày công để làm đường, trong đó nhiều hộ"
    " tự nguyện dỡ tường rào, chặt cây ăn quả lâu năm mà không đòi đền bù.",
    "Theo kế hoạch, đoạn đường dài một cây số rưỡi sẽ xong trước mùa mưa; kinh phí gần hai tỷ đồng do huyện hỗ trợ một"
    " nửa, phần còn lại là tiền của nhân dân và con em xa quê gửi về.",
    "Bà Nguyễn Thị Lụa, bán hàng ở đầu chợ, nói rằng trước đây cứ mưa là xe tải không vào được, rau quả phải gánh bộ ra"
    " tận đường lớn nên bán chậm và rẻ.",
)
FOOTER = (
    "<footer><p>Cơ quan chủ quản: Tỉnh ủy Sơn Hà. Giấy phép hoạt động báo điện tử số 12 do cơ quan quản lý"
    " nhà nước về báo chí cấp.</p><p>Tổng biên tập: Trần Minh Đạt. Ghi rõ nguồn khi phát hành lại.</p></footer>"
)
MENU = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in ("thoi-su", "kinh-te", "van-hoa", "the-thao"))


def frame(title: str, main: str, *, head: str = "", aside: str = "") -> str:
    return (
        f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title} - Báo Sơn Hà</title>{head}</head>'
        f'<body><header><div class="logo"><a href="/">Báo Sơn Hà</a></div><nav><ul>{MENU}</ul></nav></header>'
        f'<div class="main">{main}</div>{aside}{FOOTER}</body></html>'
    )


def link(number: int) -> str:
    return f'<a href="/bai-viet-so-{number}-post{20_000 + number}.html">{HEADLINES[number % len(HEADLINES)]}</a>'


def teasers(count: int, *, sapo: bool = True, dates: bool = False, start: int = 0) -> str:
    return "".join(
        f'<article class="story"><h3 class="story__title">{link(number)}</h3>'
        + (f'<span class="time">{number % 27 + 1:02}/02/2026</span>' if dates else "")
        + (f"<p>{SAPOS[number % len(SAPOS)]}</p>" if sapo else "")
        + "</article>"
        for number in range(start, start + count)
    )


def links(count: int, start: int = 0) -> str:
    return "<ul>" + "".join(f"<li>{link(number)}</li>" for number in range(start, start + count)) + "</ul>"


def flat(count: int) -> str:
    """Headlines and what is told of them, without boxes around each."""
    return "".join(f"<h3>{link(number)}</h3><p>{SAPOS[number % len(SAPOS)]}</p>" for number in range(count))


def rows(count: int) -> str:
    """As old portals list: a table."""
    cells = (f"<tr><td>{link(number)}<br>{SAPOS[number % len(SAPOS)]}</td></tr>" for number in range(count))
    return f"<table>{''.join(cells)}</table>"


def pager() -> str:
    return (
        '<div class="pagination"><a href="?p=1">1</a><a href="?p=2">2</a><a href="?p=3">3</a><a href="?p=9">9</a></div>'
    )


def article(
    title: str, paragraphs: Iterable[str] = PROSE, *, date: str | None = "15/02/2026 08:30", after: str = ""
) -> str:
    said = "".join(f"<p>{text}</p>" for text in paragraphs)
    when = f'<div class="date">{date}</div>' if date else ""
    return f'<article><h1>{title}</h1>{when}<div class="content-detail">{said}</div></article>{after}'


def metas(**names: str) -> str:
    return "".join(f'<meta property="{name.replace("_", ":")}" content="{value}">' for name, value in names.items())


def stated(kind: str) -> str:
    """JSON-LD that says what the page is."""
    return f'<script type="application/ld+json">{{"@context": "https://schema.org", "@type": "{kind}"}}</script>'


def spam_links(names: Sequence[str], *, host: str = "{name}.example") -> str:
    return " ".join(f'<a href="https://{host.format(name=name.lower())}/">{name}</a>' for name in names)
