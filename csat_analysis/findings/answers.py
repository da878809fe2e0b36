"""What customers answered, as sentences: reasons, response rate, whom to call back."""

from __future__ import annotations

import pandas as pd

from ..formats import count, percent
from ..periods import zone
from ..questions.measures import OPEN
from ..redaction import redact
from ..verdicts import is_claim, matches
from .phrases import counted, listed
from .satisfaction import movers


def reasons(rows: pd.DataFrame) -> str:
    """The reason given most often with a bad rating, and any that changed clearly."""
    if rows.empty or rows["n"].sum() == 0:
        return "Nobody gave a reason for a bad rating"
    most = rows[rows["n"] == rows["n"].max()]
    each = f"{'each ' if len(most) > 1 else ''}{count(most['n'].iloc[0])}"
    share = f"{each} of {count(most['of'].iloc[0])} bad ratings with a reason"
    quoted = rows.assign(reason="“" + rows["reason"] + "”")[matches(rows["verdict"], is_claim)]
    new, moved = quoted[quoted["n_before"] == 0], quoted[quoted["n_before"] > 0]
    tail = f". {movers(moved, 'reason')}" if len(moved) else ""
    tail += f". {listed(new['reason'])} had not been given before" if len(new) else ""
    given = "was" if len(most) == 1 else "were"
    return f"{listed('“' + most['reason'] + '”')} {given} given most often: {share}{tail}"


def response(rows: pd.DataFrame) -> str:
    """The response rate of the weeks whose surveys are old enough."""
    closed = rows[~rows["still_open"]]
    offered, answered = int(closed["n"].sum()), int(closed["answered"].sum())
    if not offered:
        return "No surveys old enough to count answers"
    return f"{percent(answered / offered)} of {counted(offered, 'survey')} older than a week were answered"


def bounds(rows: pd.DataFrame) -> str:
    """Between which values the satisfaction of all who were asked must lie, whatever the silent ones think."""
    closed = rows[~rows["still_open"] & rows["csat_low"].notna()]
    asked = closed["n"] - closed["neutral"]
    if not asked.sum():
        return ""
    low, high = ((closed[side] * asked).sum() / asked.sum() for side in ("csat_low", "csat_high"))
    known = f"between {percent(low)} and {percent(high)}"
    aside = ", neutral answers aside," if closed["neutral"].any() else ","
    return f"Of all who were asked{aside} {known} are satisfied, whatever the silent ones think."


def calls(rows: pd.DataFrame) -> str:
    """How many customers to call back."""
    if rows.empty:
        return f"{to_call(rows)}: no bad rating has an open or reopened ticket"
    return f"{to_call(rows)}: rated bad, and the ticket is open or was reopened"


def to_call(rows: pd.DataFrame) -> str:
    """The same in three words."""
    return f"{counted(len(rows), 'customer') if len(rows) else 'Nobody'} to call back"


def call_tiles(rows: pd.DataFrame, week: pd.Series) -> list[tuple[str, str, str]]:
    """The figures on top of a call list: (label, value, what stands below); `week` is a row of `csat`."""
    is_open = rows["status"].isin(OPEN)
    spoke = int(rows["comment"].notna().sum())
    return [
        ("To call back", count(len(rows)), f"of {counted(int(week['bad']), 'bad rating')}"),
        ("Ticket still open", count(int(is_open.sum())), "new, open, pending or on hold"),
        ("Reopened, now solved", count(int((~is_open).sum())), "solved or closed again"),
        ("Left a comment", count(spoke), f"of {count(len(rows))} to call back"),
    ]


def per_group(rows: pd.DataFrame) -> str:
    """How many customers to call back in each group, in alphabetical order."""
    sizes = rows.groupby("group").size()
    return listed(f"{name} {count(number)}" for name, number in sizes.items()) if len(sizes) else "none"


def waiting(rows: pd.DataFrame) -> str:
    """How many customers of several weeks still have an open ticket or had one reopened; of `call_backs`."""
    bad, calls = int(rows["n"].sum()), int(rows["waiting"].sum())
    if not bad:
        return "No bad ratings in these weeks"
    return (
        f"{count(calls)} of {counted(bad, 'bad rating')} in {len(rows)} weeks have an open or reopened ticket"
    )


def comments(rows: pd.DataFrame) -> str:
    """How many bad ratings came with words; of bad ratings as `history.ratings` gives them."""
    if rows.empty:
        return "No bad ratings, so no comments to read"
    return f"{count(int(rows['comment'].notna().sum()))} of {counted(len(rows), 'bad rating')} came with a comment"


def comment_table(rows: pd.DataFrame, timezone: str) -> pd.DataFrame:
    """The comments of ratings for reading, latest first; addresses and phone numbers are redacted."""
    spoken = rows.dropna(subset="comment").sort_values("submitted_at", ascending=False)
    return call_table(spoken, timezone)[
        ["rating", "ticket", "ticket_url", "rated", "group", "reason", "comment"]
    ]


def call_table(rows: pd.DataFrame, timezone: str, *, comments: bool = True) -> pd.DataFrame:
    """`follow_up` for reading, times on the account's clock; `ticket_url` is for the link of `ticket`.

    comments: False leaves customers' words out; else they stand with e-mail addresses and phone numbers redacted.
    """
    local = rows["submitted_at"].dt.tz_convert(zone(timezone)).dt.tz_localize(None)
    table = pd.DataFrame(
        {
            "rating": rows["rating"],
            "ticket": rows["ticket_id"].map(lambda number: f"#{number}", na_action="ignore").fillna(""),
            "ticket_url": rows["ticket_url"],
            "rated": local.dt.strftime("%a %-d %b, %H:%M"),
            "status": rows["status"],
            "reopens": rows["reopens"],
            "group": rows["group"],
            "agent": rows["agent"],
            "reason": rows["reason"].fillna(""),
            "comment": rows["comment"].fillna("").map(redact),
        }
    )
    return table if comments else table.drop(columns="comment")
