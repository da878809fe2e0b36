"""Bodies that could not be read fully, kept as they came so that nothing is lost."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from .responses import read_ticket_id
from .values import LONGEST_ID, UNSTORABLE, Json, Row, identifying_text, integer

TEXT_IDS = ("survey_response", "surveys")  # kinds whose ids are texts; those of others are whole numbers


def keep_raw(kind: str, body: Any, problem: str) -> Row:
    """Return a body as a row of unknown_bodies.

    The key is its id and version, or a hash of its content if it has no usable id, so that such bodies do not
    overwrite each other. `ticket_id` lets the erasure of a deleted ticket's text find the body. Of a deleted
    ticket only the problem is kept, because its text must not be stored.
    """
    fields = body if isinstance(body, Mapping) else {}
    raw = json.dumps({} if fields.get("status") == "deleted" else body)
    return {
        "kind": kind,
        "id": UNSTORABLE.sub("", _key(kind, fields) or _hash(body)),
        "problem": UNSTORABLE.sub("", problem),
        "body": raw,
        "ticket_id": _ticket_id(kind, fields),
    }


def _ticket_id(kind: str, fields: Json) -> int | None:
    """Return the ticket that a body is about, where that can be read."""
    if kind == "survey_response":
        return read_ticket_id(fields, [])
    name = {"ticket": "id", "satisfaction_rating": "ticket_id", "metric_set": "ticket_id"}.get(kind, "")
    return integer(fields.get(name), name, [])


def _key(kind: str, fields: Mapping[str, Any]) -> str:
    """Return the id and version of a body; an empty text if rows of its kind cannot have such an id."""
    body_id = fields.get("id")
    read = identifying_text if kind in TEXT_IDS else integer
    if read(body_id, "id", []) in (None, ""):
        return ""
    key = "-".join(str(fields[name]) for name in ("id", "version") if fields.get(name) is not None)
    return key if len(key) <= LONGEST_ID else ""


def _hash(body: Any) -> str:
    return "sha256-" + hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:32]
