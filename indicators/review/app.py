"""The web application: routes, templates, and how a request becomes an answer."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from indicators.review import acts, guards, lists, pages, sending, signing
from indicators.review.showing import plain

if TYPE_CHECKING:
    from indicators.review.guards import Call
    from indicators.review.serving import Office

__all__ = ["make_app"]

_STATIC = {
    "app.css": "text/css; charset=utf-8",
    "app.js": "text/javascript; charset=utf-8",
    "htmx.min.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


def _static(request: Request) -> Response:
    name = request.path_params["name"]
    kind = _STATIC.get(name)
    if kind is None:
        return PlainTextResponse("没有这个页面。", 404)
    data = (files("indicators.review") / "static" / name).read_bytes()
    return Response(data, media_type=kind, headers={"cache-control": "no-cache"})


def make_app(office: Office, *, on_start: Callable[[], None] | None = None) -> Any:
    """Return the application of an office.

    Parameters
    ----------
    on_start
        Called once the server is about to listen.
    """

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        if on_start is not None:
            await asyncio.to_thread(on_start)
        yield

    def route(path: str, work: Callable[[Call], Response], *, method: str = "GET", role: str = "look") -> Route:
        return Route(path, guards.endpoint(office, work, role), methods=[method])

    routes = [
        Route("/static/{name}", _static),
        *signing.routes(office),
        Route("/events", _events(office)),
        route("/", pages.home),
        route("/files/list", pages.file_list),
        route("/files", acts.upload, method="POST", role="decide"),
        route("/files/forget", acts.forget_file, method="POST", role="decide"),
        route("/form", pages.form),
        route("/form/page.png", pages.picture),
        route("/form/finding", pages.finding),
        route("/form/suggestions", pages.suggestions),
        route("/form/alike", pages.alike),
        route("/form/stands", pages.stands),
        route("/decide", acts.decide, method="POST", role="decide"),
        route("/decide/many", acts.decide_many, method="POST", role="decide"),
        route("/undo", acts.undo, method="POST", role="decide"),
        route("/remark", acts.remark, method="POST", role="decide"),
        route("/remark/state", acts.remark_state, method="POST", role="decide"),
        route("/pair", acts.pair, method="POST", role="decide"),
        route("/list", lists.forms),
        route("/list/sample.xlsx", lists.sample),
        route("/alike", lists.alike),
        route("/charts", lists.charts),
        route("/history", lists.history),
        route("/send", sending.overview),
        route("/send/letter.docx", sending.letter),
        route("/send/letters.zip", sending.letters_apart),
        route("/send/review-forms.docx", sending.review_forms),
        route("/send/ledger.xlsx", sending.ledger),
        route("/send/annotated", sending.annotated, role="decide"),
        route("/send/register", sending.register, method="POST", role="decide"),
        route("/original", sending.original, role="decide"),
        route("/received", sending.received),
        route("/received/candidates", sending.candidates),
        route("/settings", pages.settings),
        route("/settings", acts.save_settings, method="POST", role="manage"),
    ]
    handlers: dict[Any, Any] = {
        404: _missing, 405: _missing, guards.TooLarge: guards.too_large, Exception: guards.failed,
    }  # fmt: skip
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers=handlers)
    return guards.Fence(app, office)


def _missing(request: Request, error: Exception) -> Response:
    return plain("message.html", status=404, title="没有这个页面", text="地址可能写错了，或内容已被移走。")


def _events(office: Office) -> Callable[[Request], Any]:
    """Return the stream that tells a page when files or results changed."""

    async def events(request: Request) -> Response:
        from starlette.concurrency import run_in_threadpool

        cookie = request.cookies.get(guards.COOKIE, "")
        if await run_in_threadpool(guards._person, office, cookie) is None:
            return PlainTextResponse("请重新登录。", 401)

        async def told() -> AsyncIterator[str]:
            last, idle = -1, 0
            while not await request.is_disconnected():
                step, waiting = office.intake.step, office.intake.open
                if step != last:
                    last, idle = step, 0
                    yield f"event: step\ndata: {waiting}\n\n"
                elif (idle := idle + 1) % 40 == 0:
                    yield ": still here\n\n"
                await asyncio.sleep(0.4)

        return StreamingResponse(told(), media_type="text/event-stream", headers={"x-accel-buffering": "no"})

    return events
