"""A body that was not, or not fully, understood: kept as it came, so that nothing is lost to something new."""

from __future__ import annotations

import json

from .values import UNSTORABLE, Json, Row


def kept_raw(kind: str, body: Json, problem: str) -> Row:
    """A body as a row of unknown_bodies; its id and, if it has one, its version are the key.

    Of a deleted ticket only the problem is kept: its words are not ours to keep.
    """
    parts = [str(body[name]) for name in ("id", "version") if body.get(name) is not None]
    key, problem = (UNSTORABLE.sub("", words) for words in ("-".join(parts), problem))
    return {
        "kind": kind,
        "id": key,
        "problem": problem,
        "body": json.dumps({} if body.get("status") == "deleted" else body),
    }
