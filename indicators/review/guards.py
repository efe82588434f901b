"""What stands between a browser and the page: host, origin, size, session, role, CSRF token, headers.

Every guard has a test that fails when it is taken out.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from python_multipart.exceptions import MultipartParseError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from indicators.errors import IndicatorsError
from indicators.review.intake import MOST_BYTES
from indicators.store.people import Person, account, person_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from indicators.review.serving import Office

__all__ = [
    "COOKIE", "CSP", "Call", "Fence", "Throttle", "TooLarge", "csrf_of", "endpoint", "failed", "too_large",
]  # fmt: skip

COOKIE = "indicators_review"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
_SAFE = ("GET", "HEAD", "OPTIONS")
_MOST_FORM = 2 << 20
_UPLOAD = "/files"
_LOG = logging.getLogger("indicators.review")


class Fence:
    """Turns away requests for other hosts, from other origins, or too large; sets headers; hides failures."""

    def __init__(self, app: ASGIApp, office: Office) -> None:
        self.app = app
        self.office = office

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or turn it away."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                if "cache-control" not in headers:
                    headers["cache-control"] = "no-store"
            await send(message)

        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, dressed)
            return
        try:
            await self.app(scope, self._measured(scope, receive), dressed)
        except Exception:
            # The client has had :func:`failed`; the reason goes to the log of the server only.
            _LOG.exception("request failed")

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if host not in self.office.hosts:
            return PlainTextResponse("不认识的主机名。", 400)
        if scope["method"] in _SAFE:
            return None
        origin = headers.get("origin")
        if origin is None or origin.split("://", 1)[-1] != host:
            return PlainTextResponse("请求不是从本页面发出的。", 403)
        most = MOST_BYTES if scope["path"] == _UPLOAD else _MOST_FORM
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > most + 65536:
            return PlainTextResponse("内容太大，没有收下。", 413)
        return None

    def _measured(self, scope: Scope, receive: Receive) -> Receive:
        most = (MOST_BYTES if scope["path"] == _UPLOAD else _MOST_FORM) + 65536
        taken = 0

        async def measured() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise TooLarge
            return message

        return measured


class TooLarge(Exception):  # noqa: N818 - ends a request
    """A body without a declared length grew beyond the limit."""


async def too_large(request: Request, error: Exception) -> Response:
    """Answer a request whose body grew too large."""
    return PlainTextResponse("内容太大，没有收下。", 413)


async def failed(request: Request, error: Exception) -> Response:
    """Answer a request that failed; a client learns nothing of the inside."""
    return PlainTextResponse("页面出错，已记入日志。请返回重试。", 500)


class Throttle:
    """Slows down guessing of passwords: after some failures a name and an address must wait, longer each time.

    Parameters
    ----------
    free
        Failures without a wait.
    clock
        Seconds.
    """

    def __init__(self, free: int = 5, clock: Callable[[], float] = time.monotonic) -> None:
        self._free = free
        self._clock = clock
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, *keys: str) -> int:
        """Return how many seconds must pass before the next attempt."""
        with self._lock:
            ends = (self._end(key) for key in keys)
            return max(0, round(max(ends) - self._clock() + 0.5)) if keys else 0

    def _end(self, key: str) -> float:
        count, last = self._failures.get(key, (0, 0.0))
        return last + min(900, 15 * 2 ** (count - self._free)) if count >= self._free else 0.0

    def failed(self, *keys: str) -> None:
        """Note a wrong password."""
        with self._lock:
            for key in keys:
                self._failures[key] = (self._failures.pop(key, (0, 0.0))[0] + 1, self._clock())
            while len(self._failures) > 10_000:
                self._failures.popitem(last=False)

    def passed(self, *keys: str) -> None:
        """Forget the failures of a name that signed in."""
        with self._lock:
            for key in keys:
                self._failures.pop(key, None)


def csrf_of(cookie: str) -> str:
    """Return the token every changing request of a session must carry; it cannot be had without the cookie."""
    return hmac.new(cookie.encode(), b"csrf", hashlib.sha256).hexdigest()


class Call:
    """One request of a person, with its form."""

    def __init__(self, request: Request, office: Office, person: Person, cookie: str, form: Any) -> None:
        self.request = request
        self.office = office
        self.store = office.store
        self.person = person
        self.cookie = cookie
        self.form = form

    @property
    def query(self) -> dict[str, str]:
        """What stands in the address."""
        return dict(self.request.query_params)

    def value(self, name: str, most: int = 4000) -> str:
        """Return a text of the form, cut to ``most`` characters."""
        value = self.form.get(name, "") if self.form is not None else ""
        return value.strip()[:most] if isinstance(value, str) else ""

    def values(self, name: str) -> list[str]:
        """Return all texts of a field."""
        return [value for value in self.form.getlist(name) if isinstance(value, str)] if self.form is not None else []


_ROLES: dict[str, Callable[[Person], bool]] = {
    "look": lambda person: True,
    "decide": lambda person: person.may_decide,
    "manage": lambda person: person.may_manage,
}


def endpoint(
    office: Office, work: Callable[[Call], Response], role: str = "look"
) -> Callable[[Request], Awaitable[Response]]:
    """Return what answers a request: known person, allowed role, right token; then ``work`` in a thread."""

    async def answer(request: Request) -> Response:
        cookie = request.cookies.get(COOKIE, "")
        person = await run_in_threadpool(_person, office, cookie)
        if person is None:
            return _sign_in(request, office)
        if not _ROLES[role](person):
            return PlainTextResponse("您的账号没有这项权限。", 403)
        form = None
        if request.method not in _SAFE:
            try:
                form = await request.form(max_files=1, max_fields=4000)
            except (MultiPartException, MultipartParseError):
                return PlainTextResponse("提交的内容不完整。", 400)
            given = request.headers.get("x-csrf-token") or form.get("csrf") or ""
            if not isinstance(given, str) or not hmac.compare_digest(given, csrf_of(cookie)):
                return PlainTextResponse("页面已过期，请刷新后重试。", 403)
        try:
            return await run_in_threadpool(work, Call(request, office, person, cookie, form))
        except IndicatorsError as error:
            return PlainTextResponse(str(error), 422)
        finally:
            if form is not None:
                await form.close()

    return answer


def _person(office: Office, cookie: str) -> Person | None:
    if not cookie:
        return None
    with office.store.engine.connect() as connection:
        person = person_of(connection, cookie)
        if person is None or not office.accounts:
            return person
        # An account that was closed, or got another role, is so at once.
        row = account(connection, person.name)
        return Person(name=row.name, role=row.role) if row is not None else None


def _sign_in(request: Request, office: Office) -> Response:
    if (
        request.method not in _SAFE
        or request.headers.get("hx-request")
        or request.headers.get("accept", "").startswith("text/event-stream")
    ):
        return PlainTextResponse("请重新登录。", 401, headers={"hx-redirect": "/sign-in"})
    return RedirectResponse("/sign-in", 303)
