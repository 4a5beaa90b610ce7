"""How long a browser needs to open the page of a summary, as a multiple of an empty page's time.

    python benchmarks/page.py [AGENCIES]

Prints seconds and ratio, for summary and findings of 5,000 agencies unless another number is given. A ratio can
be compared across machines; the promise in seconds, under two for 5,000 agencies, is for an ordinary office machine.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from conftest import _QUIET, find_browser
from pages import findings_page_of, summary_page_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

EMPTY = b"<!DOCTYPE html><html><head><meta charset=utf-8><title>-</title></head><body></body></html>"
ROUNDS = 5
# From the start of the navigation until the page has been laid out and painted once.
_PAINTED = """() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() / 1000))))"""


def seconds(browser: Browser, file: Path) -> float:
    """The median time until the page is on screen and can be used."""
    times = []
    for _ in range(ROUNDS):
        page = browser.new_page()
        page.goto(file.as_uri())
        times.append(float(page.evaluate(_PAINTED)))
        page.close()
    return statistics.median(times)


def main(count: int) -> None:
    from playwright.sync_api import sync_playwright

    program = find_browser()
    if program is None:
        raise SystemExit("Chromium not found")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        pages = {"empty": EMPTY, "findings": findings_page_of(count), "summary": summary_page_of(count)}
        browser = driver.chromium.launch(executable_path=str(program), args=list(_QUIET))
        base = 0.0
        for name, data in pages.items():
            file = Path(folder) / f"{name}.html"
            file.write_bytes(data)
            took = seconds(browser, file)
            base = base or took
            print(f"{name:10} {len(data) / 1e6:6.1f} MB {took:6.2f} s  {took / base:6.1f} × empty")
        browser.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
