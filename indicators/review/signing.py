"""Signing in: with the one-time token on one's own machine, with name and password in an office."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from indicators.review import guards
from indicators.store.people import Person, account, end_session, new_session

if TYPE_CHECKING:
    from indicators.review.serving import Office

__all__ = ["password_digest", "routes"]

_LONGEST = 200
#: A proxy is believed only on this machine.
_PROXIES = ("127.0.0.1", "::1")


@cache
def _hasher() -> object:
    from argon2 import PasswordHasher

    return PasswordHasher()


def password_digest(password: str) -> str:
    """Return the argon2 digest of a password."""
    digest: str = _hasher().hash(password)  # type: ignore[attr-defined]
    return digest


@cache
def _nobody() -> str:
    """Return a digest to compare with where there is no such account, so that names cannot be found out by time."""
    return password_digest("nobody")


def _matches(digest: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return bool(_hasher().verify(digest, password))  # type: ignore[attr-defined]
    except (VerificationError, InvalidHashError):
        return False


def routes(office: Office) -> Sequence[Route]:
    """Return the routes that need no session."""
    from indicators.review.showing import plain

    throttle = guards.Throttle()

    async def door(request: Request) -> Response:
        token = request.query_params.get("token", "")
        person = office.take_token(token) if token else None
        if person is not None:
            return await run_in_threadpool(_welcome, office, person)
        return plain("sign_in.html", accounts=office.accounts, error="", spent=bool(token))

    async def enter(request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=10)
        name, password = str(form.get("name", ""))[:_LONGEST], str(form.get("password", ""))[:_LONGEST]
        where = _where(request)
        if not office.accounts:
            return plain("sign_in.html", status=403, accounts=False, error="", spent=True)
        if wait := throttle.wait(f"name {name}", f"from {where}"):
            error = f"试错太多，请 {wait} 秒后再试。"
            return plain("sign_in.html", status=429, accounts=True, error=error, spent=False)
        person = await run_in_threadpool(_known, office, name, password)
        if person is None:
            throttle.failed(f"name {name}", f"from {where}")
            return plain("sign_in.html", status=401, accounts=True, error="姓名或密码不对。", spent=False)
        throttle.passed(f"name {name}")
        return await run_in_threadpool(_welcome, office, person)

    async def leave(request: Request) -> Response:
        cookie = request.cookies.get(guards.COOKIE, "")
        form = await request.form(max_files=0, max_fields=10)
        if form.get("csrf") != guards.csrf_of(cookie):
            return PlainTextResponse("页面已过期，请刷新后重试。", 403)
        await run_in_threadpool(office.store.change, lambda connection: end_session(connection, cookie))
        answer = RedirectResponse("/sign-in", 303)
        answer.delete_cookie(guards.COOKIE, path="/")
        return answer

    return (
        Route("/sign-in", door, methods=["GET"]),
        Route("/sign-in", enter, methods=["POST"]),
        Route("/sign-out", leave, methods=["POST"]),
    )


def _where(request: Request) -> str:
    """Return where a request comes from: the address the proxy on this machine names, else that of the connection.

    Without it all who come by the proxy would be one address, and the wrong passwords of one would lock out everybody.
    """
    peer = request.client.host if request.client is not None else ""
    if peer in _PROXIES:
        return request.headers.get("x-forwarded-for", "").rsplit(",", 1)[-1].strip()[:_LONGEST] or peer
    return peer


def _known(office: Office, name: str, password: str) -> Person | None:
    with office.store.engine.connect() as connection:
        row = account(connection, name)
    if row is None:
        _matches(_nobody(), password)
        return None
    return Person(name=row.name, role=row.role) if _matches(row.password, password) else None


def _welcome(office: Office, person: Person) -> Response:
    token = office.store.change(lambda connection: new_session(connection, person))
    answer = RedirectResponse("/", 303)
    answer.set_cookie(guards.COOKIE, token, path="/", httponly=True, samesite="strict", secure=office.secure)
    return answer
