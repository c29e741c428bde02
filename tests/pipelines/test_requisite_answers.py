"""What came of asking for an image or a file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from record_side import Shot

from crawler.capture import Capture, Kind
from pipelines.accept import refuse_answer

JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 40
ERROR_PAGE = b"\xef\xbb\xbf  <!-- x -->\n<!DOCTYPE html><title>404</title>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'/>"


def answer(
    body: bytes = JPEG, media: str | None = "image/jpeg", path: str = "1.jpg", status: int | None = 200, **more: str
) -> Capture:
    shot = Shot().capture
    return Capture(
        record_id="<urn:x>",
        source="song",
        kind=Kind.REQUISITE,
        url=f"http://img.test/{path}",
        final_url=f"http://img.test/{path}",
        fetched_at=shot.fetched_at,
        status=status,
        headers=(("Content-Type", media),) if media else (),
        body=body,
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("capture", "outcome"),
    [
        (answer(), "requisite"),
        (answer(media="text/html"), "requisite"),
        (answer(media=None), "requisite"),
        (answer(SVG, "image/svg+xml", "1.svg"), "requisite"),
        (answer(b"p{}", "text/css; charset=utf-8", "css?v=1"), "requisite"),
        (answer(b"p{}", "text/plain", "a.css?v=1"), "requisite"),
        (answer(b"%PDF-1.7", "application/octet-stream", "tai-ve?id=1"), "requisite"),
        (answer(b"PK\x03\x04..", "application/zip", "a.docx"), "requisite"),
        (answer(b"", "image/jpeg", refers_to="<urn:y>"), "requisite"),
        (answer(ERROR_PAGE[3:], "text/html"), "rejected:not-an-image"),
        (answer(ERROR_PAGE[3:], "image/jpeg"), "rejected:not-an-image"),
        (answer(b'{"error": 1}', "application/json"), "rejected:not-an-image"),
        (answer(ERROR_PAGE[3:], "application/pdf", "a.pdf"), "rejected:not-a-file"),
        (answer(ERROR_PAGE[3:], "text/html", "a.css"), "rejected:not-a-file"),
        (answer(b""), "rejected:empty"),
        (answer(status=404), "missing"),
        (answer(status=410), "missing"),
        (answer(status=403), "failed:http-403"),
        (answer(status=302), "redirect"),
        (answer(b"", status=None, error="timeout"), "failed:timeout"),
        (answer(b'<script>document.cookie="D1N=1"</script>', "text/html"), "challenge"),
    ],
)
def test_it_ends_in_one_word(capture: Capture, outcome: str) -> None:
    assert refuse_answer(capture) == outcome


@given(st.binary(max_size=300), st.sampled_from(["image/png", "text/html", "application/pdf", "", None]))
def test_no_bytes_break_it(body: bytes, media: str | None) -> None:
    assert refuse_answer(answer(body, media)) in {
        "requisite", "challenge", "rejected:empty", "rejected:not-an-image", "rejected:not-a-file",
    }  # fmt: skip
