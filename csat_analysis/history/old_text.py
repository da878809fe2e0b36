"""Leave out and erase what customers wrote before a moment (CSAT_KEEP_COMMENTS_DAYS)."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from .database import first_row, quoted, run

Row = Mapping[str, Any]


class Text(NamedTuple):
    """A column with a customer's text, and the time that tells how old it is."""

    table: str
    column: str
    time: str


TEXTS = (
    Text("tickets", "subject", "created_at"),
    Text("tickets", "satisfaction_comment", "created_at"),
    Text("survey_responses", "comment", "updated_at"),
    Text("survey_answers", "value", "updated_at"),
    Text("rating_changes", "comment", "updated_at"),
)
TIME = re.compile(r'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)')
NO_BODY = json.dumps({})


def leave_out_old_text(tables: Mapping[str, Sequence[Row]], cutoff: dt.datetime) -> dict[str, Sequence[Row]]:
    """Return rows of tables without text that was written before `cutoff`."""
    kept = dict(tables)
    for text in TEXTS:
        if text.table in kept:
            kept[text.table] = [_without(row, text, cutoff) for row in kept[text.table]]
    if "unknown_bodies" in kept:
        kept["unknown_bodies"] = [_without_body(row, cutoff) for row in kept["unknown_bodies"]]
    return kept


def erase_old_text(con: Any, cutoff: dt.datetime) -> bool:
    """Erase text that was written before `cutoff`, in a transaction of `con`; return whether there was any."""
    erased = False
    for text in TEXTS:
        old = f"{text.column} is not null and {text.time} < timestamptz '{cutoff.isoformat()}'"
        if first_row(con, f"select count(*) from {text.table} where {old}")[0]:
            run(con, f"update {text.table} set {text.column} = null where {old}")
            erased = True
    for row in con.table("unknown_bodies").to_pyarrow().to_pylist():
        if _without_body(row, cutoff) != row:
            key = f"kind = {quoted(row['kind'])} and id = {quoted(row['id'])}"
            run(con, f"update unknown_bodies set body = {quoted(NO_BODY)} where {key}")
            erased = True
    return erased


def _without(row: Row, text: Text, cutoff: dt.datetime) -> Row:
    written = row.get(text.time)
    is_old = row.get(text.column) is not None and written is not None and written < cutoff
    return {**row, text.column: None} if is_old else row


def _without_body(row: Row, cutoff: dt.datetime) -> Row:
    """Return a raw body without its content, if none of its times is after `cutoff`; its problem is kept."""
    latest = max(TIME.findall(row["body"]), default="")
    return row if latest >= f"{cutoff:%Y-%m-%dT%H:%M:%S}" else {**row, "body": NO_BODY}
