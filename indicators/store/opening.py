"""Open a store: a path is SQLite, an address is PostgreSQL; the schema is brought up to date."""

from __future__ import annotations

import random
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from indicators.errors import ConfigError, MissingExtraError
from indicators.store.store import Store, reason

__all__ = ["HEAD", "engine_of", "migrate", "open_store"]

#: The newest migration.
HEAD = "0003"
_MIGRATIONS = Path(__file__).parent / "migrations"
#: Tries to create the schema while another run does.
_ATTEMPTS = 7
#: Milliseconds for which SQLite waits for a writer; a transaction is tried again after that.
_BUSY = 30_000
#: Alembic keeps its state in the module.
_MIGRATING = Lock()
_SECRETS = re.compile(r"(?<=://)[^\s@/]*:[^\s@]*(?=@)|(?<=password=)[^&\s]*", re.I)


def open_store(url: str | Path, *, create: bool = True) -> Store:
    """Open a store.

    Parameters
    ----------
    url
        Path of an SQLite file, or an address such as ``postgresql://user@host/database``.
    create
        Whether a missing store is created and an old one brought up to date.

    Returns
    -------
    Store
        Also a context manager that closes it.

    Raises
    ------
    ConfigError
        If it is missing and ``create`` is false, cannot be opened, or is of another version.
    MissingExtraError
        If the driver of the database is not installed.
    """
    shown = _shown(str(url))
    if not create and "://" not in str(url) and not Path(url).is_file():
        raise ConfigError("找不到结果库", where=shown, remedy="请检查路径，或先用“indicators batch”生成")
    engine = engine_of(str(url))
    try:
        found = _version(engine)
        if found != HEAD:
            if not create:
                raise _unfit(found, shown)
            _migrate_once(engine)
    except DBAPIError as error:
        engine.dispose()
        remedy = "请检查路径、权限、磁盘空间，或数据库地址、账号与网络"
        raise ConfigError("结果库打不开", where=shown, why=_discreet(reason(error)), remedy=remedy) from error
    return Store(engine, shown)


def engine_of(url: str) -> Engine:
    """Return the SQLAlchemy engine of a path or an address.

    Raises
    ------
    ConfigError
        If the address cannot be understood.
    MissingExtraError
        If the driver is not installed.
    """
    if "://" not in url:
        path = Path(url)
        if path.is_dir():
            raise ConfigError("结果库应为文件，不是文件夹", where=url, remedy="请给出文件名，例如 结果.db")
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
        return _sqlite(create_engine(f"sqlite:///{path}"))
    try:
        address = make_url(url)
        if address.drivername in ("postgresql", "postgres"):
            address = address.set(drivername="postgresql+psycopg")
        if address.get_backend_name() not in ("postgresql", "sqlite"):
            why = "只支持 SQLite 文件和 PostgreSQL"
            remedy = "请写作 postgresql://用户@主机/库名"
            raise ConfigError("结果库地址不支持", where=_shown(url), why=why, remedy=remedy)
        engine = create_engine(address, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise ConfigError(
            "结果库地址有误", where=_shown(url), why=_discreet(str(error)), remedy="请写作 postgresql://用户@主机/库名"
        ) from error
    except ImportError as error:
        raise MissingExtraError.of("postgres", "不能连接 PostgreSQL") from error
    return _sqlite(engine) if engine.dialect.name == "sqlite" else engine


def _shown(url: str) -> str:
    """Return the address without its password."""
    if "://" not in url:
        return url
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        return url.split("@")[-1]
    secret = {key: "***" for key in address.query if "pass" in key.lower()}
    return address.update_query_dict(secret).render_as_string(hide_password=True)


def _discreet(words: str) -> str:
    """Return the words of a library without passwords: some repeat the whole address."""
    return _SECRETS.sub("***", words)


def _sqlite(engine: Engine) -> Engine:
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        cursor = connection.cursor()
        # Before anything that may have to wait for another run.
        cursor.execute(f"PRAGMA busy_timeout={_BUSY}")
        # Readers may look while a batch writes; FULL makes a commit survive a power cut, not only a killed process.
        _turn_to_wal(cursor)
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA cache_size=-32768")
        cursor.close()

    return engine


def _turn_to_wal(cursor: sqlite3.Cursor) -> None:
    """Turn a file to WAL though another run does the same: of two that begin at once SQLite refuses one, unwaited."""
    until = time.monotonic() + _BUSY / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
        time.sleep(0.02 * (1 + random.random()))  # nosec B311 - spreads retries, no secret


def _version(engine: Engine) -> str:
    """Return the migration a store is at, ``""`` for an empty database."""
    if not inspect(engine).has_table("alembic_version"):
        return ""
    with engine.connect() as connection:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def _unfit(found: str, shown: str) -> ConfigError:
    if not found:
        return ConfigError("这不是结果库", where=shown, remedy="请给出“indicators batch --store”写出的库")
    return ConfigError(
        "结果库的版本与软件不符",
        where=shown,
        why=f"库为 {found}，软件为 {HEAD}",
        remedy="用同版本的软件打开；旧库运行一次“indicators batch”即自动升级",
    )


def _migrate_once(engine: Engine) -> None:
    """Bring a store up to date though another run may be doing the same: whoever comes second finds it done."""
    for attempt in range(_ATTEMPTS):
        try:
            with _MIGRATING:
                migrate(engine)
            return
        except DBAPIError:
            if attempt == _ATTEMPTS - 1:
                raise
            time.sleep(0.1 * 2**attempt * (1 + random.random()))  # nosec B311 - spreads retries, no secret
            with suppress(DBAPIError):
                if _version(engine) == HEAD:
                    return


def migrate(engine: Engine) -> None:
    """Bring a store to the newest schema.

    Raises
    ------
    ConfigError
        If it was written by a newer version of the tool.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection, _whole(connection):
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise ConfigError(
                "结果库不能升级", why=str(error), remedy="此库可能由更新版本的软件写出，请升级软件"
            ) from error


@contextmanager
def _whole(connection: Connection) -> Iterator[None]:
    """Make a migration one transaction in SQLite too, where Python would commit each table by itself.

    Half a schema is left otherwise where the disk is full, and no later run can open such a store.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    before, driver.isolation_level = driver.isolation_level, None
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield
        connection.commit()
    except BaseException:
        # Some failures have ended the transaction already.
        with suppress(DBAPIError):
            connection.rollback()
        raise
    finally:
        driver.isolation_level = before
