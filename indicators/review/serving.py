"""What one running review page consists of, and starting it."""

from __future__ import annotations

import getpass
import secrets
import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from indicators.batch.tasks import Task
from indicators.errors import ConfigError, MissingExtraError, system_reason
from indicators.review.intake import Intake
from indicators.review.viewing import Viewer
from indicators.store import Store
from indicators.store.people import Person, user_names

__all__ = ["LOOPBACK", "Office", "data_folder", "local_name", "serve"]

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def data_folder() -> Path:
    """Return the user's folder for what the page keeps.

    Raises
    ------
    MissingExtraError
        If the extra ``review`` is not installed.
    """
    try:
        import argon2
        import platformdirs
        import python_multipart
        import starlette
        import uvicorn
    except ImportError as error:
        raise MissingExtraError.of("review", "不能打开审核页面", why=f"没有安装 {error.name}") from None
    _ = argon2, python_multipart, starlette, uvicorn
    return Path(platformdirs.user_data_dir("indicators", appauthor=False))


def local_name() -> str:
    """Return what the person at this machine is called in decisions."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "本机"


@dataclass
class Office:
    """One page: its store, files, and who may ask.

    Parameters
    ----------
    store, folder
        Results, and where received files and views of originals are kept.
    hosts
        What a browser may call this server (``host:port``).
    accounts
        Whether people sign in; without, whoever has the one-time token is the person at this machine.
    secure
        Whether browsers come by HTTPS (behind a proxy): cookies are then bound to it.
    """

    store: Store
    folder: Path
    hosts: frozenset[str]
    accounts: bool = False
    secure: bool = False
    processes: int = 1
    token: str | None = field(default_factory=lambda: secrets.token_urlsafe(24))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.intake = Intake(store=self.store, folder=self.folder / "收件", processes=self.processes)
        self.viewer = Viewer(self.folder / "原件视图")
        self.intake.look_ahead = self._look_ahead

    def _look_ahead(self, document: str) -> None:
        """Have the tables of an original ready before somebody opens it."""
        from indicators.review.presenting import task_of

        with self.store.engine.connect() as connection:
            found = task_of(connection, document)
        if found is not None:
            self.viewer.view(*found)

    def take_token(self, given: str) -> Person | None:
        """Return the person at this machine for the one-time token; it works once."""
        with self._lock:
            if self.accounts or not self.token or not secrets.compare_digest(given.encode(), self.token.encode()):
                return None
            self.token = None
        return Person(name=local_name(), role="主管")

    def close(self) -> None:
        """Stop judging and looking."""
        self.intake.close()
        self.viewer.close()


def serve(
    store: Store,
    folder: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    names: Iterable[str] = (),
    tasks: Iterable[Task] = (),
    processes: int = 1,
    ready: Callable[[str], None],
) -> None:
    """Serve the page until Ctrl-C.

    Parameters
    ----------
    store, folder
        See :class:`Office`.
    host, port
        Where to listen; port 0 = any free one. A host other than this machine's own demands accounts.
    names
        Further names browsers use, such as ``https://jixiao.example.gov`` of a proxy; they demand accounts as well.
    tasks
        Files to judge at the start.
    ready
        Called with the address once the server listens.

    Raises
    ------
    ConfigError
        If there are no accounts where they are demanded, or the port is taken.
    """
    import uvicorn

    from indicators.review.app import make_app

    # A name of its own means that a proxy brings people in, wherever the page listens.
    names = tuple(names)
    accounts = host not in LOOPBACK or bool(names)
    if accounts:
        with store.engine.connect() as connection:
            if not user_names(connection):
                remedy = "先运行 indicators review user add 姓名 --role 主管 --store 库"
                raise ConfigError("对外提供服务须先建账号", where=host, remedy=remedy)
    sock = _listening(host, port)
    port = sock.getsockname()[1]
    hosts = {f"{name}:{port}" for name in (*LOOPBACK[:2], "[::1]", host)}
    hosts |= {name.split("://", 1)[-1].rstrip("/") for name in names}
    office = Office(
        store=store, folder=folder, hosts=frozenset(hosts), accounts=accounts, processes=processes,
        secure=any(name.startswith("https://") for name in names),
    )  # fmt: skip
    given = list(tasks)
    address = f"http://{'127.0.0.1' if host in LOOPBACK else host}:{port}/"
    shown = address if accounts else f"{address}sign-in?token={office.token}"

    def started() -> None:
        ready(shown)
        office.intake.start()
        office.intake.watch(given, local_name())

    settings = uvicorn.Config(
        make_app(office, on_start=started), log_level="warning", access_log=False, server_header=False,
        proxy_headers=False, timeout_graceful_shutdown=3, limit_concurrency=200, h11_max_incomplete_event_size=32768,
    )  # fmt: skip
    try:
        uvicorn.Server(settings).run(sockets=[sock])
    finally:
        office.close()


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(128)
    except OSError as error:
        sock.close()
        remedy = "换一个端口（--port），或关掉占用它的程序"
        raise ConfigError("端口不能使用", where=f"{host}:{port}", why=system_reason(error), remedy=remedy) from None
    return sock
