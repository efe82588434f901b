"""Every screen checked with axe-core; the auditor's way from two thousand forms to twenty; two people at once."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench.review import fill
from indicators.store import open_store
from tests.review.making import SOUND, VAGUE, changed, project, submission
from tests.review.pictures import SCREENS, form_address
from tests.review.test_clerk import drop

pytestmark = pytest.mark.slow
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")


def test_every_screen_passes_axe(chromium: Any, serve: Callable[..., Any]) -> None:
    served = serve()
    # axe-core itself must be let in; the policy of the page has its own test.
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, bypass_csp=True)
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto(served.address)
    page.served = served
    drop(page, "水利局第一次.docx", submission(project(VAGUE), project(SOUND)), forms=2)
    form = form_address(page)
    with page.expect_response("**/decide"):
        page.keyboard.press("1")
    page.goto(f"{served.root}/send")
    page.click("button:has-text('记为已发出')")
    drop(page, "水利局第二次.docx", submission(changed(project(VAGUE), 宣传活动场次="12场")), forms=1)
    faults = []
    for name, address in {**SCREENS, "form": form.removeprefix(served.root)}.items():
        page.goto(served.root + address)
        page.wait_for_timeout(500)
        page.evaluate(AXE)
        found = page.evaluate(
            "async () => (await axe.run()).violations.map(v => [v.id, v.nodes.map(n => n.html).slice(0, 3)])"
        )
        faults += [(name, *item) for item in found]
    context.close()
    assert faults == []


def test_from_two_thousand_forms_to_twenty(chromium: Any, serve: Callable[..., Any], tmp_path: Path) -> None:
    import openpyxl

    with open_store(tmp_path / "big.db") as store:
        fill(store, 2000)
    served = serve(store=str(tmp_path / "big.db"))
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto(served.address)
    page.goto(f"{served.root}/list")
    assert "2000 张表" in page.locator("h1").inner_text()
    page.select_option("select[name=sector]", "水利")
    page.wait_for_url("**sector=**")
    page.select_option("select[name=rule]", "F104")
    page.wait_for_url("**rule=F104**")
    page.select_option("select[name=decision]", "open")
    page.wait_for_url("**decision=open**")
    found = int(page.locator("h1 small").inner_text().split()[0])
    assert 20 < found < 200
    address = page.url
    assert "万元" in page.locator("td.why").first.inner_text()
    assert page.locator("*").count() < 3000
    # The address alone shows the same forms to somebody else.
    titles = page.locator("tbody th a").all_inner_texts()
    other = context.new_page()
    other.goto(address)
    assert other.locator("tbody th a").all_inner_texts() == titles
    page.click("summary:has-text('抽样做底稿')")
    page.select_option("select[name=way]", "units")
    page.fill("input[name=size]", "20")
    with page.expect_download() as loaded:
        page.click("button:has-text('下载底稿')")
    rows = list(
        openpyxl.load_workbook(io.BytesIO(Path(loaded.value.path()).read_bytes())).active.iter_rows(values_only=True)
    )
    assert f"{found} 张中取 20 张" in rows[0][0]
    assert len(rows) == 22
    assert all(row[6] and row[7] for row in rows[2:])
    context.close()


def test_two_people_see_each_other(chromium: Any, serve: Callable[..., Any], tmp_path: Path) -> None:
    from indicators.review.signing import password_digest
    from indicators.store.people import add_user

    store = tmp_path / "office.db"
    with open_store(store) as opened:
        for name, role in (("王某", "主管"), ("李某", "审核"), ("赵某", "只读")):
            digest = password_digest(f"{name} 的密码够长")
            opened.change(
                lambda connection, name=name, digest=digest, role=role: add_user(connection, name, digest, role)
            )
    served = serve(store=str(store), args=("--host", "0.0.0.0"))
    served.address = served.address.replace("0.0.0.0", "127.0.0.1")
    pages = []
    for name in ("王某", "李某", "赵某"):
        page = chromium.new_context(viewport={"width": 1280, "height": 800}).new_page()
        page.set_default_timeout(60_000)
        page.served = served
        page.goto(served.root)
        page.fill("input[name=name]", name)
        page.fill("input[name=password]", f"{name} 的密码够长")
        page.click("button.primary")
        page.wait_for_selector(".desk")
        pages.append(page)
    one, other, reader = pages
    drop(one, "水利局.docx", submission(project(VAGUE)), forms=1)
    address = form_address(one)
    other.goto(address)
    other.locator(".finding.current").wait_for()
    first = other.locator("#findings .finding").first
    assert first.locator(".state").inner_text() == ""
    with one.expect_response("**/decide"):
        one.keyboard.press("1")
    # Without a new visit: what one decides appears on the page the other has open.
    first.locator(".state:text-is('退回修改')").wait_for()
    other.reload()
    other.locator(".finding.current").wait_for()
    assert first.locator(".state").inner_text() == "退回修改"
    first.click()
    assert "王某" in first.locator(".by").inner_text()
    with other.expect_response("**/decide"):
        other.keyboard.press("3")
    # Undo takes back one's own steps only, and not what somebody else decided since.
    one.keyboard.press("u")
    one.wait_for_timeout(1500)
    one.goto(address)
    assert one.locator("#findings .finding .state").first.inner_text() == "误报"
    one.goto(f"{served.root}/history")
    text = one.locator("table.rows").inner_text()
    assert "王某" in text
    assert "李某" in text
    assert reader.locator("#drop").count() == 0
    reader.goto(address)
    reader.locator(".finding").first.wait_for()
    assert reader.locator("button[name=decision]").count() == 0
    assert reader.locator("a:has-text('带批注的原件')").count() == 0
    for page in pages:
        page.context.close()
