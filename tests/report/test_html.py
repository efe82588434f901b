"""The HTML report: complete, offline, harmless, and working in a browser."""

from __future__ import annotations

import html as escaping
import json
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from indicators.catalogue import builtin_rules
from indicators.records import Cell, Table
from indicators.report.html import html_parts, write_html
from tests.report.making import HOSTILE, PHONE, form_text, from_file, from_text, hostile_report, report_of, sample

BROWSER = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def rules():
    return builtin_rules()


@pytest.fixture(scope="module")
def report():
    return report_of(from_text(form_text(3)), from_text(form_text(1, name="水库除险"), name="另一份.txt"))


class Page(HTMLParser):
    """What a page is made of: tags with attributes, and text."""

    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.words = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)


def test_every_finding_is_in_the_list_and_on_its_page(report, rules):
    page = Page(write_html(report, rules))
    rows = [attrs for tag, attrs in page.tags if tag == "tr" and attrs.get("data-severity", "").count(" ") == 0]
    listed = [attrs for attrs in rows if attrs.get("data-rule")]
    assert len([attrs for attrs in listed if attrs["data-rule"] == "F101"]) == 4
    shown = [attrs["id"] for tag, attrs in page.tags if re.fullmatch(r"f-\d+-(?:d|\d+)-\d+", attrs.get("id", ""))]
    assert len(set(shown)) == len(shown) == len(report.findings)
    articles = [attrs["id"] for tag, attrs in page.tags if tag == "article"]
    assert articles == ["f-0-d", "f-0-0", "f-0-1", "f-0-2", "f-1-d", "f-1-0"]


def test_every_link_leads_somewhere_in_the_page(report, rules):
    page = Page(write_html(report, rules))
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    links = [attrs["href"] for tag, attrs in page.tags if tag in ("a", "use") and "href" in attrs]
    assert links
    for link in links:
        assert link.startswith("#")
        target = link[1:].split("?")[0]
        # A finding on the form as a whole stands at no cell.
        assert target in ids or target.startswith("c-")


def test_the_form_stands_as_printed_with_marks(report, rules):
    text = write_html(report, rules)
    article = text[text.index('<article id="f-0-0"') : text.index('<article id="f-0-1"')]
    cells = re.findall(r'<td[^>]* class="(error|warning|note)(?: num)?">', article)
    assert sorted(cells) == ["error", "note", "warning"]
    assert "单位成本" in article
    assert "清淤3公里。" in article
    assert article.count('class="level l3"') >= 12


