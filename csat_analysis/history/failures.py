"""Turn the errors of a database into one line: what failed, why, and what to do.

The libraries' messages may quote stored values, and parts of a password if an address is not well-formed. So only
messages that are known to be free of both are shown.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
from ibis.common.exceptions import IbisError, TableNotFound

from ..errors import HistoryBusy, HistoryError
from ..files import reason
from ..schema.tables import PRIVATE_TABLES, TABLES
from .drivers import psycopg

LONGEST_CAUSE = 300
# DuckDB's message if this process itself has the file open in another mode.
OWN = re.compile("different configuration|unique file handle conflict", re.IGNORECASE)
LOCKED = re.compile(
    rf"could not set lock|conflicting lock|being used by another process|{OWN.pattern}", re.IGNORECASE
)
# DuckDB ends its message with the cause that the operating system gives.
SYSTEM_CAUSE = re.compile(r'file "[^"]*": (?P<why>[A-Z][\w ,-]+)$')
HOLDER = re.compile(r"held in (?P<program>\S+) \(PID (?P<pid>\d+)\)")
# libpq's message -> the cause and what to do. The first that matches counts.
CONNECT_FAILURES = {
    "does not support ssl": (
        "the server has no TLS, which a server on another machine needs",
        "set ssl = on in its postgresql.conf, or connect through an SSH tunnel",
    ),
    "password authentication failed|no password supplied|authentication failed": (
        "the server refuses this user or password",
        "check both in CSAT_DATABASE",
    ),
    'role ".*" does not exist': ("the server has no such user", "check the user in CSAT_DATABASE"),
    'database ".*" does not exist': (
        "the server has no such database",
        "create it, or check its name in CSAT_DATABASE",
    ),
    "permission denied for database": (
        "this user may not connect to this database",
        "ask its owner for the right to connect",
    ),
    "pg_hba.conf": (
        "the server does not accept this user from this machine",
        "ask its administrator, or add sslmode=require to CSAT_DATABASE",
    ),
    "connection refused": ("connection refused", "check that the server runs, its host and port"),
    "translate host name|resolve host|name or service not known|no address associated": (
        "unknown host",
        "check the host in CSAT_DATABASE",
    ),
    "no such file or directory": ("there is no such socket", "check that the server runs, and its host"),
    "timeout|timed out": ("no response", "check the host, the port and the firewall between them"),
    "unreachable|no route to host": ("the network does not reach the host", "check the host and the network"),
    "too many clients|connection slots|too many connections": (
        "the server has no free connection",
        "try again later",
    ),
    "starting up|shutting down|recovery": ("the server is starting or stopping", "try again in a minute"),
    "certificate|ssl|tls": (
        "the encrypted connection failed",
        "check sslmode and sslrootcert in CSAT_DATABASE",
    ),
    "closed the connection|reset by peer": (
        "the server closed the connection",
        "check that it runs, and that host and port are those of a Postgres server",
    ),
}
NOT_AN_ADDRESS = (
    "the address is not valid",
    "write special characters of user and password as %40 for @, %2F for /, %3A for :",
)
UNKNOWN_FAILURE = ("no connection", "check CSAT_DATABASE, the server and the password")
RESTORE = "restore it from a backup, or start a new history"
RUN_AGAIN = "what was saved is kept; run the command again"
# SQLSTATE or its class -> what to do about an error in use.
REMEDIES = {
    "08": f"check the server; {RUN_AGAIN}",
    "57P": f"check the server; {RUN_AGAIN}",
    "57014": "the server ended a statement after its time limit: ask for a shorter period, or try again",
    "53": f"make room on the server; {RUN_AGAIN}",
    "25006": "use a server and a role that may write",
    "42501": "ask the owner of the database for this right",
    "42P01": RESTORE,
    "42703": RESTORE,
}


def describe_connect_failure(name: str, error: Exception) -> HistoryError:
    """Return why there is no connection to a Postgres server, without what the user wrote as password."""
    cause, remedy = _find_connect_failure(error)
    return HistoryError(f"cannot connect to {name} ({cause}): {remedy}")


def _find_connect_failure(error: Exception) -> tuple[str, str]:
    if isinstance(error, psycopg.ProgrammingError):
        return NOT_AN_ADDRESS
    message = str(error)
    for pattern, failure in CONNECT_FAILURES.items():
        if re.search(pattern, message, re.IGNORECASE):
            return failure
    return UNKNOWN_FAILURE


def is_locked(error: BaseException) -> bool:
    """Return whether a file could not be opened because somebody has it open."""
    return bool(LOCKED.search(str(error)))


def no_history(name: str) -> HistoryError:
    """Return the error for a file that does not exist."""
    return HistoryError(f"there is no history at {name} yet: create one with csat pull, or csat demo")


def describe_open_failure(name: str, error: Exception, wait_seconds: float) -> HistoryError:
    """Return the error for a file that could not be opened, also after `wait_seconds`."""
    message = " ".join(str(error).split())
    if is_locked(error):
        return _busy(name, message, wait_seconds)
    if "version number" in message or "newer version" in message:
        return HistoryError(f"{name} was written by a newer DuckDB: upgrade csat_analysis")
    if why := system_cause(error):
        return HistoryError(
            f"{name} cannot be opened ({why}): check its disk and its owner, or set CSAT_DATABASE"
        )
    remedy = "restore it from a backup, or move it away and pull again"
    return HistoryError(f"{name} is not a DuckDB database, or it is damaged: {remedy}")


def _busy(name: str, message: str, wait_seconds: float) -> HistoryBusy:
    found = HOLDER.search(message)
    holder = "this process itself" if OWN.search(message) else "another process"
    holder = f"{Path(found['program']).name} (process {found['pid']})" if found else holder
    return HistoryBusy(
        f"{name} is open in {holder} and was not closed within {wait_seconds:.0f} s: "
        "close the program that uses it (a notebook, a database tool) and try again",
        holder=holder,
    )


def system_cause(error: Exception) -> str | None:
    """Return the cause that the operating system gave, such as "Read-only file system"."""
    if isinstance(error, OSError):
        return reason(error)
    found = SYSTEM_CAUSE.search(" ".join(str(error).split()))
    return found["why"] if found else None


@contextlib.contextmanager
def explain_failures(name: str, con: Any = None) -> Iterator[None]:
    """Turn a database error into one line with its cause, without stored values."""
    try:
        yield
    except RuntimeError as error:
        # DuckDB reports a signal inside a statement as "Query interrupted", caused by what the handler raised.
        if isinstance(error.__cause__, SystemExit | KeyboardInterrupt):
            raise error.__cause__ from None
        raise
    except (duckdb.Error, psycopg.Error) as error:
        raise HistoryError(_explain(name, _first(error), con)) from None
    except (TableNotFound, IbisError, AttributeError):
        # Ibis reports a missing table or column, also as an attribute that does not exist.
        if missing := find_missing(con):
            raise HistoryError(f"{name} has no {missing}: {RESTORE}") from None
        raise


def find_missing(con: Any) -> str | None:
    """Return a table or column that a history must have and this one lacks, as text."""
    with contextlib.suppress(duckdb.Error, psycopg.Error):
        present = set(con.list_tables())
        for table in (one for one in TABLES.values() if one.name not in PRIVATE_TABLES):
            if table.name not in present:
                return f"table {table.name!r}"
            columns = set(con.table(table.name).columns)
            for column in table.schema:
                if column not in columns:
                    return f"column {column!r} in its table {table.name!r}"
    return None


def _first(error: Exception) -> Exception:
    """Return the error that came first: Ibis rolls back after it, which fails on a lost connection."""
    while isinstance(error.__context__, duckdb.Error | psycopg.Error):
        error = error.__context__
    return error


def _explain(name: str, error: Exception, con: Any) -> str:
    remedy = _find_remedy(error)
    if con and remedy == RESTORE and (missing := find_missing(con)):
        return f"{name} has no {missing}: {RESTORE}"
    return f"{name} failed: {_cause(error)}{f': {remedy}' if remedy else ''}"


def _find_remedy(error: Exception) -> str | None:
    if "no space left" in str(error).lower():
        return f"free some space; {RUN_AGAIN}"
    if isinstance(error, duckdb.CatalogException | duckdb.BinderException):
        return RESTORE
    lost = isinstance(error, psycopg.OperationalError) and error.sqlstate is None
    code = "08" if lost else getattr(error, "sqlstate", None) or ""
    return next((text for start, text in REMEDIES.items() if code.startswith(start)), None)


def _cause(error: Exception) -> str:
    """Return the database's message; only the kind of error where the message may quote stored values."""
    if isinstance(error, duckdb.DataError | psycopg.DataError | psycopg.IntegrityError):
        return type(error).__name__
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:LONGEST_CAUSE]
