"""Which customers to call back and what they wrote, as sentences and tables."""

from __future__ import annotations

import pandas as pd

from ..formats import count, name_values
from ..periods import zone
from ..questions.measures import OPEN
from ..redaction import redact
from .phrases import count_noun, join_names


def follow_up_title(rows: pd.DataFrame) -> str:
    """Return how many customers to call back, and who they are."""
    if rows.empty:
        return f"{follow_up_headline(rows)}: no bad rating has an open or reopened ticket"
    rated = (
        "rated bad, and the ticket is open or was reopened"
        if len(rows) == count_customers(rows)
        else f"{count(len(rows))} bad ratings whose tickets are open or were reopened"
    )
    return f"{follow_up_headline(rows)}: {rated}"


def follow_up_headline(rows: pd.DataFrame) -> str:
    """Return how many customers to call back."""
    return f"{count_noun(count_customers(rows), 'customer') if len(rows) else 'Nobody'} to call back"


def count_customers(rows: pd.DataFrame) -> int:
    """Return how many customers gave the ratings of `follow_up`: who rated twice is called once."""
    return int(_who(rows).nunique())


def customers_per_group(rows: pd.DataFrame) -> pd.Series:
    """Return how many customers to call back in each group, in alphabetical order."""
    return _who(rows).groupby(rows["group"]).nunique()


def _who(rows: pd.DataFrame) -> pd.Series:
    """Return who gave each rating: the customer; where that is not known, one per ticket, or per rating."""
    tickets = rows["ticket_id"].map("ticket {}".format, na_action="ignore")
    ratings = pd.Series([f"rating {place}" for place in range(len(rows))], rows.index, dtype=object)
    return rows["customer_id"].astype(object).fillna(tickets).fillna(ratings)


def follow_up_tiles(rows: pd.DataFrame, week: pd.Series) -> list[tuple[str, str, str]]:
    """Return the numbers on top of a call list: (label, value, text below); `week` is a row of `csat`."""
    is_open = rows["status"].isin(OPEN)
    customers, commented = count_customers(rows), count_customers(rows.dropna(subset="comment"))
    tickets = [rows.loc[kept, "ticket_id"].nunique() for kept in (is_open, ~is_open)]
    return [
        (
            "To call back",
            count(customers),
            f"{count(len(rows))} of {count_noun(int(week['bad']), 'bad rating')}",
        ),
        ("Ticket still open", count(tickets[0]), "new, open, pending or on hold"),
        ("Reopened, now solved", count(tickets[1]), "solved or closed again"),
        ("Left a comment", count(commented), f"of {count(customers)} to call back"),
    ]


def follow_up_details(rows: pd.DataFrame) -> list[str]:
    """Return how many customers to call back in each group, and how many of them wrote; nothing without any."""
    if rows.empty:
        return []
    sizes = customers_per_group(rows.assign(group=name_values(rows["group"], "group")))
    per_group = join_names(f"{name}: {count(number)}" for name, number in sizes.items())
    commented = count(int(rows["comment"].notna().sum()))
    return [f"By group: {per_group}.", f"With a comment: {commented} of {count(len(rows))}."]


def call_backs_title(rows: pd.DataFrame) -> str:
    """Return how many bad ratings have an open or reopened ticket, and in how many weeks; of `call_backs`."""
    bad, calls = int(rows["n"].sum()), int(rows["waiting"].sum())
    if not bad:
        return "No bad ratings in these weeks"
    have = "has" if 1 in (bad, calls) else "have"
    # The history may begin within the weeks.
    weeks = count_noun(int((rows["n"].cumsum() > 0).sum()), "week")
    return f"{count(calls)} of {count_noun(bad, 'bad rating')} in {weeks} {have} an open or reopened ticket"


def comments_title(rows: pd.DataFrame) -> str:
    """Return how many bad ratings came with a comment; of bad ratings from `history.ratings`."""
    if rows.empty:
        return "No bad ratings, so no comments to read"
    return f"{count(int(rows['comment'].notna().sum()))} of {count_noun(len(rows), 'bad rating')} came with a comment"