def test_nothing_is_asked_of_the_network(report, rules):
    text = write_html(report, rules)
    page = Page(text)
    for tag, attrs in page.tags:
        assert tag not in ("link", "iframe", "object", "embed", "base") or attrs.get("href") == "data:,"
        assert not (tag == "script" and "src" in attrs)
        for name in ("src", "href", "action", "srcset"):
            assert not re.match(r"(?:https?:)?//", attrs.get(name) or "")
        assert not any(name.startswith("on") or name == "style" for name in attrs)
    policy = next(attrs["content"] for tag, attrs in page.tags if attrs.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_document_text_stays_text(rules):
    text = write_html(hostile_report(), rules)
    page = Page(text)
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert "<script>alert" not in text
    shown = "".join(page.words)
    assert '=HYPERLINK("http://example.invalid")<script>alert(1)</script>]]>' in shown
    assert "\x00" not in text
    assert escaping.unescape("&lt;") == "<"
    assert HOSTILE.replace("\x00", "").replace("\x0b", "") in shown


def test_no_name_and_no_phone(report, rules):
    text = write_html(report, rules)
    assert "甲乙丙" not in text
    assert PHONE not in text
    assert "138****1234" in text
    assert "已填" in text


def test_pieces_make_the_page(report, rules):
    assert "".join(html_parts(report, rules)) == write_html(report, rules)


def test_page_pictures_with_boxes(rules):
    document = from_file(sample("农业农村局"))
    text = write_html(report_of(document), rules)
    page = Page(text)
    pictures = {attrs["id"] for tag, attrs in page.tags if tag == "image"}
    assert pictures == {"p-0-1", "p-0-2"}
    boxes = [attrs for tag, attrs in page.tags if tag == "rect" and "box" in attrs.get("class", "").split()]
    with_box = [item for item in document.findings if item.at.bbox is not None]
    assert len(boxes) == len(with_box)
    assert not any(tag == "image" for tag, _ in Page(write_html(report_of(document), rules, pictures=0)).tags)


def test_no_picture_of_a_file_that_changed(rules, tmp_path):
    document = from_file(sample("农业农村局"))
    path = tmp_path / "changed.pdf"
    path.write_bytes(sample("农业农村局").read_bytes() + b"\n")
    assert "<image" not in write_html(report_of(replace(document, path=str(path))), rules)
    assert "<image" not in write_html(report_of(replace(document, path=str(tmp_path / "gone.pdf"))), rules)


def test_recognised_cells_show_their_picture(rules):
    document = from_file(sample("农业农村局"))
    source = document.extraction.document
    blocks = tuple(_doubtful(block) if isinstance(block, Table) else block for block in source.blocks)
    extraction = replace(document.extraction, document=replace(source, blocks=blocks))
    text = write_html(report_of(replace(document, extraction=extraction)), rules)
    assert "由图片识别，可信度 80%" in text
    assert text.count('class="crop"') > 0
    assert write_html(report_of(document), rules).count('class="crop"') == 0


def _doubtful(table: Table) -> Table:
    def doubted(cell: Cell) -> Cell:
        return replace(cell, confidence=0.8)

    return replace(table, cells=tuple(map(doubted, table.cells)))


def test_report_without_forms_or_documents(rules):
    assert "没有符合条件" in write_html(report_of(), rules)
    assert "空文件" in write_html(report_of(from_text("没有表格的空文件\n", name="空文件.txt")), rules)


# In a real browser ---------------------------------------------------------------------------------------------------


def opened(path, place="", folder=None):
    """Open the page at a place; return its DOM after the scripts ran, the console and the requests made."""
    if BROWSER is None:
        pytest.skip("no Chromium")
    log = folder / "net.json"
    command = [
        BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        f"--user-data-dir={folder / 'profile'}", f"--log-net-log={log}", "--enable-logging=stderr",
        "--virtual-time-budget=3000", "--dump-dom", f"{path.as_uri()}{place}",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return done.stdout, console, _requests(log)


#: What the browser itself asks for, whatever page it shows.
_OWN = re.compile(r"https?://[^/]*\.(?:google|googleapis|gvt1|gstatic)\.com(?:[:/]|$)")


def _requests(log):
    """Return every address asked for but those of the browser's own housekeeping."""
    events = json.loads(log.read_text(encoding="utf-8"))["events"]
    assert events
    urls = {event["params"].get("url") for event in events if isinstance(event.get("params"), dict)}
    return {url for url in urls if url and re.match(r"(?:https?|wss?|ftp):", url) and not _OWN.match(url)}


@pytest.mark.slow
def test_the_network_log_would_show_a_request(tmp_path):
    """A page that does ask is caught, so that the empty set below means something."""
    path = tmp_path / "asking.html"
    path.write_text('<img src="http://example.invalid/x.png">', encoding="utf-8")
    assert opened(path, "", tmp_path)[2] == {"http://example.invalid/x.png"}


@pytest.fixture(scope="module")
def page(rules, tmp_path_factory):
    folder = tmp_path_factory.mktemp("html")
    path = folder / "report.html"
    report = hostile_report(3)
    other = from_text(form_text(2, name="水库除险"), name="另一份.txt")
    path.write_text(write_html(report_of(*report.documents, other), rules), encoding="utf-8")
    return path


def shown_rows(dom, section):
    part = dom[dom.index(f'<section id="{section}"') :]
    part = part[: part.index("</section>")]
    rows = re.findall(r"<tr data-severity[^>]*>", part)
    return [row for row in rows if not re.search(r"\bhidden\b", row)], len(rows)


def open_view(dom):
    return re.findall(r'<(?:section|article) id="([^"]+)" class="[^"]*\bopen\b', dom)


@pytest.mark.slow
def test_browser_opens_the_overview(page, tmp_path):
    dom, console, requests = opened(page, "", tmp_path)
    assert open_view(dom) == ["overview"]
    assert console == []
    assert requests == set()


@pytest.mark.slow
def test_browser_filters_and_searches(page, tmp_path):
    dom, console, _ = opened(page, "#findings?severity=error", tmp_path)
    assert open_view(dom) == ["findings"]
    shown, count = shown_rows(dom, "findings")
    assert len(shown) == 5
    assert count == 13
    assert all('data-severity="error"' in row for row in shown)
    assert "5 / 13 条" in dom
    dom, more, _ = opened(page, "#findings?q=水库 目标", tmp_path)
    assert len(shown_rows(dom, "findings")[0]) == 2
    assert len(shown_rows(dom, "forms")[0]) == 0
    assert console == more == []


@pytest.mark.slow
def test_a_long_list_is_shown_a_page_at_a_time_and_sorted_as_a_whole(rules, tmp_path):
    from playwright.sync_api import sync_playwright

    path = tmp_path / "long.html"
    path.write_text(
        "".join(html_parts(report_of(from_text(form_text(230))), rules, links=["a.html"])), encoding="utf-8"
    )
    seen = "#forms tbody tr:visible"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{path.as_uri()}#forms")
        assert page.locator(seen).count() == 100
        assert page.locator("#forms .pager span").inner_text() == "第 1 / 3 页"
        first = page.locator(seen).first.inner_text()
        page.click("#forms .pager button >> text=下一页")
        page.click("#forms .pager button >> text=下一页")
        assert page.locator(seen).count() == 30
        assert page.locator("#forms .pager button >> text=下一页").is_disabled()
        assert page.locator(seen).first.inner_text() != first
        names = page.locator("#forms tbody tr td:nth-child(2)").all_text_contents()
        page.click("#forms th >> text=项目")
        assert page.locator("#forms .pager span").inner_text() == "第 1 / 3 页"
        order = page.evaluate("names => names.sort((a, b) => -a.localeCompare(b, 'zh-CN'))", names)
        assert page.locator(f"{seen} td:nth-child(2)").all_text_contents() == order[:100]
        page.fill("#q", max(names, key=len))
        page.locator("#forms .pager").wait_for(state="hidden")
        assert "q=" in page.evaluate("location.hash")
        browser.close()


@pytest.mark.slow
def test_a_phone_shows_lists_without_scrolling_sideways_and_breaks_no_amount(rules, tmp_path):
    from playwright.sync_api import sync_playwright

    path = tmp_path / "phone.html"
    path.write_text(write_html(report_of(from_file(sample("水利局"))), rules, pictures=0), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 800})
        for place in ("", "#findings", "#forms", "#rules", "#f-0-9"):
            page.goto(f"{path.as_uri()}{place}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, place
        # A text that takes one line has one rectangle.
        lines = page.evaluate(
            """[...document.querySelectorAll('.open .printed td')].filter(cell => /^[0-9,.]+$/.test(cell.textContent.trim()))
            .map(cell => { const range = document.createRange(); range.selectNodeContents(cell.lastChild);
            return range.getClientRects().length; })"""
        )
        assert lines
        assert set(lines) == {1}
        browser.close()


def test_the_first_sentence_says_what_whose_and_how_good(rules):
    text = write_html(report_of(from_file(sample("水利局"))), rules, pictures=0)
    said = re.search(r'<p class="headline">(.*?)</p>', text).group(1)
    assert re.fullmatch(r"1 个文件，12 张表（云溪县水利局）；平均参考分 \d+\.\d；错误 \d+ 处，警告 \d+ 处。", said)


def test_an_overview_of_two_thousand_forms_is_small(rules):
    document = from_text(form_text(200))
    report = report_of(*(document for _ in range(10)))
    page = "".join(html_parts(report, rules, links=[f"{number}.html" for number in range(10)]))
    assert len(page.encode()) < 5_000_000
    assert page.count("<tr data-severity") == 2000


@pytest.mark.slow
def test_browser_opens_a_project_at_a_finding(page, tmp_path):
    dom, console, requests = opened(page, "#f-1-1-0", tmp_path)
    assert open_view(dom) == ["f-1-1"]
    assert console == []
    assert requests == set()
