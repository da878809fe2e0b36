"""The tables of the history as data: columns, types, keys, and one line of meaning each.

`flatten` makes rows that fit them, `history` creates and fills them, and the data dictionary in the documentation is
printed from them. Timestamps are in UTC; a duration has its unit in its name; null means "did not happen", never 0.
"""

from __future__ import annotations

from typing import NamedTuple

import ibis.expr.datatypes as types

# Not their names, because Ibis takes a millisecond to read one.
TIME, TEXT, INTEGER, FLAG = types.Timestamp("UTC"), types.string, types.int64, types.boolean
TEXTS, DATE = types.Array(TEXT), types.date


class Column(NamedTuple):
    """One column: its name, its type, and what it means."""

    name: str
    type: types.DataType
    meaning: str


class Table(NamedTuple):
    """One table: its name, the columns of its key, what a row is, and all columns.

    replaced_with: rows with the same value of this column are replaced together. monotonic: columns whose value
    never becomes smaller.
    """

    name: str
    key: tuple[str, ...]
    row: str
    columns: tuple[Column, ...]
    replaced_with: str = ""
    monotonic: tuple[str, ...] = ()

    @property
    def schema(self) -> dict[str, types.DataType]:
        """Return column name -> type, in order."""
        return {column.name: column.type for column in self.columns}


DURATIONS = {  # column stem -> what it lasts; each exists on the calendar and on the business clock
    "first_reply": "created to first public agent reply",
    "first_resolution": "created to first solved",
    "full_resolution": "created to latest solved",
    "requester_wait": "time spent new, open or on hold",
    "agent_wait": "time spent pending, waiting for the requester",
    "on_hold": "time spent on hold",
}
MINUTES = tuple(f"{stem}_minutes" for stem in DURATIONS)
BUSINESS_MINUTES = tuple(f"{stem}_business_minutes" for stem in DURATIONS)

_TICKETS = Table(
    "tickets",
    ("ticket_id",),
    "a ticket as last exported",
    (
        Column("ticket_id", INTEGER, "Zendesk's number of the ticket"),
        Column("subject", TEXT, "subject; erased when the ticket is deleted"),
        Column("status", TEXT, "new, open, pending, hold, solved, closed or deleted"),
        Column("type", TEXT, "problem, incident, question or task"),
        Column("priority", TEXT, "low, normal, high or urgent"),
        Column("channel", TEXT, "how it arrived: email, web, native_messaging, voice, …"),
        Column("brand_id", INTEGER, "brand"),
        Column("ticket_form_id", INTEGER, "form"),
        Column("organization_id", INTEGER, "the requester's organization"),
        Column("requester_id", INTEGER, "the customer"),
        Column("assignee_id", INTEGER, "the agent who holds it now"),
        Column("group_id", INTEGER, "the group that holds it now"),
        Column("tags", TEXTS, "tags"),
        Column("custom_fields", TEXT, "JSON object: field id -> value, set fields only"),
        Column("satisfaction_score", TEXT, "unoffered, offered, good or bad, now"),
        Column("satisfaction_reason", TEXT, "label of the reason chosen"),
        Column("satisfaction_comment", TEXT, "comment mirrored on the ticket"),
        Column("created_at", TIME, "created"),
        Column("updated_at", TIME, "last ticket event"),
        Column("generated_at", TIME, "last write of any kind; orders the export"),
        Column("solved_at", TIME, "latest solve"),
        Column("assigned_at", TIME, "latest assignment"),
        Column("assignee_updated_at", TIME, "latest update by the assignee"),
        Column("reopens", INTEGER, "times solved -> open"),
        Column("replies", INTEGER, "public agent comments"),
        Column("assignee_stations", INTEGER, "agents it was assigned to"),
        Column("group_stations", INTEGER, "groups it was assigned to"),
        *(Column(f"{stem}_minutes", INTEGER, f"{text}; calendar") for stem, text in DURATIONS.items()),
        *(
            Column(f"{stem}_business_minutes", INTEGER, f"{text}; business hours")
            for stem, text in DURATIONS.items()
        ),
        Column("handle_seconds", INTEGER, "total time spent (Time Tracking app); null if unknown"),
        Column("is_deleted", FLAG, "deleted in Zendesk"),
    ),
)

