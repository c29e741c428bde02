"""Words of dates: months, weekdays and labels, in the languages of the papers that are archived. Pure."""

import re
import unicodedata
from functools import lru_cache

MONTHS_VI = ("một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")
# One line a language, from January on; spellings of a month are separated by a stroke. Shortened forms only where they
# are printed beside a day and a year; letters are compared without case and accents.
_MONTHS = (
    "january|jan february|feb march|mar april|apr may june|jun july|jul august|aug september|sep|sept october|oct "
    "november|nov december|dec",
    "stycznia|styczen|sty lutego|luty|lut marca|marzec kwietnia|kwiecien|kwi maja|maj czerwca|czerwiec|cze "
    "lipca|lipiec|lip sierpnia|sierpien|sie wrzesnia|wrzesien|wrz pazdziernika|pazdziernik|paz listopada|listopad|lis "
    "grudnia|grudzien|gru",
    "января|январь|янв февраля|февраль|фев|февр марта|март|мар апреля|апрель|апр мая|май июня|июнь|июн июля|июль|июл "
    "августа|август|авг сентября|сентябрь|сен|сент октября|октябрь|окт ноября|ноябрь|ноя|нояб декабря|декабрь|дек",
    "січня|січень лютого|лютий березня|березень квітня|квітень травня|травень червня|червень липня|липень "
    "серпня|серпень вересня|вересень жовтня|жовтень листопада|листопад грудня|грудень",
    "ιανουαριου|ιανουαριος|ιαν|γεναρη|γεναρης φεβρουαριου|φεβρουαριος|φεβ|φεβρ|φλεβαρη|φλεβαρης "
    "μαρτιου|μαρτιος|μαρ|μαρτη|μαρτης απριλιου|απριλιος|απρ|απριλη|απριλης μαιου|μαιος|μαι|μαη|μαης "
    "ιουνιου|ιουνιος|ιουν|ιουνη|ιουνης ιουλιου|ιουλιος|ιουλ|ιουλη|ιουλης αυγουστου|αυγουστος|αυγ "
    "σεπτεμβριου|σεπτεμβριος|σεπ|σεπτ|σεπτεμβρη|σεπτεμβρης οκτωβριου|οκτωβριος|οκτ|οκτωβρη|οκτωβρης "
    "νοεμβριου|νοεμβριος|νοε|νοεμβρη|νοεμβρης δεκεμβριου|δεκεμβριος|δεκ|δεκεμβρη|δεκεμβρης",
    "janvier|janv fevrier|fevr mars avril|avr mai juin juillet|juil aout septembre octobre novembre decembre",
    "januar|janner februar marz|maerz april mai juni juli august september oktober november dezember",
    "enero febrero marzo abril mayo junio julio agosto septiembre|setiembre octubre noviembre diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
)


def _plain(word: str) -> str:
    marked = unicodedata.normalize("NFD", word.casefold().replace("ł", "l"))
    return "".join(letter for letter in marked if not unicodedata.combining(letter))


_OF_WESTERN = {
    _plain(name): number
    for months in _MONTHS
    for number, spellings in enumerate(months.split(), 1)
    for name in spellings.split("|")
}
_OF_VIETNAMESE = {name: number for number, name in enumerate(MONTHS_VI, 1)} | {"giêng": 1, "bẩy": 7, "chạp": 12}

WEEKDAY = (
    r"(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|CN|T\.?\s?(?:hai|ba|tư|năm|sáu|bảy|[2-7])"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?|星期[一二三四五六日天]"
    r"|poniedziałek|wtorek|środa|czwartek|piątek|sobota|niedziela"
    r"|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье"
    r"|δευτέρα|τρίτη|τετάρτη|πέμπτη|παρασκευή|σάββατο|κυριακή)"
)

LABELS = (
    (
        "clock",
        re.compile(
            r"\b(?:today|hôm nay|bây giờ|giờ hiện tại|current (?:date|time)|dzi(?:ś|siaj)|сегодня|σήμερα)\b|今天",
            re.IGNORECASE,
        ),
    ),
    (
        "updated",
        re.compile(
            r"cập nhật|\b(?:updated?|modified)\b|chỉnh sửa|sửa (?:đổi )?lần cuối|aktualiz|zmodyfik|обновлен|изменен"
            r"|ενημέρωση|ενημερώθηκε|更新",
            re.IGNORECASE,
        ),
    ),
    (
        "published",
        re.compile(
            # "Đăng nhập" and "Đăng ký" are the reader's login.
            r"đăng(?!\s*(?:nhập|ký|kí|xuất))|xuất bản|phát hành|\b(?:published|posted|created|pub date)\b"
            r"|publikacj|opublikowan|\bdodan[oay]\b|utworzon|опубликован|размещен|δημοσ[ιί]ε|ημερομηνία|发布|發布|发表",
            re.IGNORECASE,
        ),
    ),
)


@lru_cache(maxsize=512)
def month_number(word: str) -> int:
    """1 to 12 for the name or the digits of a month; 0 for any other word."""
    word = word.casefold()
    if word.isdigit():
        return int(word)
    return _OF_VIETNAMESE.get(word) or _OF_WESTERN.get(_plain(word), 0)
