"""Each guard of the page: what it turns away, over HTTP, without a browser."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from indicators.records import DocumentReport
from indicators.store import open_store
from indicators.store.people import Person, add_user, new_session
from indicators.store.schema_review import sessions, submissions, users

pytest.importorskip("starlette", reason="the extra review is not installed")
httpx = pytest.importorskip("httpx", reason="httpx is not installed")

from starlette.testclient import TestClient  # noqa: E402

from indicators.review import guards  # noqa: E402
from indicators.review.app import make_app  # noqa: E402
from indicators.review.serving import Office  # noqa: E402
from indicators.review.signing import password_digest  # noqa: E402
from tests.report.making import hostile_report  # noqa: E402

HOST = "127.0.0.1:8000"
ORIGIN = f"http://{HOST}"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_store(tmp_path / "s.db") as store:
        made = Office(store=store, folder=tmp_path / "data", hosts=frozenset({HOST}), accounts=True)
        yield made
        made.close()


def client(office: Office, role: str = "", *, origin: str | None = ORIGIN) -> TestClient:
    made = TestClient(make_app(office), base_url=ORIGIN, follow_redirects=False, raise_server_exceptions=False)
    if origin is not None:
        made.headers["origin"] = origin
    if role:
        token = office.store.change(lambda connection: new_session(connection, Person(name="甲", role=role)))
        made.cookies.set(guards.COOKIE, token)
        made.headers["x-csrf-token"] = guards.csrf_of(token)
    return made


def stored(office: Office, report: DocumentReport, key: str) -> None:
    from indicators.batch.rows import rows_of

    office.store.write((rows_of(report, key=key, versions="v", digest="0" * 64, size=1), None))


def test_nobody_comes_in_unknown(office: Office) -> None:
    visitor = client(office)
    for path in ("/", "/list", "/form?d=x&f=0", "/send", "/send/letter.docx", "/history", "/original?d=x"):
        answer = visitor.get(path)
        assert answer.status_code == 303, path
        assert answer.headers["location"] == "/sign-in"
    assert visitor.get("/events").status_code == 401
    assert visitor.post("/decide", data={"d": "x"}).status_code == 401


def test_only_its_own_host_is_answered(office: Office) -> None:
    """A page elsewhere whose name is made to point here (DNS rebinding) gets nothing."""
    known = client(office, "审核")
    assert known.get("/").status_code == 200
    assert known.get("/", headers={"host": "evil.example:8000"}).status_code == 400


def test_changes_come_from_its_own_pages_only(office: Office) -> None:
    for origin in (None, "http://evil.example", "null"):
        assert client(office, "审核", origin=origin).post("/undo").status_code == 403, origin
    assert client(office, "审核").post("/undo").status_code == 204


def test_changes_need_the_token_of_the_session(office: Office) -> None:
    known = client(office, "审核")
    known.headers["x-csrf-token"] = guards.csrf_of("another session")
    assert known.post("/undo").status_code == 403
    del known.headers["x-csrf-token"]
    assert known.post("/undo").status_code == 403


def test_roles(office: Office) -> None:
    reader = client(office, "只读")
    assert reader.get("/").status_code == 200
    for path in ("/decide", "/undo", "/remark", "/pair", "/files", "/settings", "/send/register", "/decide/many"):
        assert reader.post(path).status_code == 403, path
    assert reader.get("/original?d=x").status_code == 403
    assert reader.get("/send/annotated?d=x").status_code == 403
    assert client(office, "审核").post("/settings").status_code == 403
    assert client(office, "主管").post("/settings", data={"bureau": "云溪县财政局"}).status_code == 303


def test_headers(office: Office) -> None:
    answer = client(office, "审核").get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cache-control"] == "no-store"
    assert "server" not in answer.headers
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|style=", answer.text)


def test_cookies(office: Office) -> None:
    office.store.change(lambda connection: add_user(connection, "甲", password_digest("correct horse"), "审核"))
    office.secure = True
    answer = client(office).post("/sign-in", data={"name": "甲", "password": "correct horse"})
    cookie = answer.headers["set-cookie"].lower()
    assert answer.status_code == 303
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" in cookie
    value = re.match(rf"{guards.COOKIE}=([^;]+)", answer.headers["set-cookie"])
    assert value is not None
    with office.store.engine.connect() as connection:
        kept = list(connection.execute(select(sessions.c.token)).scalars())
        password = connection.execute(select(users.c.password)).scalar()
    assert value.group(1) not in kept
    assert password.startswith("$argon2id$")


def test_guessing_is_slowed_down(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.store.change(lambda connection: add_user(connection, "甲", password_digest("correct horse"), "审核"))
    visitor = client(office)
    answers = [visitor.post("/sign-in", data={"name": "甲", "password": "wrong"}).status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]
    # Even the right password waits now.
    assert visitor.post("/sign-in", data={"name": "甲", "password": "correct horse"}).status_code == 429


def test_the_wait_grows_and_passes() -> None:
    clock = [0.0]
    throttle = guards.Throttle(free=2, clock=lambda: clock[0])
    throttle.failed("a")
    assert throttle.wait("a") == 0
    throttle.failed("a")
    first = throttle.wait("a")
    throttle.failed("a")
    assert throttle.wait("a") > first > 0
    assert throttle.wait("b") == 0
    clock[0] = 2000
    assert throttle.wait("a") == 0


def test_the_token_works_once_and_only_without_accounts(office: Office) -> None:
    assert client(office).get(f"/sign-in?token={office.token}").status_code == 200
    office.accounts = False
    token = office.token
    assert client(office).get("/sign-in?token=wrong").status_code == 200
    assert client(office).get(f"/sign-in?token={token}").status_code == 303
    assert client(office).get(f"/sign-in?token={token}").status_code == 200
    assert client(office).post("/sign-in", data={"name": "甲", "password": "x"}).status_code == 403


def test_signing_out_ends_the_session(office: Office) -> None:
    known = client(office, "审核")
    token = known.cookies[guards.COOKIE]
    assert known.post("/sign-out", data={"csrf": "wrong"}).status_code == 403
    assert known.post("/sign-out", data={"csrf": guards.csrf_of(token)}).status_code == 303
    known.cookies.set(guards.COOKIE, token)
    assert known.get("/").status_code == 303


def test_a_new_password_ends_old_sessions(office: Office) -> None:
    known = client(office, "审核")
    office.store.change(lambda connection: add_user(connection, "甲", password_digest("another one"), "审核"))
    assert known.get("/").status_code == 303


def test_names_of_uploads_are_never_paths(office: Office, tmp_path: Path) -> None:
    office.intake.start = lambda: None  # type: ignore[method-assign]
    office.intake._put = lambda task: None  # type: ignore[method-assign]
    known = client(office, "审核")
    for name in ("../../../evil.txt", "C:\\Windows\\evil.txt", "/etc/cron.d/evil.txt", "a\u202eb.txt"):
        answer = known.post("/files", files={"file": (name, io.BytesIO(b"text"), "text/plain")})
        assert answer.status_code == 200, answer.text
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix == ".txt"]
    assert [path.parent for path in kept] == [office.folder / "收件"]
    assert re.fullmatch(r"[0-9a-f]{64}\.txt", kept[0].name)
    with office.store.engine.connect() as connection:
        names = set(connection.execute(select(submissions.c.name)).scalars())
    assert names == {"evil.txt", "ab.txt"}


def test_uploads_have_limits(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    known = client(office, "审核")
    answer = known.post("/files", files={"file": ("a.exe", io.BytesIO(b"MZ"), "application/x")})
    assert answer.status_code == 422
    assert "不是可以读取的类型" in answer.json()["error"]
    assert "空" in known.post("/files", files={"file": ("a.txt", io.BytesIO(b""), "text/plain")}).json()["error"]
    two = [("file", ("a.txt", b"x", "text/plain")), ("more", ("b.txt", b"x", "text/plain"))]
    assert known.post("/files", files=two).status_code == 400
    monkeypatch.setattr(guards, "MOST_BYTES", 1000)
    assert known.post("/files", content=b"x" * 80_000).status_code == 413

    def endless() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        for _ in range(100):
            yield b"x" * 10_000

    # Without a declared length the body is counted.
    kind = {"content-type": "multipart/form-data; boundary=b"}
    assert known.post("/files", content=endless(), headers=kind).status_code == 413
    assert known.post("/decide", content=b"d=" + b"x" * (3 << 20)).status_code == 413
    assert known.post("/files", content=b"no such form", headers=kind).status_code == 400


def test_text_of_documents_is_never_markup(office: Office) -> None:
    for number, document in enumerate(hostile_report().documents):
        stored(office, document, f"hostile{number}")
    known = client(office, "审核")
    pages = [known.get(path).text for path in ("/", "/list", "/send", "/form?d=hostile0&f=0", "/form?d=hostile0&f=-1")]
    assert any("alert" in page for page in pages)
    for page in pages:
        assert not re.search(r"<script(?![^>]*\bsrc=\"/static)|<img|javascript:|<iframe|\sonerror=[\"']", page)


def test_failures_say_nothing_of_the_inside(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from indicators.review import lists

    def broken(*given: Any) -> None:
        raise ZeroDivisionError("secret of the inside")

    monkeypatch.setattr(lists, "facets", broken)
    answer = client(office, "审核").get("/list")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["content-security-policy"]


def test_no_listing_and_no_way_out_of_static(office: Office) -> None:
    visitor = client(office)
    for path in (
        "/static/",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/htmx.LICENSE",
        "/templates/base.html",
    ):
        assert visitor.get(path).status_code == 404, path
    assert visitor.get("/static/app.js").status_code == 200


def test_only_the_person_at_the_machine_needs_no_account(tmp_path: Path) -> None:
    from indicators.errors import ConfigError
    from indicators.review.serving import serve

    with open_store(tmp_path / "s.db") as store, pytest.raises(ConfigError, match="账号"):
        serve(store, tmp_path, host="0.0.0.0", ready=lambda address: None)
