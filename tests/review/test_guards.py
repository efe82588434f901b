"""Each guard of the page: what it turns away, over HTTP, without a browser."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from indicators.pipeline import Checker
from indicators.records import DocumentReport
from indicators.store import open_store
from indicators.store.people import Person, add_user, close_user, new_session, user_names
from indicators.store.schema_review import sessions, submissions, users

pytest.importorskip("starlette", reason="the extra review is not installed")
httpx = pytest.importorskip("httpx", reason="httpx is not installed")

from starlette.testclient import TestClient  # noqa: E402

from indicators.review import guards  # noqa: E402
from indicators.review.app import make_app  # noqa: E402
from indicators.review.serving import Office  # noqa: E402
from indicators.review.signing import password_digest  # noqa: E402
from tests.report.making import form_text, hostile_report  # noqa: E402

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
        if role not in _roles_of(office):
            office.store.change(lambda connection: add_user(connection, f"甲（{role}）", "no digest", role))
        token = office.store.change(lambda connection: new_session(connection, Person(name=f"甲（{role}）", role=role)))
        made.cookies.set(guards.COOKIE, token)
        made.headers["x-csrf-token"] = guards.csrf_of(token)
    return made


def _roles_of(office: Office) -> set[str]:
    with office.store.engine.connect() as connection:
        return set(connection.execute(select(users.c.role).where(users.c.active.is_(True))).scalars())


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
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in answer.headers["permissions-policy"]
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


def test_behind_a_proxy_each_address_is_slowed_down_by_itself(office: Office) -> None:
    office.store.change(lambda connection: add_user(connection, "甲", password_digest("correct horse"), "审核"))
    app = make_app(office)

    def tried(name: str, password: str, peer: str, forwarded: str) -> int:
        known = TestClient(app, base_url=ORIGIN, follow_redirects=False, client=(peer, 4000))
        headers = {"origin": ORIGIN, "x-forwarded-for": forwarded}
        return known.post("/sign-in", data={"name": name, "password": password}, headers=headers).status_code

    for number in range(6):
        # What the client itself put in front is not believed.
        code = tried(f"guess {number}", "wrong", "127.0.0.1", f"10.9.9.{number}, 10.0.0.1")
    assert code == 429
    assert tried("甲", "correct horse", "127.0.0.1", "10.0.0.2") == 303
    # Nor is the header believed of anybody but the proxy.
    for number in range(6):
        code = tried(f"guess {number}", "wrong", "10.0.0.3", f"10.0.1.{number}")
    assert code == 429


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
    office.store.change(lambda connection: add_user(connection, "甲（审核）", password_digest("another one"), "审核"))
    assert known.get("/").status_code == 303


def test_a_closed_account_and_another_role_hold_at_once(office: Office) -> None:
    known, reader = client(office, "审核"), client(office, "只读")
    # Even where the sessions of the name were left standing.
    office.store.change(lambda connection: connection.execute(update(users).values(role="只读")))
    assert known.post("/undo").status_code == 403
    office.store.change(lambda connection: connection.execute(update(users).values(active=False)))
    assert known.get("/").status_code == 303
    assert reader.get("/").status_code == 303


def test_closing_an_account_ends_its_sessions(office: Office) -> None:
    known = client(office, "审核")
    assert office.store.change(lambda connection: close_user(connection, "甲（审核）"))
    assert not office.store.change(lambda connection: close_user(connection, "甲（审核）"))
    with office.store.engine.connect() as connection:
        assert connection.execute(select(sessions.c.token)).first() is None
        assert user_names(connection) == []
    assert known.get("/").status_code == 303


def test_a_session_ends_by_itself(office: Office) -> None:
    known = client(office, "审核")
    past = "2020-01-01T00:00:00+08:00"
    office.store.change(lambda connection: connection.execute(update(sessions).values(expires=past)))
    assert known.get("/").status_code == 303


def test_unknown_names_take_as_long_as_wrong_passwords(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from indicators.review import signing

    office.store.change(lambda connection: add_user(connection, "甲", password_digest("correct horse"), "审核"))
    asked: list[str] = []
    real = signing._matches
    monkeypatch.setattr(signing, "_matches", lambda digest, password: asked.append(digest) or real(digest, password))
    for name in ("甲", "nobody of that name"):
        assert client(office).post("/sign-in", data={"name": name, "password": "wrong"}).status_code == 401
    assert len(asked) == 2
    assert all(digest.startswith("$argon2id$") for digest in asked)


def test_numbers_of_people_are_masked(office: Office, tmp_path: Path) -> None:
    """In the original beside the findings for everybody, in what colleagues wrote for whoever only looks."""
    import hashlib

    from indicators.batch.rows import rows_of
    from indicators.store.decisions import Decision, decide

    path = tmp_path / "a.txt"
    path.write_text(form_text(1, phone="13800001234"), encoding="utf-8")
    report = Checker().check_file(path)
    digest, key = hashlib.sha256(path.read_bytes()).hexdigest(), str(path)
    office.store.write((rows_of(report, key=key, versions="v", digest=digest, size=1), None))
    finding = next(item for item in report.findings if item.form == 0)
    made = Decision(decision="return", note="已电话 13900005678", wording="请与 13900005678 联系")
    office.store.change(
        lambda connection: decide(connection, [(key, finding.fingerprint)], author="甲", change=lambda _: made)
    )
    for role in ("只读", "审核"):
        known = client(office, role)
        addresses = ("/", "/list", f"/form?d={key}&f=0", f"/form?d={key}&f=-1", "/send")
        text = "".join(known.get(address).text for address in addresses)
        assert "138****1234" in text
        assert "13800001234" not in text
        assert ("13900005678" in text) == (role == "审核")


def test_names_inside_archives_are_never_paths(office: Office, tmp_path: Path) -> None:
    import zipfile

    office.intake._put = lambda task: None  # type: ignore[method-assign]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("../../evil.txt", "/etc/cron.d/evil.txt", "a/b.txt"):
            archive.writestr(name, "text")
    answer = client(office, "审核").post("/files", files={"file": ("报送.zip", out.getvalue(), "application/zip")})
    assert answer.status_code == 200, answer.text
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and "s.db" not in path.name]
    assert [path.parent for path in kept] == [office.folder / "收件"]
    assert re.fullmatch(r"[0-9a-f]{64}\.zip", kept[0].name)


def test_only_so_many_files_wait(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from indicators.review import intake

    office.intake._put = lambda task: setattr(office.intake, "open", office.intake.open + 1)  # type: ignore[method-assign]
    monkeypatch.setattr(intake, "MOST_WAITING", 2)
    known = client(office, "审核")
    answers = [
        known.post("/files", files={"file": (f"{number}.txt", f"text {number}".encode(), "text/plain")})
        for number in range(3)
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 422]
    assert "太多" in answers[2].json()["error"]


def test_what_an_address_says_is_never_trusted(office: Office) -> None:
    """Numbers and keys that are none end in an answer, not in a failure of the server."""
    known = client(office, "审核")
    for path in (
        "/form?d=x&f=x", "/list?page=-5&year=x&sort=x", "/list?page=99999999999", "/history?before=x",
        "/received?d=x&page=x", "/received/candidates?d=x&f=x", "/form/alike?d=x&x=x", "/form/page.png?d=x&p=x",
        "/alike?page=x&kind=x", "/list/sample.xlsx?way=x", "/form/suggestions?d=x&i=x", "/send?page=x",
    ):  # fmt: skip
        assert known.get(path).status_code < 500, path
    for path, data in (
        ("/pair", {"d": "x", "f": "x", "previous": "y#z"}), ("/pair", {"d": "x", "f": "0", "previous": "y"}),
        ("/remark", {"d": "x", "f": "x", "message": "m", "place": "a,b,c"}), ("/decide", {"d": "x", "f": "x", "x": "y"}),
        ("/decide/many", {"d": "x", "x": "y", "decision": "return"}), ("/remark/state", {"x": "y", "state": "z"}),
    ):  # fmt: skip
        assert known.post(path, data=data).status_code < 500, path


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

    def ready(address: str) -> None:
        raise AssertionError("it must not start")

    with open_store(tmp_path / "s.db") as store:
        with pytest.raises(ConfigError, match="账号"):
            serve(store, tmp_path, host="0.0.0.0", ready=ready)
        # On this machine behind a proxy, too.
        with pytest.raises(ConfigError, match="账号"):
            serve(store, tmp_path, names=["https://jixiao.example.gov"], ready=ready)
