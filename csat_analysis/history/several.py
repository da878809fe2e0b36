"""What the rows of several accounts mean together: whose they are, their time zone, definitions and last pulls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ..definitions import Definitions
from ..errors import HistoryError
from .timezones import usable_timezone

Rows = Sequence[Mapping[str, Any]]
AND = " and "
# Row of the table `cursors`: the time from which the history has every rating (ISO 8601, UTC).
COMPLETE_FROM = "complete_from"


def is_of_several(rows: Rows) -> bool:
    """Return whether rows of a table are those of several accounts. Reading their names costs a look at the place."""
    return any("account" in row for row in rows)


class Owner(NamedTuple):
    """The account of a history, or several: base URLs, time zone, and the time from which every rating is there."""

    url: str
    timezone: str
    complete_from: dt.datetime | None = None


def find_owner(accounts: Rows, cursors: Rows, timezone: str | None) -> Owner:
    """Return the base URLs as one text, the time zone of all accounts, and since when all of them are complete.

    Parameters
    ----------
    accounts
        The rows of the table `account`.
    cursors
        The rows of the table `cursors`.
    timezone
        The time zone that the user has set; None: the one that the accounts have in common.

    Raises
    ------
    HistoryError
        If they have several time zones and none is set.
    """
    urls = AND.join(sorted(row["url"] for row in accounts))
    # With several accounts, the name of a stream begins with its account.
    times = [row["cursor"] for row in cursors if row["stream"].endswith(COMPLETE_FROM) and row["cursor"]]
    complete_from = dt.datetime.fromisoformat(max(times)) if times else None
    if len(accounts) == 1:
        return Owner(urls, accounts[0]["timezone"], complete_from)
    zones = {row["account"]: usable_timezone(row["timezone"]) for row in accounts}
    if timezone is None and len(set(zones.values())) > 1:
        raise HistoryError(
            f"the accounts have several time zones ({_of_each(zones)}): set CSAT_TIMEZONE to the one of all weeks"
        )
    return Owner(urls, timezone or next(iter(zones.values())), complete_from)


def find_stored(stored: Rows, accounts: Iterable[str], decided: Iterable[str]) -> dict[str, str]:
    """Return the definitions that all accounts have in common, of those that at least one has stored.

    Parameters
    ----------
    stored
        The rows of the table `definitions`.
    accounts
        The names of the accounts; empty for a history of one.
    decided
        Definitions that a call or the environment gives, and about which the accounts may disagree.

    Raises
    ------
    HistoryError
        If the accounts disagree about another one.
    """
    defaults, found = Definitions()._asdict(), {}
    names = list(accounts) or [""]
    for name in {row["name"]: None for row in stored}:
        values = {row.get("account", ""): row["value"] for row in stored if row["name"] == name}
        values = {account: values.get(account, defaults[name]) for account in names}
        if len(set(values.values())) == 1:
            found[name] = values[names[0]]
        elif name not in decided:
            raise HistoryError(
                f"the accounts differ in {name} ({_of_each(values)}): set CSAT_{name.upper()}, or store the same with "
                "csat settings and publish again"
            )
    return found


def find_last_pull(done: Rows, accounts: Iterable[str]) -> dt.datetime | None:
    """Return until when all accounts are known: the earliest of their last pulls; None if one has none.

    done: rows with `started_at`, one per account with a complete pull.
    """
    times = [row["started_at"] for row in done if row["started_at"] is not None]
    return min(times) if len(times) >= max(1, len(list(accounts))) else None


def _of_each(values: Mapping[str, str]) -> str:
    return ", ".join(f"{account}: {value}" for account, value in sorted(values.items()))
