"""What customers answered, as sentences: reasons, response rate, whom to call back."""

from __future__ import annotations

import pandas as pd

from ..formats import count, percent
from ..privacy import redacted
from ..questions import HIGHER, LOWER
from .phrases import counted
from .satisfaction import movers


def reasons(rows: pd.DataFrame) -> str:
    """The reason given most often with a bad rating, and any that changed clearly."""
    if rows.empty or rows["n"].sum() == 0:
        return "Nobody gave a reason for a bad rating"
    most = rows.loc[rows["n"].idxmax()]
    moved = rows[rows["verdict"].isin([HIGHER, LOWER])]
    tail = f"; {movers(moved, 'reason')}" if len(moved) else ""
    share = f"{count(most['n'])} of {count(most['of'])} bad ratings with a reason"
    return f"“{most['reason']}” was given most often: {share}{tail}"


def response(rows: pd.DataFrame) -> str:
    """The response rate of the weeks whose surveys are old enough."""
    closed = rows[~rows["still_open"]]
    offered, answered = int(closed["n"].sum()), int(closed["answered"].sum())
    if not offered:
        return "No surveys old enough to count answers"
    return f"{percent(answered / offered)} of {counted(offered, 'survey')} older than a week were answered"


def calls(rows: pd.DataFrame) -> str:
    """How many customers to call back."""
    if rows.empty:
        return "Nobody to call back: no bad rating has an open or reopened ticket"
    return f"{counted(len(rows), 'customer')} to call back: rated bad, and the ticket is open or was reopened"


def call_table(rows: pd.DataFrame, timezone: str, *, comments: bool = True) -> pd.DataFrame:
    """`follow_up` for reading, times on the account's clock; `ticket_url` is for the link of `ticket`.

    comments: False leaves customers' words out; else they stand with e-mail addresses and phone numbers redacted.
    """
    local = rows["submitted_at"].dt.tz_convert(timezone).dt.tz_localize(None)
    table = pd.DataFrame(
        {
            "rating": rows["rating"],
            "ticket": rows["ticket_id"].map(lambda number: f"#{number}"),
            "ticket_url": rows["ticket_url"],
            "rated": local.dt.strftime("%a %-d %b, %H:%M"),
            "status": rows["status"],
            "reopens": rows["reopens"],
            "group": rows["group"],
            "agent": rows["agent"],
            "reason": rows["reason"].fillna(""),
            "comment": rows["comment"].fillna("").map(redacted),
        }
    )
    return table if comments else table.drop(columns="comment")
