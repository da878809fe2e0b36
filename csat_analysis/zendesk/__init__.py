"""HTTP to Zendesk: signing in, pacing, retries, and lists page by page as raw JSON.

Whether and how long to wait is decided in `pacing`; the sleeping stands in `client`, in one place. Credentials
only ever travel to the account's own host: redirects are not followed, and paging URLs are checked, then
rebuilt.

    listings    the lists we read, and how each of them is paged
    transport   one request sent to the account's host, its answer read whole
    refusals    an answer that is none, as the error that says what to do
    signing     what signs a request
    client      the account: paced, tried again, page by page
"""

from __future__ import annotations

from .auth import SCOPE, TOKEN_SECONDS
from .client import TRIES, TRIES_UNREACHED, Zendesk
from .endpoints import (
    BRANDS,
    GROUPS,
    SATISFACTION_RATINGS,
    SURVEY_RESPONSES,
    TICKET_FIELDS,
    TICKETS,
    USERS,
    Listing,
    Page,
    Paging,
    audits,
    surveys,
)

__all__ = [
    "BRANDS",
    "GROUPS",
    "SATISFACTION_RATINGS",
    "SCOPE",
    "SURVEY_RESPONSES",
    "TICKETS",
    "TICKET_FIELDS",
    "TOKEN_SECONDS",
    "TRIES",
    "TRIES_UNREACHED",
    "USERS",
    "Listing",
    "Page",
    "Paging",
    "Zendesk",
    "audits",
    "surveys",
]
