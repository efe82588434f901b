"""Documents that ask to be fetched from: nothing is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from indicators.cli import main
from tests.readers.office import docx, p, packed, relations, xlsx

FORM = "项目支出绩效目标表</h1><table><tr><td>项目名称</td><td>清淤</td></tr></table>"


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """Give an address, and what was asked for there."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", paths
    server.shutdown()
    server.server_close()


def documents(address: str) -> dict[str, bytes]:
    """Return documents that name an address wherever their formats let them."""
    head = f'<base href="{address}/"><link rel="stylesheet" href="a.css"><script src="a.js"></script>'
    page = f'<html><head>{head}</head><body><h1>{FORM}<img src="{address}/a.png"><iframe src="{address}/b"></iframe></html>'
    dtd = f'<?xml version="1.0"?><!DOCTYPE html SYSTEM "{address}/a.dtd"><html><body><h1>{FORM}</body></html>'
    included = f'<html xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{address}/c"/><h1>{FORM}</html>'
    external = 'TargetMode="External"'
    linked = relations(("attachedTemplate", f"{address}/t.dotx"), ("image", f"{address}/a.png")).replace(
        "/>", f" {external}/>"
    )
    template = {"word/_rels/settings.xml.rels": linked, "word/_rels/document.xml.rels": linked}
    return {
        "page.html": page.encode(),
        "dtd.html": dtd.encode(),
        "included.html": included.encode(),
        "template.docx": _with(docx(p("项目支出绩效目标表")), template),
        "dtd.docx": docx(p("甲"), prolog=f'<!DOCTYPE w SYSTEM "{address}/d.dtd">'),
        "linked.xlsx": _with(xlsx({"甲": "<sheetData/>"}), {"xl/externalLinks/_rels/externalLink1.xml.rels": linked}),
    }


def _with(package: bytes, parts: dict[str, str]) -> bytes:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return packed({**{name: archive.read(name) for name in archive.namelist()}, **parts})


def test_the_server_hears_who_asks(asked: tuple[str, list[str]]) -> None:
    from urllib.error import HTTPError
    from urllib.request import urlopen

    with pytest.raises(HTTPError):
        urlopen(f"{asked[0]}/here")
    assert asked[1] == ["/here"]


@pytest.mark.parametrize("command", ["check", "extract", "annotate"])
def test_nothing_is_fetched(command: str, asked: tuple[str, list[str]], tmp_path: Path) -> None:
    address, paths = asked
    for name, data in documents(address).items():
        (tmp_path / name).write_bytes(data)
        options = ["-o", str(tmp_path / f"out-{name}")] if command == "annotate" else ["--format", "json"]
        assert main([command, str(tmp_path / name), "--no-guard", *options]) in (0, 1, 2)
    assert paths == []
