"""Accounts, signed-in browsers and settings of the review page."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from indicators.errors import ConfigError
from indicators.store.decisions import now
from indicators.store.schema_review import sessions, settings, users

__all__ = [
    "ROLES",
    "Person",
    "account",
    "add_user",
    "close_user",
    "end_session",
    "new_session",
    "person_of",
    "put_setting",
    "setting",
    "user_names",
]

#: 审核 decides and sends; 主管 also changes settings and sees all history; 只读 looks.
ROLES = ("审核", "主管", "只读")
_HOURS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who is asking."""

    name: str
    role: str

    @property
    def may_decide(self) -> bool:
        """Whether decisions, files and letters are theirs."""
        return self.role in ("审核", "主管")

    @property
    def may_manage(self) -> bool:
        """Whether settings are theirs."""
        return self.role == "主管"


def add_user(connection: Connection, name: str, password: str, role: str) -> bool:
    """Add an account, or give an existing one a new password and role; return whether it is new.

    ``password`` is already a digest. Whoever is signed in under the name must sign in again.

    Raises
    ------
    ConfigError
        If there is no such role.
    """
    if role not in ROLES:
        raise ConfigError(f"没有角色“{role}”", remedy="可用的角色：" + "、".join(ROLES))
    connection.execute(delete(sessions).where(sessions.c.user == name))
    values = {"password": password, "role": role, "active": True}
    if connection.execute(update(users).where(users.c.name == name).values(values)).rowcount:
        return False
    connection.execute(insert(users), [{"name": name, "created": now(), **values}])
    return True


def close_user(connection: Connection, name: str) -> bool:
    """Close an account and end its sessions; what was decided under the name stays. Return whether there was one."""
    connection.execute(delete(sessions).where(sessions.c.user == name))
    own = (users.c.name == name, users.c.active.is_(True))
    return bool(connection.execute(update(users).where(*own).values(active=False)).rowcount)


def account(connection: Connection, name: str) -> Any:
    """Return the row of an active account, ``None`` where there is none."""
    return connection.execute(select(users).where(users.c.name == name, users.c.active.is_(True))).first()


def user_names(connection: Connection) -> list[str]:
    """Return the names of all open accounts."""
    query = select(users.c.name).where(users.c.active.is_(True)).order_by(users.c.name)
    return list(connection.execute(query).scalars())


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def new_session(connection: Connection, person: Person) -> str:
    """Sign a person in and return the secret for their cookie; the store keeps only its digest."""
    token = secrets.token_urlsafe(32)
    end = datetime.now().astimezone() + timedelta(hours=_HOURS)
    connection.execute(delete(sessions).where(sessions.c.expires < now()))
    row = {
        "token": _digest(token), "user": person.name, "role": person.role, "created": now(),
        "expires": end.isoformat(timespec="seconds"),
    }  # fmt: skip
    connection.execute(insert(sessions), [row])
    return token


def person_of(connection: Connection, token: str) -> Person | None:
    """Return who holds a cookie, ``None`` where it is unknown or over."""
    row = connection.execute(select(sessions).where(sessions.c.token == _digest(token))).first()
    if row is None or datetime.fromisoformat(row.expires) < datetime.now().astimezone():
        return None
    return Person(name=row.user, role=row.role)


def end_session(connection: Connection, token: str) -> None:
    """Sign a browser out."""
    connection.execute(delete(sessions).where(sessions.c.token == _digest(token)))


def setting(connection: Connection, name: str, default: Any) -> Any:
    """Return a setting of the page."""
    value = connection.execute(select(settings.c.value).where(settings.c.name == name)).scalar()
    return default if value is None else json.loads(value)


def put_setting(connection: Connection, name: str, value: Any) -> None:
    """Keep a setting of the page."""
    text = json.dumps(value, ensure_ascii=False)
    connection.execute(delete(settings).where(settings.c.name == name))
    connection.execute(insert(settings), [{"name": name, "value": text}])
