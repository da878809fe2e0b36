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
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"analyst:analyst@{host}"))
