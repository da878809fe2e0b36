"""The ground truth of tickets, computed from the account's tables and not from their JSON."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pandas.arrays import IntegerArray

from ..account import Account, texts
from ..account.identifiers import zendesk_ids
from ..account.people import STAFF
from ..account.records import (
    BAD,
    CHANNELS,
    GOOD,
    MESSAGING,
    NEVER,
    NOBODY,
    PRIORITIES,
    SCORES,
    STATUSES,
    TYPES,
)
from ..account.state import EXPORT_DELAY_SECONDS

# name in an analysis -> column of the account
_TIMES = {
    "created_at": "created",
    "updated_at": "updated",
    "generated_at": "generated",
    "solved_at": "solved",
    "assigned_at": "assigned",
    "assignee_updated_at": "agent_updated",
}
_COUNTS = {
    "reopens": "reopens",
    "replies": "replies",
    "assignee_stations": "agent_stations",
    "group_stations": "group_stations",
}


def list_tickets(account: Account) -> pd.DataFrame:
    """Return one row per ticket that the export shows by now, by `ticket_id`.

    Ids are Int64, times UTC, durations whole minutes on both clocks (Int64), null where something has not
    happened; a deleted ticket's subject and comment are null.
    """
    shown = np.flatnonzero(account.tables.tickets["generated"] <= account.clock - EXPORT_DELAY_SECONDS)
    tickets = account.tables.tickets[shown]
    return pd.DataFrame(
        {
            "ticket_id": shown + 1,
            "subject": _subjects(tickets),
            "status": np.where(tickets["deleted"], "deleted", _names(STATUSES, tickets["status"])),
            "type": _names(TYPES, tickets["type"]),
            "priority": _names(PRIORITIES, tickets["priority"]),
            "channel": _names(CHANNELS, tickets["channel"]),
            **_ids(account, tickets),
            "tags": _tags(tickets),
            **_satisfaction(account, shown, tickets),
            **{name: _to_times(tickets[column]) for name, column in _TIMES.items()},
            **{name: tickets[column].astype("i8") for name, column in _COUNTS.items()},
            **_durations(tickets, messaging_seconds=account.messaging_seconds),
            "handle_seconds": _to_integers(tickets["handle_seconds"]),
            "is_deleted": tickets["deleted"],
        }
    )


def _subjects(tickets: np.ndarray) -> np.ndarray:
    subjects = _names(texts.ALL_SUBJECTS, tickets["subject"])
    subjects[tickets["deleted"]] = None
    return subjects


def _names(names: tuple[str | None, ...], positions: np.ndarray) -> np.ndarray:
    return np.array(names, object)[positions]


def _ids(account: Account, tickets: np.ndarray) -> dict[str, IntegerArray]:
    organizations = account.tables.customers["organization"][tickets["requester"]]
    return {
        "brand_id": _to_ids("brand", tickets["brand"]),
        "ticket_form_id": _to_ids(
            "form", np.array(texts.FORM_OF_TOPIC)[tickets["topic_group"], tickets["topic"]]
        ),
        "organization_id": _to_ids("organization", organizations),
        "requester_id": _to_ids("user", STAFF + tickets["requester"]),
        "assignee_id": _to_ids("user", tickets["agent"]),
        "group_id": _to_ids("group", tickets["group"]),
    }


def _to_ids(kind: str, positions: np.ndarray) -> IntegerArray:
    numbers = pd.array(zendesk_ids(kind, positions), "Int64")
    numbers[positions == NOBODY] = pd.NA
    return numbers


def _tags(tickets: np.ndarray) -> list[list[str]]:
    topics = [[tag for _, tag, _ in topics] for topics in texts.TOPICS]
    places = zip(
        tickets["topic_group"].tolist(), tickets["topic"].tolist(), tickets["tag"].tolist(), strict=True
    )
    return [sorted((topics[group][topic], *texts.TAGS[tag])) for group, topic, tag in places]


def _satisfaction(account: Account, shown: np.ndarray, tickets: np.ndarray) -> dict[str, np.ndarray]:
    reasons, comments = np.full((2, len(tickets)), None, object)
    for place in np.flatnonzero(np.isin(tickets["score"], (GOOD, BAD))):
        given, _ = account.rating_of(int(shown[place]))
        reasons[place] = texts.REASONS[given.reason] if given.reason >= 0 else None
        comments[place] = None if tickets["deleted"][place] else account.comment_of(given)
    return {
        "satisfaction_score": _names(SCORES, tickets["score"]),
        "satisfaction_reason": reasons,
        "satisfaction_comment": comments,
    }


def _durations(tickets: np.ndarray, *, messaging_seconds: bool) -> dict[str, IntegerArray]:
    """Return minutes of the six durations on the calendar and on the business clock.

    The time between the first solve and a reopening is no waiting time.
    """
    clocks = {"minutes": _between, "business_minutes": _business_between}
    pending = tickets["pending_share"].astype("f8")
    hold = tickets["hold_share"].astype("f8")
    unsolved = tickets["solved"] == NEVER
    came_back = (tickets["first_solved"] < tickets["reopened"]) & (tickets["reopened"] < tickets["solved"])
    durations: dict[str, np.ndarray] = {}
    for name, between in clocks.items():
        full = between(tickets, "created", "solved")
        waited = full - np.where(came_back, between(tickets, "first_solved", "reopened"), 0)
        durations |= {
            f"first_reply_{name}": between(tickets, "created", "first_reply"),
            f"first_resolution_{name}": between(tickets, "created", "first_solved"),
            f"full_resolution_{name}": full,
            f"requester_wait_{name}": waited * (1 - pending),
            f"agent_wait_{name}": waited * pending,
            f"on_hold_{name}": np.where(unsolved, 0, waited * hold),
        }
    whole = {name: np.round(minutes) for name, minutes in durations.items()}
    if messaging_seconds:
        _shorten_messaging_replies(whole, durations, tickets["channel"] == MESSAGING)
    return {name: pd.array(minutes, "Int64") for name, minutes in whole.items()}


def _shorten_messaging_replies(
    whole: dict[str, np.ndarray], durations: dict[str, np.ndarray], is_messaging: np.ndarray
) -> None:
    """Count only full minutes of first replies given in seconds, and no business minutes."""
    name = "first_reply_minutes"
    whole[name] = np.where(is_messaging, np.floor(durations[name]), whole[name])
    name = "first_reply_business_minutes"
    whole[name] = np.where(is_messaging, np.nan, whole[name])


def _between(tickets: np.ndarray, start: str, end: str) -> np.ndarray:
    minutes = (tickets[end] - tickets[start]) / 60
    return np.where(tickets[end] == NEVER, np.nan, minutes)


def _business_between(tickets: np.ndarray, start: str, end: str) -> np.ndarray:
    minutes = _business_minutes(tickets[end]) - _business_minutes(tickets[start])
    return np.where((tickets[end] == NEVER) | ~tickets["scheduled"], np.nan, minutes)


def _business_minutes(seconds: np.ndarray) -> np.ndarray:
    """Return minutes of Mondays to Fridays, 9 to 17 UTC, since 1970."""
    days = (seconds // 86400).astype("M8[D]")
    today = np.clip(seconds % 86400 - 9 * 3600, 0, 8 * 3600) * np.is_busday(days)
    return np.busday_count("1970-01-01", days) * 8 * 60 + today / 60


def _to_times(seconds: np.ndarray) -> pd.Series:
    times = pd.to_datetime(pd.Series(seconds), unit="s", utc=True).dt.as_unit("us")
    return times.where(seconds != NEVER)


def _to_integers(numbers: np.ndarray) -> IntegerArray:
    values = pd.array(numbers.astype("i8"), "Int64")
    values[numbers == NEVER] = pd.NA
    return values
