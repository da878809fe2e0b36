"""Known changes of an account or of a group, such as a new team or a new survey, from which a new level begins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from ..errors import CsatError, InvalidValue, UnknownChoice
from ..periods import day, zone
from .dimensions import split_id
from .store import History

ALL_GROUPS = 0
# Stands for all groups of one of several accounts: "acme/0".
ALL_OF_ACCOUNT = str(ALL_GROUPS)
LONGEST_TEXT = 200


class Rebase(NamedTuple):
    """A known change: satisfaction before and after it is not compared.

    Attributes
    ----------
    day
        First day of the new level, on the account's clock.
    text
        What changed.
    group
        Name of the group it is about; None for the whole account.
    """

    day: dt.date
    text: str
    group: str | None = None


def read_rebases(history: History) -> list[Rebase]:
    """Return the known changes of a history, in order of time. One of several accounts counts for all of them."""
    rows = [row for row in history.rows(lambda con: con.table("rebases")) if row["text"]]
    of_groups = [row for row in rows if not _is_of_all(row["group_id"])]
    names = _group_names(history) if of_groups else {}
    # Groups of one name are one group.
    found = {
        Rebase(dt.date.fromisoformat(row["day"]), _text(row), names.get(row["group_id"]))
        for row in rows
        if _is_of_all(row["group_id"]) or row["group_id"] in names
    }
    return sorted(found, key=lambda one: (one.day, one.group or "", one.text))


def _is_of_all(group_id: int | str) -> bool:
    return split_id(group_id)[1] == ALL_OF_ACCOUNT


def _text(row: Mapping[str, Any]) -> str:
    account, _ = split_id(row["group_id"])
    return f"{account}: {row['text']}" if account else row["text"]


def add_rebase(history: History, when: str, text: str, *, group: str | None = None) -> Rebase:
    """Store a known change; another text for the same day and group replaces the one before.

    Parameters
    ----------
    history
        The history to write to.
    when
        First day of the new level, such as "2026-11-09", on the account's clock.
    text
        What changed, in one line.
    group
        Name of the group it is about; None for the whole account.

    Returns
    -------
    Rebase

    Raises
    ------
    CsatError
        If the day is malformed, in the future or outside the history, or the text is empty or too long.
    UnknownChoice
        If the group has no ratings in the whole history.
    """
    known = Rebase(_valid_day(history, when), _valid_text(text), group)
    _save(history, known.day, known.text, group)
    return known


def remove_rebase(history: History, when: str, *, group: str | None = None) -> Rebase:
    """Remove a known change of this day and group. Raises CsatError if there is none, or if the group is unknown."""
    asked = day(when)
    _group_ids(history, group)
    known = read_rebases(history)
    for one in known:
        if (one.day, one.group) == (asked, group):
            _save(history, asked, None, group)
            return one
    stored = ", ".join(f"{one.day} {one.group or 'all groups'}" for one in known) or "none"
    raise CsatError(f"no rebase of {group or 'all groups'} on {asked} to remove; stored: {stored}")


def _save(history: History, first: dt.date, text: str | None, group: str | None) -> None:
    now = dt.datetime.now(dt.UTC)
    history.save(
        {
            "rebases": [
                {"day": first.isoformat(), "group_id": number, "text": text, "added_at": now}
                for number in _group_ids(history, group)
            ]
        }
    )


def _valid_day(history: History, when: str) -> dt.date:
    asked = day(when)
    today = dt.datetime.now(zone(history.timezone)).date()
    if asked > today:
        raise CsatError(f"{asked} is in the future: give a day up to {today}")
    first, last = history.days()
    if not first <= asked <= last:
        raise CsatError(f"{asked} is outside the history: give a day from {first} to {last}")
    return asked


def _valid_text(text: str) -> str:
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if not line:
        raise InvalidValue("the text of a rebase is empty: say what changed, for example 'new survey'")
    if len(line) > LONGEST_TEXT:
        raise InvalidValue(f"the text of a rebase has {len(line)} characters: use at most {LONGEST_TEXT}")
    return line


def _group_ids(history: History, group: str | None) -> list[int]:
    if group is None:
        return [ALL_GROUPS]
    names = _group_names(history)
    if group not in names.values():
        raise UnknownChoice("group", group, sorted(set(names.values())))
    return [number for number, name in names.items() if name == group]


def _group_names(history: History) -> dict[int, str]:
    """Return id -> name of the groups that have ratings."""

    def query(con: Any) -> Any:
        return con.table("ratings")[["group_id", "group"]].distinct()

    return {row["group_id"]: row["group"] for row in history.rows(query) if row["group_id"] is not None}
