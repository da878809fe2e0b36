"""The tables and views of a history, as an engine has them: its own database, published files, or several accounts.

The questions ask a connection for tables by name, and for nothing else. Both views are queries over the tables, so that
nothing is created in the engine's catalog.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import ibis
from ibis.expr import operations as ops

from ..errors import HistoryError
from ..schema.tables import PRIVATE_TABLES, TABLES, TEXT
from .database import READ_ONLY
from .pruning import View
from .views import VIEWS, pseudonymous, view_schema, view_sql

if TYPE_CHECKING:
    from .answers import Kept

# Of the SQL of views.
DIALECT = "duckdb"
READABLE = [name for name in TABLES if name not in PRIVATE_TABLES]
# Tables of things with names, which two accounts can have in common.
NAMED = ("agents", "groups", "brands", "ticket_forms", "organizations")
# Columns of keys that do not end in _id, and one that does and is unique within its question only.
OTHER_KEYS, NOT_A_KEY = ("id", "stream"), "option_id"


class Tables:
    """The tables and views of a history in an engine.

    Parameters
    ----------
    con
        An Ibis connection.
    locate
        Returns the name in the engine of a table of docs/tables.md.
    is_own
        Whether this is the history's own database, which also holds the views and the private tables.
    kept
        What is kept of a connection within `answers.unchanged`.

    Attributes
    ----------
    answers
        What queries returned, while equal ones are answered once; None while each is asked.
    """

    def __init__(
        self,
        con: Any,
        locate: Callable[[str], str] = str,
        *,
        is_own: bool = False,
        kept: Kept | None = None,
    ):
        self.name = con.name
        self.con = con
        self._locate = locate
        self._is_own = is_own
        # Tables that were found, so that their columns are asked for once.
        self._found: dict[str, Any] = {}
        self.answers = kept.answers if kept else None
        self._parts: dict[Hashable, Any] = kept.parts if kept else {}
        self._has_joined_views = kept is not None and kept.has_joined_views
        self._agent_names = True

    def without_agent_names(self) -> Tables:
        """Return the same tables and views with pseudonyms in place of the names of agents."""
        other = copy.copy(self)
        other._agent_names = False
        return other

    def true_agents(self) -> Any:
        """Return the table of agents with their names, to match those that the user gives. Never show them."""
        return self._stored("agents")

    def list_tables(self) -> list[str]:
        """Return the names of all tables and views."""
        return [*READABLE, *VIEWS]

    def table(self, name: str, *, credit: str = "rated") -> Any:
        """Return a table or view as an Ibis table. Raises HistoryError for a table that is never published.

        credit: who holds the tickets of a view's rows, see `views.view_sql`.
        """
        if name in PRIVATE_TABLES and not self._is_own:
            raise HistoryError(f"this history {READ_ONLY}")
        if name not in VIEWS:
            return self._table(name)
        if self._has_joined_views and self._agent_names and credit == "rated":
            return self._stored(name)
        of_several = isinstance(self, Accounts)
        types = view_schema(name, of_several=of_several)
        if of_several:
            types |= {column: TEXT for column in types if _is_key(column)}
        write = _WriteView(name, credit, self._agent_names, None if self._is_own else self, self)
        return View(name, ibis.schema(types), self.con, write).to_expr()

    def build_once(self, key: Hashable, build: Callable[[], Any]) -> Any:
        """Return part of a query, built once for equal keys: it takes as long as executing it."""
        if key not in self._parts:
            self._parts[key] = build()
        return self._parts[key]

    def sql_of_view(self, name: str, credit: str, columns: Sequence[str]) -> str:
        """Return the query of a view with some of its columns."""
        is_stored = self._is_own and self._agent_names
        source = str if is_stored else lambda table: f"({self._sql(table)})"
        of_several = isinstance(self, Accounts)
        return view_sql(name, credit, of_several=of_several, columns=columns, source=source)

    def _stored(self, name: str) -> Any:
        if name not in self._found:
            self._found[name] = (
                self._known_table(name) if self._is_own else self.con.table(self._locate(name))
            )
        return self._found[name]

    def _known_table(self, name: str) -> Any:
        """Return a table of the history's own database, whose columns need not be asked for."""
        types = view_schema(name) if name in VIEWS else TABLES[name].schema
        return ops.DatabaseTable(name, ibis.schema(types), self.con, ops.Namespace()).to_expr()

    def _table(self, name: str) -> Any:
        stored = self._stored(name)
        return stored if self._agent_names or name != "agents" else pseudonymous(stored)

    def _sql(self, name: str) -> str:
        if self._agent_names or name != "agents":
            return f'select * from "{self._locate(name)}"'
        return str(ibis.to_sql(self._table(name), dialect=DIALECT))


