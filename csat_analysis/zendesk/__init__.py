"""HTTP to Zendesk: signing in, pacing, retries, and lists page by page as raw JSON.

Whether and how long to wait is decided in `pacing`; the sleeping stands in `client`, in one place. Credentials
only ever travel to the account's own host: redirects are not followed, and paging URLs are checked, then
rebuilt.

    endpoints   the lists we read, and how each of them is paged
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
    MAX_IDS_PER_CALL,
    SATISFACTION_RATINGS,
    SATISFACTION_REASONS,
    SURVEY_RESPONSES,
    TICKET_FIELDS,
    TICKETS,
    USERS,
    USERS_SHOW_MANY,
    Endpoint,
    Page,
    Paging,
    audits,
    ids_query,
    surveys,
)

__all__ = [
    "BRANDS",
    "GROUPS",
    "MAX_IDS_PER_CALL",
    "SATISFACTION_RATINGS",
    "SATISFACTION_REASONS",
    "SCOPE",
    "SURVEY_RESPONSES",
    "TICKETS",
    "TICKET_FIELDS",
    "TOKEN_SECONDS",
    "TRIES",
    "TRIES_UNREACHED",
    "USERS",
    "USERS_SHOW_MANY",
    "Endpoint",
    "Page",
    "Paging",
    "Zendesk",
    "audits",
    "ids_query",
    "surveys",
]
