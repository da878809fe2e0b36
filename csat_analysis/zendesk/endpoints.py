"""The list endpoints that the client reads, and how each of them is paged."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Any, NamedTuple

Json = dict[str, Any]
MAX_IDS_PER_CALL = 100  # of users/show_many and organizations/show_many


class Paging(Enum):
    """How the first page of a list is requested, and what marks the last page."""

    EXPORT = "start_time, then cursor, until end_of_stream"
    CURSOR = "page[size] and page[after], until meta.has_more is false"
    SINGLE = "one response holds the whole list"


class Endpoint(NamedTuple):
    """A list endpoint.

    Attributes
    ----------
    path : str
        Below /api/v2.
    rows_key : str
        The key of the rows in a response body.
    paging : Paging
        How its pages are requested.
    page_size : int
        Rows per page.
    may_lack_cursor : bool
        Whether a page may announce more without a cursor although it is the last one.
    """

    path: str
    rows_key: str
    paging: Paging = Paging.CURSOR
    page_size: int = 100
    may_lack_cursor: bool = False


class Page(NamedTuple):
    """One page of a list.

    Attributes
    ----------
    rows : list of dict
        The objects of the page.
    body : dict
        The whole response body, with its sideloads.
    cursor : str or None
        Where the next page, or the next run, continues.
    """

    rows: list[Json]
    body: Json
    cursor: str | None


TICKETS = Endpoint("incremental/tickets/cursor", "tickets", Paging.EXPORT, 1000)
# 50 is the largest page size that was seen to work
SURVEY_RESPONSES = Endpoint("guide/survey_responses", "survey_responses", page_size=50)
SATISFACTION_RATINGS = Endpoint("satisfaction_ratings", "satisfaction_ratings")  # of legacy CSAT
SATISFACTION_REASONS = Endpoint("satisfaction_reasons", "reasons", Paging.SINGLE)  # of legacy CSAT
USERS = Endpoint("users", "users")
USERS_SHOW_MANY = Endpoint("users/show_many", "users", Paging.SINGLE)  # query: see `ids_query`
GROUPS = Endpoint("groups", "groups")
BRANDS = Endpoint("brands", "brands")
TICKET_FIELDS = Endpoint("ticket_fields", "ticket_fields")
TICKET_FORMS = Endpoint("ticket_forms", "ticket_forms")
# query: see `ids_query`
ORGANIZATIONS_SHOW_MANY = Endpoint("organizations/show_many", "organizations", Paging.SINGLE)


def surveys(locale: str) -> Endpoint:
    """Return the endpoint of the account's surveys, with texts in `locale`.

    Examples
    --------
    >>> surveys("en-us").path
    'guide/en-us/surveys'
    """
    return Endpoint(f"guide/{locale}/surveys", "surveys", page_size=50)


def audits(ticket_id: int) -> Endpoint:
    """Return the endpoint of the audits of one ticket, oldest first.

    Examples
    --------
    >>> audits(7).path
    'tickets/7/audits'
    """
    # archived tickets ignore paging: one response holds all audits, whatever it announces
    return Endpoint(f"tickets/{ticket_id}/audits", "audits", may_lack_cursor=True)


def ids_query(ids: Iterable[int]) -> dict[str, str]:
    """Return the query of a `show_many` endpoint for these ids, at most `MAX_IDS_PER_CALL` of them.

    What Zendesk does not find is missing in its response.

    Examples
    --------
    >>> ids_query([7055, 7056])
    {'ids': '7055,7056'}
    """
    listed = list(ids)
    if len(listed) > MAX_IDS_PER_CALL:
        raise ValueError(f"{len(listed)} ids; show_many takes at most {MAX_IDS_PER_CALL}")
    return {"ids": ",".join(str(number) for number in listed)}


def page_query(endpoint: Endpoint, cursor: str | None, page_size: int, params: Json) -> Json:
    """Return the query of one page: `params`, the page size, and the cursor if there is one."""
    if endpoint.paging is Paging.SINGLE:
        return params
    if endpoint.paging is Paging.CURSOR:
        position = {"page[after]": cursor} if cursor else {}
        return params | {"page[size]": page_size} | position
    position = {"cursor": cursor} if cursor else {}
    filters = {name: value for name, value in params.items() if name != "start_time" or not cursor}
    return filters | {"per_page": page_size} | position
