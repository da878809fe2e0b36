"""The lists we read, and how each of them is paged: data, and two decisions about a page."""

from __future__ import annotations

from enum import Enum
from typing import Any, NamedTuple

Json = dict[str, Any]


class Paging(Enum):
    """How a list is paged: how its first page is asked for and how its end shows."""

    EXPORT = "start_time, then cursor, until end_of_stream"
    CURSOR = "page[size] and page[after], until meta.has_more is false"


class Listing(NamedTuple):
    """A list of Zendesk's: its path below /api/v2, the key of its rows, its paging, its page size."""

    path: str
    root: str
    paging: Paging = Paging.CURSOR
    size: int = 100


class Page(NamedTuple):
    """One page: its rows, the whole body (sideloads), and the cursor behind its last row."""

    rows: list[Json]
    body: Json
    cursor: str | None


TICKETS = Listing("incremental/tickets/cursor", "tickets", Paging.EXPORT, 1000)
SURVEY_RESPONSES = Listing("guide/survey_responses", "survey_responses", size=50)  # 50: largest seen to work
SATISFACTION_RATINGS = Listing("satisfaction_ratings", "satisfaction_ratings")  # the old CSAT's
USERS = Listing("users", "users")
GROUPS = Listing("groups", "groups")
BRANDS = Listing("brands", "brands")
TICKET_FIELDS = Listing("ticket_fields", "ticket_fields")


def surveys(locale: str) -> Listing:
    """The account's surveys with their words in `locale`."""
    return Listing(f"guide/{locale}/surveys", "surveys", size=50)


def audits(ticket_id: int) -> Listing:
    """The audits of one ticket, oldest first."""
    return Listing(f"tickets/{ticket_id}/audits", "audits")


def query(paging: Paging, cursor: str | None, size: int, params: Json) -> Json:
    """The query of one page: `params`, with the page's size and where it begins."""
    if paging is Paging.CURSOR:
        return params | {"page[size]": size} | ({"page[after]": cursor} if cursor else {})
    rest = {name: value for name, value in params.items() if name != "start_time" or not cursor}
    return rest | {"per_page": size} | ({"cursor": cursor} if cursor else {})


def following(paging: Paging, body: Json) -> tuple[str | None, bool]:
    """The cursor behind a page, and whether there is more; links.next is set even at the end."""
    if paging is Paging.EXPORT:
        return body.get("after_cursor"), not body.get("end_of_stream", True)
    meta = body.get("meta") or {}
    return meta.get("after_cursor"), bool(meta.get("has_more"))
