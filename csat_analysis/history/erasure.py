"""Erase what is stored about people: their text, names and ids. Their ratings stay as counts.

The ids of tickets and survey responses are replaced by random ones, so that handling times still belong to their
ratings and nothing in the history leads to the person. An agent's id is replaced by one number everywhere, so that
counts by agent stay possible. The erased ids are remembered as keyed hashes (see `forgotten`).
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from ..errors import CsatError
from ..schema.tables import TABLES
from .compaction import ERASED, compact
from .database import Database, first_row, quoted, run
from .forgotten import LEGACY, Forgotten, names_an_id, round_cursor
from .old_text import TEXTS
from .upsert import upsert

# Numbers that take the place of ids are negative, which those of Zendesk never are.
LARGEST_REPLACEMENT = 2**53
SHORTEST_NAME = 3
MASK = "[forgotten]"
ID = re.compile(r"[\w-]+")

TICKETS = (
    "update tickets set ticket_id = page.new, subject = null, tags = null, custom_fields = null, "
    "satisfaction_comment = null, requester_id = null, organization_id = null, generated_at = null, "
    "status = 'deleted', is_deleted = true from page where tickets.ticket_id = page.old",
    "update survey_responses set ticket_id = page.new from page where survey_responses.ticket_id = page.old",
)
RESPONSES = tuple(
    f"update {table} set response_id = page.new, {values} from page where {table}.response_id = page.old"
    for table, values in (
        ("survey_responses", "responder_id = null, comment = null"),
        ("survey_answers", "value = null"),
        ("rating_changes", "comment = null"),
        ("credits", "offered_attribution = offered_attribution"),
    )
)
# The columns of `credits` with ids of agents.
CREDITED_AGENTS = ("offered_agent_id", "solved_agent_id")
AGENTS = (
    "update tickets set assignee_id = page.new from page where tickets.assignee_id = page.old",
    "update survey_responses set agent_id = page.new from page where survey_responses.agent_id = page.old",
    *(
        f"update credits set {column} = page.new from page where credits.{column} = page.old"
        for column in CREDITED_AGENTS
    ),
    "delete from agents where agent_id in (select old from page)",
)
# An organization whose last ticket was erased can be one person. No pull requests it again.
_ORGANIZATIONS_OF_TICKETS = "(select organization_id from tickets where organization_id is not null)"
ORGANIZATIONS = (
    f"delete from organizations where organization_id not in {_ORGANIZATIONS_OF_TICKETS}",
    "delete from unknown_bodies where kind = 'organizations' and id not in "
    f"(select cast(organization_id as varchar) from {_ORGANIZATIONS_OF_TICKETS} as kept)",
)
# In `cursors`: when text was last erased; `publish` compares it.
LAST_ERASURE = "last_erasure"
PERSONAL_TABLES = (
    "tickets",
    "survey_responses",
    "survey_answers",
    "rating_changes",
    "agents",
    "credits",
    "organizations",
    "unknown_bodies",
    "pulls",
    "cursors",
)


class People(NamedTuple):
    """The ids to forget."""

    requesters: Sequence[int] = ()
    tickets: Sequence[int] = ()
    agents: Sequence[int] = ()


class Found(NamedTuple):
    """What a history holds about people.

    bodies: keys of unknown_bodies. names: agent id -> name, or None. organizations: those without a ticket of others.
    """

    tickets: list[int]
    responses: list[str]
    answers: int
    versions: int
    bodies: list[tuple[str, str]]
    names: dict[int, str | None]
    organizations: dict[int, str | None]
    texts: frozenset[str]

    @property
    def counts(self) -> dict[str, int]:
        """Table -> rows that hold something about the people."""
        return {
            "tickets": len(self.tickets),
            "survey_responses": len(self.responses),
            "survey_answers": self.answers,
            "rating_changes": self.versions,
            "agents": len(self.names),
            "organizations": len(self.organizations),
            "unknown_bodies": len(self.bodies),
        }


def find(con: Any, people: People, forgotten: Forgotten, name: str) -> Found:
    """Return what a history holds about people. Raises CsatError for an id that is not in it."""
    requesters, numbers, agents = (sorted(set(ids)) for ids in people)
    t, r = con.table("tickets"), con.table("survey_responses")
    tickets = _rows(t.filter(t.requester_id.isin(requesters) | t.ticket_id.isin(numbers)))
    ticket_ids = sorted({row["ticket_id"] for row in tickets} | set(numbers))
    responses = _rows(r.filter(r.responder_id.isin(requesters) | r.ticket_id.isin(ticket_ids)))
    response_ids = [row["response_id"] for row in responses]
    answers = _rows(_of_responses(con, "survey_answers", response_ids))
    versions = _rows(_of_responses(con, "rating_changes", response_ids))
    found = Found(
        [row["ticket_id"] for row in tickets],
        response_ids,
        len(answers),
        len(versions),
        _bodies(con, [*requesters, *ticket_ids, *response_ids, *agents]),
        _names(con, agents),
        _lone_organizations(con, tickets),
        _texts(tickets, responses, answers, versions),
    )
    held = {row["requester_id"] for row in tickets} | {row["responder_id"] for row in responses}
    held |= {row["ticket_id"] for row in (*tickets, *responses)} | set(found.names)
    _refuse_unknown(con, people, held, forgotten, name)
    return found


def erase(database: Database, con: Any, people: People, found: Found, forgotten: Forgotten) -> None:
    """Erase what was found about people, and remember their ids, inside a transaction of `con`."""
    tickets = {number: _replacement() for number in found.tickets}
    responses = {number: f"forgotten-{secrets.token_hex(12)}" for number in found.responses}
    for number in people.requesters:
        forgotten.add("requester", number)
    for number in (*found.tickets, *people.tickets):
        forgotten.add("ticket", number)
    for response_id in found.responses:
        forgotten.add("response", response_id)
    _replace(database, con, TICKETS, tickets, pa.int64())
    for statement in ORGANIZATIONS if tickets else ():
        run(con, statement)
    _replace(database, con, RESPONSES, responses, pa.string())
    _erase_agents(database, con, found.names, forgotten)
    for kind, key in found.bodies:
        run(con, f"delete from unknown_bodies where kind = {quoted(kind)} and id = {quoted(key)}")
    ids = (*people.requesters, *people.tickets, *people.agents, *found.tickets, *found.responses)
    _erase_in_records(con, set(map(str, ids)))
    upsert(database, con, TABLES["forgotten"], forgotten.added)
    mark_erased(database, con)


def mark_erased(database: Database, con: Any) -> None:
    """Note that text was erased, so that the file is copied even if this process is killed before."""
    now = dt.datetime.now(dt.UTC)
    rows = [
        {"stream": stream, "cursor": now.isoformat(), "saved_at": now} for stream in (ERASED, LAST_ERASURE)
    ]
    upsert(database, con, TABLES["cursors"], rows)


def erase_bytes(database: Database) -> None:
    """Remove erased text from the files of a database: copy a DuckDB file, or rewrite the tables of Postgres.

    Raises HistoryBusy if another transaction of Postgres still reads the old rows, HistoryError if the role may not
    rewrite all tables.
    """
    if not database.is_postgres:
        compact(database)
        return
    from .postgres import rewrite_tables

    with database.connect(write=True) as con:
        rewrite_tables(con, PERSONAL_TABLES, database.name)
        run(con, f"delete from cursors where stream = '{ERASED}'")


def holds_text(con: Any, ticket_ids: Iterable[int]) -> bool:
    """Return whether the history holds text about tickets that are now deleted."""
    numbers = ", ".join(str(int(number)) for number in ticket_ids)
    if not numbers:
        return False
    texts = ", ".join(f"'{number}'" for number in numbers.split(", "))
    (count,) = first_row(
        con,
        f"select (select count(*) from tickets where ticket_id in ({numbers}) and not is_deleted) "
        f"+ (select count(*) from survey_responses where ticket_id in ({numbers}) and comment is not null) "
        f"+ (select count(*) from unknown_bodies where kind = 'ticket' and id in ({texts}))",
    )
    return bool(count)


def find_remembered(con: Any, forgotten: Forgotten) -> People:
    """Return the forgotten people whose ids are in the history, as after restoring an older backup."""
    t, r, a = con.table("tickets"), con.table("survey_responses"), con.table("agents")
    requesters = [*_distinct(t, "requester_id"), *_distinct(r, "responder_id")]
    tickets = [*_distinct(t, "ticket_id"), *_distinct(r, "ticket_id")]
    agents = [*_distinct(a, "agent_id"), *_distinct(t, "assignee_id"), *_distinct(r, "agent_id")]
    agents += [number for column in CREDITED_AGENTS for number in _distinct(con.table("credits"), column)]
    return People(
        [number for number in set(requesters) if forgotten.find("requester", number)],
        [number for number in set(tickets) if forgotten.find("ticket", number)],
        [number for number in set(agents) if forgotten.find("agent", number)],
    )


def _rows(expression: Any) -> list[dict[str, Any]]:
    return expression.to_pyarrow().to_pylist()


def _distinct(table: Any, column: str) -> list[int]:
    return [row[column] for row in _rows(table.filter(table[column].notnull())[[column]].distinct())]


def _of_responses(con: Any, name: str, response_ids: list[str]) -> Any:
    table = con.table(name)
    return table.filter(table.response_id.isin(response_ids))


def _bodies(con: Any, ids: Iterable[object]) -> list[tuple[str, str]]:
    wanted = {str(number) for number in ids}
    wanted |= {text.removeprefix(LEGACY) for text in wanted}
    rows = _rows(con.table("unknown_bodies"))
    return [(row["kind"], row["id"]) for row in rows if names_an_id(row, wanted.__contains__)]


def _names(con: Any, agents: list[int]) -> dict[int, str | None]:
    """Return the agents that occur in the history, with their names."""
    a, t, r = con.table("agents"), con.table("tickets"), con.table("survey_responses")
    held = {
        row["assignee_id"] for row in _rows(t.filter(t.assignee_id.isin(agents))[["assignee_id"]].distinct())
    }
    held |= {row["agent_id"] for row in _rows(r.filter(r.agent_id.isin(agents))[["agent_id"]].distinct())}
    credits = con.table("credits")
    held |= {
        number for column in CREDITED_AGENTS for number in _distinct(credits, column) if number in agents
    }
    named = {row["agent_id"]: row["name"] for row in _rows(a.filter(a.agent_id.isin(agents)))}
    return dict.fromkeys(sorted(held)) | named


def _lone_organizations(con: Any, tickets: list[dict[str, Any]]) -> dict[int, str | None]:
    """Return the organizations of these tickets that no other ticket has, with their names."""
    t, o = con.table("tickets"), con.table("organizations")
    numbers = [row["ticket_id"] for row in tickets]
    theirs = {row["organization_id"] for row in tickets} - {None}
    others = t.filter(t.organization_id.isin(list(theirs)), ~t.ticket_id.isin(numbers))
    lone = theirs - set(_distinct(others, "organization_id"))
    rows = _rows(o.filter(o.organization_id.isin(list(lone))))
    return {row["organization_id"]: row["name"] for row in rows}


def _texts(*tables: list[dict[str, Any]]) -> frozenset[str]:
    columns = {text.column for text in TEXTS}
    found = (row.get(column) for rows in tables for row in rows for column in columns)
    return frozenset(text for text in found if text)


def _refuse_unknown(con: Any, people: People, held: set[Any], forgotten: Forgotten, name: str) -> None:
    for kind, ids in zip(("requester", "ticket", "agent"), people, strict=True):
        for number in ids:
            if number not in held and not forgotten.find(kind, number) and not _bodies(con, [number]):
                raise CsatError(
                    f"{name} holds nothing about {kind} {number}: check the id in Zendesk; nothing erased"
                )


def _replacement() -> int:
    return -1 - secrets.randbelow(LARGEST_REPLACEMENT)


def _replace(
    database: Database, con: Any, statements: Iterable[str], ids: Mapping[Any, Any], kind: pa.DataType
) -> None:
    """Run statements that replace ids: `page` holds the old and the new ones."""
    if not ids:
        return
    page = pa.table({"old": pa.array(list(ids), kind), "new": pa.array(list(ids.values()), kind)})
    with database.staged(con, page):
        for statement in statements:
            run(con, statement)


def _erase_agents(
    database: Database, con: Any, names: Mapping[int, str | None], forgotten: Forgotten
) -> None:
    first = 1 + sum(row["kind"] == "agent" for row in forgotten.rows())
    for number in names:
        forgotten.add("agent", number, _replacement())
    replaced = {number: row["replacement"] for number in names if (row := forgotten.find("agent", number))}
    _replace(database, con, AGENTS, replaced, pa.int64())
    present = {row["agent_id"]: row["name"] for row in _rows(con.table("agents"))}
    labels = {
        new: present.get(new) or f"forgotten agent {place}"
        for place, new in enumerate(replaced.values(), first)
    }
    rows = [{"agent_id": new, "name": labels[new], "is_active": False} for new in replaced.values()]
    upsert(database, con, TABLES["agents"], rows)
    for number, name in names.items():
        if name and len(name) >= SHORTEST_NAME:
            _replace_name(con, name, labels[replaced[number]])


def _replace_name(con: Any, name: str, label: str) -> None:
    """Replace an agent's name in what customers wrote."""
    old, new = quoted(name), quoted(label)
    for table, column, _ in TEXTS:
        run(
            con,
            f"update {table} set {column} = replace({column}, {old}, {new}) where position({old} in {column}) > 0",
        )


def _erase_in_records(con: Any, ids: set[str]) -> None:
    """Erase ids in the cursors and in the errors of earlier pulls."""
    for row in _rows(con.table("cursors")):
        cursor = row["cursor"] or ""
        moment, separator, number = cursor.partition("|")
        new = (
            f"{moment}|0"
            if separator and number in ids
            else round_cursor(cursor)
            if cursor in ids
            else cursor
        )
        if new != cursor:
            run(con, f"update cursors set cursor = {quoted(new)} where stream = {quoted(row['stream'])}")
    for row in _rows(con.table("pulls")):
        error = ID.sub(lambda found: MASK if found[0] in ids else found[0], row["error"] or "")
        if error != (row["error"] or ""):
            run(con, f"update pulls set error = {quoted(error)} where pull_id = {quoted(row['pull_id'])}")
