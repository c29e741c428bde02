"""A person with a browser: from the home page to an article that was searched for."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

ABORTED = "net::ERR_ABORTED"
SERVE = (
    "import sys; from pathlib import Path; from pipelines.publish.server import serve; serve(Path(sys.argv[1]), port=0)"
)


@pytest.fixture(scope="module")
def address(archive: Path) -> Iterator[str]:
    command = [sys.executable, "-c", SERVE, str(archive)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().split(" is at ")[1].split()[0]
        process.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
    assert chromium, "no Chromium: install the package chromium (Debian, Ubuntu) or Google Chrome"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page whose scripts and requests all must go well."""
    troubles: list[str] = []
    page = browser.new_page(base_url=address)
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    # What was still being loaded when the test went on to the next page is given up, and no trouble.
    page.on("requestfailed", lambda request: None if request.failure == ABORTED else troubles.append(told(request)))
    yield page
    page.close()
    assert not troubles


def told(request: Request) -> str:
    return f"{request.url} {request.failure}"


def test_from_the_home_page_to_a_searched_article(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Provincial newspapers, kept")
    page.get_by_label("Search the articles").fill("bac ninh")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("4 articles")
    expect(page.locator("mark").filter(has_text="Bắc Ninh").first).to_be_visible()
    page.get_by_role("link", name="Bắc Ninh thông xe cầu mới qua sông Cầu").click()
    expect(page).to_have_url(re.compile("/read/k1$"))
    expect(page.get_by_role("article")).to_contain_text("Công trình dài 640 m, rộng 22 m")
    expect(page.get_by_text("1 change: text (numbers)")).to_be_visible()
    said = "chủ đầu tư với số vốn taken out: 790 tỷ put in: 815 tỷ (end of the edit) đồng."
    expect(page.get_by_text(said)).to_be_visible()
    expect(page.locator("del")).to_have_text("790 tỷ")
    page.get_by_role("link", name="12 May 2024, 03:01 UTC").click()
    expect(page.get_by_role("article")).to_contain_text("790 tỷ đồng")
    expect(page.get_by_role("note")).to_contain_text("An earlier version")


def test_from_the_table_to_an_article_and_back_to_its_record(page: Page) -> None:
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Articles").click()
    page.locator(".facet-results").get_by_role("link", name="Sông Hàn Online").click()
    expect(page.get_by_role("status")).to_contain_text("2 rows")
    page.get_by_label("Search", exact=True).fill("da nang")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("1 row")
    page.get_by_role("link", name="Đà Nẵng mở tuyến xe buýt ra bán đảo Sơn Trà").click()
    expect(page.get_by_role("article")).to_contain_text("Tuyến xe buýt số 21")
    page.get_by_role("link", name="The whole record").click()
    page.get_by_role("link", name="Read this article").click()
    expect(page).to_have_url(re.compile("/read/s2$"))


def test_a_question_of_ones_own(page: Page) -> None:
    page.goto("/archive")
    page.evaluate(
        "document.querySelector('.CodeMirror').CodeMirror.setValue('select count(*) as articles from articles')"
    )
    page.get_by_role("button", name="Run SQL").click()
    expect(page.locator(".rows-and-columns")).to_contain_text("7")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_fits_its_window_and_can_be_read(page: Page, scheme: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for path in (
        "/",
        "/search?q=bac+ninh",
        "/read/k1",
        "/read/k2",
        "/story/k1",
        "/archive/articles_by_old_borders",
        "/archive",
        "/archive/articles",
        "/archive/articles/1",
    ):
        page.goto(path)
        assert page.evaluate(TOO_WIDE) == [], path
        assert page.evaluate(CONTRAST) == [], path


@pytest.mark.parametrize("table", ["revisions", "captures", "runs", "sources"])
def test_no_row_of_a_table_is_as_tall_as_the_window(page: Page, table: str) -> None:
    page.goto(f"/archive/{table}")
    assert max(page.evaluate("[...document.querySelectorAll('tbody tr')].map((row) => row.offsetHeight)")) < 300


# What sticks out of the page or of its main part, which would then scroll sideways.
TOO_WIDE = """() => [...document.querySelectorAll("html, body, main, main *")].filter((element) =>
  !element.closest(".CodeMirror, .unseen, .scroll") &&
  element.getBoundingClientRect().right > document.documentElement.clientWidth
).map((element) => `${element.tagName}.${element.className} ${element.textContent.trim().slice(0, 30)}`)"""

# Texts whose colour stands out from what is behind them by less than 4.5 to 1 (WCAG 2.2, 1.4.3).
CONTRAST = """() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = (colour) => {
    const [r, g, b] = parts(colour).map((v) => linear(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (; element; element = element.parentElement) {
      const colour = getComputedStyle(element).backgroundColor;
      if ((parts(colour)[3] ?? 1) > 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const faint = new Set();
  for (const element of document.body.querySelectorAll("*")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || element.closest(".CodeMirror, .unseen, script, style, option") || !element.checkVisibility()) continue;
    const [a, b] = [light(getComputedStyle(element).color), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) faint.add(`${ratio.toFixed(2)} ${element.tagName} ${element.textContent.trim()}`);
  }
  return [...faint];
}"""
