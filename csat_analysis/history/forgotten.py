"""The ids that `csat forget` erased, as keyed hashes, and a filter that keeps their rows from coming back.

The hashes are pseudonymous, not anonymous: whoever can read the table `forgotten`, which holds their key, can test
whether a known id was forgotten.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from .database import named_rows

Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]

HASH_BYTES = 16
KEY_BYTES = 32
KINDS = ("requester", "ticket", "response", "agent")
ID_KEY = re.compile(r"(^|_)(ids?|zrns?)$")
WORD = re.compile(r"[\w-]+")
LEGACY = "legacy-"
# Position of a ULID's random part. What is before it is a time.
RANDOM_PART = 10


class Forgotten:
    """The forgotten ids of a history.

    Attributes
    ----------
    added
        Rows that are not stored yet.
    new_tickets
        Tickets of forgotten requesters that came for the first time.
    """

    def __init__(self, rows: Iterable[Row] = ()):
        self._entries: dict[tuple[str, str], Row] = {(row["kind"], row["hash"]): row for row in rows}
        self._keys = list(dict.fromkeys(row["key"] for row in self._entries.values()))
        self.added: list[Row] = []
        self.new_tickets: list[int] = []

    @classmethod
    def load(cls, con: Any) -> Forgotten:
        """Read the forgotten ids of a history."""
        return cls(named_rows(con, "select * from forgotten"))

    def __bool__(self) -> bool:
        return bool(self._entries)

    def rows(self) -> list[Row]:
        """Return all rows, stored or not."""
        return list(self._entries.values())

    def find(self, kind: str, number: object) -> Row | None:
        """Return the row of an id, or None if it was not forgotten."""
        if number is None:
            return None
        hashed = (self._entries.get((kind, _hash(key, kind, number))) for key in self._keys)
        return next((row for row in hashed if row), None)

    def add(self, kind: str, number: object, replacement: int | None = None) -> None:
        """Remember an id. `replacement` is the number that takes the place of an agent's id."""
        if self.find(kind, number):
            return
        if not self._keys:
            self._keys.append(secrets.token_hex(KEY_BYTES))
        key = self._keys[0]
        now = dt.datetime.now(dt.UTC)
        row = {"kind": kind, "hash": _hash(key, kind, number), "key": key}
        row |= {"replacement": replacement, "forgotten_at": now}
        self._entries[kind, row["hash"]] = row
        self.added.append(row)

    def mentions(self, text: str) -> bool:
        """Return whether an id in it was forgotten."""
        return any(self.find(kind, text) for kind in KINDS) or bool(self.find("response", LEGACY + text))

    def leave_out(self, tables: Tables) -> Tables:
        """Return the rows of tables without those about forgotten ids, and with the replacements of agents.

        Tickets and responses of a forgotten requester that come for the first time are remembered, so that their
        parts are recognized later.
        """
        if not self:
            return tables
        # Tickets before their responses, and these before their answers.
        names = sorted(tables, key=lambda name: list(_FILTERS).index(name) if name in _FILTERS else -1)
        kept = {name: [new for row in tables[name] if (new := self._filter(name, row))] for name in names}
        return {name: kept[name] for name in tables}

    def _filter(self, name: str, row: Row) -> Row | None:
        return _FILTERS[name](self, row) if name in _FILTERS else row

    def _ticket(self, row: Row) -> Row | None:
        number = row["ticket_id"]
        if self.find("ticket", number):
            return None
        if self.find("requester", row.get("requester_id")):
            self.add("ticket", number)
            self.new_tickets.append(number)
            return None
        return self._with_replacement(row, "assignee_id")

    def _response(self, row: Row) -> Row | None:
        about = self.find("ticket", row.get("ticket_id")) or self.find("requester", row.get("responder_id"))
        if about:
            self.add("response", row["response_id"])
        return None if self.find("response", row["response_id"]) else self._with_replacement(row, "agent_id")

    def _part(self, row: Row) -> Row | None:
        return None if self.find("response", row["response_id"]) else row

    def _credit(self, row: Row) -> Row | None:
        credited = self._with_replacement(self._with_replacement(row, "offered_agent_id"), "solved_agent_id")
        return self._part(credited)

    def _agent(self, row: Row) -> Row | None:
        return None if self.find("agent", row["agent_id"]) else row

    def _body(self, row: Row) -> Row | None:
        return None if names_an_id(row, self.mentions) else row

    def _cursor(self, row: Row) -> Row:
        cursor = row["cursor"]
        return {**row, "cursor": round_cursor(cursor)} if self.find("response", cursor) else row

    def _with_replacement(self, row: Row, column: str) -> Row:
        found = self.find("agent", row.get(column))
        return {**row, column: found["replacement"]} if found else row


_FILTERS: dict[str, Callable[[Forgotten, Row], Row | None]] = {
    "tickets": Forgotten._ticket,
    "survey_responses": Forgotten._response,
    "survey_answers": Forgotten._part,
    "rating_changes": Forgotten._part,
    "credits": Forgotten._credit,
    "agents": Forgotten._agent,
    "unknown_bodies": Forgotten._body,
    "cursors": Forgotten._cursor,
}


def names_an_id(row: Row, is_wanted: Callable[[str], bool]) -> bool:
    """Return whether a row of unknown_bodies has an id that `is_wanted` accepts."""
    if is_wanted(row["id"]):
        return True
    try:
        found = _ids_in(json.loads(row["body"]), "")
        return any(map(is_wanted, set(found)))
    except (ValueError, RecursionError):
        return any(map(is_wanted, set(WORD.findall(row["body"]))))


def round_cursor(ulid: str) -> str:
    """Return the first ULID of the same millisecond, as a cursor that names no response."""
    return ulid[:RANDOM_PART].ljust(len(ulid), "0")


def _ids_in(value: Any, key: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _ids_in(part, str(name))
    elif isinstance(value, list):
        for part in value:
            yield from _ids_in(part, key)
    elif value is not None and ID_KEY.search(key):
        yield str(value).rpartition(":")[2]


def _hash(key: str, kind: str, number: object) -> str:
    text = f"{kind}:{number}".encode()
    return hashlib.blake2b(text, key=bytes.fromhex(key), digest_size=HASH_BYTES).hexdigest()
