"""Pages of one made-up newspaper as its software prints them: menus, boxes, counters and labels around each article."""

from itertools import cycle, islice
from random import Random

WHO = (
    "Ông Lê Văn Khoát",
    "Bà Nguyễn Thị Lụa",
    "Chị Hoàng Mai",
    "Anh Đặng Quốc Bảo",
    "Cụ Phùng Thị Nhàn",
    "Cô giáo Vi Thị Hoa",
)
WHERE = ("xã Tràng Ngạn", "thôn Đông", "bản Khe Mo", "chợ Bến Đục", "phường Nam Sách", "làng Phú Khê", "đèo Ải Bắc")
WHEN = ("Sáng nay", "Từ đầu tuần", "Sau đợt mưa dài", "Những ngày giáp hạt", "Chiều qua", "Mấy hôm trước")
# Put together by chance, so that no two articles share a run of them, as articles that are not copies do not.
WORDS = (
    "đường,bê tông,cánh đồng,vườn vải,thương lái,sọt,rơm,chuồng trâu,lớp học,đồi chè,con suối,sân đình,nước sạch"
    ",giếng khơi,phiên chợ,hàng quê,cầu treo,ván mới,trạm y tế,người già,lúa trỗ,rầy nâu,tổ hòa giải,ranh đất,góp công"
    ",đổ,san,gặt,trồng,chăm,bán,mua,gánh,sửa,dựng,mở,đón,tập,diễn,nhờ,vẫn,đã,sẽ,còn,chưa,lại,cùng,với,vì,nên,mà,rồi"
    ",trẻ nhỏ,bà con,thanh niên,hội phụ nữ,cựu chiến binh,trưởng bản,kỹ sư,cán bộ,vui,mừng,lo,khó,đông,sớm,cao,thấp"
)
TITLES = ("Đường mới", "Mùa quả", "Chợ phiên", "Nước về", "Ngày hội", "Lớp học", "Cây cầu")

HOTLINE = "Đường dây nóng của Báo Sông Xanh"
OWN = "Quán cơm nhà bà Lụa ở đầu chợ vẫn mở cửa."
COUNTER = "Bạn đọc đã xem bài này {} lần"
BOX = "Mời bạn đọc gửi bài và ảnh về tòa soạn, tin được chọn đăng sẽ có nhuận bút theo quy định của báo."
FOOTER = "Cơ quan chủ quản: Tỉnh ủy Sơn Hà. Ghi rõ nguồn Báo Sông Xanh khi phát hành lại thông tin từ trang này."


def sentence(number: int, line: int) -> str:
    chance = Random(f"{number}/{line}")
    said = [" ".join(chance.choices(WORDS.split(","), k=12)) for _ in range(2)]
    return f"{chance.choice(WHEN)}, ở {chance.choice(WHERE)}, {said[0]}. {chance.choice(WHO)} kể rằng {said[1]}."


def word(number: int) -> str:
    """A number in letters, since figures do not tell blocks apart."""
    names = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
    return " ".join(names[int(figure)] for figure in str(number))


def title(number: int) -> str:
    return f"{TITLES[number % len(TITLES)]} ở {WHERE[number % len(WHERE)]}: chuyện thứ {word(number)}"


def body(number: int, lines: int = 5) -> list[str]:
    return [sentence(number, line) for line in range(lines)]


def teasers(number: int, count: int = 4) -> str:
    """What else there is to read, with a whole sentence each, in boxes that are no article's."""
    others = islice(cycle(range(400, 460)), number * 3 % 50, number * 3 % 50 + count)
    return "".join(
        f'<div class="story-box"><h3><a href="/tin/cho-{other}.html">{title(other)}</a></h3>'
        f'<p class="story-sapo">{sentence(other, 0)}</p></div>'
        for other in others
    )


def page(
    number: int, *, views: int = 17, extra: tuple[str, ...] = (), edited: bool = False, copy_of: int | None = None
) -> bytes:
    """*extra*: further paragraphs of the body; *copy_of*: another address of that article, with other teasers."""
    own = number if copy_of is None else copy_of
    said = [*body(own), *extra, *(["Bài đã được sửa một chỗ."] if edited else [])]
    before, after = ("".join(f"<p>{line}</p>" for line in lines) for lines in (said[:2], said[2:]))
    beside = [number * 3 % 50 + 400 + step for step in range(3)]
    inline = "".join(
        f'<div class="khung"><a href="/tin/cho-{n}.html">{title(n)}</a><p>{sentence(n, 0)}</p></div>' for n in beside
    )
    return f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title(own)} - Báo Sông Xanh</title>
<meta property="og:title" content="{title(own)}"><meta property="og:type" content="article"></head><body>
<header class="top"><div class="logo"><a href="/">Báo Sông Xanh</a></div>
<nav class="menu"><ul><li><a href="/thoi-su">Thời sự</a></li><li><a href="/kinh-te">Kinh tế</a></li>
<li><a href="/van-hoa">Văn hóa</a></li><li><a href="/the-thao">Thể thao</a></li></ul></nav></header>
<div class="wrap"><div class="cot"><div class="bai"><h1>{title(own)}</h1>
<div class="gio">05/03/2024 08:{own % 60:02}</div><div class="noi-dung">{before}<p class="note">{HOTLINE}</p>{inline}
{after}<p>{COUNTER.format(views)}</p><p>{BOX}</p></div></div>
<div class="them"><h2>Tin cùng chuyên mục</h2>{teasers(number)}</div></div>
<div class="ben"><h4>Bạn đọc viết</h4><p>Tỷ giá USD: {25_000 + number} đồng</p></div></div>
<footer class="bottom"><p>{FOOTER}</p><p>Đang truy cập: {views * 3}</p></footer></body></html>""".encode()