def comments_table(rows: pd.DataFrame, timezone: str) -> pd.DataFrame:
    """Return comments for reading, latest first; e-mail addresses and phone numbers are redacted."""
    commented = rows.dropna(subset="comment").sort_values("submitted_at", ascending=False)
    return follow_up_table(commented, timezone)[
        ["rating", "comment", "ticket", "ticket_url", "reason", "group", "rated"]
    ]


def comments_count(rows: pd.DataFrame) -> str:
    """Return how many ratings came with a comment, and how many of those were bad; of `history.ratings`."""
    commented = rows.dropna(subset="comment")
    if commented.empty:
        return "No rating came with a comment"
    bad = int((commented["rating_category"] == "bad").sum())
    of_all = f"{count(len(commented))} of {count_noun(len(rows), 'rating')} came with a comment"
    if len(commented) == 1:
        return f"{of_all}, {'a bad one' if bad else 'not a bad one'}"
    return f"{of_all}, {count(bad) if bad else 'none'} of them with a bad rating"


def comments_by_group(rows: pd.DataFrame, timezone: str) -> pd.DataFrame:
    """Return comments as `comments_table` does, by group and reason."""
    table = comments_table(rows, timezone).sort_values(["group", "reason"], kind="stable", ignore_index=True)
    return table[["group", "rating", "comment", "reason", "ticket", "ticket_url", "rated"]]


def follow_up_table(rows: pd.DataFrame, timezone: str, *, comments: bool = True) -> pd.DataFrame:
    """Return `follow_up` for reading, with times on the account's clock.

    `ticket_url` and `customer_url` are the links of `ticket` and `customer`; see `follow_up_links`. In subjects and
    comments e-mail addresses and phone numbers are redacted, or both are left out. What is not known in any row has no
    column.
    """
    local = rows["submitted_at"].dt.tz_convert(zone(timezone)).dt.tz_localize(None)
    columns = {
        "rating": _rating(rows),
        "ticket": ("#" + rows["ticket_id"].astype("string")).fillna(""),
        "ticket_url": rows["ticket_url"],
        **({"subject": rows["subject"].fillna("").map(redact)} if _is_known(rows, "subject") else {}),
        "comment": rows["comment"].fillna("").map(redact),
        "reason": rows["reason"].fillna(""),
        **_customers(rows),
        "rated": local.map(_short_time, na_action="ignore"),
        "status": [_status(*pair) for pair in zip(rows["status"], rows["reopens"], strict=True)],
        "group": name_values(rows["group"], "group"),
        "agent": rows["agent"],
    }
    table = pd.DataFrame(columns, index=rows.index)
    return table if comments else table.drop(columns=["subject", "comment"], errors="ignore")


def _rating(rows: pd.DataFrame) -> pd.Series:
    """Return the ratings; "good" or "bad" where they have no number, as in legacy CSAT."""
    ratings = rows["rating"]
    if not ratings.isna().any():
        return ratings
    return ratings.astype(object).fillna(rows.get("rating_category", "bad"))


def follow_up_links(table: pd.DataFrame) -> dict[str, str]:
    """Return the columns of `follow_up_table` that are links, with the columns of their addresses."""
    return {name: f"{name}_url" for name in ("ticket", "customer") if f"{name}_url" in table}


def _customers(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Return who to call, as far as it is known: the customer's id, with the organization on a second line."""
    if not _is_known(rows, "customer_id"):
        return {}
    customer = rows["customer_id"].astype("string").fillna("")
    if _is_known(rows, "organization"):
        customer = customer.str.cat(("\n" + rows["organization"].astype("string")).fillna(""))
    return {"customer": customer, "customer_url": rows["customer_url"]}


def _status(status: str, times: float) -> str:
    """Return the status of a ticket, and how often it was reopened."""
    if pd.isna(times) or not times:
        return status
    return f"{status}, reopened" if times == 1 else f"{status}, reopened {times:.0f} times"


def _is_known(rows: pd.DataFrame, name: str) -> bool:
    return name in rows and bool(rows[name].notna().any())


def _short_time(local: pd.Timestamp) -> str:
    return f"{local:%a} {local.day} {local:%b, %H:%M}"