_RESPONSES = Table(
    "survey_responses",
    ("response_id",),
    "a survey offered, answered or not",
    (
        Column("response_id", TEXT, "ULID of the response; legacy-N for legacy CSAT"),
        Column("ticket_id", INTEGER, "the ticket it is about; null for a conversation"),
        Column("responder_id", INTEGER, "the customer who was asked"),
        Column("survey_id", TEXT, "survey"),
        Column("survey_version", INTEGER, "its version"),
        Column("offered_at", TIME, "when it was offered (the time inside the ULID)"),
        Column("submitted_at", TIME, "first answer, also after later edits; null: not answered"),
        Column("updated_at", TIME, "latest answer"),
        Column("expires_at", TIME, "until when the customer can answer or edit"),
        Column("rating", INTEGER, "the CSAT rating, latest"),
        Column("rating_category", TEXT, "good, neutral or bad, as Zendesk says"),
        Column("comment", TEXT, "the customer's text"),
        Column("reason", TEXT, "label of the reason chosen; the option's id where no label is known"),
        Column("agent_id", INTEGER, "who held the ticket when it was rated"),
        Column("group_id", INTEGER, "the group that held it when it was rated"),
        Column("attribution", TEXT, "how that is known: audit, unchanged or current"),
        Column("revisions", INTEGER, "times the rating changed; two changes between two pulls count once"),
        Column("source", TEXT, "survey or legacy"),
    ),
    monotonic=("revisions",),
)

_ANSWERS = Table(
    "survey_answers",
    ("response_id", "question_id"),
    "one answer to one question",
    (
        Column("response_id", TEXT, "survey response"),
        Column("question_id", TEXT, "question"),
        Column("position", INTEGER, "place among the answers, from 1"),
        Column(
            "question_type", TEXT, "rating_scale_numeric, _emoji, _custom_text, closed_ended or open_ended"
        ),
        Column("sub_type", TEXT, "customer_satisfaction or other, of a rating"),
        Column("alias", TEXT, "the question's alias, where the API gives it"),
        Column("headline", TEXT, "the question's text in the same survey version, where known"),
        Column("answer_type", TEXT, "rating_scale, closed_ended, open_ended or skipped"),
        Column("rating", INTEGER, "number chosen"),
        Column("rating_category", TEXT, "good, neutral or bad"),
        Column("rating_label", TEXT, "label of that number in the same survey version, where known"),
        Column("selections", TEXTS, "labels chosen; option ids where no label is known"),
        Column("value", TEXT, "free text"),
        Column("created_at", TIME, "first answered"),
        Column("updated_at", TIME, "last changed"),
    ),
    replaced_with="response_id",
)

_CHANGES = Table(
    "rating_changes",
    ("response_id", "updated_at"),
    "a version of a rating that a pull saw",
    (
        Column("response_id", TEXT, "survey response"),
        Column("updated_at", TIME, "when this version was given"),
        Column("rating", INTEGER, "the rating then"),
        Column("rating_category", TEXT, "good, neutral or bad"),
        Column("comment", TEXT, "the comment then"),
    ),
)

_HELD = "unchanged, audit, unknown (audits were not read) or missing (they do not tell)"
_CREDITS = Table(
    "credits",
    ("response_id",),
    "who is credited with a rating by other rules than the holder when rated; see the definition credit",
    (
        Column("response_id", TEXT, "survey response"),
        Column("offered_agent_id", INTEGER, "who held the ticket when the survey was offered"),
        Column("offered_group_id", INTEGER, "the group that held it then"),
        Column("offered_attribution", TEXT, f"how that is known: {_HELD}"),
        Column("solved_agent_id", INTEGER, "who held it when it was solved last before the answer"),
        Column("solved_group_id", INTEGER, "the group that held it then"),
        Column("solved_attribution", TEXT, f"how that is known: {_HELD}"),
    ),
)

