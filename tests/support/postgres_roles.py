"""Roles of a Postgres server."""

from __future__ import annotations

import uuid
from urllib.parse import urlsplit, urlunsplit

import psycopg


def read_only_url(url: str) -> str:
    """Return the URL of a new role that can only read, without the right to create temporary tables."""
    with psycopg.connect(url, autocommit=True) as con:
        role = _create_role(con)
        name = con.execute("select current_database()").fetchone()[0]
        con.execute(f"alter role {role} set default_transaction_read_only = on")
        con.execute(f'revoke temporary on database "{name}" from public')
        con.execute(f"grant usage on schema public to {role}")
        con.execute(f"grant select on all tables in schema public to {role}")
    return url_of(role, url)


def owner_of_tables_url(url: str) -> str:
    """Return the URL of a new role that owns the tables and views, but not the database."""
    with psycopg.connect(url, autocommit=True) as con:
        role = _create_role(con)
        con.execute(f"grant all on schema public to {role}")
        for (name,) in con.execute("select tablename from pg_tables where schemaname = 'public'").fetchall():
            con.execute(f'alter table "{name}" owner to {role}')
    return url_of(role, url)


def _create_role(con: psycopg.Connection) -> str:
    """Create a role whose password is its name. Roles belong to the server, which all tests share."""
    role = f"role_{uuid.uuid4().hex}"
    con.execute(f"create role {role} login password '{role}'")
    return role


def url_of(role: str, url: str) -> str:
    """Return the URL of a database with another role, whose password is its name."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}:{role}@{host}"))
