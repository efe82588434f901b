"""A browser and a served page for the tests of the review."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.batch.conftest import postgres  # noqa: F401 - a fixture
from tests.review.making import CHROMIUM, Served


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Chromium through Playwright; tests are skipped with the reason where it is missing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Start pages that end with the test."""
    made: list[Served] = []

    def start(**given: Any) -> Served:
        served = Served(tmp_path, **given)
        made.append(served)
        served.start()
        return served

    yield start
    for served in made:
        served.stop()


@pytest.fixture
def tab(chromium: Any, serve: Callable[..., Served]) -> Iterator[Any]:
    """A browser tab on a fresh page; what the page reports as broken fails the test."""
    served = serve()
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    context.set_default_timeout(60_000)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto(served.address)
    page.served = served
    yield page
    context.close()
    # A page that asks while its server is being stopped by the test is no fault.
    faults = [fault for fault in faults if "ERR_CONNECTION_REFUSED" not in fault]
    assert not faults, faults