_AGENTS = Table(
    "agents",
    ("agent_id",),
    "an agent or admin, present or former",
    (
        Column("agent_id", INTEGER, "user id"),
        Column("name", TEXT, "name; null if Zendesk does not find the user any more"),
        Column("role", TEXT, "agent or admin"),
        Column("default_group_id", INTEGER, "default group"),
        Column("is_active", FLAG, "false once they left: deleted, or no longer agent or admin"),
    ),
)

_GROUPS = Table(
    "groups",
    ("group_id",),
    "a group, present or former",
    (
        Column("group_id", INTEGER, "group id"),
        Column("name", TEXT, "name"),
        Column("is_deleted", FLAG, "deleted in Zendesk"),
    ),
)

_BRANDS = Table(
    "brands",
    ("brand_id",),
    "a brand",
    (
        Column("brand_id", INTEGER, "brand id"),
        Column("name", TEXT, "name"),
        Column("subdomain", TEXT, "its subdomain"),
        Column("is_active", FLAG, "active"),
    ),
)

_FORMS = Table(
    "ticket_forms",
    ("ticket_form_id",),
    "a ticket form, present or former",
    (
        Column("ticket_form_id", INTEGER, "form id"),
        Column("name", TEXT, "name"),
        Column("is_active", FLAG, "active, when it was last listed"),
    ),
)

_ORGANIZATIONS = Table(
    "organizations",
    ("organization_id",),
    "an organization of customers, present or former, on whose tickets a survey was offered",
    (
        Column("organization_id", INTEGER, "organization id"),
        Column("name", TEXT, "name; null if Zendesk did not find the organization any more"),
    ),
)

_SURVEYS = Table(
    "surveys",
    ("survey_id", "survey_version", "question_id", "option_id"),
    "one option of one question (one row with an empty option for free text)",
    (
        Column("survey_id", TEXT, "survey"),
        Column("survey_version", INTEGER, "version"),
        Column("question_id", TEXT, "question"),
        Column("option_id", TEXT, "option's id; a rating's number as text; empty for free text"),
        Column("position", INTEGER, "place of the question, from 1"),
        Column("question_type", TEXT, "type of the question"),
        Column("sub_type", TEXT, "customer_satisfaction or other, of a rating"),
        Column("headline", TEXT, "the question's words"),
        Column("rating", INTEGER, "number of a rating option"),
        Column("label", TEXT, "the option's words"),
        Column("state", TEXT, "enabled or disabled"),
    ),
)

_FIELDS = Table(
    "ticket_fields",
    ("field_id",),
    "a ticket field; names the keys of custom_fields",
    (
        Column("field_id", INTEGER, "field id"),
        Column("title", TEXT, "title"),
        Column("type", TEXT, "tagger, integer, text, …"),
        Column("options", TEXT, "JSON object: stored value -> name, of a drop-down"),
        Column("is_active", FLAG, "active"),
    ),
)

_PULLS = Table(
    "pulls",
    ("pull_id",),
    "a run of the pull",
    (
        Column("pull_id", TEXT, "id of the run"),
        Column("started_at", TIME, "begun"),
        Column("ended_at", TIME, "ended; null while running, or killed"),
        Column("outcome", TEXT, "running, done or failed"),
        Column("error", TEXT, "the line that was shown, if it failed"),
        Column("tickets", INTEGER, "tickets received"),
        Column("responses", INTEGER, "survey responses received"),
        Column("calls", INTEGER, "HTTP calls made"),
        Column("waited_seconds", INTEGER, "time spent waiting for limits and retries"),
        Column("unknown", INTEGER, "bodies kept because they were not read fully"),
    ),
)

