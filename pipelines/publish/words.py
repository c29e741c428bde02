"""How the pages say what the record holds. Pure."""

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
LANGUAGES = {
    "vi": "Vietnamese", "en": "English", "zh": "Chinese", "ja": "Japanese", "ko": "Korean", "fr": "French",
    "es": "Spanish", "ru": "Russian", "de": "German", "km": "Khmer", "lo": "Lao", "und": "an undetermined language",
}  # fmt: skip
METHODS = {
    "selector": "its place on the page", "json-ld": "the page's JSON-LD", "meta": "the page's metadata",
    "time": "the page's <time>", "feed": "the newspaper's feed", "sitemap": "the newspaper's sitemap",
    "text": "the head of the article", "url": "the address", "image-path": "the address of an image",
}  # fmt: skip
_CLOSING = (",", ".", ";", ":", "!", "?", ")", "”", "…", "%")
FIELDS = {"summary": "standfirst", "published_at": "date"}


def field(column: str) -> str:
    """What a reader calls a column of ``revisions``."""
    return FIELDS.get(column, column)


def blank(following: str) -> str:
    """What stands before *following* in running text."""
    return "" if following.startswith(_CLOSING) else " "


def paper_date(at: str | None) -> str:
    """An ISO date of any length as a person writes it, in the newspaper's own time: 12 May 2024, 09:55."""
    if not at:
        return "undated"
    day, _, time = at.partition("T")
    year, month, *rest = day.split("-") if "-" in day else (day, "")
    if not month.isdigit() or not 1 <= int(month) <= 12:
        return at
    said = " ".join([*(str(int(number)) for number in rest if number.isdigit()), MONTHS[int(month) - 1], year])
    return f"{said}, {time[:5]}" if time else said


def moment(at: str | None) -> str:
    """A UTC time of ours: 12 May 2024, 03:01 UTC."""
    return f"{paper_date(at)} UTC" if at and "T" in at else paper_date(at)


def language(code: str | None) -> str:
    return LANGUAGES.get(code or "und", code or "")


def method(name: str | None) -> str:
    """Where a date was read; *name* may carry ``relative``."""
    known = next((said for key, said in METHODS.items() if key in (name or "").replace("+", " ").split()), name or "")
    return f"{known}, counted from the capture" if "relative" in (name or "") else known
