"""Which customers to call back."""

from __future__ import annotations

import ibis
import pandas as pd
from ibis.backends import BaseBackend

from ..history import History
from ..history.definitions import select_defined, time_column
from ..history.filters import Where, find_filter, keep_rows
from ..periods import zone
from ..schema.frames import with_local_times
from . import measures
from .counting import count_measure
from .scope import Names, When, last_week, one_connection, period


@one_connection
def follow_up(
    history: History, when: When = None, *, group: Names = None, where: Where = None
) -> pd.DataFrame:
    """Return the bad ratings of a period whose ticket is open, or was reopened; worst first, then latest.

    Parameters
    ----------
    history
        The history to ask.
    when
        The period; by default the last complete week.
    group
        Names of groups, one or several; None for all.
    where
        Filters, such as {"channel": "email", "not agent": "Bot"}: all must hold, and any value of a list.

    Returns
    -------
    pandas.DataFrame
        One row per rating: `rating`, `submitted_at` (UTC), `submitted_local` (on the account's clock, without a zone),
        `ticket_id`, `ticket_url`, `subject`, `customer_id` (who answered, else the ticket's requester),
        `customer_url`, `organization` (its id where the name is not known), `agent`, `group`, `status`, `reopens`,
        `reason`, `comment`, `full_resolution_minutes` (or `full_resolution_business_minutes`, see the definition
        `times`). What is not known, erased or left out of a published history is missing.

    Raises
    ------
    CsatError
        If a week is malformed or outside the history.

    Examples
    --------
    >>> csat.follow_up(history, "2026-W46", group="Billing").columns[:3].tolist()
    ['rating', 'submitted_at', 'submitted_local']
    """
    kept = find_filter(history, where, group=group)
    span = period(history, when)
    time = time_column(history, "full_resolution_minutes")

    def query(con: BaseBackend) -> ibis.Table:
        ratings = keep_rows(con, select_defined(history, con, "ratings", span.start, span.end), kept)
        return measures.follow_up(ratings, con.table("tickets"), con.table("organizations"), time)

    calls = history.read(query)
    local = with_local_times(calls, zone(history.timezone))["submitted_local"]
    calls.insert(calls.columns.get_loc("submitted_at") + 1, "submitted_local", local)
    place = calls.columns.get_loc("customer_id")
    calls.insert(place + 1, "customer_url", _customer_urls(calls))
    return calls


def _customer_urls(calls: pd.DataFrame) -> list[str | None]:
    """Return the address of each customer's page in Zendesk, on the site of the ticket.

    With several accounts an id is text with the account before it.
    """
    pairs = zip(calls["ticket_url"], calls["customer_id"], strict=True)
    return [
        None if pd.isna(url) or pd.isna(customer) else _customer_url(str(url), str(customer))
        for url, customer in pairs
    ]


def _customer_url(ticket_url: str, customer: str) -> str:
    return f"{ticket_url.partition('/agent/')[0]}/agent/users/{customer.rpartition('/')[2]}"


@one_connection
def call_backs(
    history: History, *, until: When = None, weeks: int = 12, group: Names = None, where: Where = None
) -> pd.DataFrame:
    """Return week by week how many bad ratings still have an open or reopened ticket.

    Parameters
    ----------
    history
        The history to ask.
    until
        The last week, or a period that ends in it; by default the last complete week.
    weeks
        Number of weeks.
    group
        Names of groups, one or several; None for all.
    where
        Filters, such as {"channel": "email", "not agent": "Bot"}: all must hold, and any value of a list.

    Returns
    -------
    pandas.DataFrame
        One row per week: `week` (Monday on the account's clock), `n` (bad ratings, 0 in a week without any) and
        `waiting` (those whose ticket is open now, or was reopened, as in `follow_up`).

    Raises
    ------
    CsatError
        If a week is malformed or outside the history.

    Examples
    --------
    >>> csat.call_backs(history, until="2026-W46", weeks=4).columns.tolist()
    ['week', 'n', 'waiting']
    """
    kept = find_filter(history, where, group=group)
    window = last_week(history, until).and_before(weeks - 1)
    counts = count_measure(history, measures.call_back_counts, window, kept=kept)
    mondays = pd.date_range(window.first, window.last, freq="7D", name="week")
    return counts.set_index("week").reindex(mondays).fillna(0).astype(int).reset_index()
