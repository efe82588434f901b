"""The clerk's hour in a real browser: drop, decide, send, receive the corrected file."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path
from typing import Any

import pytest

from tests.review.making import SOUND, VAGUE, changed, project, submission

pytestmark = pytest.mark.slow
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def drop_file(page: Any, name: str, data: bytes) -> None:
    """Drop a file onto the first page, as a hand with a mouse would."""
    page.goto(page.served.root)
    page.wait_for_selector("#drop")
    page.evaluate(
        """([name, text]) => {
          const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
          const data = new DataTransfer();
          data.items.add(new File([bytes], name));
          document.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        [name, base64.b64encode(data).decode()],
    )


def drop(page: Any, name: str, data: bytes, *, forms: int) -> None:
    """Drop a file onto the page and wait until its row says that it was judged."""
    drop_file(page, name, data)
    row = page.locator("table.files tr", has_text=name)
    row.locator("td.trust").wait_for()
    assert f"{forms} / 无预算表" in row.inner_text()
    page.locator(".busy").first.wait_for(state="detached")
    page.wait_for_timeout(1500)  # the page reloads once everything is judged


def download(page: Any, link: Any) -> bytes:
    with page.expect_download() as found:
        link.click()
    return Path(found.value.path()).read_bytes()


def text_of_docx(data: bytes) -> str:
    import docx

    document = docx.Document(io.BytesIO(data))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def sheet_of(data: bytes) -> list[tuple[Any, ...]]:
    import openpyxl

    return list(openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True))


def test_the_hour_of_a_clerk(tab: Any) -> None:
    page = tab
    assert page.locator("h1").inner_text() == "把报送的文件拖到这里"
    drop(page, "水利局第一次.docx", submission(project(VAGUE), project(SOUND)), forms=2)
    page.keyboard.press("g")
    page.wait_for_selector("h1:has-text('水文化宣传教育')")
    page.locator(".finding.current").wait_for()
    titles = page.locator("#findings .finding .title").all_inner_texts()
    number = titles.index("数量指标无数字")
    assert page.locator("#tables td[data-cards]").count() > 3
    # By keyboard: the first is sent back, the second kept, the third wrong, the fourth left for later, the rest sent back.
    for digit in "1234":
        fingerprint = page.locator(".finding.current").get_attribute("data-fingerprint")
        with page.expect_response("**/decide") as answer:
            page.keyboard.press(digit)
        assert answer.value.ok
        page.locator(f".finding.current:not([data-fingerprint='{fingerprint}'])").wait_for()
    states = page.locator("#findings .finding .state").all_inner_texts()
    assert states[:4] == ["退回修改", "属实保留", "误报", "待核实"]
    assert number == 0
    wrong = page.locator("#findings .finding .message").nth(2).inner_text()
    kept = page.locator("#findings .finding .message").nth(1).inner_text()
    # Undo takes back the last one, and what was decided survives a new start of the server.
    page.keyboard.press("u")
    page.locator("#findings .finding").nth(3).locator("xpath=self::*[contains(@class,'open')]").wait_for()
    for _ in range(len(states) - 3):
        fingerprint = page.locator(".finding.current").get_attribute("data-fingerprint")
        with page.expect_response("**/decide"):
            page.keyboard.press("1")
        page.wait_for_timeout(150)
    assert "都处理完了" in page.locator("#sums").inner_text()
    # A wording of its own, and a remark.
    page.locator("#findings .finding").first.click()
    page.keyboard.press("e")
    page.locator(".finding.current textarea[name=wording]").fill("“若干”不是数字，请写明场次")
    with page.expect_response("**/decide"):
        page.locator(".finding.current details.words[open] button").first.click()
    page.wait_for_selector(".finding.current >> text=信函里写")
    page.keyboard.press("m")
    page.locator("#remark textarea[name=message]").fill("活动对象没有写明")
    page.locator("#remark button").click()
    page.wait_for_selector(".finding.own")
    page.goto(f"{page.served.root}/settings")
    page.fill("input[name=bureau]", "云溪县财政局")
    page.fill("input[name=deadline]", "2026-12-31")
    page.fill("input[name=contact]", "预算绩效科")
    page.click("main button.primary")
    page.wait_for_selector("text=已保存")
    page.served.stop()
    page.goto(page.served.start())

    page.goto(f"{page.served.root}/send")
    letter = text_of_docx(download(page, page.locator("tbody a:has-text('审核意见')").first))
    assert "请写明场次" in letter
    assert "活动对象没有写明" in letter
    assert "2026年12月31日前" in letter
    assert "联系人：预算绩效科" in letter
    assert "云溪县财政局" in letter
    assert wrong not in letter
    assert kept not in letter
    general = text_of_docx(download(page, page.locator("tbody a:has-text('审核表（一般）')").first))
    assert "项目支出绩效目标审核表（一般性项目）" in general
    assert "优□ 良□" in general
    assert "财政部门绩效管理科室审核意见" in general
    assert wrong not in general
    assert f"{kept}〔属实保留〕" in general
    key = text_of_docx(download(page, page.locator("tbody a:has-text('审核表（重点）')").first))
    assert "资金匹配性（15分）" in key
    ledger = sheet_of(download(page, page.locator("tbody a:has-text('整改台账')").first))
    assert ledger[1][:10] == (
        "序号", "单位", "项目", "问题", "位置", "整改措施", "责任人", "完成时限", "整改佐证", "状态",
    )  # fmt: skip
    assert {row[9] for row in ledger[2:]} == {"未整改"}
    assert len(ledger) - 2 == len(states) - 2 + 1
    page.click("button:has-text('记为已发出')")
    page.wait_for_selector("text=第 1 次")

    better = changed(project(VAGUE), 宣传活动场次="12场", 宣传质量="大概可以")
    drop(page, "水利局第二次.docx", submission(better), forms=1)
    page.goto(f"{page.served.root}/received")
    section = page.locator("section.recheck", has_text="水文化宣传教育")
    assert "对照 水利局第一次.docx" in section.inner_text()
    rows = {
        re.sub(r"\s+", " ", row.locator("td").nth(2).inner_text()): row.locator("td").first.inner_text().split("\n")[0]
        for row in section.locator("tbody tr").all()
    }
    assert [state for text, state in rows.items() if "若干" in text and "宣传活动场次" in text] == ["已改"]
    assert "未改" in rows.values()
    assert "报回" in page.locator("tbody tr", has_text="云溪县水利局").first.inner_text()
    ledger = sheet_of(download(page, _ledger(page)))
    fixed = [row for row in ledger[2:] if row[9] == "已整改"]
    assert any("12场" in (row[8] or "") for row in fixed)
    assert any(row[9] == "未整改" for row in ledger[2:])
    # Decisions came along with the project: what was wrong in the first version still is.
    page.goto(f"{page.served.root}/received")
    page.click("section.recheck h2 a")
    page.locator(".finding.current").wait_for()
    assert "误报" in page.locator("#findings .finding .state").all_inner_texts()
    assert page.locator(".finding.own").count() == 1


def _ledger(page: Any) -> Any:
    page.goto(f"{page.served.root}/send")
    return page.locator("tbody a:has-text('整改台账')").first
