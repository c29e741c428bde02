"""The browser that the tests use, printed; exit 1 if there is none. Shared by conftest.py and the Makefile."""

import shutil
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def find() -> str | None:
    """The path of the system's Chromium or Chrome, else of Playwright's own, else None."""
    system = next(filter(None, map(shutil.which, (*NAMES, *MAC))), None)
    return system or _playwrights()


def _playwrights() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


if __name__ == "__main__":
    found = find()
    print(found or "none")
    sys.exit(0 if found else 1)