@dataclass(frozen=True)
class _WriteView:
    """Writes a view once its columns are known. Those of one database are equal, also by another connection."""

    name: str
    credit: str
    agent_names: bool
    place: Tables | None
    tables: Tables = field(compare=False)

    def __call__(self, columns: Sequence[str], schema: Any) -> Any:
        query = self.tables.sql_of_view(self.name, self.credit, columns)
        # Ibis translates the query to the engine's dialect.
        return self.tables.con.sql(query, schema=schema, dialect=DIALECT)


class Accounts(Tables):
    """The tables and views of several accounts as one.

    Each table has a column `account`. Every id becomes text with the account before it, such as "acme/35436", so that
    equal ids stay apart; a name that two accounts have gets the account behind it, such as "Billing (acme)".

    Parameters
    ----------
    members
        Name of the account -> its tables, all of one connection.
    """

    def __init__(self, members: Mapping[str, Tables]):
        super().__init__(next(iter(members.values())).con, _nowhere)
        self._members = dict(members)

    def without_agent_names(self) -> Tables:
        """Return the same tables and views with pseudonyms in place of the names of agents."""
        return Accounts({name: one.without_agent_names() for name, one in self._members.items()})

    def true_agents(self) -> Any:
        """Return the table of agents with their names, to match those that the user gives. Never show them."""
        return self._union("agents", {name: one.true_agents() for name, one in self._members.items()})

    def _table(self, name: str) -> Any:
        return self._union(name, {account: one.table(name) for account, one in self._members.items()})

    def _sql(self, name: str) -> str:
        return str(ibis.to_sql(self._table(name), dialect=DIALECT))

    def _union(self, name: str, tables: Mapping[str, Any]) -> Any:
        rows = ibis.union(*(_of_account(account, table) for account, table in tables.items()))
        return _with_accounts(rows) if name in NAMED else rows


def _nowhere(name: str) -> str:
    raise AssertionError(f"{name} is read through the tables of each account")


def _of_account(account: str, table: Any) -> Any:
    """Return a table whose keys name the account."""
    named = {
        name: ibis.literal(f"{account}/") + table[name].cast("string")
        for name in table.columns
        if _is_key(name)
    }
    return table.mutate(account=ibis.literal(account), **named)


def _is_key(name: str) -> bool:
    return name in OTHER_KEYS or (name.endswith("_id") and name != NOT_A_KEY)


def _with_accounts(rows: Any) -> Any:
    """Append the account to names that more than one account has."""
    alike = ibis.window(group_by=rows.name)
    is_shared = rows.account.min().over(alike) != rows.account.max().over(alike)
    longer = rows.name + ibis.literal(" (") + rows.account + ibis.literal(")")
    return rows.mutate(name=((rows.name != "") & is_shared).ifelse(longer, rows.name))


class ReadOnly:
    """A source that can only be read. Whatever would write to it raises HistoryError."""

    name: str
    location = ""
    is_postgres = False
    exists = True

    def accounts(self) -> dict[str, ReadOnly]:
        """Return the sources of several accounts by name; empty for a single one."""
        return {}

    def _refuse(self, *_: object, **__: object) -> Any:
        raise HistoryError(f"{self.name} {READ_ONLY}")

    create = transaction = pull_lock = snapshot = _refuse
