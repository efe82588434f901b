"""Makes the pictures of the review page in ``docs/images``: ``python -m tests.review.pictures [FOLDER]``.

Needs Playwright and Chromium; the submissions are fictitious. With a folder it draws every screen in every width there
instead, for looking at.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.review.making import CHROMIUM, ROOT, SOUND, VAGUE, Served, changed, project, submission
from tests.review.test_clerk import drop

IMAGES = ROOT / "docs" / "images"
SAMPLES = ROOT / "corpus" / "samples"
DEPARTMENT = "云溪县水利局2025年部门预算.pdf"


def filled(page: Any) -> None:
    """Bring a fresh page to where every screen has something to show."""
    page.set_input_files(
        "#pick", [str(path) for path in sorted(SAMPLES.iterdir()) if path.suffix in {".pdf", ".docx", ".xlsx", ".html"}]
    )
    page.locator("section.lead progress").wait_for()
    page.wait_for_timeout(4000)
    drop(page, "水利局第一次.docx", submission(project(SOUND), project(VAGUE)), forms=2)
    # The goal of another department's project, copied.
    copied = replace(project(SOUND), name="敬老院消防设施改造", department="312-云溪县民政局", unit="云溪县民政局")
    drop(page, "民政局.docx", submission(copied), forms=1)
    page.goto(f"{page.served.root}/list?q=水文化")
    page.click("tbody a:has-text('水文化宣传教育')")
    page.locator(".finding.current").wait_for()
    for digit in "112341":
        with page.expect_response("**/decide"):
            page.keyboard.press(digit)
        page.wait_for_timeout(200)
    page.goto(f"{page.served.root}/settings")
    page.fill("input[name=bureau]", "云溪县财政局")
    page.fill("input[name=deadline]", "2026-12-31")
    page.click("main button.primary")
    page.goto(f"{page.served.root}/send")
    page.click("button:has-text('记为已发出')")
    better = changed(project(VAGUE), 宣传活动场次="12场", 宣传质量="大概可以")
    drop(page, "水利局第二次.docx", submission(better), forms=1)


SCREENS = {
    "desk": "/", "list": "/list", "send": "/send", "received": "/received", "alike": "/alike",
    "outliers": "/alike?kind=outliers", "charts": "/charts", "settings": "/settings", "history": "/history",
}  # fmt: skip


#: What the manuals show, besides the page of a form.
PICTURES = (("desk", "/"), ("list", "/list"), ("received", "/received"), ("alike", "/alike"), ("charts", "/charts"))


def form_address(page: Any) -> str:
    page.goto(f"{page.served.root}/list?q=水文化&sort=findings")
    page.click("tbody tr:has-text('云溪县水利局') a")
    page.locator(".finding.current").wait_for()
    page.wait_for_load_state("networkidle")
    return str(page.url)


def main(folder: Path | None) -> None:
    """Draw."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as place, sync_playwright() as driver:
        served = Served(Path(place))
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
        page = context.new_page()
        page.set_default_timeout(60_000)
        try:
            page.goto(served.start())
            page.served = served
            if folder is not None:
                page.screenshot(path=str(folder / "empty.png"))
            filled(page)
            page.goto(f"{served.root}/list?q=%E6%B0%B4%E6%96%87%E5%8C%96&document=")
            _draw(page, folder)
        finally:
            browser.close()
            served.stop()


def _draw(page: Any, folder: Path | None) -> None:
    if folder is None:
        from tests.report.pictures import shrunk

        shot = Path(tempfile.mkdtemp()) / "shot.png"
        for name, address in PICTURES:
            page.goto(page.served.root + address)
            page.wait_for_timeout(600)
            page.screenshot(path=str(shot))
            shrunk(shot, f"review-{name}.png")
        form_address(page)
        page.wait_for_timeout(1500)
        page.screenshot(path=str(shot))
        shrunk(shot, "review-form.png")
        return
    address = form_address(page)
    for width, height in ((1280, 800), (1920, 1080), (1024, 768), (853, 533)):
        page.set_viewport_size({"width": width, "height": height})
        for name, there in {**SCREENS, "form": address.removeprefix(page.served.root)}.items():
            page.goto(page.served.root + there)
            page.wait_for_timeout(700)
            page.screenshot(path=str(folder / f"{name}-{width}.png"), full_page=name != "form")
    page.set_viewport_size({"width": 1280, "height": 800})
    for name, there in (("form", address.removeprefix(page.served.root)), ("list", "/list")):
        page.goto(page.served.root + there)
        page.wait_for_timeout(700)
        page.pdf(path=str(folder / f"{name}.pdf"), format="A4")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