_CURSORS = Table(
    "cursors",
    ("stream",),
    "how far a stream has been read",
    (
        Column("stream", TEXT, "a stream of the pull, such as tickets or survey_responses"),
        Column(
            "cursor",
            TEXT,
            "where the next page begins; of complete_from: the time from which the history has every rating",
        ),
        Column("saved_at", TIME, "when that was saved"),
    ),
)

_UNKNOWN = Table(
    "unknown_bodies",
    ("kind", "id"),
    "a body that was not read fully",
    (
        Column("kind", TEXT, "survey_response, ticket, satisfaction_rating or the table of a look-up"),
        Column("id", TEXT, "its id; a hash of the body if it has none"),
        Column("problem", TEXT, "what could not be read"),
        Column("body", TEXT, "the body as it came (JSON)"),
        Column("ticket_id", INTEGER, "the ticket it is about, where that can be read"),
    ),
)

_ACCOUNT = Table(
    "account",
    ("url",),
    "the account this history belongs to",
    (
        Column("url", TEXT, "base URL"),
        Column("timezone", TEXT, "time zone of its weeks"),
    ),
)

_FORGOTTEN = Table(
    "forgotten",
    ("kind", "hash"),
    "an erased id; see docs/privacy.md",
    (
        Column("kind", TEXT, "requester, ticket, response or agent"),
        Column(
            "hash", TEXT, "keyed hash of the id: pseudonymous, because whoever has the key can test an id"
        ),
        Column("key", TEXT, "key of the hash"),
        Column("replacement", INTEGER, "the number that took the place of an agent's id"),
        Column("forgotten_at", TIME, "when it was forgotten"),
    ),
)

_REBASES = Table(
    "rebases",
    ("day", "group_id"),
    "a known change, from which a new level of satisfaction begins; see csat rebase",
    (
        Column("day", TEXT, "its first day on the account's clock, as 2026-11-09"),
        Column("group_id", INTEGER, "the group it is about; 0: the whole account"),
        Column("text", TEXT, "what changed; null: the row was removed again"),
        Column("added_at", TIME, "when it was written"),
    ),
)

_DEFINITIONS = Table(
    "definitions",
    ("name",),
    "a definition that was stored for all who read the history; see csat settings",
    (
        Column("name", TEXT, "good, neutral, times or credit"),
        Column("value", TEXT, "its value"),
        Column("stored_at", TIME, "when it was stored"),
    ),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _TICKETS,
        _RESPONSES,
        _ANSWERS,
        _CHANGES,
        _CREDITS,
        _AGENTS,
        _GROUPS,
        _BRANDS,
        _FORMS,
        _ORGANIZATIONS,
        _SURVEYS,
        _FIELDS,
        _PULLS,
        _CURSORS,
        _UNKNOWN,
        _ACCOUNT,
        _FORGOTTEN,
        _REBASES,
        _DEFINITIONS,
    )
}

# Never exported or published: its hashes and their key would identify people.
PRIVATE_TABLES = frozenset({"forgotten"})

PERIOD_COLUMN = {  # the column that --from and --to filter
    "tickets": "created_at",
    "survey_responses": "offered_at",
    "survey_answers": "created_at",
    "rating_changes": "updated_at",
    "pulls": "started_at",
    "ratings": "submitted_at",
    "offers": "offered_at",
}


def data_dictionary() -> str:
    """Return all tables and columns with their meaning, as Markdown."""
    return "\n".join(_section(table) for table in TABLES.values())


def _section(table: Table) -> str:
    lines = [f"## {table.name}", "", f"One row: {table.row}. Key: {', '.join(table.key)}.", ""]
    lines += ["| column | type | meaning |", "|---|---|---|"]
    lines += [f"| `{column.name}` | {column.type} | {column.meaning} |" for column in table.columns]
    return "\n".join([*lines, ""])
