"""Roles of a Postgres server."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

import psycopg


def read_only_url(url: str) -> str:
    """Return the URL of a role that can only read, without the right to create temporary tables."""
    with psycopg.connect(url, autocommit=True) as con:
        name = con.execute("select current_database()").fetchone()[0]
        con.execute("drop role if exists analyst")
        con.execute("create role analyst login password 'analyst'")
        con.execute("alter role analyst set default_transaction_read_only = on")
        con.execute(f'revoke temporary on database "{name}" from public')
        con.execute("grant usage on schema public to analyst")
        con.execute("grant select on all tables in schema public to analyst")
    return url_of("analyst", url)


def owner_of_tables_url(url: str) -> str:
    """Return the URL of a new role `writer` that owns the tables and views, but not the database."""
    with psycopg.connect(url, autocommit=True) as con:
        con.execute("create role writer login password 'writer'")
        con.execute("grant all on schema public to writer")
        for (name,) in con.execute("select tablename from pg_tables where schemaname = 'public'").fetchall():
            con.execute(f'alter table "{name}" owner to writer')
    return url_of("writer", url)


def url_of(role: str, url: str) -> str:
    """Return the URL of a database with another role, whose password is its name."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}:{role}@{host}"))
